"""Retry load: requests beyond the calls that a client sends to a service that is down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from memsy import MemsyError
from tests.chaos.clients import CLIENTS
from tests.chaos.metric import Metric
from tests.support.raw_server import RawServer, respond_with, response
from tests.support.skipping_clock import SkippingClock

CALLS = 1000
MAX_EXTRA_REQUESTS = {"503 Service Unavailable": 36, "429 Too Many Requests": 101}


def extra_requests(mode: str, status: str, calls: int = CALLS) -> int:
    """Return the number of retries of all `calls` to a service that always sends `status`."""
    with (
        RawServer(respond_with(response(b"{}", status=status))) as server,
        CLIENTS[mode](f"http://127.0.0.1:{server.port}/v1", None, 30.0, SkippingClock()) as memsy,
    ):
        for _ in range(calls):
            with suppress(MemsyError):
                memsy.search("tea")
        return len(server.requests) - calls


def measure(seed: int) -> Iterator[Metric]:
    """Count the retries for each status."""
    for status, limit in MAX_EXTRA_REQUESTS.items():
        yield Metric(
            f"retries of {CALLS} calls that all get {status}",
            limit,
            {mode: extra_requests(mode, status) for mode in CLIENTS},
        )
