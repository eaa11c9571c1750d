"""`memsy connectors`: connecting, selecting, and disconnecting."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from memsy import MemsyControlClient
from memsy.local import ServiceConfig
from memsy.testing import LocalService
from tests.cli.conftest import Shell
from tests.cli.consent import EagerService

IDS = {"MEMSY_S3_ACCESS_KEY_ID": "AKIA-TEA"}
SECRET = "sugar-and-milk"
CREDENTIALS = {**IDS, "MEMSY_S3_SECRET_ACCESS_KEY": SECRET}
S3 = ("connectors", "s3", "teapots", "--region", "eu-central-1")


def selected(control: MemsyControlClient, connector_id: str) -> list[str]:
    items = control.connectors.list_resources(connector_id)
    return [item.external_id for item in items if item.selected]


def test_stdout_has_the_address_of_the_consent_and_nothing_else(shell: Shell) -> None:
    assert shell("connectors", "connect", "slack").stdout.startswith("https://")


def test_the_new_connector_is_named_beside(shell: Shell, control: MemsyControlClient) -> None:
    said = shell("connectors", "connect", "slack").stderr
    [connector] = control.connectors.list()
    assert said == f"Connector {connector.id} is pending until you consent there.\n"


def test_programs_get_address_and_connector_as_json(shell: Shell) -> None:
    answer = shell.json("connectors", "connect", "slack")
    assert isinstance(answer, dict)
    assert sorted(answer) == ["authorize_url", "connector_id"]


def test_what_cannot_be_connected_is_told_in_one_line(shell: Shell) -> None:
    result = shell("connectors", "connect", "s3")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("memsy connectors connect: MemsyAPIError: ")
    assert result.stderr.count("\n") == 1


def test_a_consent_that_does_not_come_is_not_waited_for_longer_than_asked(shell: Shell) -> None:
    """The address was printed before, so that somebody may still go there."""
    result = shell("connectors", "connect", "slack", "--wait", "--timeout", "0.1")
    assert result.exit_code == 1
    assert result.stdout.startswith("https://")
    assert "MemsyTimeoutError" in result.stderr


class TestWithEagerUsers:
    """Where consent is given at once."""

    @pytest.fixture
    def service(self) -> Iterator[LocalService]:
        with EagerService() as service:
            yield service

    def test_who_waits_gets_to_see_what_can_be_selected(self, shell: Shell) -> None:
        address, shown = shell("connectors", "connect", "slack", "--wait").stdout.splitlines()
        assert address.startswith("https://")
        assert shown == "Nothing to select."

    def test_programs_get_that_as_a_second_value(self, shell: Shell) -> None:
        shown = shell("connectors", "connect", "slack", "--wait", "--json").stdout
        begun, end = json.JSONDecoder().raw_decode(shown)
        assert sorted(begun) == ["authorize_url", "connector_id"]
        assert json.loads(shown[end:]) == []


def test_what_is_selected_takes_the_place_of_what_was(
    shell: Shell, control: MemsyControlClient, slack: str
) -> None:
    shell("connectors", "select", slack, "C1")
    assert "active" in shell("connectors", "select", slack, "C2").stdout
    assert selected(control, slack) == ["C2"]


def test_several_can_be_selected(shell: Shell, control: MemsyControlClient, slack: str) -> None:
    answer = shell.json("connectors", "select", slack, "C1", "C2")
    assert isinstance(answer, dict)
    assert answer["status"] == "active"
    assert selected(control, slack) == ["C1", "C2"]


def test_what_is_not_listed_is_not_selected_by_mistake(
    shell: Shell, control: MemsyControlClient, slack: str
) -> None:
    result = shell("connectors", "select", slack, "C1", "C3")
    assert result.exit_code == 1
    assert "does not list C3" in result.stderr
    assert selected(control, slack) == []


def test_what_is_not_listed_can_be_selected_by_its_type(
    shell: Shell, service: LocalService, control: MemsyControlClient
) -> None:
    """Such as the files of Google Drive, which are chosen in a picker of its own."""
    connector_id = control.connectors.create("google_drive").connector_id
    service.connectors.authorize(connector_id)
    assert shell("connectors", "select", connector_id, "f1", "--type", "file").exit_code == 0
    [item] = control.connectors.list_resources(connector_id)
    assert (item.external_id, item.resource_type) == ("f1", "file")


def test_an_active_connector_can_be_synchronised(shell: Shell, slack: str) -> None:
    assert "ConflictError" in shell("connectors", "sync", slack).stderr
    shell("connectors", "select", slack, "C1")
    assert "last sync" in shell("connectors", "sync", slack).stdout


def test_who_agrees_disconnects(shell: Shell, control: MemsyControlClient, slack: str) -> None:
    result = shell("connectors", "delete", slack, stdin="y\n")
    assert result.stdout.endswith(f"Connector {slack} is gone.\n")
    assert control.connectors.list() == []


def test_who_does_not_agree_disconnects_nothing(
    shell: Shell, control: MemsyControlClient, slack: str
) -> None:
    result = shell("connectors", "delete", slack, stdin="\n")
    assert result.exit_code == 1
    assert [one.id for one in control.connectors.list()] == [slack]


def test_yes_can_be_said_beforehand(shell: Shell, control: MemsyControlClient, slack: str) -> None:
    assert shell("connectors", "delete", slack, "-y").exit_code == 0
    assert control.connectors.list() == []


def test_a_bucket_is_connected_with_credentials_of_the_environment(shell: Shell) -> None:
    shown = shell(*S3, **CREDENTIALS).stdout
    for part in ("s3", "active", "teapots", "eu-central-1"):
        assert part in shown


def test_credentials_that_are_not_there_are_asked_for(shell: Shell) -> None:
    result = shell(*S3, stdin=f"AKIA-TEA\n{SECRET}\n")
    assert result.exit_code == 0
    assert "Secret access key" in result.stderr


def test_a_secret_that_is_typed_is_not_shown(shell: Shell) -> None:
    assert SECRET not in shell(*S3, stdin=f"{SECRET}\n", **IDS).output


def test_credentials_for_other_purposes_are_not_sent(shell: Shell) -> None:
    aws = {"AWS_ACCESS_KEY_ID": "AKIA-ROOT", "AWS_SECRET_ACCESS_KEY": "root"}
    assert shell(*S3, **aws).exit_code == 1


def test_no_option_takes_a_secret(shell: Shell) -> None:
    """It would stay in the shell's history, and in the list of processes."""
    assert "--secret" not in shell("connectors", "s3", "--help").stdout
    assert shell(*S3, "--secret-access-key", SECRET, **IDS).exit_code == 2


def test_refused_credentials_are_told_but_not_shown(shell: Shell, service: LocalService) -> None:
    service.config = ServiceConfig(refused_access_keys=["AKIA-TEA"])
    result = shell(*S3, **CREDENTIALS)
    assert result.exit_code == 1
    assert result.stderr.startswith("memsy connectors s3: MemsyAPIError: ")
    assert SECRET not in result.output


def test_another_bucket_can_take_the_place_of_one(
    shell: Shell, control: MemsyControlClient
) -> None:
    shell(*S3, **CREDENTIALS)
    [before] = control.connectors.list()
    again = ("connectors", "s3", "cups", "--region", "eu-west-1", "--connector", before.id)
    assert shell(*again, **CREDENTIALS).exit_code == 0
    assert [(one.id, one.bucket) for one in control.connectors.list()] == [(before.id, "cups")]
