"""Fixtures: a local service on a socket, clients of it, and a function that runs commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from attrs import frozen
from typer.testing import CliRunner, Result

from memsy import EventPayload, MemsyClient, MemsyControlClient, ResourceSelection
from memsy.cli.app import app
from memsy.testing import FakeMemsyControlClient, LocalServer, LocalService


@frozen
class CommandLine:
    """Runner of `memsy` commands against a local server."""

    server: LocalServer

    def __call__(self, *arguments: str, stdin: str = "", **environment: str) -> Result:
        base_environment: dict[str, str | None] = {
            "MEMSY_CONTROL_URL": None,
            "MEMSY_BASE_URL": self.server.base_url,
            "MEMSY_API_KEY": self.server.service.api_key,
            "COLUMNS": "100",
        }
        return CliRunner().invoke(
            app, arguments, input=stdin, env={**base_environment, **environment}
        )

    def json(self, *arguments: str) -> object:
        """Run a command with `--json`, and return the parsed output."""
        result = self(*arguments, "--json")
        assert result.exit_code == 0, result.output
        value: object = json.loads(result.stdout)
        return value


@pytest.fixture
def service() -> Iterator[LocalService]:
    with LocalService() as service:
        yield service


@pytest.fixture
def cli(service: LocalService) -> Iterator[CommandLine]:
    with LocalServer(service) as server:
        yield CommandLine(server)


@pytest.fixture
def memsy(cli: CommandLine) -> Iterator[MemsyClient]:
    """Client of the service that `cli` uses."""
    with MemsyClient(cli.server.base_url, cli.server.service.api_key) as client:
        yield client


@pytest.fixture
def control(service: LocalService) -> Iterator[MemsyControlClient]:
    """Control client of the same service."""
    with FakeMemsyControlClient(service=service) as client:
        yield client


@pytest.fixture
def slack_id(service: LocalService, control: MemsyControlClient) -> str:
    """Id of an authorized connector with two channels."""
    connector_id = control.connectors.create("slack").connector_id
    service.connectors.authorize(connector_id, account="Tea House")
    channels = [ResourceSelection("C1", "channel", "general"), ResourceSelection("C2")]
    service.connectors.offer(connector_id, channels)
    return connector_id


WriteEvents = Callable[[Sequence[EventPayload]], Path]


@pytest.fixture
def write_events(tmp_path: Path) -> WriteEvents:
    def write(events: Sequence[EventPayload]) -> Path:
        file = tmp_path / "events.jsonl"
        file.write_text("".join(f"{json.dumps(event.to_dict())}\n" for event in events))
        return file

    return write
