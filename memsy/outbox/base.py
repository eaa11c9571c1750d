"""Constructor, checks of arguments and fork of an outbox, shared by the sync and the async one."""

from __future__ import annotations

import os
import time
from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Generic, Literal, TypeVar

from attrs import evolve

from memsy._core import encode
from memsy._core.client_clock import clock_of
from memsy._core.json_encoder import dump
from memsy._core.time_source import TimeSource
from memsy.exceptions import MemsyConfigurationError
from memsy.models import EventPayload
from memsy.models.events import check_events
from memsy.outbox.locks import ForkAware
from memsy.outbox.records import DeadLetter, OutboxStatus
from memsy.outbox.sender import Sender
from memsy.outbox.storage import Storage
from memsy.protocols import AsyncMemsyClientProtocol, MemsyClientProtocol

ClientT = TypeVar("ClientT", MemsyClientProtocol, AsyncMemsyClientProtocol)


class OutboxBase(ForkAware, Generic[ClientT]):
    """Constructor of an outbox, and everything that neither waits nor sends."""

    def __init__(
        self,
        client: ClientT,
        path: str | os.PathLike[str],
        *,
        max_events: int = 100_000,
        batch_size: int = 500,
        synchronous: Literal["NORMAL", "FULL"] = "NORMAL",
        background: bool = True,
        clock: TimeSource | None = None,
    ) -> None:
        """
        Create an outbox. A `with` block or the first call opens the file.

        Args:
            client: Client that sends the events. Close it after the outbox.
            path: Path of the file, on a local disk. Only its owner can read a new file. SQLite
                keeps `-wal` and `-shm` beside it, and the sender `-sender`.
            max_events: Limit of the events in the file, pending events and dead letters together.
            batch_size: Maximum number of events in a call of `client.ingest`.
            synchronous: `FULL` waits for the disk in each put, so that also a power failure loses
                no event. After a power failure, `NORMAL` may lose the last puts.
            background: Send in a background thread or task. False: only `pump`, `flush` and `close`
                send.
            clock: Clock of backoff, pauses, timeouts and times. Default: the clock of a client of
                this package, or else the system clock.

        Raises:
            MemsyConfigurationError: An argument is unusable. The message names it.
        """
        self._client: ClientT = client
        self._clock: TimeSource = clock_of(client) if clock is None else clock
        self._max_events = _positive("max_events", max_events)
        self._batch_size = _positive("batch_size", batch_size)
        self._background = encode.boolean("background", background)
        level = encode.choice("synchronous", synchronous, ("NORMAL", "FULL"))
        self._file = Storage(_checked_path(path), level, self._clock)
        self._is_closed = False
        self._left: int | None = None
        self._reset()
        super().__init__()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(path={self._file.path!r})"

    def _reset(self) -> None:
        """Start without a sender, at first and in a forked child."""
        self._sender = Sender(self._file, self._clock, self._batch_size, self._wake)
        self._sender.is_stopping = self._is_closed

    @property
    def _storage(self) -> Storage:
        """File for a call of the user. The sender may still use it after `close()`."""
        if self._is_closed:
            raise self._file.closed_error()
        return self._file

    @property
    def _open_sender(self) -> Sender:
        """Sender for a call of the user."""
        if self._is_closed:
            raise self._file.closed_error()
        return self._sender

    @abstractmethod
    def _wake(self) -> None:
        """Wake the background sender."""

    def _put(self, event: EventPayload) -> None:
        if not isinstance(event, EventPayload):
            raise MemsyConfigurationError(
                f"put: event must be an EventPayload, got {type(event).__name__}"
            )
        self._storage.put(self._payload(event, self._timestamp(), "put"), self._max_events)

    def _put_many(self, events: Iterable[EventPayload]) -> int:
        ts = self._timestamp()
        payloads = [
            self._payload(event, ts, f"put_many: events[{index}]")
            for index, event in enumerate(check_events(events))
        ]
        if payloads:
            self._storage.put_many(payloads, self._max_events)
        return len(payloads)

    def _payload(self, event: EventPayload, ts: str, label: str) -> str:
        fields = event.to_dict()
        fields.setdefault("ts", ts)  # the service would take the time of the ingest
        return dump(fields, label)

    def _timestamp(self) -> str:
        now = datetime.fromtimestamp(self._clock.time(), timezone.utc)
        return f"{now.replace(tzinfo=None).isoformat()}Z"

    def _status(self) -> OutboxStatus:
        status = self._storage.status()
        return evolve(status, last_error=status.last_error or self._sender.last_error)

    def _dead_letters(self, limit: int, offset: int) -> list[DeadLetter]:
        return self._storage.dead_letters(
            encode.integer("limit", limit), encode.integer("offset", offset)
        )

    def _retry(self, ids: Iterable[int] | None) -> int:
        moved = self._storage.retry(_checked_ids(ids))
        self._storage.request_attempt()
        self._wake()
        return moved

    def _discard(self, ids: Iterable[int] | None) -> int:
        return self._storage.discard(_checked_ids(ids))

    def _count_left(self, ends_at: float) -> int:
        """Return the number of pending events after the close."""
        storage = Storage(self._file.path, "NORMAL", self._clock)
        try:
            return storage.count_pending(max(0.0, ends_at - time.monotonic()))
        finally:
            storage.close()

    def _before_fork(self) -> None:
        """Do nothing: the storage closes its connection."""

    def _after_fork_in_child(self) -> None:
        self._reset()


def _positive(name: str, value: object) -> int:
    number = encode.integer(name, value)
    if number < 1:
        raise MemsyConfigurationError(f"{name} must be 1 or more, got {number}")
    return number


def _checked_path(path: str | os.PathLike[str]) -> str:
    name = os.fsdecode(path)
    if not name or "\0" in name:
        raise MemsyConfigurationError(
            f"path must not be empty or contain a NUL character, got {name!r}"
        )
    return name


def _checked_ids(ids: Iterable[int] | None) -> list[int] | None:
    return None if ids is None else [encode.integer("ids", id_) for id_ in ids]
