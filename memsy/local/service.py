"""`LocalService`: the local Memsy service, with the operations that only tests can perform."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from pathlib import Path
from threading import RLock
from types import TracebackType
from weakref import proxy

from attrs import evolve
from typing_extensions import Never, Self

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.plane import Plane
from memsy._core.text import plain
from memsy._core.time_source import TimeSource
from memsy.exceptions import MemsyConfigurationError
from memsy.local import seed, timestamps
from memsy.local.clock import Clock
from memsy.local.config import ServiceConfig
from memsy.local.domain import api_keys, lifecycle, processing, usage
from memsy.local.domain.members import Member, default_admin
from memsy.local.domain.oauth_consent import ConnectorSimulator
from memsy.local.faults import Faults
from memsy.local.http import dispatch
from memsy.local.http.context import ALL_SCOPES, Key, RequestContext, Scope
from memsy.local.http.delivery import Delivery
from memsy.local.http.parsing import trim
from memsy.local.http.routing_table import OPERATIONS, ROUTES
from memsy.local.http.validators import check_not_blank
from memsy.local.signups.simulator import SignupSimulator
from memsy.local.storage import database, database_file, records, search_index, snapshot
from memsy.local.storage.request_log import RequestLog, RequestRecord
from memsy.local.storage.store import Store, ulid
from memsy.models import EventPayload

_REQUEST_ID_HEADER = "apigw-requestid"
"""Header of the gateway of the production service (wire contract, section 2.5)."""
_DEFAULT_CONFIG = ServiceConfig()


class LocalService:
    """
    Local Memsy service for development and tests: the rules of the real service, on SQLite.

    Fake clients call the service in the same process. `LocalServer` serves it over HTTP. The
    service is thread-safe and starts no thread. Close it with `close()` or a `with` statement.

    Args:
        path: Database file, created if missing, readable for its owner alone. The data of
            acknowledged requests are kept even if the process is killed. One service at a time can
            open the file. Without a path, all data are in memory and lost on `close()`.
        api_key: API key with all scopes, owned by an admin of `ServiceConfig.org_id`.
        config: Settings, `ServiceConfig()` by default. `LocalService.config` may be replaced at
            any time.
        clock: Source of the current time, `Clock(realtime=True)` by default: time passes, but the
            sleeps of fake clients take no real time.
        ids: Creates an id from a unique number. The default creates ULIDs.

    Raises:
        MemsyConfigurationError: `path` is a file with other content, a damaged database, or a
            database of another version or that another service has open. Nothing is changed then.
            Or `api_key` is empty.

    Example:
        >>> from memsy.models import EventPayload
        >>> with LocalService() as service:
        ...     service.seed([EventPayload("ann", "chat-1", "user_message", "I like tea")])
        ...     [memory.text for memory in service.memories]
        ['I like tea']
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
        if not api_key.strip():
            raise MemsyConfigurationError(
                "api_key must not be empty: the service would accept every request without a key"
            )
        self._config = config or _DEFAULT_CONFIG
        self.api_key: str = plain(api_key)
        self.clock: TimeSource = clock or Clock(realtime=True)
        self.initial_events: Sequence[EventPayload] = ()
        """Events that `reset()` stores again, such as the events of the marker `memsy`."""
        self._lock = RLock()
        self._store = Store(path, ids)
        self._log = RequestLog(ROUTES)
        # A weak reference avoids a cycle, so that an unused service is freed without the collector.
        exhaust_quota = partial(LocalService._exhaust_quota, proxy(self))
        self.faults: Faults = Faults(OPERATIONS, exhaust_quota)
        """Fault injection for the next requests."""
        with self._creation(path):
            if path is not None:
                search_index.rebuild_if_outdated(self._store)
            self._store_own_key()

    @property
    def config(self) -> ServiceConfig:
        """Settings, which may be replaced at any time."""
        return self._config

    @config.setter
    def config(self, config: ServiceConfig) -> None:
        with self._lock:
            previous, self._config = self._config, config
            if config.org_id != previous.org_id:
                with self._store.transaction():
                    self._store_own_key()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> Never:
        raise TypeError(
            "a LocalService cannot be pickled: serve it with LocalServer, "
            "and connect to base_url in the other process"
        )

    def __deepcopy__(self, memo: object) -> Self:
        return self  # a deep copy of a fake client uses the same service

    def __repr__(self) -> str:
        return f"<LocalService of {self.config.org_id!r}>"

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        """
        Process a request in one transaction, without faults, and return the response.

        An invalid request gets a 4xx. An internal error is a 500, with the cause in the log.

        Args:
            request: Request with the complete path, including the `/v1` or `/api` prefix.

        Raises:
            MemsyClientClosedError: The service is closed. All other errors become responses.
        """
        return dispatch.dispatch(request, self._store, self.config, self._transaction)

    def deliver(self, request: HTTPRequest) -> Delivery:
        """
        Process a request like `handle()`, apply its fault from `faults`, and log the request.

        The response has the id of the request, `req_1` for the first one, in `Apigw-Requestid`.

        Returns:
            The response, with its delay and the state in which it reaches the client.

        Raises:
            MemsyClientClosedError: The service is closed. All other errors become responses.
        """
        self._store.require_open()
        fault = self.faults.next_fault(
            lambda: ROUTES.operation_name(request.method, request.target)
        )
        if fault is None:
            response = self.handle(request)
            return Delivery(self._logged(request, response, None))
        response = self.handle(request) if fault.is_processed else HTTPResponse(204)
        if fault.response is not None:
            response = fault.response(Plane.from_path(request.target))
        response = self._logged(request, response, fault.name)
        return Delivery.create(response, fault.delay, fault.mode)

    def seed(self, events: Sequence[EventPayload]) -> None:
        """
        Store events without a request and without quota limits.

        The events count as usage. They are processed as after an ingest: at once, after
        `ServiceConfig.process_delay`, or by `process()`.

        Args:
            events: Events in the order of their ids.

        Raises:
            ValueError: An event is invalid. The message has the index of the event, and nothing is
                stored.
        """
        with self._transaction() as now:
            self._seed(events, now)

    def process(self, limit: int | None = None) -> int:
        """
        Turn pending events into memories, oldest first, even before their delay has passed.

        With `ServiceConfig(processing="manual")`, this method is the only trigger.

        Args:
            limit: Maximum number of events, 0 or more; None for all.

        Returns:
            The number of processed events.

        Raises:
            ValueError: `limit` is negative or not an integer.
        """
        with self._lock, self._store.transaction():
            return processing.process_next(self._store, self._now(), limit)

    def fail(self, event_id: str) -> None:
        """
        Set the state of a pending event to `failed`, permanently.

        Raises:
            ValueError: The event does not exist or is no longer pending.
        """
        with self._transaction():
            if not processing.fail(self._store, trim(event_id)):
                raise ValueError(f"no pending event has the id {event_id!r}: see service.events")

    def promote(
        self, memory_id: str, *, role_id: str | None = None, team_id: str | None = None
    ) -> str:
        """
        Copy an active memory to a role, to a team, or by default to its organisation.

        The copy has no `actor_id` and no `session_id`. Searches that name the role or the team
        find its copy; all searches in the organisation find the copy of the organisation.

        Args:
            memory_id: Memory at a lower level than the copy. The levels are actor, role, team,
                organisation, in this order.
            role_id: Role of the copy.
            team_id: Team of the copy; exclusive with `role_id`.

        Returns:
            The id of the copy. A repeated promotion returns the same id.

        Raises:
            ValueError: The memory does not exist, is not active, or is not at a lower level.
        """
        with self._transaction() as now:
            role, team = (None if id_ is None else trim(id_) for id_ in (role_id, team_id))
            return lifecycle.promote(self._store, trim(memory_id), role, team, now)

    def archive(self, memory_id: str) -> None:
        """
        Archive an active memory. Searches no longer find it.

        Raises:
            ValueError: The memory does not exist or is not active.
        """
        with self._transaction() as now:
            lifecycle.deactivate(self._store, trim(memory_id), "archived", now)

    def decay(self, memory_id: str) -> None:
        """
        Set an active memory to `decayed`, as after long disuse. Searches no longer find it.

        Raises:
            ValueError: The memory does not exist or is not active.
        """
        with self._transaction() as now:
            lifecycle.deactivate(self._store, trim(memory_id), "decayed", now)

    def supersede(self, memory_id: str, by: str) -> None:
        """
        Mark an active memory as superseded by another memory. Searches no longer find it.

        Args:
            memory_id: The outdated memory.
            by: The memory that replaces it.

        Raises:
            ValueError: One of the memories does not exist or is not active, both are the same, or
                they belong to different organisations.
        """
        with self._transaction() as now:
            lifecycle.supersede(self._store, trim(memory_id), trim(by), now)

    def snapshot(self) -> str:
        """
        Return all stored data as readable JSON, the input of `from_snapshot()`.

        Equal data at an equal time gives an equal text. The snapshot has digests in place of API
        keys, and no settings: neither `config` nor `faults`.
        """
        with self._transaction() as now:
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
        Create a service with the data of a snapshot.

        Args:
            text: Result of `snapshot()`.
            path: Database file, which must be missing or empty. Without a path, the data are in
                memory.
            api_key: API key that replaces the `api_key` of the original service.
            config: Settings, `ServiceConfig()` by default.
            clock: Source of the current time, by default a `Clock` that starts at the time of the
                snapshot.
            ids: Creates an id from a unique number.

        Raises:
            MemsyConfigurationError: `text` is not a snapshot of this version, `path` is a file
                with content, or `api_key` is empty.
        """
        restored = snapshot.Snapshot.read(text)
        if path is not None:
            _require_no_content(path)
        clock = clock or Clock(restored.taken_at)
        service = cls(path, api_key=api_key, config=config, clock=clock, ids=ids)
        with service._creation(path):
            restored.restore(service._store)
            service._store_own_key()
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
        Create an API key and return it.

        Args:
            name: Name in the list of API keys.
            scopes: Permissions, a selection of `read` and `write`.
            org_id: Organisation of the key, `ServiceConfig.org_id` by default.
            member: Owner of the key, by default an admin with a seat.

        Raises:
            ValueError: A scope is unknown, or `org_id` is empty.
        """
        return self._issue(name, scopes, org_id, member, is_session=False)

    def sign_in(self, member: Member, *, org_id: str | None = None) -> str:
        """
        Create and return a session token, which clients accept in place of an API key.

        A session acts for its member alone, while an API key acts for the organisation: only the
        session of an admin may change shared connectors. The list of API keys omits sessions.

        Args:
            member: Signed-in member.
            org_id: Organisation of the member, `ServiceConfig.org_id` by default.

        Raises:
            ValueError: `org_id` is empty.
        """
        return self._issue("", ALL_SCOPES, org_id, member, is_session=True)

    @property
    def connectors(self) -> ConnectorSimulator:
        """Simulation of the connector providers: user consent, available resources, failures."""
        return ConnectorSimulator(self._store, self._transaction)

    @property
    def signups(self) -> SignupSimulator:
        """Simulation of the identity provider of agents: approval and refusal of sign-ups."""
        return SignupSimulator(self._store, self._transaction)

    @property
    def events(self) -> Sequence[records.Event]:
        """All stored events, in order of ingest."""
        with self._transaction():
            return records.events(self._store)

    @property
    def memories(self) -> Sequence[records.Memory]:
        """All stored memories of every status, in order of creation."""
        with self._transaction():
            return records.memories(self._store)

    @property
    def requests(self) -> Sequence[RequestRecord]:
        """The last 1,000 requests of clients, oldest first."""
        return self._log.records()

    def reset(self) -> None:
        """
        Delete all data, issued keys and logged requests, and clear the faults.

        The settings, the service's own API key and the `initial_events` remain. Ids are not reused.
        """
        with self._lock:
            with self._store.transaction():
                self._store.clear()
                self._store_own_key()
                self._seed(self.initial_events, self._now())
            self.faults.clear()
            self._log.clear()

    def close(self) -> None:
        """Close the database. Data in memory are lost. A second call has no effect."""
        with self._lock:
            self._store.close()

    def _logged(
        self, request: HTTPRequest, response: HTTPResponse, fault: str | None
    ) -> HTTPResponse:
        """Log the request, and return the response with the id of the log entry."""
        request_id = self._log.append(request, response.status, fault)
        headers = {**response.headers, _REQUEST_ID_HEADER: request_id}
        return HTTPResponse(response.status, headers, response.content)

    @contextmanager
    def _transaction(self, *, read_only: bool = False) -> Iterator[int]:
        """
        Begin a transaction, process the due events, and yield the current timestamp.

        Args:
            read_only: Skip all writes.
        """
        with self._lock, self._store.transaction(read_only=read_only):
            now = self._now()
            processing.process_due(self._store, now)
            yield now

    @contextmanager
    def _creation(self, path: str | os.PathLike[str] | None) -> Iterator[None]:
        """Begin the first transaction. An error, such as a full disk, closes the database."""
        errors = nullcontext() if path is None else database.configuration_errors(path)
        with errors, ExitStack() as on_error:
            on_error.callback(self.close)
            with self._lock, self._store.transaction():
                yield
            on_error.pop_all()

    def _seed(self, events: Iterable[EventPayload], now: int) -> None:
        seed.seed(RequestContext(self._store, self.config, self._own_key, {}, now), events)

    @property
    def _own_key(self) -> Key:
        org_id = trim(self.config.org_id)
        return Key("key_local", org_id, frozenset(ALL_SCOPES), default_admin(org_id))

    def _store_own_key(self) -> None:
        api_keys.save(self._store, self._own_key, self.api_key, "local", self._now())

    def _exhaust_quota(self, dimension: str) -> Callable[[], None]:
        """Set the limit of a dimension to its usage, and return a function that undoes this."""
        former_limit = self.config.limits.get(dimension)
        with self._transaction() as now:
            used = usage.current_usage(
                RequestContext(self._store, self.config, self._own_key, {}, now)
            )
        if dimension not in used:
            raise ValueError(f"unknown dimension {dimension!r}: choose from {', '.join(used)}")
        if dimension not in usage.ENFORCED_DIMENSIONS:
            call = f'faults.fail_next("ingest", UsageLimitExceeded, dimension="{dimension}")'
            raise ValueError(f"no request is checked against the limit of {dimension}: use {call}")
        self._set_limit(dimension, used[dimension])
        return lambda: self._set_limit(dimension, former_limit)

    def _set_limit(self, dimension: str, limit: int | None) -> None:
        limits = dict(self.config.limits)
        if limit is None:
            limits.pop(dimension, None)
        else:
            limits[dimension] = limit
        self.config = evolve(self.config, limits=limits)

    def _issue(
        self,
        name: str,
        scopes: Sequence[Scope],
        org_id: str | None,
        member: Member | None,
        *,
        is_session: bool,
    ) -> str:
        """Store a new key and return its text."""
        if isinstance(scopes, str) or not set(scopes) <= set(ALL_SCOPES):
            raise ValueError(
                f"scopes must be a list of {' and '.join(map(repr, ALL_SCOPES))}, got {scopes!r}"
            )
        org_id = self.config.org_id if org_id is None else plain(org_id)
        check_not_blank("org_id", org_id)
        with self._lock, self._store.transaction():
            key_id = self._store.new_id()
            org_id = trim(org_id)
            owner = member or default_admin(org_id)
            key = Key(key_id, org_id, frozenset(scopes), owner, is_session)
            text = api_keys.generate_key()
            api_keys.save(self._store, key, text, name, self._now())
            return text

    def _now(self) -> int:
        return timestamps.from_clock(self.clock.time())


def _require_no_content(path: str | os.PathLike[str]) -> None:
    resolved = Path(database_file.resolve(path))
    if resolved.is_file() and resolved.stat().st_size:
        raise MemsyConfigurationError(
            f"the file {os.fspath(path)!r} is not empty: restore the snapshot to a new file"
        )
