"""Protocols of the sync client of the control plane and its resources."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from types import TracebackType
from typing import Any, Protocol, runtime_checkable

from typing_extensions import Self

from memsy.models import (
    ApiKeyListResponse,
    BillingSummary,
    Connector,
    ConnectorConnection,
    ConnectorResourceItem,
    ConnectorStatus,
    CreateKeyResponse,
    EventItemResponse,
    EventKind,
    EventListResponse,
    EventSort,
    Granularity,
    HealthResponse,
    Invoice,
    KeyScope,
    MeResponse,
    PickerConfig,
    ProInterestResponse,
    ResourceSelection,
    UsageSummaryResponse,
    UsageTimeseriesResponse,
)
from memsy.protocols._options import ClientOptionsProtocol


@runtime_checkable
class UsageProtocol(Protocol):
    """Usage of the plan by the organisation. Requires the API key of an administrator."""

    def summary(self) -> UsageSummaryResponse:
        """
        Return the usage of each dimension in the current billing period, a calendar month.

        Raises:
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    def timeseries(
        self,
        *,
        dimension: str | None = None,
        granularity: Granularity = "daily",
        period_start: str | date | None = None,
        period_end: str | date | None = None,
    ) -> UsageTimeseriesResponse:
        """
        Return the usage per day or hour (wire contract, section 6.4).

        Args:
            dimension: `api_calls`, `events_ingested`, `memories_stored`, `llm_tokens` or
                `search_queries`. The service may add dimensions. None includes all dimensions.
            granularity: `daily` or `hourly`.
            period_start: First date, inclusive: a `date`, or ISO 8601 text. A `datetime` with a
                time zone means its date in UTC.
            period_end: Last date, inclusive.

        Raises:
            AuthorizationError: The key does not belong to an administrator.
            ValidationError: `dimension` is unknown, or a date is not ISO 8601.
        """
        ...


@runtime_checkable
class BillingProtocol(Protocol):
    """Plan, seats and invoices of the organisation. Requires the API key of an administrator."""

    def summary(self) -> BillingSummary:
        """
        Return the plan, its seats and the payment details.

        Raises:
            BillingNotEnabledError: The organisation has no billing.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    def invoices(self) -> list[Invoice]:
        """
        Return all invoices. The list can be empty.

        Raises:
            BillingNotEnabledError: The organisation has no billing.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...


