"""Values that an outbox returns: its status and its dead letters."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from memsy.models import EventPayload

__all__ = ["DeadLetter", "OutboxStatus"]


@frozen
class OutboxStatus:
    """State of an outbox file, the same in all processes that use the file."""

    pending: int
    """Number of events that wait for their acknowledgement."""
    dead: int
    """Number of dead letters."""
    oldest: datetime | None
    """Time of the put of the first pending event, in UTC."""
    paused: str | None
    """Reason of a pause that needs an operator, such as a revoked API key or a used-up quota."""
    last_error: str | None
    """Reason why the last attempt failed. None after a success."""
    retry_at: datetime | None
    """
    Time of the next attempt after a failure, in UTC. None in a pause that ends only with
    a `flush`, `retry` or `close`, because the service may have stored the batch.
    """
    sender_pid: int | None
    """Process that sends the events. None if no process does."""


@frozen
class DeadLetter:
    """Event that the service refused. It is not sent again before a `retry`."""

    id: int
    """Number of the dead letter in its file, for `retry` and `discard`."""
    event: EventPayload = field(repr=False)
    """The refused event."""
    reason: str
    """Text of the error of the service."""
    status_code: int | None
    """HTTP status of the refusal, 422 or 413."""
    failed_at: datetime
    """Time of the refusal, in UTC."""
