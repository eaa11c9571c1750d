"""`memsy keys`: a key's text is shown once, and nothing is revoked by accident."""

from __future__ import annotations

import json
from typing import Any

import attrs
import pytest

from memsy import AuthenticationError, MemsyClient
from memsy.cli.keys import view_usage
from memsy.cli.output import emit
from memsy.testing import LocalService
from tests.cli.conftest import Shell


def made(shell: Shell, *options: str) -> dict[str, object]:
    answer = shell.json("keys", "create", "ci", *options)
    assert isinstance(answer, dict)
    return answer


def listed(shell: Shell) -> list[dict[str, object]]:
    answer = shell.json("keys")
    assert isinstance(answer, dict)
    keys: list[dict[str, object]] = answer["keys"]
    return keys


def test_stdout_has_the_text_of_a_new_key_and_nothing_else(shell: Shell) -> None:
    text = shell("keys", "create", "ci").stdout.strip()
    with MemsyClient(shell.server.base_url, text) as memsy:
        assert memsy.health().status == "ok"


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_warning_says_that_the_text_will_not_be_shown_again(
    shell: Shell, form: tuple[str, ...]
) -> None:
    result = shell("keys", "create", "ci", *form)
    assert "will not be shown again" in result.stderr


def test_the_warning_does_not_hold_the_text(shell: Shell) -> None:
    result = shell("keys", "create", "ci")
    assert result.stdout.strip() not in result.stderr


def test_programs_get_the_text_in_json(shell: Shell) -> None:
    assert str(made(shell)["raw_key"]).startswith("msy_")


def test_the_list_names_every_key(shell: Shell) -> None:
    key = made(shell)
    shown = shell("keys").stdout
    for part in (key["key_id"], key["prefix"], "ci", "read and write", "active", "2 active, of at"):
        assert str(part) in shown


def test_no_list_holds_the_text(shell: Shell) -> None:
    text = str(made(shell)["raw_key"])
    assert text not in shell("keys").output
    assert text not in json.dumps(listed(shell))


def test_a_key_can_do_both_by_default(shell: Shell) -> None:
    assert made(shell)["scopes"] == ["read", "write"]


def test_a_key_can_be_for_less(shell: Shell) -> None:
    assert made(shell, "--scope", "read")["scopes"] == ["read"]


def test_a_key_can_end(shell: Shell) -> None:
    made(shell, "--expires-at", "2999-12-31T00:00:00Z")
    assert [str(key["expires_at"])[:10] for key in listed(shell) if key["name"] == "ci"] == [
        "2999-12-31"
    ]
    assert "expires 2999-12-31" in shell("keys").stdout


def test_a_limit_is_told_in_one_line(shell: Shell, service: LocalService) -> None:
    service.config = attrs.evolve(service.config, max_keys=1)
    result = shell("keys", "create", "ci")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("memsy keys create: KeyLimitReachedError: ")


def test_who_agrees_revokes(shell: Shell) -> None:
    key = made(shell)
    result = shell("keys", "delete", str(key["key_id"]), stdin="y\n")
    assert result.stdout.endswith(f"Key {key['key_id']} is revoked.\n")
    with (
        MemsyClient(shell.server.base_url, str(key["raw_key"])) as memsy,
        pytest.raises(AuthenticationError),
    ):
        memsy.health()


@pytest.mark.parametrize("answer", ["n\n", "\n", ""])
def test_who_does_not_agree_revokes_nothing(shell: Shell, answer: str) -> None:
    """Nor does who cannot: stdin is empty where nobody sits."""
    key = made(shell)
    result = shell("keys", "delete", str(key["key_id"]), stdin=answer)
    assert result.exit_code == 1
    assert [one["key_id"] for one in listed(shell)].count(key["key_id"]) == 1


def test_yes_can_be_said_beforehand(shell: Shell) -> None:
    key = made(shell)
    assert shell("keys", "delete", str(key["key_id"]), "--yes").exit_code == 0
    assert key["key_id"] not in [one["key_id"] for one in listed(shell)]


def test_a_key_that_nobody_has_cannot_be_revoked(shell: Shell) -> None:
    result = shell("keys", "delete", "nobody", "--yes")
    assert result.exit_code == 1
    assert result.stderr.startswith("memsy keys delete: NotFoundError: ")


def test_the_usage_of_a_key_is_shown_as_the_service_records_it(shell: Shell) -> None:
    key = made(shell)
    with MemsyClient(shell.server.base_url, str(key["raw_key"])) as memsy:
        memsy.health()
    records = shell.json("keys", "usage", str(key["key_id"]))
    shown = shell("keys", "usage", str(key["key_id"])).stdout
    assert isinstance(records, list)
    assert records
    for name, value in records[0].items():
        assert name in shown
        assert str(value) in shown


def test_a_key_without_usage_says_so(shell: Shell) -> None:
    assert shell("keys", "usage", str(made(shell)["key_id"])).stdout == "It was not used.\n"


def test_records_of_any_shape_can_be_shown(capsys: pytest.CaptureFixture[str]) -> None:
    records: list[dict[str, Any]] = [{"day": "Monday"}, {"calls": 7, "\x1b": [1]}]
    emit(records, view_usage, as_json=False)
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert [part for part in ("Monday", "calls", "7", "[1]") if part not in shown] == []
