"""`memsy connectors`: looking at what is connected."""

from __future__ import annotations

from memsy import MemsyControlClient, ResourceSelection
from memsy.testing import LocalService
from tests.cli.conftest import Shell


def test_nothing_connected_is_said(shell: Shell) -> None:
    assert shell("connectors").stdout == "No connectors.\n"


def test_connectors_are_listed_with_state_and_id(shell: Shell, slack: str) -> None:
    shown = shell("connectors").stdout
    for part in ("slack", "pending", "Tea House", slack):
        assert part in shown


def test_what_is_wrong_with_a_connector_is_listed(
    shell: Shell, service: LocalService, slack: str
) -> None:
    service.connectors.fail(slack, "The kettle is broken")
    assert "The kettle is broken" in shell("connectors").stdout


def test_programs_get_the_list_as_json(shell: Shell, slack: str) -> None:
    answer = shell.json("connectors")
    assert isinstance(answer, list)
    assert [one["id"] for one in answer] == [slack]


def test_providers_are_listed_a_line_each(shell: Shell) -> None:
    shown = shell("connectors", "providers").stdout.splitlines()
    assert shown == shell.json("connectors", "providers")
    assert "slack" in shown


def test_a_provider_is_connected_or_not(
    shell: Shell, control: MemsyControlClient, slack: str
) -> None:
    assert shell("connectors", "status", "github").stdout.split() == ["connected", "no"]
    control.connectors.configure_resources(slack, [ResourceSelection("C1")])
    shown = shell("connectors", "status", "slack").stdout.split()
    assert shown == ["connected", "yes", "name", "Tea", "House"]


def test_one_connector_is_shown_in_full(shell: Shell, slack: str) -> None:
    shown = shell("connectors", "get", slack).stdout
    for part in (slack, "slack", "pending", "Tea House", "channels:read"):
        assert part in shown


def test_resources_are_listed_with_a_tick_at_the_selected_ones(
    shell: Shell, control: MemsyControlClient, slack: str
) -> None:
    control.connectors.configure_resources(slack, [ResourceSelection("C1", "channel", "general")])
    lines = [line.split() for line in shell("connectors", "resources", slack).stdout.splitlines()]
    assert ["✓", "channel", "C1", "general"] in lines
    assert ["channel", "C2"] in lines


def test_before_consent_there_are_no_resources(shell: Shell, control: MemsyControlClient) -> None:
    connector_id = control.connectors.create("slack").connector_id
    result = shell("connectors", "resources", connector_id)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("memsy connectors resources: ConflictError: ")


def test_nothing_to_select_is_said(
    shell: Shell, service: LocalService, control: MemsyControlClient
) -> None:
    connector_id = control.connectors.create("onedrive").connector_id
    service.connectors.authorize(connector_id)
    assert shell("connectors", "resources", connector_id).stdout == "Nothing to select.\n"


def test_a_folder_can_be_looked_into(
    shell: Shell, service: LocalService, control: MemsyControlClient
) -> None:
    connector_id = control.connectors.create("onedrive").connector_id
    service.connectors.authorize(connector_id)
    service.connectors.offer(connector_id, [ResourceSelection("f1", "file")], below="d1")
    answer = shell.json("connectors", "resources", connector_id, "--parent", "d1")
    assert isinstance(answer, list)
    assert [one["external_id"] for one in answer] == ["f1"]


def test_branches_are_listed(
    shell: Shell, service: LocalService, control: MemsyControlClient
) -> None:
    connector_id = control.connectors.create("github").connector_id
    service.connectors.authorize(connector_id)
    service.connectors.offer(connector_id, [ResourceSelection("acme/tea", "repo")])
    branch = ResourceSelection("acme/tea#main", "default_branch")
    service.connectors.offer(connector_id, [branch], below="acme/tea")
    assert branch.external_id in shell("connectors", "branches", connector_id, "acme/tea").stdout