@runtime_checkable
class KeysProtocol(Protocol):
    """API keys of the organisation. Requires the API key of an administrator."""

    def create(
        self,
        name: str,
        scopes: Sequence[KeyScope] = ("read", "write"),
        expires_at: str | datetime | None = None,
    ) -> CreateKeyResponse:
        """
        Create an API key.

        Only this response contains the text of the key, as `raw_key`. The client does not retry
        after a lost response, because a retry could create a second key (wire contract, section
        6.8).

        Args:
            name: Display name.
            scopes: Permissions of the key: `read`, `write`.
            expires_at: End of validity: ISO 8601 text, or a `datetime` with a time zone.

        Raises:
            KeyLimitReachedError: The plan allows no further key.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    def delete(self, key_id: str) -> None:
        """
        Revoke an API key, with immediate effect.

        Raises:
            NotFoundError: The organisation has no key with this id.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    def usage(self, key_id: str) -> builtins.list[dict[str, Any]]:
        """
        Return usage records of one API key.

        The service does not document the fields of a record (wire contract, section 6.10).

        Raises:
            NotFoundError: The organisation has no key with this id.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    def list(self) -> ApiKeyListResponse:
        """
        Return all API keys, without their texts.

        Raises:
            AuthorizationError: The key does not belong to an administrator.
        """
        ...


@runtime_checkable
class EventsProtocol(Protocol):
    """Read access to ingested events."""

    def list(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: EventKind | None = None,
        sort: EventSort = "ts_desc",
        limit: int = 50,
        offset: int = 0,
    ) -> EventListResponse:
        """
        Return one page of the events that match all filters (wire contract, section 6.11).

        Args:
            actor_id: Events of this actor only. None includes all actors.
            session_id: Events of this session only. None includes all sessions.
            kind: `user_message`, `assistant_message`, `tool_result` or `app_event`. None includes
                all kinds.
            sort: `ts_desc` or `ts_asc`.
            limit: Maximum number of events, 1 to 200.
            offset: Number of events to skip, 0 or more.

        Raises:
            SeatRequiredError: The caller has no seat.
            ValidationError: `limit` or `offset` is out of range.
        """
        ...

    def iterate(
        self,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        kind: EventKind | None = None,
        sort: EventSort = "ts_desc",
        page_size: int = 100,
        max_items: int | None = None,
    ) -> Iterator[EventItemResponse]:
        """
        Iterate over all events that match all filters (wire contract, section 6.11).

        The iteration requests a page when it needs the first item of the page. Events that are
        added during the iteration never repeat an item. Deletions during the iteration may skip
        events. After an error, the next step requests the same page again.

        Args:
            actor_id: Events of this actor only. None includes all actors.
            session_id: Events of this session only. None includes all sessions.
            kind: `user_message`, `assistant_message`, `tool_result` or `app_event`. None includes
                all kinds.
            sort: `ts_desc` or `ts_asc`.
            page_size: Maximum number of events in one request, 1 to 200.
            max_items: Maximum number of events to return. None returns all.

        Raises:
            SeatRequiredError: The caller has no seat.
            ValidationError: `page_size` is out of range.
        """
        ...


@runtime_checkable
class InterestProtocol(Protocol):
    """Interest of the organisation in the pro plan."""

    def express(
        self,
        email: str,
        name: str,
        *,
        company: str | None = None,
        use_case: str | None = None,
        notes: str | None = None,
    ) -> ProInterestResponse:
        """
        Express interest in the pro plan.

        Args:
            email: Address of the contact person.
            name: Name of the contact person.
            company: Name of the company.
            use_case: Planned use of the service.
            notes: Further remarks.

        Raises:
            ValidationError: `email` is not an address, or a text is too long.
        """
        ...

    def status(self) -> bool:
        """
        Return True if interest was expressed.

        Raises:
            AuthorizationError: The API key lacks the scope `read`.
        """
        ...


@runtime_checkable
class ConnectorsProtocol(Protocol):
    """
    Connectors: access to other services, whose contents Memsy ingests.

    Slack, S3, Notion and GitHub have one connector for the whole organisation, which an
    administrator or an API key manages. Google Drive and OneDrive have one connector for each
    member (wire contract, section 6.15).

    A new connector takes these steps: `create`, consent of the user in a browser,
    `wait_until_authorized`, `configure_resources`. Notion is active after the consent. S3 takes one
    step: `configure_s3`.
    """

    def list_providers(self) -> builtins.list[str]:
        """
        Return the names of the providers that can be connected.

        Raises:
            SeatRequiredError: The caller has no seat in the organisation.
        """
        ...

    def status(self, provider: str) -> ConnectorStatus:
        """
        Return the state of one provider: connected or not.

        For Google Drive and OneDrive the response is about the caller.

        Args:
            provider: Name of the provider, from `list_providers`.

        Raises:
            SeatRequiredError: The caller has no seat in the organisation.
        """
        ...

    def create(self, provider: str) -> ConnectorConnection:
        """
        Create a pending connector, and return the URL for the consent of the user.

        Open `authorize_url` in the browser of the user, then call `wait_until_authorized`. The
        provider sends its token to Memsy, not to the caller.

        Args:
            provider: Name of the provider, from `list_providers`.

        Raises:
            MemsyAPIError: The provider does not use OAuth (400). For S3, see `configure_s3`.
            ConflictError: The provider is already connected.
            AuthorizationError: Only an administrator may connect this provider.
        """
        ...

    def configure_s3(
        self,
        *,
        access_key_id: str,
        secret_access_key: str,
        region: str,
        bucket: str,
        connector_id: str | None = None,
    ) -> Connector:
        """
        Connect an S3 bucket, or change the access to a connected bucket.

        The service checks the credentials first, then activates the connector and starts the first
        sync. An organisation has one bucket.

        Args:
            access_key_id: AWS access key id.
            secret_access_key: AWS secret access key. It appears in no error message.
            region: AWS region, such as `eu-central-1`.
            bucket: Name of the bucket.
            connector_id: Connector to change. None creates a connector.

        Raises:
            MemsyAPIError: The credentials give no access to the bucket (400). Nothing is stored.
            AuthorizationError: Only an administrator may connect this provider.
        """
        ...

    def get(self, connector_id: str) -> Connector:
        """
        Return one connector.

        Raises:
            NotFoundError: The organisation has no connector with this id.
        """
        ...

    def list_resources(
        self, connector_id: str, *, parent_id: str | None = None
    ) -> builtins.list[ConnectorResourceItem]:
        """
        Return the resources that can be selected, such as channels, repositories or files.

        For Google Drive the list holds the selected files only.

        Args:
            connector_id: Id of the connector.
            parent_id: Folder whose contents are returned (OneDrive). None returns the top level.

        Raises:
            ConflictError: The user has not consented yet.
            MemsyAPIError: `parent_id` is set, but the provider has no folders (400).
        """
        ...

    def list_branches(self, connector_id: str, repo: str) -> builtins.list[ConnectorResourceItem]:
        """
        Return the branches of a repository (GitHub).

        Args:
            connector_id: Id of the connector.
            repo: `external_id` of the repository, from `list_resources`.

        Raises:
            MemsyAPIError: The provider has no branches (400).
        """
        ...

    def picker_config(self, connector_id: str) -> PickerConfig:
        """
        Return the configuration of Google's file picker (Google Drive).

        The response contains a valid access token.

        Raises:
            AuthorizationError: The connector belongs to another user.
        """
        ...

    def wait_until_authorized(
        self, connector_id: str, *, timeout: float = 300.0, poll_interval: float = 3.0
    ) -> builtins.list[ConnectorResourceItem]:
        """
        Wait for the consent of the user, then return the resources that can be selected.

        The client polls `list_resources` until the call succeeds. The `timeout` of the client does
        not apply.

        Args:
            connector_id: Id of the connector.
            timeout: Limit of the whole wait, in seconds.
            poll_interval: Seconds from a response to the next request, more than 0.

        Raises:
            MemsyTimeoutError: The user has not consented within `timeout`.
            ConflictError: The connector has another problem, such as a revoked token.
        """
        ...

    def configure_resources(
        self,
        connector_id: str,
        resources: builtins.list[ResourceSelection] | builtins.list[ConnectorResourceItem],
    ) -> Connector:
        """
        Select resources, in place of the previous selection.

        The selection activates a pending connector and starts a sync.

        Args:
            connector_id: Id of the connector.
            resources: All resources to select. Items of `list_resources` are accepted unchanged.

        Raises:
            ConflictError: The user has not consented yet.
        """
        ...

    def sync(self, connector_id: str) -> Connector:
        """
        Start a sync of an active connector.

        Raises:
            ConflictError: The connector is not active.
        """
        ...

    def delete(self, connector_id: str) -> None:
        """
        Delete a connector. The service revokes its stored credentials.

        Raises:
            NotFoundError: The organisation has no connector with this id.
        """
        ...

    def list(self) -> builtins.list[Connector]:
        """
        Return all connectors that the caller may see.

        An administrator or an API key sees all connectors of the organisation. A member sees only
        the connectors of that member.

        Raises:
            SeatRequiredError: The caller has no seat in the organisation.
        """
        ...


@runtime_checkable
class MemsyControlClientProtocol(ClientOptionsProtocol, Protocol):
    """
    Client of the control plane: account, usage, billing, API keys, connectors.

    A method raises only subclasses of `MemsyError`. `MemsyClientProtocol` lists the errors that any
    call can raise.
    """

    @property
    def usage(self) -> UsageProtocol:
        """Usage of the plan. Requires the API key of an administrator."""
        ...

    @property
    def billing(self) -> BillingProtocol:
        """Plan, seats and invoices. Requires the API key of an administrator."""
        ...

    @property
    def keys(self) -> KeysProtocol:
        """API keys. Requires the API key of an administrator."""
        ...

    @property
    def events(self) -> EventsProtocol:
        """Read access to ingested events."""
        ...

    @property
    def interest(self) -> InterestProtocol:
        """Interest in the pro plan."""
        ...

    @property
    def connectors(self) -> ConnectorsProtocol:
        """Connectors to other services."""
        ...

    def me(self) -> MeResponse:
        """
        Return the user and the organisation of the API key (wire contract, section 6.1).

        Raises:
            AuthenticationError: The service rejects the API key.
        """
        ...

    def health(self) -> HealthResponse:
        """
        Return the state of the service, and if the organisation has billing.

        This call needs a valid API key, too.

        Raises:
            AuthenticationError: The service rejects the API key.
        """
        ...

    def close(self) -> None:
        """
        Close the connections of the client.

        A second call has no effect. All other methods raise `MemsyClientClosedError` afterwards.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
