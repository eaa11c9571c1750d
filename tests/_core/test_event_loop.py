"""Async calls outside of an asyncio task, with the client and its fake."""

from __future__ import annotations

import asyncio

import pytest
import trio

from memsy import AsyncMemsyClient, MemsyConfigurationError
from memsy.testing import FakeAsyncMemsyClient

ADVICE = "await the call in a coroutine of asyncio.run(), or use the sync client"


def client() -> AsyncMemsyClient:
    return AsyncMemsyClient("http://127.0.0.1:9/v1", "msy_key", max_retries=3)


both = pytest.mark.parametrize("create", [client, FakeAsyncMemsyClient], ids=["client", "fake"])


def error_of(call: object) -> MemsyConfigurationError:
    """Drive the coroutine `call` by hand and return its error."""
    with pytest.raises(MemsyConfigurationError) as excinfo:
        getattr(call, "send")(None)  # noqa: B009 - an awaitable of any kind
    return excinfo.value


@both
def test_call_under_trio_names_trio(create: type[AsyncMemsyClient]) -> None:
    async def main() -> None:
        async with create() as memsy:
            await memsy.search("tea")

    with pytest.raises(MemsyConfigurationError) as excinfo:
        trio.run(main)
    problem = "the async clients need an asyncio task, but trio is running"
    assert str(excinfo.value) == f"{problem}; {ADVICE}"
    assert excinfo.value.attempts == 0


@both
def test_call_without_a_loop_is_refused(create: type[AsyncMemsyClient]) -> None:
    problem = "the async clients need an asyncio task, but no event loop is running"
    assert str(error_of(create().search("tea"))) == f"{problem}; {ADVICE}"


@both
async def test_call_in_a_loop_without_a_task_is_refused(create: type[AsyncMemsyClient]) -> None:
    errors = asyncio.Queue[MemsyConfigurationError]()
    memsy = create()
    loop = asyncio.get_running_loop()
    loop.call_soon(lambda: errors.put_nowait(error_of(memsy.search("tea"))))
    problem = "the async clients need an asyncio task, but this code runs in no task of asyncio"
    assert str(await errors.get()) == f"{problem}; {ADVICE}"
    await memsy.close()
