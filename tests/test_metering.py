"""Usage and rate limit from the response headers of all calls in a block."""

from __future__ import annotations

import asyncio
import contextvars
import copy
import gc
import pickle
import sys
import threading
from collections.abc import AsyncGenerator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.testclient import TestClient

from memsy import (
    HTTPResponse,
    Meter,
    NotFoundError,
    RateLimitInfo,
    UsageInfo,
    metered,
)
from tests.support.recording_clients import (
    AsyncControlRecordingClient,
    AsyncRecordingClient,
    ControlRecordingClient,
    MakeAnyClient,
    RecordingClient,
    on_both_planes,
    outcome,
    recording_of,
)

HEALTHY_BODY = b'{"status": "ok"}'


def metered_response(
    calls: int, remaining: int, status: int = 200, body: bytes = b"[]"
) -> HTTPResponse:
    headers = {
        "X-Usage-ApiCalls": str(calls),
        "X-RateLimit-Limit": "100",
        "X-RateLimit-Remaining": str(remaining),
    }
    return HTTPResponse(status, headers, body)


def meter_values(meter: Meter) -> tuple[int | None, int | None, int]:
    """Return used API calls, remaining calls and the number of responses."""
    return (
        meter.usage.api_calls if meter.usage else None,
        meter.rate_limit.remaining if meter.rate_limit else None,
        meter.responses,
    )


def test_meter_reads_headers_of_a_list_result() -> None:
    client = RecordingClient(recording_of(metered_response(7, 93)))
    with metered() as meter:
        assert client.roles.list("o1") == []
    assert meter == Meter(UsageInfo(api_calls=7), RateLimitInfo(limit=100, remaining=93), 1)


@on_both_planes
def test_meter_works_with_every_client(make_client: MakeAnyClient) -> None:
    with metered() as meter:
        outcome(
            make_client,
            lambda client: client.health(),
            recording_of(metered_response(7, 93, body=HEALTHY_BODY)),
        )
    assert meter_values(meter) == (7, 93, 1)


def test_meter_reads_both_planes() -> None:
    with metered() as meter:
        RecordingClient(recording_of(metered_response(1, 99))).orgs.list()
        ControlRecordingClient(recording_of(metered_response(2, 98))).connectors.list()
    assert meter_values(meter) == (2, 98, 2)


def test_latest_headers_are_kept_if_a_response_has_none() -> None:
    """The control plane may send no such headers."""
    client = RecordingClient(
        recording_of(metered_response(7, 93), metered_response(8, 92), HTTPResponse(204))
    )
    with metered() as meter:
        client.orgs.list()
        assert meter_values(meter) == (7, 93, 1)
        client.orgs.list()
        client.orgs.delete("o1")
    assert meter_values(meter) == (8, 92, 3)


def test_response_without_headers_leaves_none() -> None:
    with metered() as meter:
        ControlRecordingClient(recording_of([])).billing.invoices()
    assert meter == Meter(None, None, 1)


def test_meter_without_calls_is_empty() -> None:
    with metered() as meter:
        pass
    assert meter == Meter()


def test_responses_to_retries_are_counted() -> None:
    responses = (metered_response(7, 93, status=503), metered_response(8, 92))
    with metered() as meter:
        RecordingClient(recording_of(*responses)).orgs.list()
    assert meter_values(meter) == (8, 92, 2)


def test_error_response_is_metered() -> None:
    client = RecordingClient(recording_of(metered_response(9, 91, status=404)))
    with metered() as meter, pytest.raises(NotFoundError):
        client.orgs.get("o1")
    assert meter_values(meter) == (9, 91, 1)


def test_calls_outside_of_the_block_are_not_metered() -> None:
    client = RecordingClient(
        recording_of(metered_response(1, 99), metered_response(2, 98), metered_response(3, 97))
    )
    client.orgs.list()
    with metered() as meter:
        client.orgs.list()
    client.orgs.list()
    assert meter_values(meter) == (2, 98, 1)


