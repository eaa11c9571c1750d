"""Option `--all`: the items of all pages as lines of JSON, errors and closed pipes."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from memsy import EventPayload, MemsyClient
from memsy.local import ServiceConfig
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine
from tests.support.platforms import needs_broken_pipes

COUNT = 450
COMMANDS = [("memories", "text"), ("events", "content"), ("actors", "actor_id")]


@pytest.fixture(autouse=True)
def _ingested(service: LocalService) -> None:
    service.seed(
        [
            EventPayload(f"actor-{n:03}", "s-1", "user_message", f"tea number {n}\x7f")
            for n in range(COUNT)
        ]
    )


@pytest.mark.parametrize(("command", "field"), COMMANDS)
def test_all_prints_each_item_once_as_a_line_of_json(
    cli: CommandLine, command: str, field: str
) -> None:
    result = cli(command, "list", "--all")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert len({json.loads(line)[field] for line in lines}) == len(lines) == COUNT
    assert result.stdout.isascii()
    assert "\x7f" not in result.stdout


def test_items_have_the_fields_of_json(cli: CommandLine) -> None:
    page = cli.json("events", "--limit", "1")
    assert isinstance(page, dict)
    first = cli("events", "--all").stdout.splitlines()[0]
    assert [json.loads(first)] == page["items"]


def test_filters_apply_to_all_pages(cli: CommandLine) -> None:
    for command in ("memories", "events"):
        lines = cli(command, "--all", "--actor", "actor-007").stdout.splitlines()
        assert [json.loads(line)["actor_id"] for line in lines if command == "events"] in (
            [],
            ["actor-007"],
        )
        assert len(lines) == 1
    assert len(cli("actors", "--all", "-q", "actor-00").stdout.splitlines()) == 10


def test_empty_list_prints_nothing(cli: CommandLine) -> None:
    result = cli("events", "--all", "--actor", "eve")
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize("command", ["memories", "events", "actors"])
@pytest.mark.parametrize("option", ["--limit", "--offset"])
def test_all_excludes_a_position(cli: CommandLine, command: str, option: str) -> None:
    result = cli(command, "--all", option, "1")
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"leave out {option}" in result.stderr


def test_error_after_the_first_page_is_a_partial_failure(
    cli: CommandLine, service: LocalService
) -> None:
    service.config = ServiceConfig(limits={"api_calls": 1})
    result = cli("memories", "list", "--all")
    assert result.exit_code == 7
    assert len(result.stdout.splitlines()) == 200
    assert result.stderr.startswith("memsy memories list: UsageLimitExceeded: ")
    assert result.stderr.endswith(" (200 items were printed before)\n")


def test_error_before_the_first_page_has_its_own_status(
    cli: CommandLine, service: LocalService
) -> None:
    service.config = ServiceConfig(limits={"api_calls": 0})
    assert cli("memories", "list", "--all").exit_code == 3
    assert cli("events", "--all", MEMSY_API_KEY="msy_wrong").exit_code == 3


@needs_broken_pipes
def test_reader_that_stops_early_ends_the_requests(
    cli: CommandLine, memsy: MemsyClient, service: LocalService
) -> None:
    """`memsy memories list --all | head -n 1` requests no more pages than it prints."""
    environment = {"MEMSY_BASE_URL": cli.server.base_url, "MEMSY_API_KEY": cli.server.api_key}
    command = (sys.executable, "-m", "memsy", "memories", "list", "--all")
    with subprocess.Popen(
        command, stdout=-1, stderr=-1, text=True, env={**os.environ, **environment}
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        first = process.stdout.readline()
        process.stdout.close()
        stderr = process.stderr.read()
        status = process.wait(60)
    assert "memory_id" in json.loads(first)
    assert (status, stderr) == (141, "")


def test_line_is_the_json_of_the_model(cli: CommandLine, memsy: MemsyClient) -> None:
    [item] = memsy.actors.list(q="actor-007").items
    assert cli("actors", "--all", "-q", "actor-007").stdout == f"{item.to_json()}\n"
