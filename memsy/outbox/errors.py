"""Errors of the outbox."""

from __future__ import annotations

from memsy.exceptions import MemsyError

__all__ = ["OutboxError", "OutboxFull"]


class OutboxError(MemsyError):
    """
    Failure of the file of an outbox: unusable, locked, no space on the disk, or closed.

    A `put` that raises this error stored nothing. The message has the path and the reason.
    """


class OutboxFull(OutboxError):
    """
    Outbox with `max_events` events. The put stored nothing.

    Wait until the service accepts events again, discard dead letters, or increase `max_events`.
    """
