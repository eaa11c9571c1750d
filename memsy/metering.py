"""Metering: read the usage and rate-limit headers of all responses in a block of code."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from attrs import define, field

from memsy._core.hooks import receive_responses
from memsy._core.http import HTTPResponse
from memsy.models import RateLimitInfo, UsageInfo
from memsy.models.usage import read_rate_limit, read_usage

__all__ = ["Meter", "metered"]


@define
class Meter:
    """
    Latest usage and rate limit of the responses within the `metered()` blocks of this meter.

    A field is None until a response has its headers (wire contract, section 2). The control plane
    may send none. Several threads may update a meter at the same time.
    """

    usage: UsageInfo | None = None
    """Latest usage of the plan."""
    rate_limit: RateLimitInfo | None = None
    """Latest limit of API calls."""
    responses: int = 0
    """Number of responses, including error responses and responses to retries."""
    request_id: str | None = field(default=None, eq=False)
    """Id of the request of the last response, if the response has one. `==` ignores it."""
    # Reentrant, because a signal handler may make a call during an update.
    _lock: AbstractContextManager[object] = field(
        factory=threading.RLock, init=False, repr=False, eq=False
    )

    def update(self, response: HTTPResponse) -> None:
        """Update the meter with the headers of a response."""
        usage = read_usage(response)
        rate_limit = read_rate_limit(response)
        with self._lock:
            self.responses += 1
            self.usage = usage or self.usage
            self.rate_limit = rate_limit or self.rate_limit
            self.request_id = response.request_id

    def __reduce__(self) -> tuple[Callable[..., Meter], tuple[object, ...]]:
        return type(self), (self.usage, self.rate_limit, self.responses, self.request_id)


@contextmanager
def metered(meter: Meter | None = None) -> Iterator[Meter]:
    """
    Read usage and rate limit from the responses to all calls that start within the block.

    Results that are lists or plain models have no field for these headers. The meter works with
    every sync and async client and fake of this package::

        with metered() as meter:
            roles = client.roles.list("org_1")
        print(meter.rate_limit)

    The meter sees the calls of the current context: those of the block, of tasks that start within
    the block, and of `asyncio.to_thread` and `run_in_threadpool`, which copy the context. A new
    thread, and so a `ThreadPoolExecutor`, has a context of its own. Hand the meter to it::

        with metered() as meter, ThreadPoolExecutor() as pool:
            pool.map(metered(meter)(client.search), queries)

    The block may end in another context, as in a generator that another task or thread closes. From
    then on, the meter sees no further call of the block.

    Args:
        meter: The meter to update. Default: a new one. A response counts once, also within
            several blocks of one meter.
    """
    meter = Meter() if meter is None else meter
    with receive_responses(meter.update):
        yield meter
