"""Contract tests of connectors, from consent to deletion."""

from __future__ import annotations

from memsy.exceptions import ConflictError, MemsyAPIError, NotFoundError
from memsy.models import ResourceSelection
from memsy.testing.contract.context import ContractContext, expect_error


def providers_are_listed(context: ContractContext) -> None:
    """`connectors.list_providers()` returns the providers (wire contract 6.15)."""
    providers = context.control.connectors.list_providers()
    assert {"slack", "s3", "notion", "github", "google_drive", "onedrive"} <= set(providers)
    assert context.control.connectors.status("slack").connected is False


def new_connector_is_pending_until_consent(context: ContractContext) -> None:
    """A new connector is pending, and gets a 409 before the user consents (wire contract 6.15)."""
    connectors = context.control.connectors
    connection = connectors.create("slack")
    assert connection.authorize_url.startswith("https://")
    assert connectors.get(connection.connector_id).status == "pending"
    expect_error(ConflictError, lambda: connectors.list_resources(connection.connector_id))
    expect_error(ConflictError, lambda: connectors.sync(connection.connector_id))
    connectors.delete(connection.connector_id)


def configured_connector_is_active_until_deleted(context: ContractContext) -> None:
    """A connector is active from its configuration to its deletion (wire contract 6.15)."""
    connectors = context.control.connectors
    connector_id = connectors.create("slack").connector_id
    context.consent(connector_id)
    resources = connectors.wait_until_authorized(connector_id, timeout=30.0, poll_interval=0.5)
    active = connectors.configure_resources(connector_id, resources[:1])
    assert (active.status, active.provider) == ("active", "slack")
    selected = [item for item in connectors.list_resources(connector_id) if item.selected]
    assert [item.external_id for item in selected] == [item.external_id for item in resources[:1]]
    assert connectors.sync(connector_id).status == "active"
    assert connectors.status("slack").connected is True
    assert connector_id in [connector.id for connector in connectors.list()]
    connectors.delete(connector_id)
    expect_error(NotFoundError, lambda: connectors.get(connector_id))
    assert connectors.status("slack").connected is False


def selection_replaces_the_previous_selection(context: ContractContext) -> None:
    """`configure_resources()` replaces the previous selection (wire contract 6.15)."""
    connectors = context.control.connectors
    connector_id = connectors.create("slack").connector_id
    context.consent(connector_id)
    for external_id in ("C1", "C2"):
        connectors.configure_resources(connector_id, [ResourceSelection(external_id)])
    selected = [item for item in connectors.list_resources(connector_id) if item.selected]
    assert [item.external_id for item in selected] == ["C2"]
    connectors.delete(connector_id)


def second_connection_of_a_workspace_conflicts(context: ContractContext) -> None:
    """A second connection of a workspace gets a 409 (wire contract 6.15)."""
    connectors = context.control.connectors
    connector_id = connectors.create("slack").connector_id
    context.consent(connector_id)
    expect_error(ConflictError, lambda: connectors.create("slack"))
    connectors.delete(connector_id)


def s3_connector_is_active_at_once_and_hides_its_secret(context: ContractContext) -> None:
    """An S3 connector is active at once, and no response shows its secret (wire contract 6.15)."""
    connectors = context.control.connectors
    secret = "wJalrXUtnFEMI/K7MDENG"  # noqa: S105 - an example
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


def unsupported_provider_operations_are_rejected(context: ContractContext) -> None:
    """A Slack connector gets a 400 for branches, folders and picker (wire contract 6.15)."""
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


def unknown_connector_is_not_found(context: ContractContext) -> None:
    """An unknown connector id gets a 404 (wire contract 6.15)."""
    connectors = context.control.connectors
    for call in (
        lambda: connectors.get("no-such-connector"),
        lambda: connectors.sync("no-such-connector"),
        lambda: connectors.list_resources("no-such-connector"),
        lambda: connectors.delete("no-such-connector"),
    ):
        expect_error(NotFoundError, call)
