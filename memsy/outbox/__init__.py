"""
Durable outbox: events on disk first, sent in the background.

`put(event)` returns when the event is in a SQLite file. A background thread or task sends the
events in batches, in the order of the puts, and removes them after the acknowledgement of the
service::

    with MemsyClient() as client, Outbox(client, "outbox.db") as outbox:
        outbox.put(EventPayload("user-1", "session-1", "user_message", "I like tea."))

`AsyncOutbox` has the same methods, awaited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsy._lazy import lazy_exports

if TYPE_CHECKING:
    from memsy.outbox.aio import AsyncOutbox
    from memsy.outbox.errors import OutboxError, OutboxFull
    from memsy.outbox.records import DeadLetter, OutboxStatus
    from memsy.outbox.sync import Outbox

__all__ = [
    "AsyncOutbox",
    "DeadLetter",
    "Outbox",
    "OutboxError",
    "OutboxFull",
    "OutboxStatus",
]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy_exports(
        __name__,
        __all__,
        packages=(
            "memsy.outbox.errors",
            "memsy.outbox.records",
            "memsy.outbox.sync",
            "memsy.outbox.aio",
        ),
    )
