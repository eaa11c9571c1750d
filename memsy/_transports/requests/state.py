"""State of the request that the current thread sends, for the subclasses of urllib3 classes."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from weakref import ref

from attrs import define, field

from memsy._core.timeout import Deadline


class Ticket:
    """A request in the queue of `ConnectionLimit`, until no reference to the ticket is left."""

    __slots__ = ("__weakref__",)


@define
class RequestState:
    """Deadline, target and progress of one request."""

    deadline: Deadline
    target: str
    """Target of the request line, sent byte for byte."""
    ticket: ref[Ticket]
    """Ticket of the request in the connection limit. The transport holds the only reference."""
    is_mocked: bool = False
    """True if a mock has replaced functions that send requests."""
    was_sent: bool = False
    """True if the service may have read a part of the request."""
    response_headers: Mapping[str, str] = field(factory=dict[str, str])
    """Normalized headers of the response, empty until its head is complete."""
    queued_at: float | None = None
    """Start of the wait for a free connection. None if a connection was free."""
    admitted_at: float | None = None
    """End of the wait for a free connection."""


current_request: ContextVar[RequestState] = ContextVar("current_request")
"""
State of the request in progress.

The requests library has no parameter for the state, and does all its work in the calling thread.
"""


def socket_timeout(seconds: float) -> float:
    """
    Return `seconds` as the timeout of a socket. 0 would make the socket non-blocking.

    Raises:
        TimeoutError: No time is left.
    """
    if seconds <= 0:
        raise TimeoutError
    return seconds
