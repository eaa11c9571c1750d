"""
Public surface of the official SDK, version 0.3.5, as signatures.

The literals of fixed words, such as `MemorySort`, are `str` in the official SDK.
"""

from __future__ import annotations

from typing import Any, Protocol

from memsy import (
    ActorListResponse,
    ActorResource,
    ActorSort,
    ApiKeyListResponse,
    BillingSummary,
    Connector,
    ConnectorConnection,
    ConnectorResourceItem,
    ConnectorStatus,
    CreateKeyResponse,
    EventKind,
    EventListResponse,
    EventPayload,
    EventSort,
    Granularity,
    HealthResponse,
    IngestResponse,
    Invoice,
    KeyScope,
    MemoryItemResource,
    MemoryListResponse,
    MemorySort,
    MemoryStatsResponse,
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


def constructor(  # of both clients; Python 3.10 removes __init__ from a protocol
    self: object,
    base_url: str,
    api_key: str,
    timeout: float = 30.0,
    max_retries: int = 3,
    retry_backoff: float = 1.0,
) -> None: ...


class MemsyClient(Protocol):
    orgs: OrgsResource
    roles: RolesResource
    teams: TeamsResource
    memories: MemoriesResource
    actors: ActorsResource

    def close(self) -> None: ...
    def ingest(self, events: list[EventPayload]) -> IngestResponse: ...
    def search(
        self,
        query: str,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        exclude_session_id: str | None = None,
        limit: int = 10,
        threshold: float = 0.0,
        include_source_events: bool = False,
        role_ids: list[str] | None = None,
        team_ids: list[str] | None = None,
    ) -> SearchResponse: ...
    def status(self, event_ids: list[str]) -> StatusResponse: ...
    def health(self) -> HealthResponse: ...


class MemsyControlClient(Protocol):
    usage: UsageResource
    billing: BillingResource
    keys: KeysResource
    events: EventsResource
    interest: InterestResource
    connectors: ConnectorsResource

    def close(self) -> None: ...
    def me(self) -> MeResponse: ...
    def health(self) -> HealthResponse: ...


class OrgsResource(Protocol):
    def create(self, org_id: str, name: str, focus: str) -> OrgResource: ...
    def get(self, org_id: str) -> OrgResource: ...
    def update(
        self,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> OrgResource: ...
    def regenerate_prompt(self, org_id: str) -> OrgResource: ...
    def delete(self, org_id: str) -> None: ...
    def list(self) -> list[OrgResource]: ...


class RolesResource(Protocol):
    def create(self, org_id: str, name: str, focus: str) -> RoleResource: ...
    def get(self, role_id: str, org_id: str) -> RoleResource: ...
    def update(
        self,
        role_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> RoleResource: ...
    def regenerate_prompt(self, role_id: str, org_id: str) -> RoleResource: ...
    def delete(self, role_id: str, org_id: str) -> None: ...
    def list(self, org_id: str, *, limit: int = 100, offset: int = 0) -> list[RoleResource]: ...


class TeamsResource(Protocol):
    def create(self, org_id: str, name: str, focus: str) -> TeamResource: ...
    def get(self, team_id: str, org_id: str) -> TeamResource: ...
    def update(
        self,
        team_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> TeamResource: ...
    def regenerate_prompt(self, team_id: str, org_id: str) -> TeamResource: ...
    def delete(self, team_id: str, org_id: str) -> None: ...
    def list(self, org_id: str, *, limit: int = 100, offset: int = 0) -> list[TeamResource]: ...


class MemoriesResource(Protocol):
    def stats(self) -> MemoryStatsResponse: ...
    def get(self, memory_id: str) -> MemoryItemResource: ...
    def list(
        self,
        *,
        actor_id: str | None = None,
        kind: str | None = None,
        type: str | None = None,
        status: str | None = None,
        sort: MemorySort = "observed_at_desc",
        search: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> MemoryListResponse: ...


class ActorsResource(Protocol):
    def get(self, actor_id: str, org_id: str | None = None) -> ActorResource: ...
    def list(
        self,
        org_id: str | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
    ) -> ActorListResponse: ...


class UsageResource(Protocol):
    def summary(self) -> UsageSummaryResponse: ...
    def timeseries(
        self,
        *,
        dimension: str | None = None,
        granularity: Granularity = "daily",
        period_start: str | None = None,
        period_end: str | None = None,
    ) -> UsageTimeseriesResponse: ...


class BillingResource(Protocol):
    def summary(self) -> BillingSummary: ...
    def invoices(self) -> list[Invoice]: ...


class KeysResource(Protocol):
    def create(
        self,
        name: str,
        scopes: tuple[KeyScope, ...] | list[KeyScope] = ("read", "write"),
        expires_at: str | None = None,
    ) -> CreateKeyResponse: ...
    def delete(self, key_id: str) -> None: ...
    def usage(self, key_id: str) -> list[dict[str, Any]]: ...
    def list(self) -> ApiKeyListResponse: ...


class EventsResource(Protocol):
    def list(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: EventKind | None = None,
        sort: EventSort = "ts_desc",
        limit: int = 50,
        offset: int = 0,
    ) -> EventListResponse: ...


class InterestResource(Protocol):
    def express(
        self,
        email: str,
        name: str,
        *,
        company: str | None = None,
        use_case: str | None = None,
        notes: str | None = None,
    ) -> ProInterestResponse: ...
    def status(self) -> bool: ...


class ConnectorsResource(Protocol):
    def list_providers(self) -> list[str]: ...
    def status(self, provider: str) -> ConnectorStatus: ...
    def create(self, provider: str) -> ConnectorConnection: ...
    def configure_s3(
        self,
        *,
        access_key_id: str,
        secret_access_key: str,
        region: str,
        bucket: str,
        connector_id: str | None = None,
    ) -> Connector: ...
    def get(self, connector_id: str) -> Connector: ...
    def list_resources(
        self, connector_id: str, *, parent_id: str | None = None
    ) -> list[ConnectorResourceItem]: ...
    def list_branches(self, connector_id: str, repo: str) -> list[ConnectorResourceItem]: ...
    def picker_config(self, connector_id: str) -> PickerConfig: ...
    def wait_until_authorized(
        self, connector_id: str, *, timeout: float = 300.0, poll_interval: float = 3.0
    ) -> list[ConnectorResourceItem]: ...
    def configure_resources(
        self,
        connector_id: str,
        resources: list[ResourceSelection] | list[ConnectorResourceItem],
    ) -> Connector: ...
    def sync(self, connector_id: str) -> Connector: ...
    def delete(self, connector_id: str) -> None: ...
    def list(self) -> list[Connector]: ...
