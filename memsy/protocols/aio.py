"""Protocols of the async client of the data plane and its resources."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Sequence
from types import TracebackType
from typing import Protocol, runtime_checkable

from typing_extensions import Self

from memsy.models import (
    ActorListResponse,
    ActorResource,
    ActorSort,
    ClearResponse,
    EventPayload,
    HealthResponse,
    IngestResponse,
    MemoryItemResource,
    MemoryListResponse,
    MemorySort,
    MemoryStatsResponse,
    OrgResource,
    RoleResource,
    SearchResponse,
    StatusResponse,
    TeamResource,
)
from memsy.parity import mirrors
from memsy.protocols._options import ClientOptionsProtocol
from memsy.protocols.sync import (
    ActorsProtocol,
    MemoriesProtocol,
    MemsyClientProtocol,
    OrgsProtocol,
    RolesProtocol,
    TeamsProtocol,
)


@mirrors(OrgsProtocol)
@runtime_checkable
class AsyncOrgsProtocol(Protocol):
    """
    Organisations: settings for the promotion of memories.

    `name` and `focus` describe an organisation. The service uses them to write the prompt for the
    promotion of memories to organisation level. Deleting an organisation keeps its memories.
    Changes need the API key of an administrator (wire contract, sections 5.5 and 7).
    """

    async def create(self, org_id: str, name: str, focus: str) -> OrgResource:
        """
        Create the settings of the organisation of the API key.

        The service writes `promotion_prompt` from `name` and `focus`.

        Args:
            org_id: The organisation of the API key.
            name: Display name.
            focus: Subject of the memories to promote, in plain words.

        Raises:
            AuthorizationError: The key does not belong to an administrator, or `org_id` is not the
                organisation of the key.
            OrgLimitReachedError: The plan allows no further organisation.
            ConflictError: The organisation has settings already.
        """
        ...

    async def get(self, org_id: str) -> OrgResource:
        """
        Return one organisation.

        Raises:
            NotFoundError: The organisation has no settings yet.
            AuthorizationError: `org_id` is not the organisation of the key.
        """
        ...

    async def update(
        self,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> OrgResource:
        """
        Change the fields of an organisation that are not None.

        Args:
            org_id: The organisation to change.
            name: New display name.
            focus: New focus.
            promotion_prompt: New text in place of the prompt that the service wrote.

        Raises:
            NotFoundError: The organisation has no settings yet.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def regenerate_prompt(self, org_id: str) -> OrgResource:
        """
        Rewrite the promotion prompt from the current `name` and `focus`.

        Edits of the prompt are lost.

        Returns:
            The organisation with its new `promotion_prompt`.

        Raises:
            NotFoundError: The organisation has no settings yet.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def delete(self, org_id: str) -> None:
        """
        Delete the settings of an organisation. Its memories stay.

        Raises:
            NotFoundError: The organisation has no settings yet.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def list(self) -> builtins.list[OrgResource]:
        """
        Return all organisations that the API key may see.

        Raises:
            AuthorizationError: The key does not belong to an administrator.
        """
        ...


