"""One awaiting client in any event loop, and calls that are ended from outside."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

import anyio
import pytest

from memsy import AsyncMemsyClient
from tests.matrix.calls import found
from tests.matrix.clients import KEY
from tests.matrix.crowd import Crowd, until
from tests.matrix.faults import repeated
from tests.matrix.program import run
from tests.raw_server import Peer, RawServer

Work: TypeAlias = Callable[[], Coroutine[Any, Any, None]]


def repeating(peer: Peer) -> None:
    while True:
        peer.send(repeated(peer.read()))


@pytest.mark.proves("X05")
@pytest.mark.parametrize("end", ["asyncio.run(memsy.close())", "del memsy", ""])
def test_a_client_at_the_top_of_a_module_serves_every_loop(end: str) -> None:
    """Made in none of them, and closed or not: nothing is left that could be complained of."""
    program = """
        memsy = AsyncMemsyClient(url, key, timeout=20)

        async def converse(name):
            for number in range(20):
                found = await memsy.search(f"{name} {number}")
                assert found.results[0].content == f"{name} {number}"

        for number in range(4):
            asyncio.run(converse(f"run {number}"))
        threads = [
            threading.Thread(target=lambda name: asyncio.run(converse(name)), args=[name])
            for name in ("one thread", "another thread")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print("well")
        """
    with RawServer(repeating) as server:
        assert run(server, program, end) == "well\n"
    assert len(server.requests) == 6 * 20
    assert server.connections == 6


_A_MOMENT = 0.1


async def _fail(when: Work) -> None:
    await when()
    raise LookupError


async def _fails_for_the_sibling(siblings: Awaitable[None]) -> None:
    """And for nobody else in the group."""
    with pytest.raises(Exception, match="unhandled errors in a TaskGroup") as raised:
        await siblings
    assert [type(error) for error in getattr(raised.value, "exceptions", ())] == [LookupError]


async def a_sibling_fails_in_a_group_of_anyio(call: Work, is_under_way: Work) -> None:
    async def siblings() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(call)
            group.start_soon(_fail, is_under_way)

    await _fails_for_the_sibling(siblings())


async def anyio_has_no_more_time(call: Work, is_under_way: Work) -> None:
    with pytest.raises(TimeoutError) as raised:
        with anyio.fail_after(_A_MOMENT):
            await call()
    assert raised.type is TimeoutError


async def wait_for_has_no_more_time(call: Work, is_under_way: Work) -> None:
    with pytest.raises(asyncio.TimeoutError) as raised:
        await asyncio.wait_for(call(), _A_MOMENT)
    assert raised.type is asyncio.TimeoutError


INTERRUPTIONS = [
    a_sibling_fails_in_a_group_of_anyio,
    anyio_has_no_more_time,
    wait_for_has_no_more_time,
]

if sys.version_info >= (3, 11):

    async def a_sibling_fails_in_a_group(call: Work, is_under_way: Work) -> None:
        async def siblings() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(call())
                group.create_task(_fail(is_under_way))

        await _fails_for_the_sibling(siblings())

    async def there_is_no_more_time(call: Work, is_under_way: Work) -> None:
        with pytest.raises(TimeoutError) as raised:
            async with asyncio.timeout(_A_MOMENT):
                await call()
        assert raised.type is TimeoutError

    INTERRUPTIONS += [a_sibling_fails_in_a_group, there_is_no_more_time]


@pytest.mark.proves("X06")
@pytest.mark.parametrize("where", ["never", "half", "busy"])
@pytest.mark.parametrize("interrupted", INTERRUPTIONS)
async def test_a_call_that_is_ended_from_outside_is_cancelled_and_no_more(
    interrupted: Callable[[Work, Work], Coroutine[Any, Any, None]], where: str
) -> None:
    """The cancellation passes through us untouched, and the client is as good as before."""
    ends = list[type[BaseException]]()
    with Crowd() as crowd:
        async with AsyncMemsyClient(crowd.base_url, KEY, timeout=60.0) as memsy:

            async def call() -> None:
                try:
                    await memsy.search(where)
                except BaseException as end:
                    ends.append(type(end))
                    raise

            async def is_under_way() -> None:
                await until(lambda: crowd.requests > 0)
                await asyncio.sleep(0.02)  # so that a body, or a pause, has begun

            await interrupted(call, is_under_way)
            assert ends == [asyncio.CancelledError]
            assert await memsy.search("tea") == found("tea")
            await until(lambda: not crowd.waiting)
    assert crowd.requests == 2


@pytest.mark.proves("X05")
@pytest.mark.parametrize("turns", range(6))
def test_a_loop_that_begins_does_not_mind_one_that_is_about_to_end(turns: int) -> None:
    """And has come, in another thread, so far in the closing of its connections."""
    with Crowd() as crowd:
        memsy = AsyncMemsyClient(crowd.base_url, KEY, timeout=20.0, max_retries=0)
        ending, beginning = asyncio.new_event_loop(), asyncio.new_event_loop()
        ending.run_until_complete(memsy.search("tea"))
        end = ending.create_task(ending.shutdown_asyncgens())
        for _ in range(turns):
            ending.run_until_complete(asyncio.sleep(0))
        try:
            assert beginning.run_until_complete(memsy.search("coffee")) == found("coffee")
        finally:
            ending.run_until_complete(end)
            ending.close()
            beginning.run_until_complete(memsy.close())
            beginning.close()
