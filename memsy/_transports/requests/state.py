"""The call that a thread is about: what requests and urllib3 have no parameters for."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

from attrs import define

if TYPE_CHECKING:
    from memsy._core.timeout import Deadline


@define
class RequestState:
    """One request on its way."""

    deadline: Deadline
    target: str
    """What stands in the request line, byte for byte."""
    was_sent: bool = False
    """Whether the service may have read a part of the request."""


current: ContextVar[RequestState] = ContextVar("current")
"""Set as long as it lasts; requests does all its work in the thread that asks for it."""


def socket_timeout(seconds: float) -> float:
    """
    What a socket may be told to wait for; to a socket, 0 would mean something else.

    Raises:
        TimeoutError: there is no time left.
    """
    if seconds <= 0:
        raise TimeoutError
    return seconds
