"""The local service itself: one method, from a request to its reply."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock
from types import TracebackType
from typing import TYPE_CHECKING

from memsy._core.clock import SYSTEM_CLOCK, Clock
from memsy._core.wire import Reply, Request
from memsy.exceptions import MemsyConfigurationError
from memsy.testing.service import (
    actors,
    clear,
    events,
    hierarchy,
    keys,
    memories,
    moments,
    presence,
    processing,
    search,
    usage,
    views,
)
from memsy.testing.service.call import Call, Key, Scope
from memsy.testing.service.reading import Given
from memsy.testing.service.refusals import Plane, Refusal, missing_scope
from memsy.testing.service.routes import Routes
from memsy.testing.service.rules import Rules
from memsy.testing.service.store import Store, ulid

if TYPE_CHECKING:
    from typing_extensions import Self

ROUTES = Routes(
    [
        *presence.ROUTES,
        *events.ROUTES,
        *search.ROUTES,
        *memories.ROUTES,
        *actors.ROUTES,
        *hierarchy.ROUTES,
        *clear.ROUTES,
    ]
)

_logger = logging.getLogger("memsy.testing")


class LocalService:
    """
    A stand-in for the Memsy service, for development and tests: the same rules, on SQLite.

    It keeps everything in memory, or in the file *path*, which outlives even a process that
    is killed. It lets in *api_key* and goes by *rules* and *clock*; *ids* makes its ids out
    of the whole numbers. Any thread may use it, and it starts none.

    Raises:
        MemsyConfigurationError: *path* is not a database of this version of the service,
            or *api_key* is empty.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | None = None,
        *,
        api_key: str = "msy_local",
        rules: Rules | None = None,
        clock: Clock = SYSTEM_CLOCK,
        ids: Callable[[int], str] = ulid,
    ) -> None:
        if not api_key:
            raise MemsyConfigurationError(
                "api_key is empty: the local service would let anybody in"
            )
        self.rules: Rules = rules or Rules()
        self.api_key = api_key
        self.clock = clock
        self._lock = RLock()
        self._store = Store(path, ids)
        with self._store.transaction():
            self._keep("key_local", api_key, "local", ("read", "write"), self.rules.org_id)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<LocalService of {self.rules.org_id!r}>"

    def answer(self, request: Request) -> Reply:
        """
        Do what *request* asks, whole or not at all, and say so.

        Its target is the whole path, with `/v1` or `/api` at its head. Nothing is raised: who
        asks badly gets a 4xx, and what goes wrong in here is a 500 with its cause in the log.
        """
        target = request.target.encode("utf-8", "replace").decode("utf-8")
        path, _, query = target.partition("?")
        plane: Plane = "control" if path.startswith("/api/") else "hot"
        try:
            with self._settled():
                return self._granted(request, plane, path, query)
        except Refusal as refusal:
            return _reply(refusal.status, refusal.body(plane), refusal.headers)
        except Exception:
            _logger.exception("%s %s failed", request.method, path)
            failure = Refusal(500, "internal_error", "the local service failed; its log says why")
            return _reply(failure.status, failure.body(plane), failure.headers)

    def process(self, most: int | None = None) -> int:
        """
        Make memories of the pending events, the *most* oldest of them, due or not.

        Gives their number. This is how events get done where `Rules.processing` is manual.
        """
        with self._lock, self._store.transaction():
            return processing.process_next(self._store, self._now(), most)

    def fail(self, event_id: str) -> None:
        """
        Let a pending event have failed for good.

        Raises:
            ValueError: there is no such event, or it is not pending any more.
        """
        with self._lock, self._store.transaction():
            if not processing.fail(self._store, event_id):
                raise ValueError(f"there is no pending event {event_id!r}")

    def issue_key(
        self,
        name: str = "",
        *,
        scopes: Sequence[Scope] = ("read", "write"),
        org_id: str | None = None,
    ) -> str:
        """A new API key, which may do what its *scopes* say in its organisation."""
        with self._lock, self._store.transaction():
            key_id = self._store.new_id()
            text = f"msy_{key_id.lower()}"
            self._keep(key_id, text, name, scopes, org_id or self.rules.org_id)
            return text

    @property
    def events(self) -> tuple[views.Event, ...]:
        """All events that are stored, in the order in which they came."""
        with self._settled():
            return views.events(self._store)

    @property
    def memories(self) -> tuple[views.Memory, ...]:
        """All memories, in the order in which they were made."""
        with self._settled():
            return views.memories(self._store)

    def close(self) -> None:
        """Let the database go. What was in memory is lost."""
        with self._lock:
            self._store.close()

    @contextmanager
    def _settled(self) -> Iterator[None]:
        """A transaction in which whatever is due has been processed."""
        with self._lock, self._store.transaction():
            processing.process_due(self._store, self._now())
            yield

    def _granted(self, request: Request, plane: Plane, path: str, query: str) -> Reply:
        """
        The reply to a request that nothing speaks against.

        Raises:
            Refusal: something does.
        """
        now = self._now()
        authorization = request.headers.get("authorization")
        key = keys.authenticate(self._store, authorization, now, by_gateway=self.rules.gateway_auth)
        route, ids = ROUTES.find(request.method, path)
        if route.scope is not None and route.scope not in key.scopes:
            raise missing_scope(route.scope)
        call = Call(self._store, self.rules, key, ids, now)
        content_type = request.headers.get("content-type")
        said = route.answer(call, Given(query, request.body, content_type, self.rules))
        keys.touch(self._store, key, now)
        if plane == "control":
            return _reply(200, said)
        usage.spend(call, "api_calls", 1)
        return _reply(200, said, usage.headers(call))

    def _keep(
        self, key_id: str, text: str, name: str, scopes: Sequence[Scope], org_id: str
    ) -> None:
        key = Key(key_id, org_id, frozenset(scopes))
        keys.keep(self._store, key, text, name, self._now())

    def _now(self) -> int:
        return moments.from_clock(self.clock.time())


def _reply(status: int, said: object, headers: Mapping[str, str] | None = None) -> Reply:
    if said is None:
        return Reply(204, headers or {})
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    # A refusal may quote what cannot be written in UTF-8.
    content = text.encode("utf-8", "replace")
    return Reply(status, {"content-type": "application/json", **(headers or {})}, content)
