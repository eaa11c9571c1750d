"""Commands of `memsy connectors` that change something: connect, select, sync, delete, s3."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from memsy import MemsyControlClient
from memsy.local import ServiceConfig
from memsy.testing import LocalService
from tests.cli.auto_consent_service import AutoConsentService
from tests.cli.conftest import CommandLine

ACCESS_KEY_ID = {"MEMSY_S3_ACCESS_KEY_ID": "AKIA-TEA"}
SECRET = "sugar-and-milk"
CREDENTIALS = {**ACCESS_KEY_ID, "MEMSY_S3_SECRET_ACCESS_KEY": SECRET}
S3_COMMAND = ("connectors", "s3", "teapots", "--region", "eu-central-1")


def selected_ids(control: MemsyControlClient, connector_id: str) -> list[str]:
    items = control.connectors.list_resources(connector_id)
    return [item.external_id for item in items if item.selected]


def test_connect_prints_only_the_consent_url_to_stdout(cli: CommandLine) -> None:
    assert cli("connectors", "connect", "slack").stdout.startswith("https://")


def test_connect_names_the_new_connector_on_stderr(
    cli: CommandLine, control: MemsyControlClient
) -> None:
    stderr = cli("connectors", "connect", "slack").stderr
    [connector] = control.connectors.list()
    assert stderr == (
        f"Connector {connector.id} is pending: open the consent URL to authorize it.\n"
    )


def test_connect_prints_url_and_connector_as_json(cli: CommandLine) -> None:
    response = cli.json("connectors", "connect", "slack")
    assert isinstance(response, dict)
    assert sorted(response) == ["authorize_url", "connector_id"]


def test_connect_errors_are_reported_on_one_line(cli: CommandLine) -> None:
    result = cli("connectors", "connect", "s3")
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("memsy connectors connect: MemsyAPIError: ")
    assert result.stderr.count("\n") == 1


def test_wait_ends_after_the_timeout(cli: CommandLine) -> None:
    """The URL is printed before the wait, so the user can still consent."""
    result = cli("connectors", "connect", "slack", "--wait", "--wait-timeout", "0.1")
    assert result.exit_code == 6
    assert result.stdout.startswith("https://")
    assert "MemsyTimeoutError" in result.stderr


class TestWithImmediateConsent:
    """Commands against a service that authorizes connectors at once."""

    @pytest.fixture
    def service(self) -> Iterator[LocalService]:
        with AutoConsentService() as service:
            yield service

    def test_wait_prints_the_resources(self, cli: CommandLine) -> None:
        url, resources = cli("connectors", "connect", "slack", "--wait").stdout.splitlines()
        assert url.startswith("https://")
        assert resources == "No resources to select."

    def test_wait_prints_the_resources_as_second_json_value(self, cli: CommandLine) -> None:
        stdout = cli("connectors", "connect", "slack", "--wait", "--json").stdout
        created, end = json.JSONDecoder().raw_decode(stdout)
        assert sorted(created) == ["authorize_url", "connector_id"]
        assert json.loads(stdout[end:]) == []


def test_select_replaces_the_earlier_selection(
    cli: CommandLine, control: MemsyControlClient, slack_id: str
) -> None:
    cli("connectors", "select", slack_id, "C1")
    assert "active" in cli("connectors", "select", slack_id, "C2").stdout
    assert selected_ids(control, slack_id) == ["C2"]


def test_select_accepts_several_resources(
    cli: CommandLine, control: MemsyControlClient, slack_id: str
) -> None:
    response = cli.json("connectors", "select", slack_id, "C1", "C2")
    assert isinstance(response, dict)
    assert response["status"] == "active"
    assert selected_ids(control, slack_id) == ["C1", "C2"]


def test_select_of_an_unlisted_resource_is_an_error(
    cli: CommandLine, control: MemsyControlClient, slack_id: str
) -> None:
    result = cli("connectors", "select", slack_id, "C1", "C3")
    assert result.exit_code == 1
    assert "does not list C3" in result.stderr
    assert selected_ids(control, slack_id) == []


def test_type_option_selects_an_unlisted_resource(
    cli: CommandLine, service: LocalService, control: MemsyControlClient
) -> None:
    """Google Drive files are an example: users choose them in a separate picker."""
    connector_id = control.connectors.create("google_drive").connector_id
    service.connectors.authorize(connector_id)
    assert cli("connectors", "select", connector_id, "f1", "--type", "file").exit_code == 0
    [item] = control.connectors.list_resources(connector_id)
    assert (item.external_id, item.resource_type) == ("f1", "file")


def test_sync_works_after_resources_are_selected(cli: CommandLine, slack_id: str) -> None:
    assert "ConflictError" in cli("connectors", "sync", slack_id).stderr
    cli("connectors", "select", slack_id, "C1")
    assert "last sync" in cli("connectors", "sync", slack_id).stdout


def test_delete_asks_for_confirmation(
    cli: CommandLine, control: MemsyControlClient, slack_id: str
) -> None:
    result = cli("connectors", "delete", slack_id, stdin="y\n")
    assert result.stdout.endswith(f"Connector {slack_id} is deleted.\n")
    assert control.connectors.list() == []


def test_delete_without_confirmation_deletes_nothing(
    cli: CommandLine, control: MemsyControlClient, slack_id: str
) -> None:
    result = cli("connectors", "delete", slack_id, stdin="\n")
    assert result.exit_code == 1
    assert [connector.id for connector in control.connectors.list()] == [slack_id]


def test_yes_option_skips_the_confirmation(
    cli: CommandLine, control: MemsyControlClient, slack_id: str
) -> None:
    assert cli("connectors", "delete", slack_id, "-y").exit_code == 0
    assert control.connectors.list() == []


def test_s3_reads_credentials_from_the_environment(cli: CommandLine) -> None:
    stdout = cli(*S3_COMMAND, **CREDENTIALS).stdout
    for part in ("s3", "active", "teapots", "eu-central-1"):
        assert part in stdout


def test_s3_prompts_for_missing_credentials(cli: CommandLine) -> None:
    result = cli(*S3_COMMAND, stdin=f"AKIA-TEA\n{SECRET}\n")
    assert result.exit_code == 0
    assert "Secret access key" in result.stderr


def test_typed_secret_is_not_printed(cli: CommandLine) -> None:
    assert SECRET not in cli(*S3_COMMAND, stdin=f"{SECRET}\n", **ACCESS_KEY_ID).output


def test_s3_ignores_the_aws_variables(cli: CommandLine) -> None:
    aws = {"AWS_ACCESS_KEY_ID": "AKIA-ROOT", "AWS_SECRET_ACCESS_KEY": "root"}
    assert cli(*S3_COMMAND, **aws).exit_code == 1


def test_s3_has_no_option_for_the_secret(cli: CommandLine) -> None:
    """Shell history and process lists would show its value."""
    assert "--secret" not in cli("connectors", "s3", "--help").stdout
    assert cli(*S3_COMMAND, "--secret-access-key", SECRET, **ACCESS_KEY_ID).exit_code == 2


def test_rejected_credentials_are_reported_but_not_printed(
    cli: CommandLine, service: LocalService
) -> None:
    service.config = ServiceConfig(refused_access_keys=["AKIA-TEA"])
    result = cli(*S3_COMMAND, **CREDENTIALS)
    assert result.exit_code == 3
    assert result.stderr.startswith("memsy connectors s3: MemsyAPIError: ")
    assert SECRET not in result.output


def test_connector_option_changes_the_bucket(cli: CommandLine, control: MemsyControlClient) -> None:
    cli(*S3_COMMAND, **CREDENTIALS)
    [connector] = control.connectors.list()
    command = ("connectors", "s3", "cups", "--region", "eu-west-1", "--connector", connector.id)
    assert cli(*command, **CREDENTIALS).exit_code == 0
    assert [(changed.id, changed.bucket) for changed in control.connectors.list()] == [
        (connector.id, "cups")
    ]
