"""Arguments, checks and the fork of an outbox, shared by the sync and the async one."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any, Literal, TypeAlias

from attrs import evolve

from memsy._core import encode
from memsy._core.json_encoder import dump
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy.exceptions import MemsyConfigurationError
from memsy.models import EventPayload
from memsy.models.events import check_events
from memsy.outbox.locks import ForkAware
from memsy.outbox.records import OutboxStatus
from memsy.outbox.sender import Sender
from memsy.outbox.storage import Storage

Synchronous: TypeAlias = Literal["NORMAL", "FULL"]


class OutboxCore(ForkAware):
    """State of an outbox, and everything that neither waits nor sends."""

    def __init__(
        self,
        client: object,
        path: str | os.PathLike[str],
        *,
        max_events: int,
        batch_size: int,
        synchronous: str,
        background: bool,
        clock: TimeSource | None,
    ) -> None:
        self.clock: TimeSource = clock or _clock_of(client)
        self.max_events = _positive("max_events", max_events)
        self.batch_size = _positive("batch_size", batch_size)
        self.background = encode.boolean("background", background)
        level = encode.choice("synchronous", synchronous, ("NORMAL", "FULL"))
        self.storage = Storage(path, level, self.clock)
        self.sender = self._new_sender()
        self.left: int | None = None
        super().__init__()

    def _new_sender(self) -> Sender:
        return Sender(self.storage, self.clock, self.batch_size)

    def put(self, event: EventPayload) -> None:
        (payload,) = self._payloads([event])
        self.storage.put(payload, self.max_events)

    def put_many(self, events: Iterable[EventPayload]) -> int:
        payloads = self._payloads(events)
        if payloads:
            self.storage.put_many(payloads, self.max_events)
        return len(payloads)

    def _payloads(self, events: Iterable[EventPayload]) -> list[str]:
        checked = check_events(events)
        now = datetime.fromtimestamp(self.clock.time(), timezone.utc)
        ts = now.isoformat().replace("+00:00", "Z")
        return [
            dump((event if event.ts is not None else evolve(event, ts=ts)).to_dict(), "put")
            for event in checked
        ]

    def status(self) -> OutboxStatus:
        status = self.storage.status()
        return evolve(status, last_error=status.last_error or self.sender.last_error)

    def retry(self, ids: Iterable[int] | None) -> int:
        moved = self.storage.retry(_ids(ids))
        self.storage.wake_sender()
        return moved

    def discard(self, ids: Iterable[int] | None) -> int:
        return self.storage.discard(_ids(ids))

    def before_fork(self) -> None:
        """Do nothing: the storage disconnects itself."""

    def after_fork_in_child(self) -> None:
        self.sender = self._new_sender()
        self._forget_sender()

    @abstractmethod
    def _forget_sender(self) -> None:
        """Drop the thread or the task of the parent."""


def _positive(name: str, value: object) -> int:
    number = encode.integer(name, value)
    if number < 1:
        raise MemsyConfigurationError(f"{name} must be 1 or more, got {number}")
    return number


def _ids(ids: Iterable[int] | None) -> list[int] | None:
    return None if ids is None else [encode.integer("ids", id_) for id_ in ids]


def _clock_of(client: Any) -> TimeSource:  # noqa: ANN401
    requestor = getattr(client, "_call", None)
    return getattr(getattr(requestor, "_transport", None), "clock", SYSTEM_TIME)
