"""What all commands have in common."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys

import pytest

from memsy import __version__
from tests.cli.conftest import Shell

HOT = ("demo", "serve", "health", "ingest", "search", "status", "memories", "actors")
CONTROL = ("me", "usage", "events", "keys", "connectors")
COMMANDS = (*HOT, *CONTROL)


def test_help_names_every_command(shell: Shell) -> None:
    listed = shell("--help").stdout
    assert [command for command in COMMANDS if f" {command} " not in listed] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(shell: Shell, command: str) -> None:
    result = shell(command, "--help")
    assert result.exit_code == 0
    assert f" {command} [OPTIONS]" in result.stdout


@pytest.mark.parametrize("command", [(), ("search",), ("memories",), ("memories", "get")])
def test_help_may_be_asked_for_in_short(shell: Shell, command: tuple[str, ...]) -> None:
    result = shell(*command, "-h")
    assert (result.exit_code, result.stdout) == (0, shell(*command, "--help").stdout)


def test_the_version_can_be_asked_for(shell: Shell) -> None:
    assert shell("--version").stdout == f"memsy {__version__}\n"


def test_a_refusal_is_one_line_that_names_command_and_error(shell: Shell) -> None:
    result = shell("memories", "get", "nonsense")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("memsy memories get: ValidationError: ")
    assert result.stderr.count("\n") == 1


def test_a_wrong_key_is_told_but_not_shown(shell: Shell) -> None:
    result = shell("health", MEMSY_API_KEY="msy_secret")
    assert result.exit_code == 1
    assert result.stderr.startswith("memsy health: AuthenticationError: ")
    assert "msy_secret" not in result.output


def test_without_a_service_the_variable_to_set_is_named(shell: Shell) -> None:
    result = shell("health", MEMSY_BASE_URL="")
    assert result.exit_code == 1
    assert "MEMSY_BASE_URL" in result.stderr


@pytest.mark.parametrize("command", CONTROL)
def test_without_a_control_plane_the_variable_to_set_is_named(shell: Shell, command: str) -> None:
    """A base URL that does not end in /v1 has nothing beside it."""
    result = shell(command, MEMSY_BASE_URL="http://127.0.0.1:1")
    assert result.exit_code == 1
    assert "MEMSY_CONTROL_URL" in result.stderr


@pytest.mark.parametrize("command", CONTROL)
def test_the_variable_of_the_control_plane_outranks_what_is_derived(
    shell: Shell, command: str
) -> None:
    url = shell.server.base_url.replace("/v1", "/api")
    nowhere = "http://127.0.0.1:1/v1"
    assert shell(command, MEMSY_BASE_URL=nowhere, MEMSY_CONTROL_URL=url).exit_code == 0


def test_options_outrank_the_environment(shell: Shell) -> None:
    server = shell.server
    options = ("--base-url", server.base_url, "--api-key", server.service.api_key)
    result = shell("health", *options, MEMSY_BASE_URL="http://127.0.0.1:1", MEMSY_API_KEY="x")
    assert result.exit_code == 0


def test_an_unknown_option_is_a_usage_error(shell: Shell) -> None:
    assert shell("search", "tea", "--colour", "blue").exit_code == 2


def test_ctrl_c_ends_a_command_quietly() -> None:
    """The service that it waits for accepts connections, and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/v1"
        command = (sys.executable, "-m", "memsy", "health", "--base-url", url, "--api-key", "k")
        with subprocess.Popen(command, stdout=-1, stderr=-1, text=True) as process:
            connection, _ = silent.accept()
            with connection:
                connection.recv(1)
                process.send_signal(signal.SIGINT)
                said = process.communicate(timeout=30)
    assert (process.returncode, said) == (130, ("", ""))
