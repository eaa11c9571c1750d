"""The local service: what clients ask of it, and what a test does behind its back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING
from weakref import proxy

from attrs import evolve

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.plane import Plane
from memsy._core.time_source import TimeSource
from memsy.exceptions import MemsyConfigurationError
from memsy.local import seed, timestamps
from memsy.local.clock import Clock
from memsy.local.config import ServiceConfig
from memsy.local.domain import api_keys, lifecycle, processing, usage
from memsy.local.domain.members import Member, admin_of
from memsy.local.domain.oauth_consent import ConnectorSimulator
from memsy.local.faults import Faults
from memsy.local.http import dispatch
from memsy.local.http.context import ALL_SCOPES, Key, RequestContext, Scope
from memsy.local.http.delivery import Delivery
from memsy.local.http.routing_table import OPERATIONS, ROUTES
from memsy.local.storage import records, snapshot
from memsy.local.storage.request_log import RequestLog, RequestRecord
from memsy.local.storage.store import Store, ulid
from memsy.models import EventPayload

if TYPE_CHECKING:
    from typing_extensions import Never, Self


class LocalService:
    """
    A stand-in for the Memsy service, for development and tests: the same rules, on SQLite.

    It keeps everything in memory, or in the file *path*, which outlives even a process that
    is killed. It lets in *api_key* and goes by *rules* and *clock*, which by default is a
    `memsy.testing.Clock` that runs: time passes on it, and fakes do not wait for it. *ids* makes
    its ids out of the whole numbers. Any thread may use it, and it starts none.

    Raises:
        MemsyConfigurationError: *path* is not a database of this version of the service,
            or *api_key* is empty.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        api_key: str = "msy_local",
        config: ServiceConfig | None = None,
        clock: TimeSource | None = None,
        ids: Callable[[int], str] = ulid,
    ) -> None:
        if not api_key:
            raise MemsyConfigurationError(
                "api_key is empty: the local service would let anybody in"
            )
        self.config: ServiceConfig = config or ServiceConfig()
        self.api_key = api_key
        self.clock: TimeSource = clock or Clock(realtime=True)
        self._lock = RLock()
        self._store = Store(path, ids)
        self._log = RequestLog(ROUTES)
        # By a proxy, lest the two keep each other: a service that is forgotten goes at once.
        exhaust_quota = partial(LocalService._use_up, proxy(self))
        self.faults: Faults = Faults(OPERATIONS, exhaust_quota)
        """What befalls the requests to come: scripted by a test, and otherwise nothing."""
        with self._store.transaction():
            self._let_own_key_in()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> Never:
        raise TypeError(
            "a LocalService lives in this process and is not pickled: "
            "serve it with LocalServer, and hand the other process a client of that"
        )

    def __deepcopy__(self, memo: object) -> Self:
        return self  # as a deep copy of a client has the same service

    def __repr__(self) -> str:
        return f"<LocalService of {self.config.org_id!r}>"

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        """
        Do what *request* asks, whole or not at all, and say so.

        Its target is the whole path, with `/v1` or `/api` at its head. Who asks badly gets a
        4xx, and what goes wrong in here is a 500 with its cause in the log.

        Raises:
            MemsyClientClosedError: the service is closed; nothing else is raised.
        """
        return dispatch.dispatch(request, self._store, self.config, self._settled)

    def deliver(self, request: HTTPRequest) -> Delivery:
        """
        What `answer` says to *request*, and how it gets to whoever asked: by way of `faults`.

        Raises:
            MemsyClientClosedError: the service is closed; nothing else is raised.
        """
        self._store.require_open()
        fault = self.faults.next_fault(
            lambda: ROUTES.operation_name(request.method, request.target)
        )
        if fault is None:
            response = self.handle(request)
            self._log.note(request, response.status, None)
            return Delivery(response)
        response = self.handle(request) if fault.is_applied else HTTPResponse(204)
        if fault.says is not None:
            response = fault.says(Plane.of(request.target))
        self._log.note(request, response.status, fault.name)
        return Delivery.of(response, fault.delay, fault.mode)

    def seed(self, events: Sequence[EventPayload]) -> None:
        """
        Let *events* have been ingested before: by no request, and whatever the limits are.

        They are counted as used, and processed or left pending, as the rules have it.

        Raises:
            ValueError: the service would not take one of them.
        """
        if events:
            with self._settled() as now:
                seed.seed(RequestContext(self._store, self.config, self._own_key, {}, now), events)

    def process(self, most: int | None = None) -> int:
        """
        Make memories of the pending events, the *most* oldest of them, due or not.

        Gives their number. This is how events get done where `ServiceConfig.processing` is manual.

        Raises:
            ValueError: *most* is no number of events.
        """
        with self._lock, self._store.transaction():
            return processing.process_next(self._store, self._now(), most)

    def fail(self, event_id: str) -> None:
        """
        Let a pending event have failed for good.

        Raises:
            ValueError: there is no such event, or it is not pending any more.
        """
        with self._settled():
            if not processing.fail(self._store, event_id):
                raise ValueError(f"there is no pending event {event_id!r}")

    def promote(
        self, memory_id: str, *, role_id: str | None = None, team_id: str | None = None
    ) -> str:
        """
        Copy an active memory to a role, to a team or, without either, to its organisation.

        The copy, whose id this gives, knows neither the actor nor the conversation. That of a role
        or a team is found by whoever names it, that of the organisation by everybody. To promote
        what has been promoted there gives the same copy again.

        Raises:
            ValueError: there is no such memory, it is not active, or it is as high already:
                memories rise from actor to role, from role to team, from team to organisation,
                and may skip steps.
        """
        with self._settled() as now:
            return lifecycle.promote(self._store, memory_id, role_id, team_id, now)

    def archive(self, memory_id: str) -> None:
        """
        Let an active memory be archived: no search finds it any more.

        Raises:
            ValueError: there is no such memory, or it is not active.
        """
        with self._settled() as now:
            lifecycle.deactivate(self._store, memory_id, "archived", now)

    def decay(self, memory_id: str) -> None:
        """
        Let an active memory have decayed, as by long disuse: no search finds it any more.

        Raises:
            ValueError: there is no such memory, or it is not active.
        """
        with self._settled() as now:
            lifecycle.deactivate(self._store, memory_id, "decayed", now)

    def supersede(self, memory_id: str, by: str) -> None:
        """
        Let an active memory be superseded *by* another one: no search finds it any more.

        Raises:
            ValueError: there are no two such active memories of one organisation.
        """
        with self._settled() as now:
            lifecycle.supersede(self._store, memory_id, by, now)

    def snapshot(self) -> str:
        """
        All that is stored, as JSON that a person can read; `from_snapshot()` begins with it.

        It is the same text as long as nothing changes. Of API keys it has the digests, and of
        what is no more than set, such as `rules` and `faults`, nothing.
        """
        with self._settled() as now:
            return snapshot.export(self._store, now)

    @classmethod
    def from_snapshot(
        cls,
        text: str,
        *,
        path: str | os.PathLike[str] | None = None,
        api_key: str = "msy_local",
        config: ServiceConfig | None = None,
        clock: TimeSource | None = None,
        ids: Callable[[int], str] = ulid,
    ) -> Self:
        """
        A service that goes on where the one was of which *text* is a snapshot.

        Its clock, if none is given, is a `memsy.testing.Clock` that begins when the snapshot was
        taken. It lets in *api_key* in place of the former service's own key.

        Raises:
            MemsyConfigurationError: *text* is no snapshot, or one of another version; or *path* is
                a file that has something in it already.
        """
        restored = snapshot.Snapshot.read(text)
        if path is not None:
            _refuse_content(path)
        clock = clock or Clock(restored.taken_at)
        service = cls(path, api_key=api_key, config=config, clock=clock, ids=ids)
        with service._lock, service._store.transaction():
            restored.restore(service._store)
            service._let_own_key_in()
        return service

    def issue_key(
        self,
        name: str = "",
        *,
        scopes: Sequence[Scope] = ALL_SCOPES,
        org_id: str | None = None,
        member: Member | None = None,
    ) -> str:
        """
        A new API key, which may do what its *scopes* say in its organisation.

        It belongs to *member*, who is an admin with a seat unless it is said who.
        """
        return self._let_in(name, scopes, org_id or self.config.org_id, member, is_session=False)

    def sign_in(self, member: Member, *, org_id: str | None = None) -> str:
        """
        What *member* may use in place of an API key.

        It is no key: no list shows it. Nor does it act for the organisation, as API keys do:
        where connectors are shared, only that of an admin may change them.
        """
        return self._let_in("", ALL_SCOPES, org_id or self.config.org_id, member, is_session=True)

    @property
    def connectors(self) -> ConnectorSimulator:
        """The far side of connectors: who consents to them, and what there is to choose from."""
        return ConnectorSimulator(self._store, self._settled)

    @property
    def events(self) -> tuple[records.Event, ...]:
        """All events that are stored, in the order in which they came."""
        with self._settled():
            return records.events(self._store)

    @property
    def memories(self) -> tuple[records.Memory, ...]:
        """All memories, in the order in which they were made."""
        with self._settled():
            return records.memories(self._store)

    @property
    def requests(self) -> tuple[RequestRecord, ...]:
        """The latest thousand requests that clients have sent, in the order in which they came."""
        return self._log.all()

    def reset(self) -> None:
        """Be as new: nothing stored, no key but the service's own, no misfortune to come."""
        with self._lock:
            self.faults.clear()
            self._log.clear()
            with self._store.transaction():
                self._store.clear()
                self._let_own_key_in()

    def close(self) -> None:
        """Let the database go. What was in memory is lost."""
        with self._lock:
            self._store.close()

    @contextmanager
    def _settled(self) -> Iterator[int]:
        """A transaction, and its moment, in which whatever is due has been processed."""
        with self._lock, self._store.transaction():
            now = self._now()
            processing.process_due(self._store, now)
            yield now

    @property
    def _own_key(self) -> Key:
        org_id = self.config.org_id
        return Key("key_local", org_id, frozenset(ALL_SCOPES), admin_of(org_id))

    def _let_own_key_in(self) -> None:
        api_keys.keep(self._store, self._own_key, self.api_key, "local", self._now())

    def _use_up(self, dimension: str) -> Callable[[], None]:
        """Let there be no more of *dimension*, and give what lets there be as much as before."""
        before = self.config.limits.get(dimension)
        with self._settled() as now:
            spent = usage.used(RequestContext(self._store, self.config, self._own_key, {}, now))
        if dimension not in spent:
            raise ValueError(f"there is no dimension {dimension!r}: there are {', '.join(spent)}")
        if dimension not in usage.ENFORCED_DIMENSIONS:
            planned = f'faults.fail_next("ingest", UsageLimitExceeded, dimension="{dimension}")'
            raise ValueError(f"no request asks for {dimension}: have one refused by {planned}")
        self._limit(dimension, spent[dimension])
        return lambda: self._limit(dimension, before)

    def _limit(self, dimension: str, limit: int | None) -> None:
        limits: dict[str, int | None] = {**self.config.limits, dimension: limit}
        known = {name: most for name, most in limits.items() if most is not None}
        self.config = evolve(self.config, limits=known)

    def _let_in(
        self,
        name: str,
        scopes: Sequence[Scope],
        org_id: str,
        member: Member | None,
        *,
        is_session: bool,
    ) -> str:
        """The text of a new key, which is good at once."""
        if isinstance(scopes, str) or not set(scopes) <= set(ALL_SCOPES):
            raise ValueError(f"scopes are some of {', '.join(ALL_SCOPES)}, got {scopes!r}")
        with self._lock, self._store.transaction():
            key_id = self._store.new_id()
            owner = member or admin_of(org_id)
            key = Key(key_id, org_id, frozenset(scopes), owner, is_session)
            text = api_keys.new_text()
            api_keys.keep(self._store, key, text, name, self._now())
            return text

    def _now(self) -> int:
        return timestamps.from_seconds(self.clock.time())


def _refuse_content(path: str | os.PathLike[str]) -> None:
    if Path(path).exists() and Path(path).stat().st_size:
        raise MemsyConfigurationError(
            f"{os.fspath(path)!r} has something in it already: a snapshot goes into a new file"
        )
