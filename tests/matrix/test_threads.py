"""One client under many threads: to each question its own answer."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from memsy import AsyncMemsyClient, MemsyClient
from tests.matrix.calls import Client, found
from tests.matrix.clients import KEY
from tests.matrix.crowd import Crowd, org

THREADS, CALLS = 16, 60


def converse(memsy: MemsyClient, name: str) -> None:
    for number in range(0, CALLS, 2):
        assert memsy.search(f"{name} {number}") == found(f"{name} {number}")
        assert memsy.orgs.get(f"{name}-{number}") == org(f"{name}-{number}")


def converse_in_a_loop(memsy: AsyncMemsyClient, name: str) -> None:
    async def converse() -> None:
        for number in range(0, CALLS, 2):
            assert await memsy.search(f"{name} {number}") == found(f"{name} {number}")
            assert await memsy.orgs.get(f"{name}-{number}") == org(f"{name}-{number}")

    asyncio.run(converse())


@pytest.mark.proves("X01")
@pytest.mark.parametrize(
    ("kind", "converse"), [(MemsyClient, converse), (AsyncMemsyClient, converse_in_a_loop)]
)
def test_threads_that_share_a_client_get_their_own_answers(
    kind: type[Client],
    converse: Callable[[Client, str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Of an awaiting client, each in an event loop of its own; and no connection is lost."""
    all_are_there = threading.Barrier(THREADS)
    with Crowd() as crowd:
        memsy = kind(crowd.base_url, KEY, timeout=30.0, max_retries=0)

        def ask(name: str) -> None:
            all_are_there.wait(10)
            converse(memsy, name)

        with ThreadPoolExecutor(THREADS) as pool:
            for done in [pool.submit(ask, f"thread{number}") for number in range(THREADS)]:
                done.result()
        closing = memsy.close()
        if closing is not None:
            asyncio.run(closing)
    assert crowd.requests == THREADS * CALLS
    assert crowd.connections <= THREADS
    assert caplog.records == []
