"""Commands `memsy keys`: a value is shown once, and deletion asks for confirmation."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from memsy import AuthenticationError, MemsyClient
from memsy.cli.keys import view_usage
from memsy.cli.output import emit
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine


def create_key(cli: CommandLine, *options: str) -> dict[str, object]:
    response = cli.json("keys", "create", "ci", *options)
    assert isinstance(response, dict)
    return response


def list_keys(cli: CommandLine) -> list[dict[str, object]]:
    response = cli.json("keys")
    assert isinstance(response, dict)
    keys: list[dict[str, object]] = response["keys"]
    return keys


def test_create_prints_only_the_value_to_stdout(cli: CommandLine) -> None:
    value = cli("keys", "create", "ci").stdout.strip()
    with MemsyClient(cli.server.base_url, value) as memsy:
        assert memsy.health().status == "ok"


@pytest.mark.parametrize("options", [(), ("--json",)], ids=["text", "json"])
def test_create_warns_that_the_value_is_not_shown_again(
    cli: CommandLine, options: tuple[str, ...]
) -> None:
    result = cli("keys", "create", "ci", *options)
    assert "will not be shown again" in result.stderr


def test_warning_does_not_contain_the_value(cli: CommandLine) -> None:
    result = cli("keys", "create", "ci")
    assert result.stdout.strip() not in result.stderr


def test_create_prints_the_value_as_json(cli: CommandLine) -> None:
    assert str(create_key(cli)["raw_key"]).startswith("msy_")


def test_list_shows_every_key(cli: CommandLine) -> None:
    key = create_key(cli)
    stdout = cli("keys").stdout
    for part in (key["key_id"], key["prefix"], "ci", "read and write", "active", "2 active, of at"):
        assert str(part) in stdout


def test_list_does_not_show_the_value(cli: CommandLine) -> None:
    value = str(create_key(cli)["raw_key"])
    assert value not in cli("keys").output
    assert value not in json.dumps(list_keys(cli))


def test_key_has_both_scopes_by_default(cli: CommandLine) -> None:
    assert create_key(cli)["scopes"] == ["read", "write"]


def test_scope_limits_a_key(cli: CommandLine) -> None:
    assert create_key(cli, "--scope", "read")["scopes"] == ["read"]


def test_expires_at_is_stored_and_shown(cli: CommandLine) -> None:
    create_key(cli, "--expires-at", "2999-12-31T00:00:00Z")
    assert [str(key["expires_at"])[:10] for key in list_keys(cli) if key["name"] == "ci"] == [
        "2999-12-31"
    ]
    assert "expires 2999-12-31" in cli("keys").stdout


def test_key_limit_is_reported_on_one_line(cli: CommandLine, service: LocalService) -> None:
    service.config = attrs.evolve(service.config, max_keys=1)
    result = cli("keys", "create", "ci")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("memsy keys create: KeyLimitReachedError: ")


def test_delete_revokes_after_confirmation(cli: CommandLine) -> None:
    key = create_key(cli)
    result = cli("keys", "delete", str(key["key_id"]), stdin="y\n")
    assert result.stdout.endswith(f"Key {key['key_id']} is revoked.\n")
    with (
        MemsyClient(cli.server.base_url, str(key["raw_key"])) as memsy,
        pytest.raises(AuthenticationError),
    ):
        memsy.health()


@pytest.mark.parametrize("stdin", ["n\n", "\n", ""], ids=["no", "default", "closed"])
def test_delete_without_confirmation_revokes_nothing(cli: CommandLine, stdin: str) -> None:
    """An empty stdin, as in a cron job, counts as no."""
    key = create_key(cli)
    result = cli("keys", "delete", str(key["key_id"]), stdin=stdin)
    assert result.exit_code == 1
    assert [listed["key_id"] for listed in list_keys(cli)].count(key["key_id"]) == 1


def test_yes_option_skips_the_confirmation(cli: CommandLine) -> None:
    key = create_key(cli)
    assert cli("keys", "delete", str(key["key_id"]), "--yes").exit_code == 0
    assert key["key_id"] not in [listed["key_id"] for listed in list_keys(cli)]


def test_delete_of_an_unknown_key_is_reported(cli: CommandLine) -> None:
    result = cli("keys", "delete", "unknown", "--yes")
    assert result.exit_code == 4
    assert result.stderr.startswith("memsy keys delete: NotFoundError: ")


def test_usage_shows_the_fields_of_the_records(cli: CommandLine) -> None:
    key = create_key(cli)
    with MemsyClient(cli.server.base_url, str(key["raw_key"])) as memsy:
        memsy.health()
    records = cli.json("keys", "usage", str(key["key_id"]))
    stdout = cli("keys", "usage", str(key["key_id"])).stdout
    assert isinstance(records, list)
    assert records
    for name, value in records[0].items():
        assert name in stdout
        assert str(value) in stdout


def test_key_without_usage_prints_no_usage(cli: CommandLine) -> None:
    assert cli("keys", "usage", str(create_key(cli)["key_id"])).stdout == "No usage.\n"


def test_usage_accepts_records_of_any_shape(capsys: pytest.CaptureFixture[str]) -> None:
    records: list[dict[str, Any]] = [{"day": "Monday"}, {"calls": 7, "\x1b": [1]}]
    emit(records, view_usage, as_json=False)
    stdout = capsys.readouterr().out
    assert "\x1b" not in stdout
    assert [part for part in ("Monday", "calls", "7", "[1]") if part not in stdout] == []


def test_question_without_an_answer_names_the_option(cli: CommandLine) -> None:
    result = cli("keys", "delete", "key_local", stdin="")
    assert result.exit_code == 1
    assert result.stderr.endswith(
        "\nmemsy keys delete: stdin has no answer: use --yes to skip the question\n"
    )
