"""State of the request that the current thread sends, for the subclasses of urllib3 classes."""

from __future__ import annotations

from contextvars import ContextVar

from attrs import define

from memsy._core.timeout import Deadline


@define
class RequestState:
    """Deadline, target and progress of one request."""

    deadline: Deadline
    target: str
    """Target of the request line, sent byte for byte."""
    was_sent: bool = False
    """True if the service may have read a part of the request."""


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
