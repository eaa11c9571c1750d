"""Commands of `memsy connectors` that read: list, providers, status, get, resources, branches."""

from __future__ import annotations

from memsy import MemsyControlClient, ResourceSelection
from memsy.testing import LocalService
from tests.cli.conftest import CommandLine


def test_empty_list_prints_no_connectors(cli: CommandLine) -> None:
    assert cli("connectors").stdout == "No connectors.\n"


def test_list_shows_provider_status_name_and_id(cli: CommandLine, slack_id: str) -> None:
    stdout = cli("connectors").stdout
    for part in ("slack", "pending", "Tea House", slack_id):
        assert part in stdout


def test_list_shows_the_error_of_a_connector(
    cli: CommandLine, service: LocalService, slack_id: str
) -> None:
    service.connectors.fail(slack_id, "The kettle is broken")
    assert "The kettle is broken" in cli("connectors").stdout


def test_list_prints_json(cli: CommandLine, slack_id: str) -> None:
    response = cli.json("connectors")
    assert isinstance(response, list)
    assert [connector["id"] for connector in response] == [slack_id]


def test_providers_are_listed_one_per_line(cli: CommandLine) -> None:
    lines = cli("connectors", "providers").stdout.splitlines()
    assert lines == cli.json("connectors", "providers")
    assert "slack" in lines


def test_status_shows_if_a_provider_is_connected(
    cli: CommandLine, control: MemsyControlClient, slack_id: str
) -> None:
    assert cli("connectors", "status", "github").stdout.split() == ["connected", "no"]
    control.connectors.configure_resources(slack_id, [ResourceSelection("C1")])
    words = cli("connectors", "status", "slack").stdout.split()
    assert words == ["connected", "yes", "name", "Tea", "House"]


def test_get_shows_all_fields(cli: CommandLine, slack_id: str) -> None:
    stdout = cli("connectors", "get", slack_id).stdout
    for part in (slack_id, "slack", "pending", "Tea House", "channels:read"):
        assert part in stdout


def test_resources_marks_the_selected_resources(
    cli: CommandLine, control: MemsyControlClient, slack_id: str
) -> None:
    control.connectors.configure_resources(
        slack_id, [ResourceSelection("C1", "channel", "general")]
    )
    lines = [line.split() for line in cli("connectors", "resources", slack_id).stdout.splitlines()]
    assert ["*", "channel", "C1", "general"] in lines
    assert ["channel", "C2"] in lines


def test_resources_before_consent_is_an_error(
    cli: CommandLine, control: MemsyControlClient
) -> None:
    connector_id = control.connectors.create("slack").connector_id
    result = cli("connectors", "resources", connector_id)
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.startswith("memsy connectors resources: ConflictError: ")


def test_empty_resource_list_prints_no_resources(
    cli: CommandLine, service: LocalService, control: MemsyControlClient
) -> None:
    connector_id = control.connectors.create("onedrive").connector_id
    service.connectors.authorize(connector_id)
    assert cli("connectors", "resources", connector_id).stdout == "No resources to select.\n"


def test_parent_lists_the_contents_of_a_folder(
    cli: CommandLine, service: LocalService, control: MemsyControlClient
) -> None:
    connector_id = control.connectors.create("onedrive").connector_id
    service.connectors.authorize(connector_id)
    service.connectors.offer(connector_id, [ResourceSelection("f1", "file")], parent="d1")
    response = cli.json("connectors", "resources", connector_id, "--parent", "d1")
    assert isinstance(response, list)
    assert [item["external_id"] for item in response] == ["f1"]


def test_branches_lists_the_branches_of_a_repository(
    cli: CommandLine, service: LocalService, control: MemsyControlClient
) -> None:
    connector_id = control.connectors.create("github").connector_id
    service.connectors.authorize(connector_id)
    service.connectors.offer(connector_id, [ResourceSelection("acme/tea", "repo")])
    branch = ResourceSelection("acme/tea#main", "default_branch")
    service.connectors.offer(connector_id, [branch], parent="acme/tea")
    assert branch.external_id in cli("connectors", "branches", connector_id, "acme/tea").stdout
