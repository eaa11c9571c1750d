"""Cancellation: the state of a client after hundreds of calls were cancelled at random times."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from random import Random

from attrs import frozen

from tests.chaos.clients import AsyncClient
from tests.chaos.metric import ASYNC, Metric
from tests.support.raw_server import Peer, RawServer
from tests.support.search_responses import echo_query, found

CANCELLED = 400
"""More calls than a client opens connections, so that some wait for a connection."""
CALLS_AFTERWARDS = 20
MAX_SECONDS = 0.5
_MAX_DELAY = 0.3
_SLOW = "slow"


@frozen
class CancellationResult:
    """Cancelled calls, and the calls after them."""

    not_cancelled: int
    """Cancelled calls that ended otherwise."""
    failed_afterwards: int
    """Later calls that failed or returned a wrong result."""
    seconds_afterwards: float
    """Duration of all later calls together."""
    leaked_tasks: int


def _respond_unless_slow(peer: Peer) -> None:
    while True:
        request = peer.read()
        if _SLOW.encode() in request:
            peer.wait_for_close()
        peer.send(echo_query(request))


def cancel_calls(seed: int, calls: int = CANCELLED) -> CancellationResult:
    """Cancel `calls` at times that `seed` decides, and then make other calls."""
    with RawServer(_respond_unless_slow) as server:
        return asyncio.run(_cancel_calls(f"http://127.0.0.1:{server.port}/v1", Random(seed), calls))


async def _cancel_calls(url: str, random: Random, calls: int) -> CancellationResult:
    async def cancel(task: asyncio.Task[object]) -> bool:
        await asyncio.sleep(random.uniform(0, _MAX_DELAY))
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    async with AsyncClient(url) as memsy:

        async def succeeds(text: str) -> bool:
            return await memsy.search(text) == found(text)

        tasks = [asyncio.create_task(memsy.search(_SLOW)) for _ in range(calls)]
        cancelled = await asyncio.gather(*map(cancel, tasks))
        started_at = time.monotonic()
        queries = [f"tea {number}" for number in range(CALLS_AFTERWARDS)]
        succeeded = await asyncio.gather(*map(succeeds, queries), return_exceptions=True)
        seconds = time.monotonic() - started_at
    return CancellationResult(
        not_cancelled=cancelled.count(False),
        failed_afterwards=CALLS_AFTERWARDS - succeeded.count(True),
        seconds_afterwards=seconds,
        leaked_tasks=len(asyncio.all_tasks()) - 1,
    )


def measure(seed: int) -> Iterator[Metric]:
    """Cancel calls, and check the client afterwards."""
    result = cancel_calls(seed)
    yield Metric(
        f"of {CANCELLED} cancelled calls, ended otherwise", 0, {ASYNC: result.not_cancelled}
    )
    yield Metric(f"of {CALLS_AFTERWARDS} later calls, failed", 0, {ASYNC: result.failed_afterwards})
    yield Metric(
        f"{CALLS_AFTERWARDS} later calls: all done after",
        MAX_SECONDS,
        {ASYNC: result.seconds_afterwards},
        "s",
    )
    yield Metric("leaked tasks", 0, {ASYNC: result.leaked_tasks})
