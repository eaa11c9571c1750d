"""Metering: read the usage and rate-limit headers of all responses in a block of code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, frozen

from memsy._core.hooks import AttemptEnd, Hook, install_in_context
from memsy._core.http import HTTPResponse
from memsy.models import RateLimitInfo, UsageInfo
from memsy.models.usage import read_rate_limit, read_usage

__all__ = ["Meter", "metered"]


@define
class Meter:
    """
    Latest usage and rate limit of the responses within one `metered()` block.

    A field is None until a response has its headers (wire contract, section 2). The control plane
    may send none.
    """

    usage: UsageInfo | None = None
    rate_limit: RateLimitInfo | None = None
    responses: int = 0
    """Number of responses, including error responses and responses to retries."""

    def update(self, response: HTTPResponse) -> None:
        """Update the meter with the headers of a response."""
        self.responses += 1
        self.usage = read_usage(response.headers) or self.usage
        self.rate_limit = read_rate_limit(response.headers) or self.rate_limit


@contextmanager
def metered() -> Iterator[Meter]:
    """
    Read usage and rate limit from the responses to all calls within the block.

    Results that are lists or plain models have no field for these headers. The meter works with
    every sync and async client of this package::

        with metered() as meter:
            roles = client.roles.list("org_1")
        print(meter.rate_limit)

    The meter sees the calls of the current context: those of the block, of tasks that start within
    the block, and of `asyncio.to_thread`, which copies the context. It ignores the calls of other
    threads and tasks.
    """
    meter = Meter()
    with install_in_context(_ResponseHook(meter)):
        yield meter


@frozen
class _ResponseHook(Hook):
    """Hook that passes each response to the meter."""

    meter: Meter

    def on_attempt_end(self, event: AttemptEnd) -> None:
        if event.response is not None:
            self.meter.update(event.response)
