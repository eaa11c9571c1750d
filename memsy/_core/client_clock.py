"""Clock and time limit of a client, for loops of calls that run on the time of the client."""

from __future__ import annotations

from typing import Any

from attrs import evolve

from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.settings import Settings
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy._core.timeout import Timeout


def clock_of(client: object) -> TimeSource:
    """Return the clock of a client of this package, also of a fake, or else the system clock."""
    requestor = vars(client).get("_call") if hasattr(client, "__dict__") else None
    return requestor.clock if isinstance(requestor, (Requestor, AsyncRequestor)) else SYSTEM_TIME


def total_timeout_of(client: object, at_most: float) -> Timeout | float:
    """
    Return the timeout of a client of this package with a smaller `total`.

    Args:
        client: The client. Of another client, the result is `at_most`.
        at_most: Largest `total` in seconds, more than 0.
    """
    settings: Any = vars(client).get("_settings") if hasattr(client, "__dict__") else None
    if not isinstance(settings, Settings):
        return at_most
    return evolve(settings.timeout, total=min(settings.timeout.total, at_most))
