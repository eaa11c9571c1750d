"""Exit statuses of the commands, and the names in error messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from memsy import (
    AuthorizationError,
    MemsyAPIError,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    NotFoundError,
    RateLimitExceeded,
    RedirectError,
    ServerError,
    UsageLimitExceeded,
)
from memsy.cli.exit_codes import ExitCode, exit_code_of
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine

DOCS = Path(__file__).parents[2] / "docs" / "cli.md"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemsyConfigurationError("no"), 2),
        (AuthorizationError("no", 403), 3),
        (UsageLimitExceeded("no"), 3),
        (MemsyAPIError("no", 418), 3),
        (NotFoundError("no", 404), 4),
        (RateLimitExceeded("no"), 5),
        (MemsyConnectionError("no"), 6),
        (MemsyTimeoutError("no"), 6),
        (ServerError("no", 503), 8),
        (RedirectError("no", 302), 8),
        (MemsyResponseError("no"), 8),
        (MemsyClientClosedError("no"), 1),
    ],
    ids=lambda value: type(value).__name__,
)
def test_error_classes_have_distinct_statuses(error: MemsyError, code: int) -> None:
    assert exit_code_of(error) == code


def test_statuses_do_not_collide_with_those_of_shells() -> None:
    assert all(0 < code < 126 for code in ExitCode)


def test_help_and_documentation_list_every_status(cli: CommandLine) -> None:
    stdout = cli("--help").stdout
    documented = re.findall(r"^\| (\d+) \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(status) for status in documented] == [0, *ExitCode, 130, 141]
    for status in documented:
        assert re.search(rf"\b{status}: ", stdout)


def test_unreachable_service_exits_with_the_network_status(cli: CommandLine) -> None:
    result = cli("health", "--timeout", "0.2", MEMSY_BASE_URL="http://127.0.0.1:1/v1")
    assert result.exit_code == ExitCode.NETWORK


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (("health", "--base-url", "tea"), "--base-url 'tea'"),
        (("health", "--api-key", "a b"), "--api-key must"),
        (("health", "--timeout", "0"), "--timeout must be more than 0 s"),
        (("search", "tea", "--actor", ""), "--actor is empty, got ''"),
        (("search", "tea", "--session", ""), "--session is empty"),
        (("search", "tea", "--exclude-session", ""), "--exclude-session is empty"),
        (("search", "tea", "--role", ""), "--role[0] is empty"),
        (("search", "tea", "--team", ""), "--team[0] is empty"),
        (("memories", "--actor", ""), "--actor is empty"),
        (("memories", "--sort", "strength"), "--sort must be"),
        (("memories", "get", ""), "the memory ID is empty"),
        (("actors", "--sort", "id"), "--sort must be"),
        (("events", "--session", ""), "--session is empty"),
        (("events", "--kind", "user"), "--kind must be"),
        (("status", ""), "EVENT_ID[0] is empty"),
        (("keys", "create", "ci", "--scope", "x"), "--scope[0] must be 'read' or 'write', got 'x'"),
        (("keys", "usage", ""), "KEY_ID is empty"),
        (("connectors", "connect", ""), "PROVIDER is empty"),
        (("connectors", "get", ""), "the connector ID is empty"),
        (("connectors", "branches", "id", ""), "REPO is empty"),
        (("connectors", "resources", "id", "--parent", ""), "--parent is empty"),
    ],
    ids=" ".join,
)
def test_error_names_the_option(cli: CommandLine, arguments: tuple[str, ...], name: str) -> None:
    result = cli(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"memsy {' '.join(arguments[:1])}")
    assert f": {name}" in result.stderr
    assert "None" not in result.stderr


@pytest.mark.parametrize(
    ("command", "variable"),
    [("health", "MEMSY_BASE_URL"), ("me", "MEMSY_CONTROL_URL"), ("health", "MEMSY_API_KEY")],
)
def test_error_names_the_variable(cli: CommandLine, command: str, variable: str) -> None:
    result = cli(command, **{variable: "a b"})
    assert result.exit_code == 2
    assert result.stderr.startswith(f"memsy {command}: {variable} ")


@pytest.mark.parametrize(
    ("option", "message"),
    [("--base-url", "no base URL: use --base-url"), ("--api-key", "no API key: set MEMSY_API_KEY")],
)
def test_empty_option_counts_as_missing(cli: CommandLine, option: str, message: str) -> None:
    """The variable does not replace it: its key may belong to another account."""
    result = cli("health", option, "")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"memsy health: {message}")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("search", ""), "422: QUERY: String should have"),
        (("memories", "get", "tea"), "422: the memory ID: Input should be"),
        (("usage", "--dimension", "tea"), "422: --dimension: Input should be"),
        (("usage", "--from", "tea"), "422: --from: Input should be"),
        (("usage", "--from", ""), "422: --from: Input should be"),
        (("keys", "create", "ci", "--expires-at", "tea"), "422: --expires-at: Input should be"),
        (("keys", "create", ""), "422: NAME: String should have"),
    ],
    ids=" ".join,
)
def test_refusal_by_the_service_names_the_option(
    cli: CommandLine, arguments: tuple[str, ...], reason: str
) -> None:
    result = cli(*arguments)
    assert (result.exit_code, result.stdout) == (3, "")
    assert reason in result.stderr


@pytest.mark.parametrize(
    ("arguments", "nearest"),
    [
        (("memories", "--sort", "strenght_desc"), "strength_desc"),
        (("events", "--kind", "user_mesage"), "user_message"),
        (("events", "--sort", "ts_des"), "ts_desc"),
        (("actors", "--sort", "actor_id"), "actor_id_asc"),
        (("keys", "create", "ci", "--scope", "raed"), "read"),
        (("memries",), "memories"),
        (("keys", "craete", "ci"), "create"),
    ],
    ids=" ".join,
)
def test_error_names_the_nearest_word(
    cli: CommandLine, arguments: tuple[str, ...], nearest: str
) -> None:
    result = cli(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.search(rf"[Dd]id you mean '{nearest}'\?", result.stderr)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (AuthorizationError, ExitCode.REFUSED),
        (UsageLimitExceeded, ExitCode.REFUSED),
        (404, ExitCode.NOT_FOUND),
        (RateLimitExceeded, ExitCode.RATE_LIMIT),
        (MemsyConnectionError, ExitCode.NETWORK),
        (MemsyTimeoutError, ExitCode.NETWORK),
        (MemsyResponseError, ExitCode.SERVICE),
        (302, ExitCode.SERVICE),
        (503, ExitCode.SERVICE),
    ],
    ids=str,
)
def test_faults_have_distinct_statuses(
    cli: CommandLine, service: LocalService, fault: type[MemsyError] | int, code: ExitCode
) -> None:
    service.faults.fail_next("*", fault, times=None)
    result = cli("health", "--timeout", "1")
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith("memsy health: ")
    assert result.stderr.count("\n") == 1
