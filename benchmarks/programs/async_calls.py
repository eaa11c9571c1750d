"""
Concurrent calls of one async client: memsy (ours or the official SDK) or plain aiohttp.

Each of `in_flight` tasks makes its share of the calls, one after the other, over one client.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

Task = dict[str, Any]
Response = dict[str, Any]
Call = Callable[[], Awaitable[object]]


@asynccontextmanager
async def memsy_call(task: Task) -> AsyncIterator[Call]:
    from memsy import AsyncMemsyClient, EventPayload

    events = [EventPayload(**event) for event in task["body"].get("events", ())]
    async with AsyncMemsyClient(task["url"], task["api_key"]) as client:
        if events:
            assert len((await client.ingest(events)).event_ids) == task["items"]
            yield lambda: client.ingest(events)
        else:
            query: str = task["body"]["query"]
            assert len((await client.search(query)).results) == task["items"]
            yield lambda: client.search(query)


@asynccontextmanager
async def aiohttp_call(task: Task) -> AsyncIterator[Call]:
    import aiohttp

    url = f"{task['url']}/{task['operation']}"
    body = task["body"]
    headers = {
        "Authorization": f"Bearer {task['api_key']}",
        "Content-Type": "application/json",
    }
    async with aiohttp.ClientSession() as session:

        async def call() -> Response:
            async with session.post(
                url, data=json.dumps(body).encode(), headers=headers
            ) as response:
                parsed: Response = json.loads(await response.read())
                return parsed

        (items,) = (await call()).values()
        assert len(items) == task["items"]
        yield call


CONTENDERS = {"memsy": memsy_call, "aiohttp": aiohttp_call}


async def measure(task: Task) -> dict[str, float]:
    in_flight: int = task["in_flight"]
    calls_per_task = max(1, task["calls"] // in_flight)
    async with CONTENDERS[task["contender"]](task) as call:

        async def repeat(count: int) -> None:
            for _ in range(count):
                await call()

        async def run(count: int) -> None:
            await asyncio.gather(*(repeat(count) for _ in range(in_flight)))

        await run(max(3, calls_per_task // 10))
        wall, cpu = time.perf_counter(), time.process_time()
        await run(calls_per_task)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    count = calls_per_task * in_flight
    return {"wall": wall / count, "cpu": cpu / count}


def main() -> None:
    task = json.loads(sys.argv[1])
    if task.get("uvloop"):
        import uvloop  # type: ignore[import-not-found, unused-ignore]  # only in some environments

        result = uvloop.run(measure(task))
    else:
        result = asyncio.run(measure(task))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
