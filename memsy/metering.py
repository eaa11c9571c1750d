"""What the headers of replies say of the account, also where a result has no room for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from attrs import define, frozen

from memsy._core.hooks import AttemptEnd, Hook, install_in_context
from memsy._core.http import HTTPResponse
from memsy.models import RateLimitInfo, UsageInfo

__all__ = ["Meter", "metered"]


@define
class Meter:
    """
    The latest that a service said, within one `metered()` block.

    A field is None as long as no reply had those headers: the control plane may send none.
    """

    usage: UsageInfo | None = None
    rate_limit: RateLimitInfo | None = None
    responses: int = 0
    """How many replies came, refusals and those of repeated attempts included."""

    def read(self, response: HTTPResponse) -> None:
        """Take in one more reply."""
        self.responses += 1
        self.usage = UsageInfo.from_headers(response.headers) or self.usage
        self.rate_limit = RateLimitInfo.from_headers(response.headers) or self.rate_limit


@contextmanager
def metered() -> Iterator[Meter]:
    """
    Read the usage and rate limit off every reply to the calls made within.

    Lists and plain models have no room for what the headers say; this gives it without changing
    them, for any client of this package, of either colour::

        with metered() as meter:
            roles = client.roles.list("org_1")
        print(meter.rate_limit)

    Calls of other threads and tasks are not seen, those of tasks started within are.
    """
    meter = Meter()
    with install_in_context(_ResponseHook(meter)):
        yield meter


@frozen
class _ResponseHook(Hook):
    meter: Meter

    def on_attempt_end(self, event: AttemptEnd) -> None:
        if event.response is not None:
            self.meter.read(event.response)