def test_outer_meter_includes_the_calls_of_an_inner_meter() -> None:
    client = RecordingClient(
        recording_of(metered_response(1, 99), metered_response(2, 98), metered_response(3, 97))
    )
    with metered() as outer:
        client.orgs.list()
        with metered() as inner:
            client.orgs.list()
        client.orgs.list()
    assert (meter_values(outer), meter_values(inner)) == ((3, 97, 3), (2, 98, 1))


def test_calls_in_other_threads_are_not_metered() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    with metered() as meter:
        thread = threading.Thread(target=client.orgs.list)
        thread.start()
        thread.join()
    assert meter == Meter()


async def test_calls_in_tasks_started_within_the_block_are_metered() -> None:
    client = AsyncRecordingClient(recording_of(metered_response(1, 99)))
    with metered() as meter:
        await asyncio.gather(*(client.orgs.list() for _ in range(5)))
    assert meter_values(meter) == (1, 99, 5)


async def test_concurrent_tasks_have_separate_meters() -> None:
    async def metered_calls(calls: int) -> Meter:
        client = AsyncControlRecordingClient(recording_of(metered_response(calls, 100 - calls)))
        with metered() as meter:
            for _ in range(calls):
                await asyncio.sleep(0)
                await client.connectors.list()
        return meter

    meters = await asyncio.gather(*map(metered_calls, range(1, 4)))
    assert list(map(meter_values, meters)) == [(1, 99, 1), (2, 98, 2), (3, 97, 3)]


def test_each_poll_is_metered() -> None:
    not_yet = HTTPResponse(409, {"X-RateLimit-Limit": "100"}, b'{"detail": "pending"}')
    client = ControlRecordingClient(recording_of(not_yet, not_yet, {}))
    with metered() as meter:
        client.connectors.wait_until_authorized("c1")
    assert meter == Meter(None, RateLimitInfo(limit=100), 3)


# Threads


def test_meter_is_handed_to_a_thread_pool() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    with metered() as meter, ThreadPoolExecutor(4) as pool:
        list(pool.map(metered(meter)(client.roles.list), ["o1"] * 20))
    assert meter_values(meter) == (1, 99, 20)


def test_meter_is_entered_in_a_thread() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))

    def calls_in_thread() -> None:
        client.orgs.list()
        with metered(meter) as same_meter:
            assert same_meter is meter
            client.orgs.list()
        client.orgs.list()

    with metered() as meter:
        thread = threading.Thread(target=calls_in_thread)
        thread.start()
        thread.join()
    assert meter_values(meter) == (1, 99, 1)


def test_response_within_several_blocks_of_one_meter_counts_once() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    with metered() as meter, metered(meter):
        client.orgs.list()
        with metered(meter), metered() as equal_meter:
            client.orgs.list()
        client.orgs.list()
    assert (meter.responses, equal_meter.responses) == (3, 1)


async def test_calls_in_to_thread_are_metered() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    with metered() as meter:
        await asyncio.to_thread(client.orgs.list)
        await run_in_threadpool(client.orgs.list)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, client.orgs.list)  # does not copy the context
        await loop.run_in_executor(None, contextvars.copy_context().run, client.orgs.list)
    assert meter_values(meter) == (1, 99, 3)


def test_no_response_is_lost_among_threads() -> None:
    meter, response = Meter(), metered_response(1, 99)

    def update() -> None:
        for _ in range(2_000):
            meter.update(response)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=update) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert meter_values(meter) == (1, 99, 16_000)


def test_meter_pickles_and_copies() -> None:
    meter = Meter(UsageInfo(api_calls=7), RateLimitInfo(limit=100), 3)
    for clone in (pickle.loads(pickle.dumps(meter)), copy.copy(meter), copy.deepcopy(meter)):
        assert clone == meter
        clone.update(metered_response(8, 92))
        assert (clone.responses, meter.responses) == (4, 3)


# Blocks that end in another context


def metered_generator() -> Generator[Meter, None, None]:
    with metered() as meter:
        yield meter


