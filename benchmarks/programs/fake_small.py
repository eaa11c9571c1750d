"""One fake for each small test: created, used for an ingest and a search or not, and closed."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable

from memsy import EventPayload
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient

EVENT = EventPayload("ann", "chat-1", "user_message", "I like tea")


def create() -> None:
    FakeMemsyClient().service.close()


def search() -> None:
    fake = FakeMemsyClient()
    fake.ingest([EVENT])
    assert fake.search("tea", actor_id="ann").results
    fake.service.close()


async def search_async() -> None:
    fake = FakeAsyncMemsyClient()
    await fake.ingest([EVENT])
    assert (await fake.search("tea", actor_id="ann")).results
    fake.service.close()


def main() -> None:
    task = json.loads(sys.argv[1])
    calls: int = task["calls"]
    loop = asyncio.new_event_loop()
    functions: dict[str, Callable[[], None]] = {
        "create": create,
        "search": search,
        "search async": lambda: loop.run_until_complete(search_async()),
    }
    function = functions[task["test"]]
    for _ in range(calls // 10):
        function()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        function()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    loop.close()
    print(json.dumps({"wall": wall / calls, "cpu": cpu / calls}))


if __name__ == "__main__":
    main()
