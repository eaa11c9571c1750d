"""Promises of the control plane about connectors, from consent to disconnecting."""

from __future__ import annotations

from memsy.exceptions import ConflictError, MemsyAPIError, NotFoundError
from memsy.models import ResourceSelection
from memsy.testing.contract.context import ContractContext, expect_error


def the_providers_are_known(context: ContractContext) -> None:
    providers = context.control.connectors.list_providers()
    assert {"slack", "s3", "notion", "github", "google_drive", "onedrive"} <= set(providers)
    assert context.control.connectors.status("slack").connected is False


def a_connector_waits_for_consent(context: ContractContext) -> None:
    connectors = context.control.connectors
    begun = connectors.create("slack")
    assert begun.authorize_url.startswith("https://")
    assert connectors.get(begun.connector_id).status == "pending"
    expect_error(ConflictError, lambda: connectors.list_resources(begun.connector_id))
    expect_error(ConflictError, lambda: connectors.sync(begun.connector_id))
    connectors.delete(begun.connector_id)


def a_connector_lives_from_consent_to_delete(context: ContractContext) -> None:
    connectors = context.control.connectors
    connector_id = connectors.create("slack").connector_id
    context.consent(connector_id)
    offered = connectors.wait_until_authorized(connector_id, timeout=30.0, poll_interval=0.5)
    active = connectors.configure_resources(connector_id, offered[:1])
    assert (active.status, active.provider) == ("active", "slack")
    selected = [item for item in connectors.list_resources(connector_id) if item.selected]
    assert [item.external_id for item in selected] == [item.external_id for item in offered[:1]]
    assert connectors.sync(connector_id).status == "active"
    assert connectors.status("slack").connected is True
    assert connector_id in [connector.id for connector in connectors.list()]
    connectors.delete(connector_id)
    expect_error(NotFoundError, lambda: connectors.get(connector_id))
    assert connectors.status("slack").connected is False


def a_selection_replaces_the_one_before(context: ContractContext) -> None:
    connectors = context.control.connectors
    connector_id = connectors.create("slack").connector_id
    context.consent(connector_id)
    for wanted in ("C1", "C2"):
        connectors.configure_resources(connector_id, [ResourceSelection(wanted)])
    selected = [item for item in connectors.list_resources(connector_id) if item.selected]
    assert [item.external_id for item in selected] == ["C2"]
    connectors.delete(connector_id)


def a_workspace_is_connected_once(context: ContractContext) -> None:
    connectors = context.control.connectors
    connector_id = connectors.create("slack").connector_id
    context.consent(connector_id)
    expect_error(ConflictError, lambda: connectors.create("slack"))
    connectors.delete(connector_id)


def s3_is_active_at_once_and_keeps_its_secret(context: ContractContext) -> None:
    connectors = context.control.connectors
    secret = "wJalrXUtnFEMI/K7MDENG"  # noqa: S105 - nobody's
    connector = connectors.configure_s3(
        access_key_id="AKIA", secret_access_key=secret, region="eu-central-1", bucket="papers"
    )
    assert (connector.status, connector.bucket, connector.region) == (
        "active",
        "papers",
        "eu-central-1",
    )
    assert secret not in repr(connectors.list())
    error = expect_error(MemsyAPIError, lambda: connectors.create("s3"))
    assert error.status_code == 400
    connectors.delete(connector.id)


def branches_are_those_of_github_and_folders_those_of_onedrive(context: ContractContext) -> None:
    connectors = context.control.connectors
    connector_id = connectors.create("slack").connector_id
    context.consent(connector_id)
    for call in (
        lambda: connectors.list_branches(connector_id, "acme/app"),
        lambda: connectors.list_resources(connector_id, parent_id="folder"),
        lambda: connectors.picker_config(connector_id),
    ):
        assert expect_error(MemsyAPIError, call).status_code == 400
    connectors.delete(connector_id)


def an_unknown_connector_is_not_found(context: ContractContext) -> None:
    connectors = context.control.connectors
    for call in (
        lambda: connectors.get("no-such-connector"),
        lambda: connectors.sync("no-such-connector"),
        lambda: connectors.list_resources("no-such-connector"),
        lambda: connectors.delete("no-such-connector"),
    ):
        expect_error(NotFoundError, call)
