"""One async client in any event loop, and cancellation of its calls."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeAlias

import anyio
import pytest

from memsy import AsyncMemsyClient
from tests.faults.child_program import output
from tests.faults.clients import KEY
from tests.faults.echo_server import EchoServer, wait_until
from tests.support.raw_server import RawServer
from tests.support.search_responses import found
from tests.support.server_scripts import echo_queries

AsyncFunction: TypeAlias = Callable[[], Coroutine[Any, Any, None]]


@pytest.mark.covers("X05")
@pytest.mark.parametrize("end", ["asyncio.run(memsy.close())", "del memsy", ""])
def test_client_created_at_module_level_works_in_every_event_loop(end: str) -> None:
    """The client is created outside of any loop. Closed or not, it causes no warning."""
    program = """
        memsy = AsyncMemsyClient(url, key, timeout=20)

        async def make_calls(name):
            for number in range(20):
                found = await memsy.search(f"{name} {number}")
                assert found.results[0].content == f"{name} {number}"

        for number in range(4):
            asyncio.run(make_calls(f"run {number}"))
        threads = [
            threading.Thread(target=lambda name: asyncio.run(make_calls(name)), args=[name])
            for name in ("one thread", "another thread")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print("done")
        """
    with RawServer(echo_queries) as server:
        assert output(server, program, end) == "done\n"
    assert len(server.requests) == 6 * 20
    assert server.connections == 6


_SHORT_TIMEOUT = 0.1


async def _fail_after(wait: AsyncFunction) -> None:
    await wait()
    raise LookupError


async def _raises_lookup_error_only(group: Awaitable[None]) -> None:
    with pytest.raises(Exception, match="unhandled errors in a TaskGroup") as excinfo:
        await group
    assert [type(error) for error in getattr(excinfo.value, "exceptions", ())] == [LookupError]


async def sibling_fails_in_anyio_task_group(call: AsyncFunction, started: AsyncFunction) -> None:
    async def run_group() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(call)
            group.start_soon(_fail_after, started)

    await _raises_lookup_error_only(run_group())


async def anyio_fail_after(call: AsyncFunction, started: AsyncFunction) -> None:
    with pytest.raises(TimeoutError) as excinfo:
        with anyio.fail_after(_SHORT_TIMEOUT):
            await call()
    assert excinfo.type is TimeoutError


async def asyncio_wait_for(call: AsyncFunction, started: AsyncFunction) -> None:
    with pytest.raises(asyncio.TimeoutError) as excinfo:
        await asyncio.wait_for(call(), _SHORT_TIMEOUT)
    assert excinfo.type is asyncio.TimeoutError


CANCELLATIONS = [
    sibling_fails_in_anyio_task_group,
    anyio_fail_after,
    asyncio_wait_for,
]

if sys.version_info >= (3, 11):

    async def sibling_fails_in_task_group(call: AsyncFunction, started: AsyncFunction) -> None:
        async def run_group() -> None:
            async with asyncio.TaskGroup() as group:
                group.create_task(call())
                group.create_task(_fail_after(started))

        await _raises_lookup_error_only(run_group())

    async def asyncio_timeout(call: AsyncFunction, started: AsyncFunction) -> None:
        with pytest.raises(TimeoutError) as excinfo:
            async with asyncio.timeout(_SHORT_TIMEOUT):
                await call()
        assert excinfo.type is TimeoutError

    CANCELLATIONS += [sibling_fails_in_task_group, asyncio_timeout]


@pytest.mark.covers("X06")
@pytest.mark.parametrize("query", ["never", "half", "busy"])
@pytest.mark.parametrize("cancel", CANCELLATIONS)
async def test_cancelled_call_raises_cancelled_error_and_leaves_the_client_usable(
    cancel: Callable[[AsyncFunction, AsyncFunction], Coroutine[Any, Any, None]], query: str
) -> None:
    errors = list[type[BaseException]]()
    with EchoServer() as server:
        async with AsyncMemsyClient(server.base_url, KEY, timeout=60.0) as memsy:

            async def call() -> None:
                try:
                    await memsy.search(query)
                except BaseException as error:
                    errors.append(type(error))
                    raise

            async def started() -> None:
                await wait_until(lambda: server.requests > 0)
                await asyncio.sleep(0.02)  # lets the body or the pause begin

            await cancel(call, started)
            assert errors == [asyncio.CancelledError]
            assert await memsy.search("tea") == found("tea")
            await wait_until(lambda: not server.waiting)
    assert server.requests == 2


@pytest.mark.covers("X05")
@pytest.mark.parametrize("turns", range(6))
def test_new_event_loop_is_not_disturbed_by_the_shutdown_of_another(turns: int) -> None:
    """The first loop has closed its connections only partly, after that many `turns`."""
    with EchoServer() as server:
        memsy = AsyncMemsyClient(server.base_url, KEY, timeout=20.0, max_retries=0)
        first, second = asyncio.new_event_loop(), asyncio.new_event_loop()
        first.run_until_complete(memsy.search("tea"))
        shutdown = first.create_task(first.shutdown_asyncgens())
        for _ in range(turns):
            first.run_until_complete(asyncio.sleep(0))
        try:
            assert second.run_until_complete(memsy.search("coffee")) == found("coffee")
        finally:
            first.run_until_complete(shutdown)
            first.close()
            second.run_until_complete(memsy.close())
            second.close()
