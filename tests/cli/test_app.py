"""Behaviour of all commands: help, version, errors, environment, Ctrl-C."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

import pytest

from memsy import __version__
from tests.cli.conftest import CommandLine
from tests.support.platforms import needs_posix_signals

DATA_COMMANDS = ("demo", "serve", "health", "ingest", "search", "status", "memories", "actors")
LOCAL_COMMANDS = ("outbox",)
CONTROL_COMMANDS = ("me", "usage", "events", "keys", "connectors")
COMMANDS = (*DATA_COMMANDS, *CONTROL_COMMANDS, *LOCAL_COMMANDS)


def test_help_lists_every_command(cli: CommandLine) -> None:
    stdout = cli("--help").stdout
    assert [command for command in COMMANDS if f" {command} " not in stdout] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(cli: CommandLine, command: str) -> None:
    result = cli(command, "--help")
    assert result.exit_code == 0
    assert f" {command} [OPTIONS]" in result.stdout


@pytest.mark.parametrize("command", [(), ("search",), ("memories",), ("memories", "get")])
def test_help_option_has_the_short_form_h(cli: CommandLine, command: tuple[str, ...]) -> None:
    result = cli(*command, "-h")
    assert (result.exit_code, result.stdout) == (0, cli(*command, "--help").stdout)


def test_version_option_prints_the_version(cli: CommandLine) -> None:
    assert cli("--version").stdout == f"memsy {__version__}\n"


def test_error_is_one_line_with_command_and_exception(cli: CommandLine) -> None:
    result = cli("memories", "get", "nonsense")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("memsy memories get: ValidationError: ")
    assert result.stderr.count("\n") == 1


def test_wrong_key_is_reported_but_not_printed(cli: CommandLine) -> None:
    result = cli("health", MEMSY_API_KEY="msy_secret")
    assert result.exit_code == 3
    assert result.stderr.startswith("memsy health: AuthenticationError: ")
    assert "msy_secret" not in result.output


def test_missing_base_url_names_the_variable_to_set(cli: CommandLine) -> None:
    result = cli("health", MEMSY_BASE_URL="")
    assert result.exit_code == 2
    assert "MEMSY_BASE_URL" in result.stderr


@pytest.mark.parametrize("command", CONTROL_COMMANDS)
def test_missing_control_url_names_the_variable_to_set(cli: CommandLine, command: str) -> None:
    """No control URL can be derived from a base URL that does not end in /v1."""
    result = cli(command, MEMSY_BASE_URL="http://127.0.0.1:1")
    assert result.exit_code == 2
    assert "MEMSY_CONTROL_URL" in result.stderr


@pytest.mark.parametrize("command", CONTROL_COMMANDS)
def test_control_url_variable_overrides_the_derived_url(cli: CommandLine, command: str) -> None:
    url = cli.server.base_url.replace("/v1", "/api")
    unreachable = "http://127.0.0.1:1/v1"
    assert cli(command, MEMSY_BASE_URL=unreachable, MEMSY_CONTROL_URL=url).exit_code == 0


def test_options_override_the_environment(cli: CommandLine) -> None:
    server = cli.server
    options = ("--base-url", server.base_url, "--api-key", server.service.api_key)
    result = cli("health", *options, MEMSY_BASE_URL="http://127.0.0.1:1", MEMSY_API_KEY="x")
    assert result.exit_code == 0


def test_unknown_option_is_a_usage_error(cli: CommandLine) -> None:
    assert cli("search", "tea", "--colour", "blue").exit_code == 2


@needs_posix_signals
def test_ctrl_c_exits_with_130_and_no_output() -> None:
    """The command waits for a service that accepts connections and never responds."""
    with socket.create_server(("127.0.0.1", 0)) as unresponsive:
        unresponsive.settimeout(30)
        url = f"http://127.0.0.1:{unresponsive.getsockname()[1]}/v1"
        command = (sys.executable, "-m", "memsy", "health", "--base-url", url, "--api-key", "k")
        with subprocess.Popen(command, stdout=-1, stderr=-1, text=True) as process:
            connection, _ = unresponsive.accept()
            with connection:
                connection.recv(1)
                process.send_signal(signal.SIGINT)
                output = process.communicate(timeout=30)
    assert (process.returncode, output) == (130, ("", ""))


def test_completion_lists_commands_and_options() -> None:
    for words, index, expected in (
        ("memsy mem", 1, "memories\n"),
        ("memsy search --prof", 2, "--profile\n"),
        ("memsy events --so", 2, "--sort\n"),
    ):
        variables = {
            "COMP_WORDS": words,
            "COMP_CWORD": str(index),
            "_MEMSY_COMPLETE": "complete_bash",
        }
        completed = subprocess.run(
            [sys.executable, "-m", "memsy"],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (completed.stdout.rstrip("\n") + "\n", completed.stderr) == (expected, "")
