"""A service that is down is not stormed: what a client asks of it beyond its calls is little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from chaos.clients import COLOURS
from chaos.clock import SkippingClock
from chaos.figure import Figure
from memsy import MemsyError
from tests.raw_server import RawServer, answering, response

CALLS = 1000
MOST = {"503 Service Unavailable": 36, "429 Too Many Requests": 101}


def extra_requests(colour: str, status: str, calls: int = CALLS) -> int:
    """How many requests more than *calls* a client makes of a service that only says *status*."""
    with (
        RawServer(answering(response(b"{}", status=status))) as server,
        COLOURS[colour](
            f"http://127.0.0.1:{server.port}/v1", None, 30.0, SkippingClock()
        ) as caller,
    ):
        for _ in range(calls):
            with suppress(MemsyError):
                caller.search("tea")
        return len(server.requests) - calls


def figures(seed: int) -> Iterator[Figure]:
    for status, most in MOST.items():
        yield Figure(
            f"requests beyond {CALLS} calls, to all of which comes {status}",
            most,
            {colour: extra_requests(colour, status) for colour in COLOURS},
        )