async def metered_async_generator() -> AsyncGenerator[Meter]:
    with metered() as meter:
        yield meter


MeterOfRequest = Annotated[Meter, Depends(metered_generator)]
AsyncMeterOfRequest = Annotated[Meter, Depends(metered_async_generator)]


def test_block_that_ends_in_another_context_meters_no_further_call() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    generator = metered_generator()
    meter = next(generator)
    client.orgs.list()
    contextvars.copy_context().run(generator.close)
    client.orgs.list()
    assert meter.responses == 1


def test_block_that_ends_in_another_thread_meters_no_further_call() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    block = metered()
    meter = block.__enter__()
    client.orgs.list()
    with ThreadPoolExecutor(1) as pool:
        pool.submit(block.__exit__, None, None, None).result()
    client.orgs.list()
    assert meter.responses == 1


def test_blocks_may_end_in_any_order() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    blocks = [metered() for _ in range(3)]
    meters = [block.__enter__() for block in blocks]
    for block in blocks:
        client.orgs.list()
        block.__exit__(None, None, None)
    client.orgs.list()
    assert [meter.responses for meter in meters] == [1, 2, 3]


def test_task_that_outlives_the_block_is_no_longer_metered() -> None:
    client = RecordingClient(recording_of(metered_response(1, 99)))
    with metered() as meter:
        context = contextvars.copy_context()
    context.run(client.orgs.list)
    assert meter.responses == 0


async def test_abandoned_async_generator_ends_the_block_in_another_task() -> None:
    client = AsyncRecordingClient(recording_of(metered_response(1, 99)))
    errors: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
    generator = metered_async_generator()
    meter = await anext(generator)
    await client.orgs.list()
    del generator
    gc.collect()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await client.orgs.list()
    assert (meter.responses, errors) == (1, [])


async def test_async_generator_may_be_closed_by_another_task() -> None:
    client = AsyncRecordingClient(recording_of(metered_response(1, 99)))
    generator = metered_async_generator()
    meter = await asyncio.create_task(anext_of(generator))
    await client.orgs.list()
    await asyncio.create_task(generator.aclose())
    assert meter.responses == 0


async def anext_of(generator: AsyncGenerator[Meter]) -> Meter:
    return await anext(generator)


def test_ended_blocks_leave_nothing_in_the_context() -> None:
    """A thread pool may start each block in one context and end it in another one."""
    sizes = []
    for _ in range(3):
        block = metered()
        block.__enter__()
        sizes.append(sum(len(hooks) for hooks in context_values() if isinstance(hooks, tuple)))
        contextvars.Context().run(block.__exit__, None, None, None)
    assert sizes[0] == sizes[1] == sizes[2]


def context_values() -> Iterator[object]:
    return iter(contextvars.copy_context().values())


def test_dependencies_of_fastapi_share_the_meter_of_a_request() -> None:
    """FastAPI runs a sync dependency in threads: entry, endpoint and exit have three contexts."""
    app = FastAPI()
    client = RecordingClient(recording_of(metered_response(1, 99)))

    @app.get("/unattached")
    def unattached(meter: MeterOfRequest) -> int:
        client.orgs.list()
        return meter.responses

    @app.get("/sync")
    def sync(meter: MeterOfRequest) -> int:
        with metered(meter):
            client.orgs.list()
        return meter.responses

    @app.get("/async")
    async def in_threadpool(meter: MeterOfRequest) -> int:
        with metered(meter):
            await run_in_threadpool(client.orgs.list)
            await asyncio.to_thread(client.orgs.list)
        return meter.responses

    @app.get("/async-dependency")
    def async_dependency(meter: AsyncMeterOfRequest) -> int:
        client.orgs.list()
        return meter.responses

    with TestClient(app) as browser:
        paths = ("/unattached", "/sync", "/async", "/async-dependency")
        counts = [browser.get(path).json() for path in paths]
        assert counts == [0, 1, 2, 1]
        assert [browser.get(path).json() for path in paths] == counts