@mirrors(RolesProtocol)
@runtime_checkable
class AsyncRolesProtocol(Protocol):
    """
    Roles of an organisation: groups for the promotion of memories.

    An event may have one `role_id`. The service groups memories by `role_id` and promotes them from
    actor to role level. Deleting a role keeps its memories. Changes need the API key of an
    administrator (wire contract, sections 5.5 and 7).
    """

    async def create(self, org_id: str, name: str, focus: str) -> RoleResource:
        """
        Create a role.

        The service assigns `role_id` and writes `promotion_prompt` from `name` and `focus`. The
        client does not retry after a lost response, because a retry could create a second role.

        Args:
            org_id: The organisation of the API key.
            name: Display name.
            focus: Subject of the memories to promote, in plain words.

        Raises:
            AuthorizationError: The key does not belong to an administrator, or `org_id` is not the
                organisation of the key.
        """
        ...

    async def get(self, role_id: str, org_id: str) -> RoleResource:
        """
        Return one role.

        Raises:
            NotFoundError: The organisation has no role with this id.
        """
        ...

    async def update(
        self,
        role_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> RoleResource:
        """
        Change the fields of a role that are not None.

        Args:
            role_id: The role to change.
            org_id: The organisation of the API key.
            name: New display name.
            focus: New focus.
            promotion_prompt: New text in place of the prompt that the service wrote.

        Raises:
            NotFoundError: The organisation has no role with this id.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def regenerate_prompt(self, role_id: str, org_id: str) -> RoleResource:
        """
        Rewrite the promotion prompt from the current `name` and `focus`.

        Edits of the prompt are lost.

        Returns:
            The role with its new `promotion_prompt`.

        Raises:
            NotFoundError: The organisation has no role with this id.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def delete(self, role_id: str, org_id: str) -> None:
        """
        Delete a role. Its memories stay.

        Raises:
            NotFoundError: The organisation has no role with this id.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def list(
        self, org_id: str, *, limit: int = 100, offset: int = 0
    ) -> builtins.list[RoleResource]:
        """
        Return one page of the roles of an organisation.

        The response has no total: a page with fewer than `limit` items is the last one.

        Args:
            org_id: The organisation of the API key.
            limit: Maximum number of roles.
            offset: Number of roles to skip.

        Raises:
            AuthorizationError: `org_id` is not the organisation of the key, or the key does not
                belong to an administrator.
        """
        ...

    def iterate(
        self,
        org_id: str,
        *,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[RoleResource]:
        """
        Iterate over all roles of an organisation (wire contract, section 5.5).

        The iteration requests a page when it needs the first item of the page. Roles that are added
        during the iteration never repeat an item. Deletions during the iteration may skip roles.
        After an error, the next step requests the same page again.

        Args:
            org_id: The organisation of the API key.
            page_size: Maximum number of roles in one request.
            max_items: Maximum number of roles to return. None returns all.

        Raises:
            AuthorizationError: `org_id` is not the organisation of the key, or the key does not
                belong to an administrator.
        """
        ...


@mirrors(TeamsProtocol)
@runtime_checkable
class AsyncTeamsProtocol(Protocol):
    """
    Teams of an organisation: groups for the promotion of memories.

    An event may have one `team_id`. The service groups memories by `team_id` and promotes them from
    actor to team level. Deleting a team keeps its memories. Changes need the API key of an
    administrator (wire contract, sections 5.5 and 7).
    """

    async def create(self, org_id: str, name: str, focus: str) -> TeamResource:
        """
        Create a team.

        The service assigns `team_id` and writes `promotion_prompt` from `name` and `focus`. The
        client does not retry after a lost response, because a retry could create a second team.

        Args:
            org_id: The organisation of the API key.
            name: Display name.
            focus: Subject of the memories to promote, in plain words.

        Raises:
            AuthorizationError: The key does not belong to an administrator, or `org_id` is not the
                organisation of the key.
        """
        ...

    async def get(self, team_id: str, org_id: str) -> TeamResource:
        """
        Return one team.

        Raises:
            NotFoundError: The organisation has no team with this id.
        """
        ...

    async def update(
        self,
        team_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> TeamResource:
        """
        Change the fields of a team that are not None.

        Args:
            team_id: The team to change.
            org_id: The organisation of the API key.
            name: New display name.
            focus: New focus.
            promotion_prompt: New text in place of the prompt that the service wrote.

        Raises:
            NotFoundError: The organisation has no team with this id.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def regenerate_prompt(self, team_id: str, org_id: str) -> TeamResource:
        """
        Rewrite the promotion prompt from the current `name` and `focus`.

        Edits of the prompt are lost.

        Returns:
            The team with its new `promotion_prompt`.

        Raises:
            NotFoundError: The organisation has no team with this id.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def delete(self, team_id: str, org_id: str) -> None:
        """
        Delete a team. Its memories stay.

        Raises:
            NotFoundError: The organisation has no team with this id.
            AuthorizationError: The key does not belong to an administrator.
        """
        ...

    async def list(
        self, org_id: str, *, limit: int = 100, offset: int = 0
    ) -> builtins.list[TeamResource]:
        """
        Return one page of the teams of an organisation.

        The response has no total: a page with fewer than `limit` items is the last one.

        Args:
            org_id: The organisation of the API key.
            limit: Maximum number of teams.
            offset: Number of teams to skip.

        Raises:
            AuthorizationError: `org_id` is not the organisation of the key, or the key does not
                belong to an administrator.
        """
        ...

    def iterate(
        self,
        org_id: str,
        *,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[TeamResource]:
        """
        Iterate over all teams of an organisation (wire contract, section 5.5).

        The iteration requests a page when it needs the first item of the page. Teams that are added
        during the iteration never repeat an item. Deletions during the iteration may skip teams.
        After an error, the next step requests the same page again.

        Args:
            org_id: The organisation of the API key.
            page_size: Maximum number of teams in one request.
            max_items: Maximum number of teams to return. None returns all.

        Raises:
            AuthorizationError: `org_id` is not the organisation of the key, or the key does not
                belong to an administrator.
        """
        ...


@mirrors(MemoriesProtocol)
@runtime_checkable
class AsyncMemoriesProtocol(Protocol):
    """
    Read access to memories.

    The service extracts memories from ingested events. The API cannot create, change or delete a
    memory (wire contract, sections 5.6 and 7).
    """

    async def stats(self) -> MemoryStatsResponse:
        """
        Return statistics about all memories of the organisation.

        Raises:
            AuthorizationError: The API key lacks the scope `read`.
        """
        ...

    async def get(self, memory_id: str) -> MemoryItemResource:
        """
        Return one memory with all its fields, in any status.

        Args:
            memory_id: UUID of the memory, such as `SearchResult.id`.

        Raises:
            NotFoundError: The organisation has no memory with this id.
            ValidationError: `memory_id` is not a UUID.
        """
        ...

    async def list(
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
    ) -> MemoryListResponse:
        """
        Return one page of the memories that match all filters.

        The order is stable: no page repeats or skips a memory, unless memories are written in
        between (wire contract, section 5.6).

        Args:
            actor_id: Memories of this actor only. None includes all actors.
            kind: Family of memories: `semantic`, `episodic` or `procedural`. The service may add
                kinds.
            type: Type, such as `fact`, `preference`, `norm`, `decision` or `event`. The service may
                add types.
            status: `active`, `archived`, `decayed` or `superseded`. None means `active`.
            sort: `observed_at_desc`, `observed_at_asc`, `strength_desc`, `confidence_desc` or
                `created_at_desc`.
            search: Text that a memory must contain.
            limit: Maximum number of memories, 1 to 200.
            offset: Number of memories to skip, 0 or more.

        Raises:
            ValidationError: `limit` or `offset` is out of range.
        """
        ...

    def iterate(
        self,
        *,
        actor_id: str | None = None,
        kind: str | None = None,
        type: str | None = None,
        status: str | None = None,
        sort: MemorySort = "observed_at_desc",
        search: str | None = None,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[MemoryItemResource]:
        """
        Iterate over all memories that match all filters (wire contract, section 5.6).

        The iteration requests a page when it needs the first item of the page. Memories that are
        added during the iteration never repeat an item. Deletions and a changing order
        (`strength_desc`) during the iteration may skip memories. After an error, the next step
        requests the same page again.

        Args:
            actor_id: Memories of this actor only. None includes all actors.
            kind: Family of memories: `semantic`, `episodic` or `procedural`.
            type: Type, such as `fact`, `preference`, `norm`, `decision` or `event`. The service may
                add types.
            status: `active`, `archived`, `decayed` or `superseded`. None means `active`.
            sort: `observed_at_desc`, `observed_at_asc`, `strength_desc`, `confidence_desc` or
                `created_at_desc`.
            search: Text that a memory must contain.
            page_size: Maximum number of memories in one request, 1 to 200.
            max_items: Maximum number of memories to return. None returns all.

        Raises:
            ValidationError: `page_size` is out of range.
        """
        ...


@mirrors(ActorsProtocol)
@runtime_checkable
class AsyncActorsProtocol(Protocol):
    """
    Read access to actors, derived from their memories.

    The service has no record of an actor: it groups memories by `actor_id`. An actor without
    memories does not exist (wire contract, sections 5.7 and 7).
    """

    async def get(self, actor_id: str, org_id: str | None = None) -> ActorResource:
        """
        Return one actor.

        Args:
            actor_id: Id of the actor, as in its events.
            org_id: The organisation of the API key, which is also the default.

        Raises:
            NotFoundError: The actor has no memories.
            AuthorizationError: `org_id` is not the organisation of the key.
        """
        ...

    async def list(
        self,
        org_id: str | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
    ) -> ActorListResponse:
        """
        Return one page of the actors of an organisation.

        Args:
            org_id: The organisation of the API key, which is also the default.
            limit: Maximum number of actors, 1 to 500.
            offset: Number of actors to skip, 0 or more.
            sort: `first_memory_desc`, `first_memory_asc`, `last_memory_desc` or `actor_id_asc`.
            q: Text that `actor_id` must contain, in upper or lower case.

        Raises:
            AuthorizationError: `org_id` is not the organisation of the key.
            ValidationError: `limit` or `offset` is out of range.
        """
        ...

    def iterate(
        self,
        org_id: str | None = None,
        *,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
        page_size: int = 100,
        max_items: int | None = None,
    ) -> AsyncIterator[ActorResource]:
        """
        Iterate over all actors of an organisation (wire contract, section 5.7).

        The iteration requests a page when it needs the first item of the page. Actors that are
        added during the iteration never repeat an item. Deletions and a changing order
        (`last_memory_desc`) during the iteration may skip actors. After an error, the next step
        requests the same page again.

        Args:
            org_id: The organisation of the API key, which is also the default.
            sort: `first_memory_desc`, `first_memory_asc`, `last_memory_desc` or `actor_id_asc`.
            q: Text that `actor_id` must contain, in upper or lower case.
            page_size: Maximum number of actors in one request, 1 to 500.
            max_items: Maximum number of actors to return. None returns all.

        Raises:
            AuthorizationError: `org_id` is not the organisation of the key.
            ValidationError: `page_size` is out of range.
        """
        ...


@mirrors(MemsyClientProtocol)
@runtime_checkable
class AsyncMemsyClientProtocol(ClientOptionsProtocol, Protocol):
    """
    Client of the data plane: ingest events, search the memories that the service extracts.

    A method raises only subclasses of `MemsyError`. The docstring of a method names the errors that
    are specific to the method. Any call can raise these errors (wire contract, section 3):

    - `MemsyConfigurationError`: An argument has a wrong type or value. Nothing was sent.
    - `MemsyClientClosedError`: The client was closed before or during the call.
    - `MemsyConnectionError`: No usable response arrived. `MemsyTimeoutError` and `MemsyTLSError`
      are subclasses. `.maybe_processed` is True if the service may have processed the request.
    - `MemsyResponseError`: The response is not valid, such as HTML or JSON of another shape.
    - `AuthenticationError`: The API key is missing, unknown or revoked.
    - `AuthorizationError`: The API key lacks the scope `read` or `write`.
    - `FeatureNotAvailable`: The plan does not include the feature.
    - `ValidationError`: An argument breaks a rule of the service. `.errors` lists the problems.
    - `RateLimitExceeded`: The service received too many calls, also after the last retry.
    - `UsageLimitExceeded`: The quota of this month is exhausted. The client does not retry.
    - `RedirectError`: The service responded with a redirect, which the client does not follow.
    - `ServerError`: The service failed with a 5xx status.

    The `timeout` of the client limits a whole call, retries and pauses included. `RetryPolicy` sets
    the number of retries. The client retries only calls that are safe to repeat.
    """

    @property
    def orgs(self) -> AsyncOrgsProtocol:
        """Organisations: settings for the promotion of memories."""
        ...

    @property
    def roles(self) -> AsyncRolesProtocol:
        """Roles of an organisation."""
        ...

    @property
    def teams(self) -> AsyncTeamsProtocol:
        """Teams of an organisation."""
        ...

    @property
    def memories(self) -> AsyncMemoriesProtocol:
        """Read access to memories."""
        ...

    @property
    def actors(self) -> AsyncActorsProtocol:
        """Read access to actors."""
        ...

    async def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        """
        Store events, from which the service extracts memories.

        The call returns after durable storage. The extraction usually takes seconds; `status`
        reports its progress (wire contract, sections 5.1 and 7).

        `events` may have any length. The client checks all events first, then sends them in order,
        at most 500 events or 8 MiB in one request, within one `timeout`. The service stores a
        request completely or not at all.

        The service stores an event once if it repeats an earlier event within 60 s: same actor,
        session, kind and content. The repeated event gets the id of the earlier one. Therefore the
        client retries a lost request within this time.

        If a later request fails, the events before it are stored. Then the error has their ids as
        `.event_ids`: continue with `events[len(error.event_ids):]`. Within 60 s, the service stores
        no event twice, even if `.maybe_processed` is True.

        Args:
            events: The events to store, in order.

        Returns:
            One event id for each event, in the same order.

        Raises:
            ValidationError: An event breaks a rule of `EventPayload`, or `events` is empty. No
                event of this request is stored.
            UsageLimitExceeded: The plan allows no further events. No event of this request is
                stored.
            MemsyResponseError: The response does not have one id for each event.
        """
        ...

    async def search(
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
    ) -> SearchResponse:
        """
        Search memories, best match first.

        Without `actor_id` the search covers all actors of the organisation. Only active memories
        match. Each match raises the strength of the memory (wire contract, sections 5.2 and 7).

        Scores range from 0.0 to 1.0. Compare scores only within one response. Good matches have 0.0
        to 0.1 on the free plan. On paid plans, 0.3 to 0.5 is a useful `threshold`.

        Args:
            query: Natural-language text, at least one character.
            actor_id: Memories of this actor. `role_ids` and `team_ids` add promoted memories.
            session_id: Memories of this session, and memories without a session.
            exclude_session_id: Memories of all other sessions, and memories without a session.
            limit: Maximum number of results, 1 to 100.
            threshold: Minimum score, a finite number, 0.0 or more. 0.0 keeps all results.
            include_source_events: Fill `SearchResult.source_events` with the events from which the
                service extracted the memory.
            role_ids: Roles whose promoted memories are added. An empty list means None.
            team_ids: Teams whose promoted memories are added. An empty list means None.

        Returns:
            Results in descending order of score. The list can be shorter than `limit`, or empty.

        Raises:
            ValidationError: `session_id` and `exclude_session_id` are both set, `query` is empty,
                or `limit` is out of range.
            MemsyConfigurationError: An id is empty, which would widen the search, or an argument
                has a wrong type. Nothing was sent.
            FeatureNotAvailable: The plan does not include a feature that the search uses.
            UsageLimitExceeded: The quota `search_queries` is exhausted.
        """
        ...

    async def status(self, event_ids: list[str]) -> StatusResponse:
        """
        Return the processing state of events: completed, failed or pending.

        `search` finds the memories of a completed event. Processing usually takes seconds, without
        a guarantee, and events finish in any order (wire contract, sections 5.3 and 7).

        `event_ids` may have any length. The client sends at most 500 ids in one request, within one
        `timeout`. If a request fails, the call raises its error.

        Args:
            event_ids: Ids from `ingest`, at least one.

        Returns:
            The ids by state. An id that the organisation does not own is `unknown` in `statuses`
            and not in the three lists. Usage and rate limit are those of the last request.

        Raises:
            ValidationError: `event_ids` is empty.
        """
        ...

    async def wait_until_processed(
        self, event_ids: Sequence[str], *, timeout: float = 300.0, poll_interval: float = 3.0
    ) -> StatusResponse:
        """
        Wait until no event is pending, and return the final states.

        The first poll is at once, the last one at the end of `timeout`. Each poll asks for the
        pending events only, at most 500 in one request. Each request counts against the rate limit
        and the quota: 1,000 events that take 30 s need up to 22 requests with the default interval.
        An id that the organisation does not own stays pending (wire contract, section 5.3).

        Args:
            event_ids: Ids from `ingest`, in any number. Without ids, the call sends nothing.
            timeout: Seconds until the end of the wait. The timeout of the client applies to each
                request.
            poll_interval: Seconds from a response to the next poll.

        Returns:
            The ids by state, completed or failed, each once and in the order of the call. Usage and
            rate limit are those of the last request.

        Raises:
            MemsyTimeoutError: Events are still pending at the end. `pending_ids` has their ids.
        """
        ...

    async def health(self) -> HealthResponse:
        """
        Return the state of the service.

        This call needs a valid API key, too (wire contract, section 5.4).

        Raises:
            AuthenticationError: The service rejects the API key.
        """
        ...

    async def clear(self, container_tag: str) -> ClearResponse:
        """
        Delete the memories of a container (not implemented by the service).

        The service responds with 501 or 404 and deletes nothing. The method exists because the
        client guide of the service names it (wire contract, section 5.8).

        Args:
            container_tag: Name of the container.

        Raises:
            ServerError: The service does not implement the call (501).
            NotFoundError: The service has removed the endpoint (404).
        """
        ...

    async def close(self) -> None:
        """
        Close the connections of the client.

        A second call has no effect. All other methods raise `MemsyClientClosedError` afterwards.
        """
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
