"""Every call of the clients, once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from attrs import frozen

from memsy import (
    ActorListResponse,
    ActorResource,
    ApiKeyListResponse,
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    BillingSummary,
    ClearResponse,
    Connector,
    ConnectorConnection,
    ConnectorResourceItem,
    ConnectorStatus,
    CreateKeyResponse,
    EventListResponse,
    EventPayload,
    HealthResponse,
    IngestResponse,
    Invoice,
    MemoryItemResource,
    MemoryListResponse,
    MemoryStatsResponse,
    MemsyClient,
    MemsyControlClient,
    MeResponse,
    OrgResource,
    PickerConfig,
    ProInterestResponse,
    ResourceSelection,
    RoleResource,
    SearchResponse,
    StatusResponse,
    TeamResource,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
)

Hot: TypeAlias = "MemsyClient | AsyncMemsyClient"
Control: TypeAlias = "MemsyControlClient | AsyncMemsyControlClient"


@frozen
class Call:
    """A call as one writes it, the same for both colours but for the `await`."""

    name: str
    shape: object
    """The annotation of what it returns."""
    on_hot: Callable[[Hot], object] | None = None
    on_control: Callable[[Control], object] | None = None

    def __call__(self, hot: Hot, control: Control) -> object:
        """Ask the client that it is for."""
        if self.on_hot is not None:
            return self.on_hot(hot)
        assert self.on_control is not None
        return self.on_control(control)


def _hot(name: str, shape: object, ask: Callable[[Hot], object]) -> Call:
    return Call(name, shape, on_hot=ask)


def _control(name: str, shape: object, ask: Callable[[Control], object]) -> Call:
    return Call(name, shape, on_control=ask)


ORG = "org_local"

MEMORY = "77b9ce81-1e3c-549e-9486-dbe832379bfd"
"""Of the event `answer`."""

_EVENT = EventPayload(
    *("ada", "s1", "user_message", "I like tea"), "role", "team", metadata={"lang": "en"}
)

CALLS = (
    _hot("search", SearchResponse, lambda m: m.search("tea", include_source_events=True)),
    _hot("ingest", IngestResponse, lambda m: m.ingest([_EVENT])),
    _hot("status", StatusResponse, lambda m: m.status(["event", "nothing"])),
    _hot("health", HealthResponse, lambda m: m.health()),
    _hot("clear", ClearResponse, lambda m: m.clear("all")),
    _hot("memories.stats", MemoryStatsResponse, lambda m: m.memories.stats()),
    _hot("memories.get", MemoryItemResource, lambda m: m.memories.get(MEMORY)),
    _hot("memories.list", MemoryListResponse, lambda m: m.memories.list(search="tea")),
    _hot("actors.get", ActorResource, lambda m: m.actors.get("ada")),
    _hot("actors.list", ActorListResponse, lambda m: m.actors.list()),
    _hot("orgs.create", OrgResource, lambda m: m.orgs.create(ORG, "Two", "Coffee.")),
    _hot("orgs.get", OrgResource, lambda m: m.orgs.get(ORG)),
    _hot("orgs.update", OrgResource, lambda m: m.orgs.update(ORG, name="One")),
    _hot("orgs.regenerate_prompt", OrgResource, lambda m: m.orgs.regenerate_prompt(ORG)),
    _hot("orgs.delete", type(None), lambda m: m.orgs.delete(ORG)),
    _hot("orgs.list", list[OrgResource], lambda m: m.orgs.list()),
    _hot("roles.create", RoleResource, lambda m: m.roles.create(ORG, "Two", "Coffee.")),
    _hot("roles.get", RoleResource, lambda m: m.roles.get("role", ORG)),
    _hot("roles.update", RoleResource, lambda m: m.roles.update("role", ORG, name="One")),
    _hot("roles.regenerate_prompt", RoleResource, lambda m: m.roles.regenerate_prompt("role", ORG)),
    _hot("roles.delete", type(None), lambda m: m.roles.delete("role", ORG)),
    _hot("roles.list", list[RoleResource], lambda m: m.roles.list(ORG)),
    _hot("teams.create", TeamResource, lambda m: m.teams.create(ORG, "Two", "Coffee.")),
    _hot("teams.get", TeamResource, lambda m: m.teams.get("team", ORG)),
    _hot("teams.update", TeamResource, lambda m: m.teams.update("team", ORG, name="One")),
    _hot("teams.regenerate_prompt", TeamResource, lambda m: m.teams.regenerate_prompt("team", ORG)),
    _hot("teams.delete", type(None), lambda m: m.teams.delete("team", ORG)),
    _hot("teams.list", list[TeamResource], lambda m: m.teams.list(ORG)),
    _control("me", MeResponse, lambda m: m.me()),
    _control("control health", HealthResponse, lambda m: m.health()),
    _control("usage.summary", UsageSummaryResponse, lambda m: m.usage.summary()),
    _control("usage.timeseries", UsageTimeseriesResponse, lambda m: m.usage.timeseries()),
    _control("billing.summary", BillingSummary, lambda m: m.billing.summary()),
    _control("billing.invoices", list[Invoice], lambda m: m.billing.invoices()),
    _control("keys.create", CreateKeyResponse, lambda m: m.keys.create("spare", ["read"])),
    _control("keys.delete", type(None), lambda m: m.keys.delete("key")),
    _control("keys.usage", list[dict[str, Any]], lambda m: m.keys.usage("key")),
    _control("keys.list", ApiKeyListResponse, lambda m: m.keys.list()),
    _control("events.list", EventListResponse, lambda m: m.events.list()),
    _control(
        "interest.express",
        ProInterestResponse,
        lambda m: m.interest.express("ada@example.org", "Ada", company="Tea & Sons"),
    ),
    _control("interest.status", bool, lambda m: m.interest.status()),
    _control("connectors.list_providers", list[str], lambda m: m.connectors.list_providers()),
    _control("connectors.status", ConnectorStatus, lambda m: m.connectors.status("github")),
    _control("connectors.create", ConnectorConnection, lambda m: m.connectors.create("notion")),
    _control(
        "connectors.configure_s3",
        Connector,
        lambda m: m.connectors.configure_s3(
            access_key_id="AKIA",
            secret_access_key="secret",
            region="eu-central-1",
            bucket="papers",
        ),
    ),
    _control("connectors.get", Connector, lambda m: m.connectors.get("slack")),
    _control(
        "connectors.list_resources",
        list[ConnectorResourceItem],
        lambda m: m.connectors.list_resources("slack"),
    ),
    _control(
        "connectors.list_branches",
        list[ConnectorResourceItem],
        lambda m: m.connectors.list_branches("github", "app"),
    ),
    _control(
        "connectors.picker_config",
        PickerConfig,
        lambda m: m.connectors.picker_config("google_drive"),
    ),
    _control(
        "connectors.configure_resources",
        Connector,
        lambda m: m.connectors.configure_resources("slack", [ResourceSelection("C1")]),
    ),
    _control("connectors.sync", Connector, lambda m: m.connectors.sync("github")),
    _control("connectors.delete", type(None), lambda m: m.connectors.delete("slack")),
    _control("connectors.list", list[Connector], lambda m: m.connectors.list()),
)
"""All but `connectors.wait_until_authorized`, which is `get` and `list_resources` in turn."""
