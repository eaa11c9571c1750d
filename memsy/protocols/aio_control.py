"""The awaiting surface of the control plane: the blocking one, for `async` code."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol

from memsy.models import (
    ApiKeyListResponse,
    BillingSummary,
    Connector,
    ConnectorConnection,
    ConnectorResourceItem,
    ConnectorStatus,
    CreateKeyResponse,
    EventListResponse,
    HealthResponse,
    Invoice,
    MeResponse,
    PickerConfig,
    ProInterestResponse,
    ResourceSelection,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
)
from memsy.parity import mirrors
from memsy.protocols.sync_control import (
    BillingProtocol,
    ConnectorsProtocol,
    EventsProtocol,
    InterestProtocol,
    KeysProtocol,
    MemsyControlClientProtocol,
    UsageProtocol,
)

if TYPE_CHECKING:
    from typing_extensions import Self


@mirrors(UsageProtocol)
class AsyncUsageProtocol(Protocol):
    """What the organisation uses. For admins."""

    async def summary(self) -> UsageSummaryResponse:
        """
        This billing period so far, dimension by dimension.

        Raises:
            AuthorizationError: the key is not an admin's.
        """
        ...

    async def timeseries(
        self,
        *,
        dimension: str | None = None,
        granularity: str = "daily",
        period_start: str | None = None,
        period_end: str | None = None,
    ) -> UsageTimeseriesResponse:
        """
        The same over time.

        *dimension* is such as `events_ingested`; all of them, if None. *granularity* is `daily` or
        `hourly`. *period_start* and *period_end* are ISO 8601 dates, both inclusive.

        Raises:
            AuthorizationError: the key is not an admin's.
            ValidationError: an unknown dimension or granularity, or what is no date.
        """
        ...


@mirrors(BillingProtocol)
class AsyncBillingProtocol(Protocol):
    """What the organisation pays. For admins."""

    async def summary(self) -> BillingSummary:
        """
        The plan, its seats, and how they are paid.

        Raises:
            BillingNotEnabledError: the organisation has no billing.
            AuthorizationError: the key is not an admin's.
        """
        ...

    async def invoices(self) -> list[Invoice]:
        """
        All invoices.

        Raises:
            BillingNotEnabledError: the organisation has no billing.
            AuthorizationError: the key is not an admin's.
        """
        ...


@mirrors(KeysProtocol)
class AsyncKeysProtocol(Protocol):
    """API keys. For admins."""

    async def create(
        self,
        name: str,
        scopes: tuple[str, ...] | list[str] = ("read", "write"),
        expires_at: str | None = None,
    ) -> CreateKeyResponse:
        """
        Make a key that may do what *scopes* say: `read`, `write`.

        *expires_at* is ISO 8601. The text of the key is in this answer alone. It is not repeated
        after a lost answer, so that no key is made of which nobody knows.

        Raises:
            KeyLimitReachedError: the plan allows no more.
            AuthorizationError: the key is not an admin's.
        """
        ...

    async def delete(self, key_id: str) -> None:
        """
        Revoke a key, at once.

        Raises:
            NotFoundError: there is no such key.
        """
        ...

    async def usage(self, key_id: str) -> list[dict[str, Any]]:
        """
        What was done with a key: records of the service's own shape.

        Raises:
            NotFoundError: there is no such key.
        """
        ...

    async def list(self) -> ApiKeyListResponse:
        """
        All keys, without their texts.

        Raises:
            AuthorizationError: the key is not an admin's.
        """
        ...


@mirrors(EventsProtocol)
class AsyncEventsProtocol(Protocol):
    """Events, as they were ingested."""

    async def list(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: str | None = None,
        sort: str = "ts_desc",
        limit: int = 50,
        offset: int = 0,
    ) -> EventListResponse:
        """
        One page of the events that match. *sort* is `ts_desc` or `ts_asc`, *limit* is 1 to 200.

        Raises:
            SeatRequiredError: the caller has no seat.
            ValidationError: an unknown *sort*, or a *limit* or *offset* out of range.
        """
        ...


@mirrors(InterestProtocol)
class AsyncInterestProtocol(Protocol):
    """Interest in the pro plan."""

    async def express(
        self,
        email: str,
        name: str,
        *,
        company: str | None = None,
        use_case: str | None = None,
        notes: str | None = None,
    ) -> ProInterestResponse:
        """
        Tell the service that the pro plan would be welcome.

        Raises:
            ValidationError: *email* is none, or a text is too long.
        """
        ...

    async def status(self) -> bool:
        """Whether interest has been expressed."""
        ...


@mirrors(ConnectorsProtocol)
class AsyncConnectorsProtocol(Protocol):
    """
    Connections to other services, whose contents become memories.

    Slack, S3, Notion and GitHub are connected once for the organisation, by an admin or with an API
    key; Google Drive and OneDrive by each member on their own.
    """

    async def list_providers(self) -> list[str]:
        """The services that can be connected."""
        ...

    async def status(self, provider: str) -> ConnectorStatus:
        """Whether *provider* is connected; for user-scoped ones, to the caller."""
        ...

    async def create(self, provider: str) -> ConnectorConnection:
        """
        Begin to connect; then send the user's browser to `authorize_url`.

        Raises:
            MemsyAPIError: 400, *provider* knows no such consent (S3: see `configure_s3`).
            ConflictError: it is connected already.
            AuthorizationError: only an admin may do this.
        """
        ...

    async def configure_s3(
        self,
        *,
        access_key_id: str,
        secret_access_key: str,
        region: str,
        bucket: str,
        connector_id: str | None = None,
    ) -> Connector:
        """
        Connect an S3 bucket, or with *connector_id* change how it is reached; it is active at once.

        Raises:
            MemsyAPIError: 400, the credentials do not open the bucket; nothing was stored.
        """
        ...

    async def get(self, connector_id: str) -> Connector:
        """
        One connector.

        Raises:
            NotFoundError: there is no such connector.
        """
        ...

    async def list_resources(
        self, connector_id: str, *, parent_id: str | None = None
    ) -> list[ConnectorResourceItem]:
        """
        What can be selected, and what is; *parent_id* is a folder to look into (OneDrive).

        Raises:
            ConflictError: the user has not consented yet.
            MemsyAPIError: 400, the provider has no folders.
        """
        ...

    async def list_branches(self, connector_id: str, repo: str) -> list[ConnectorResourceItem]:
        """
        The branches of a repository, which is named by its `external_id` (GitHub).

        Raises:
            MemsyAPIError: 400, the provider has no branches.
        """
        ...

    async def picker_config(self, connector_id: str) -> PickerConfig:
        """
        What Google's file picker needs (Google Drive); it holds a live credential.

        Raises:
            AuthorizationError: the connector is somebody else's.
        """
        ...

    async def wait_until_authorized(
        self, connector_id: str, *, timeout: float = 300.0, poll_interval: float = 3.0
    ) -> list[ConnectorResourceItem]:
        """
        Wait for the user's consent, and give what can be selected then.

        Looks every *poll_interval* seconds, for *timeout* seconds in all.

        Raises:
            MemsyTimeoutError: still no consent after *timeout* seconds.
            ConflictError: something else than consent is in the way.
        """
        ...

    async def configure_resources(
        self,
        connector_id: str,
        resources: list[ResourceSelection] | list[ConnectorResourceItem],
    ) -> Connector:
        """
        Select exactly *resources*, in place of what was selected; a pending connector gets active.

        Raises:
            ConflictError: the user has not consented yet.
        """
        ...

    async def sync(self, connector_id: str) -> Connector:
        """
        Fetch what is new, now.

        Raises:
            ConflictError: the connector is not active.
        """
        ...

    async def delete(self, connector_id: str) -> None:
        """
        Disconnect; the stored credentials are revoked.

        Raises:
            NotFoundError: there is no such connector.
        """
        ...

    async def list(self) -> list[Connector]:
        """All connectors that the caller may see."""
        ...


@mirrors(MemsyControlClientProtocol)
class AsyncMemsyControlClientProtocol(Protocol):
    """
    A client of the control plane: the account side of the service.

    It raises what `MemsyClientProtocol` says of the hot path.
    """

    @property
    def usage(self) -> AsyncUsageProtocol:
        """What the organisation uses."""
        ...

    @property
    def billing(self) -> AsyncBillingProtocol:
        """What it pays."""
        ...

    @property
    def keys(self) -> AsyncKeysProtocol:
        """API keys."""
        ...

    @property
    def events(self) -> AsyncEventsProtocol:
        """The events that were ingested."""
        ...

    @property
    def interest(self) -> AsyncInterestProtocol:
        """Interest in the pro plan."""
        ...

    @property
    def connectors(self) -> AsyncConnectorsProtocol:
        """Connections to other services."""
        ...

    async def me(self) -> MeResponse:
        """Whose key this is."""
        ...

    async def health(self) -> HealthResponse:
        """Whether the service is well, and whether the organisation has billing."""
        ...

    async def close(self) -> None:
        """Close the connections. May be called twice; every other call raises from then on."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
