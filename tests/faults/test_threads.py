"""One client in many threads: each call gets its own response."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from memsy import AsyncMemsyClient, MemsyClient
from tests.faults.calls import Client
from tests.faults.clients import KEY
from tests.faults.echo_server import EchoServer, org
from tests.support.search_responses import found

THREADS, CALLS = 16, 60


def make_sync_calls(memsy: MemsyClient, name: str) -> None:
    for number in range(0, CALLS, 2):
        assert memsy.search(f"{name} {number}") == found(f"{name} {number}")
        assert memsy.orgs.get(f"{name}-{number}") == org(f"{name}-{number}")


def make_async_calls(memsy: AsyncMemsyClient, name: str) -> None:
    async def calls() -> None:
        for number in range(0, CALLS, 2):
            assert await memsy.search(f"{name} {number}") == found(f"{name} {number}")
            assert await memsy.orgs.get(f"{name}-{number}") == org(f"{name}-{number}")

    asyncio.run(calls())


@pytest.mark.covers("X01")
@pytest.mark.parametrize(
    ("kind", "make_calls"),
    [(MemsyClient, make_sync_calls), (AsyncMemsyClient, make_async_calls)],
    ids=["sync", "async"],
)
def test_threads_that_share_a_client_get_their_own_responses(
    kind: type[Client],
    make_calls: Callable[[Client, str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """An async client runs in an event loop in each thread; no connection leaks."""
    barrier = threading.Barrier(THREADS)
    with EchoServer() as server:
        memsy = kind(server.base_url, KEY, timeout=30.0, max_retries=0)

        def work(name: str) -> None:
            barrier.wait(10)
            make_calls(memsy, name)

        with ThreadPoolExecutor(THREADS) as pool:
            for done in [pool.submit(work, f"thread{number}") for number in range(THREADS)]:
                done.result()
        closing = memsy.close()
        if closing is not None:
            asyncio.run(closing)
    assert server.requests == THREADS * CALLS
    assert server.connections <= THREADS
    assert caplog.records == []
