"""The blocking surface: what every sync client has, whatever it talks to."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

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
    MemoryStatsResponse,
    OrgResource,
    RoleResource,
    SearchResponse,
    StatusResponse,
    TeamResource,
)

if TYPE_CHECKING:
    from typing_extensions import Self


class OrgsProtocol(Protocol):
    """Organisations: how their memories are promoted. Deleting one deletes no memory."""

    def create(self, org_id: str, name: str, focus: str) -> OrgResource:
        """
        Describe the organisation of the key, so that the service can write its promotion prompt.

        Raises:
            AuthorizationError: the key is not an admin's, or *org_id* is not its organisation.
            OrgLimitReachedError: the plan allows no more.
            ConflictError: it is described already.
        """
        ...

    def get(self, org_id: str) -> OrgResource:
        """
        One organisation.

        Raises:
            NotFoundError: nobody has described it yet.
        """
        ...

    def update(
        self,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> OrgResource:
        """
        Change what is given, leave what is None.

        Raises:
            NotFoundError: there is no such organisation.
        """
        ...

    def regenerate_prompt(self, org_id: str) -> OrgResource:
        """
        Have the promotion prompt written anew, from name and focus; edits of it are lost.

        Raises:
            NotFoundError: there is no such organisation.
        """
        ...

    def delete(self, org_id: str) -> None:
        """
        Remove the description; memories stay.

        Raises:
            NotFoundError: there is no such organisation.
        """
        ...

    def list(self) -> list[OrgResource]:
        """All that the key may see."""
        ...


class RolesProtocol(Protocol):
    """Roles of an organisation: whose memories are promoted together. Deleting keeps these."""

    def create(self, org_id: str, name: str, focus: str) -> RoleResource:
        """
        Add a role; the service gives it an id and writes its promotion prompt.

        Raises:
            AuthorizationError: the key is not an admin's, or *org_id* is not its organisation.
        """
        ...

    def get(self, role_id: str, org_id: str) -> RoleResource:
        """
        One role.

        Raises:
            NotFoundError: there is no such role.
        """
        ...

    def update(
        self,
        role_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> RoleResource:
        """
        Change what is given, leave what is None.

        Raises:
            NotFoundError: there is no such role.
        """
        ...

    def regenerate_prompt(self, role_id: str, org_id: str) -> RoleResource:
        """
        Have the promotion prompt written anew, from name and focus; edits of it are lost.

        Raises:
            NotFoundError: there is no such role.
        """
        ...

    def delete(self, role_id: str, org_id: str) -> None:
        """
        Remove the role; memories stay.

        Raises:
            NotFoundError: there is no such role.
        """
        ...

    def list(self, org_id: str, *, limit: int = 100, offset: int = 0) -> list[RoleResource]:
        """One page of the roles of an organisation; a page that is not full is the last."""
        ...


class TeamsProtocol(Protocol):
    """Teams of an organisation: whose memories are promoted together. Deleting keeps these."""

    def create(self, org_id: str, name: str, focus: str) -> TeamResource:
        """
        Add a team; the service gives it an id and writes its promotion prompt.

        Raises:
            AuthorizationError: the key is not an admin's, or *org_id* is not its organisation.
        """
        ...

    def get(self, team_id: str, org_id: str) -> TeamResource:
        """
        One team.

        Raises:
            NotFoundError: there is no such team.
        """
        ...

    def update(
        self,
        team_id: str,
        org_id: str,
        *,
        name: str | None = None,
        focus: str | None = None,
        promotion_prompt: str | None = None,
    ) -> TeamResource:
        """
        Change what is given, leave what is None.

        Raises:
            NotFoundError: there is no such team.
        """
        ...

    def regenerate_prompt(self, team_id: str, org_id: str) -> TeamResource:
        """
        Have the promotion prompt written anew, from name and focus; edits of it are lost.

        Raises:
            NotFoundError: there is no such team.
        """
        ...

    def delete(self, team_id: str, org_id: str) -> None:
        """
        Remove the team; memories stay.

        Raises:
            NotFoundError: there is no such team.
        """
        ...

    def list(self, org_id: str, *, limit: int = 100, offset: int = 0) -> list[TeamResource]:
        """One page of the teams of an organisation; a page that is not full is the last."""
        ...


class MemoriesProtocol(Protocol):
    """Memories, to be read: the service writes them."""

    def stats(self) -> MemoryStatsResponse:
        """The organisation's memories in numbers."""
        ...

    def get(self, memory_id: str) -> MemoryItemResource:
        """
        All that is known of one memory, of any status.

        Raises:
            NotFoundError: there is none with this id.
            ValidationError: *memory_id* is no UUID.
        """
        ...

    def list(
        self,
        *,
        actor_id: str | None = None,
        kind: str | None = None,
        type: str | None = None,
        status: str | None = None,
        sort: str = "observed_at_desc",
        search: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> MemoryListResponse:
        """
        One page of the memories that match.

        *kind* is a family (`semantic`, `episodic`, `procedural`), *type* a word such as `fact` or
        `preference`. *status* is `active` unless given; `archived`, `decayed` and `superseded` are
        others. *search* is a part of the text. *sort* is `observed_at_desc`, `observed_at_asc`,
        `strength_desc`, `confidence_desc` or `created_at_desc`. *limit* is 1 to 200. Pages neither
        repeat nor skip a memory while none is written.

        Raises:
            ValidationError: an unknown *sort*, or a *limit* or *offset* out of range.
        """
        ...


class ActorsProtocol(Protocol):
    """Actors, as their memories show them: an actor without a memory does not exist."""

    def get(self, actor_id: str, org_id: str | None = None) -> ActorResource:
        """
        One actor of the key's organisation.

        Raises:
            NotFoundError: it has no memories.
            AuthorizationError: *org_id* is not the key's organisation.
        """
        ...

    def list(
        self,
        org_id: str | None = None,
        *,
        limit: int = 100,
        offset: int = 0,
        sort: ActorSort = "first_memory_desc",
        q: str | None = None,
    ) -> ActorListResponse:
        """
        One page of the actors whose id contains *q*, whatever its case.

        *limit* is 1 to 500.

        Raises:
            AuthorizationError: *org_id* is not the key's organisation.
            ValidationError: an unknown *sort*, or a *limit* or *offset* out of range.
        """
        ...


class MemsyClientProtocol(Protocol):
    """
    A client of the hot path: it stores events, and searches the memories made of them.

    Every method raises `MemsyError`s and nothing else; the ones that are worth a thought are
    named where they belong. Those that any call may raise: `AuthenticationError`,
    `AuthorizationError`, `RateLimitExceeded`, `UsageLimitExceeded`, `ServerError`,
    `MemsyConnectionError`, `MemsyTimeoutError`, `MemsyResponseError`, `MemsyClientClosedError`,
    and, before anything is sent, `MemsyConfigurationError`.
    """

    @property
    def orgs(self) -> OrgsProtocol:
        """Organisations."""
        ...

    @property
    def roles(self) -> RolesProtocol:
        """Roles in an organisation."""
        ...

    @property
    def teams(self) -> TeamsProtocol:
        """Teams in an organisation."""
        ...

    @property
    def memories(self) -> MemoriesProtocol:
        """The memories themselves, one by one."""
        ...

    @property
    def actors(self) -> ActorsProtocol:
        """Whoever there are memories of."""
        ...

    def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        """
        Store *events*; the service makes memories of them soon after.

        One id comes back for each event, in the same order. An event that repeats an earlier
        one (same actor, session, kind and content) within 60 s is not stored again: it gets the
        id of the first. That is what makes it safe to repeat a lost call, and `ingest` does so
        itself.

        Any number of events may be given. All are checked before any is sent; up to 500 of them
        go in one request, which the service stores as a whole or not at all, and more in
        several, one after the other, all within the one `timeout`. If a later one of these fails,
        the error has the ids of the events stored before it, as `.event_ids`: go on with
        `events[len(error.event_ids):]`. If the failed request itself is in doubt
        (`.maybe_processed`), what is sent again within 60 s is stored once all the same.

        Raises:
            ValidationError: an event breaks a rule of `EventPayload`; no event of its request
                was stored.
            UsageLimitExceeded: the plan's events are used up; as before.
            MemsyResponseError: not one id an event came back, so nobody knows whose they are.
        """
        ...

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
    ) -> SearchResponse:
        """
        Find the memories nearest in meaning to *query*, best first.

        Without *actor_id* every actor of the organisation is searched, which is rarely
        what an agent talking to one person wants. *session_id* keeps to one conversation,
        *exclude_session_id* leaves one out; memories of no conversation are found either way, and
        only one of the two may be given. *role_ids* and *team_ids* add what was promoted to those
        roles and teams. *limit* is 1 to 100. Scores lie in 0.0 to 1.0 and compare only within one
        answer; *threshold* is the lowest that is wanted. What is found grows stronger.

        Raises:
            ValidationError: both session filters, or a *limit* or *threshold* out of range.
        """
        ...

    def status(self, event_ids: list[str]) -> StatusResponse:
        """
        What became of events: completed (searchable now), failed, or pending.

        1 to 500 ids. Processing takes seconds, without a promise; events finish in any order.

        Raises:
            ValidationError: no id, or too many.
        """
        ...

    def health(self) -> HealthResponse:
        """Whether the service is well. It asks for a valid key even for this."""
        ...

    def clear(self, container_tag: str) -> ClearResponse:
        """
        Delete the memories of a container: the service does not do that, and says so with a 501.

        Kept because the service's own guide names it.

        Raises:
            ServerError: 501, always, on the service as it is today.
        """
        ...

    def close(self) -> None:
        """Close the connections. May be called twice; every other call raises from then on."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...
