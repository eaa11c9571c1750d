"""Fixtures: a local service on a socket, clients of it, and a function that runs commands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from threading import Timer
from time import monotonic

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

    def __call__(self, *arguments: str, stdin: str | bytes = "", **environment: str) -> Result:
        base_environment: dict[str, str | None] = {
            "HOME": "/nonexistent",  # without the profiles of the user
            "USERPROFILE": "/nonexistent",
            "MEMSY_CONTROL_URL": None,
            "MEMSY_PROFILE": None,
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

    @contextmanager
    def process(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """Start a command in a process of its own, with pipes. At the end, kill it if it runs."""
        variables = {
            "MEMSY_BASE_URL": self.server.base_url,
            "MEMSY_API_KEY": self.server.service.api_key,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "memsy", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **variables},
        ) as process:
            try:
                yield process
            finally:
                process.kill()

    def in_terminal(self, *arguments: str, prompt: str, keys: str, **environment: str) -> Terminal:
        """
        Run a command in a terminal of its own, and press keys when it prompts.

        Args:
            arguments: Arguments of the command.
            prompt: End of the prompt, without a space.
            keys: Characters to send, such as "y\\n", or "\\x03" for Ctrl-C.
            environment: Variables that differ from those of the service.
        """
        if sys.platform == "win32":  # for type checkers
            raise NotImplementedError
        import pty

        terminal, child_terminal = pty.openpty()
        variables = {
            "MEMSY_BASE_URL": self.server.base_url,
            "MEMSY_API_KEY": self.server.service.api_key,
            **environment,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "memsy", *arguments],
            stdin=child_terminal,
            stdout=subprocess.PIPE,
            stderr=child_terminal,
            text=True,
            env={**os.environ, **variables},
            # A terminal that controls the process sends SIGINT for Ctrl-C.
            preexec_fn=partial(_take_terminal, child_terminal),  # noqa: PLW1509
        ) as process:
            os.close(child_terminal)
            limit = Timer(60, process.kill)
            limit.start()
            screen = b""
            while prompt.encode() not in screen:
                screen += os.read(terminal, 1_000)
            stdout = None
            while stdout is None:
                # Again after a while: Python misses a signal that arrives just before it reads.
                os.write(terminal, keys.encode())
                with suppress(subprocess.TimeoutExpired):
                    stdout, _ = process.communicate(timeout=5)
            limit.cancel()
        os.close(terminal)
        return Terminal(process.returncode, stdout, screen.decode().rstrip(" "))


def wait_until(process: subprocess.Popen[str], condition: Callable[[], bool]) -> None:
    """Wait until `condition` holds, for at most 60 s. The process must not end before."""
    give_up_at = monotonic() + 60
    while not condition():
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.01)
            pytest.fail(f"the process ended too early: {process.communicate()}")
        if monotonic() > give_up_at:
            pytest.fail("the condition does not hold after 60 s")


@frozen
class Terminal:
    """
    Result of a command in a terminal.

    Attributes:
        exit_code: Exit status.
        stdout: Output to stdout, which is not the terminal.
        screen: Output to the terminal until the prompt.
    """

    exit_code: int
    stdout: str
    screen: str


def _take_terminal(terminal: int) -> None:
    """Make `terminal` the controlling terminal of this process."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    import fcntl
    import termios

    os.setsid()
    fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)


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
