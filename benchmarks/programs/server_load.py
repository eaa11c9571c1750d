"""
Load on a local server, sent with plain aiohttp from prepared bodies.

The figures are those of one event (ingest) or of one search. `cpu` is the CPU time of this
process: the load generator limits the result if `cpu` comes close to `wall`.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from itertools import islice
from typing import Any

import aiohttp

Task = dict[str, Any]


def ingest_bodies(task: Task) -> list[bytes]:
    """Return bodies with the first events of a file, in batches."""
    with open(task["file"], encoding="utf-8") as lines:  # noqa: PTH123 - shorter
        events = [line.strip() for line in islice(lines, task["events"])]
    starts = range(0, len(events), task["batch"])
    batches = [events[start : start + task["batch"]] for start in starts]
    return [f'{{"events":[{",".join(batch)}]}}'.encode() for batch in batches]


async def send(session: aiohttp.ClientSession, task: Task, path: str, bodies: list[bytes]) -> None:
    """Send each body once, over `in_flight` connections."""
    remaining = iter(bodies)

    async def work() -> None:
        for body in remaining:
            async with session.post(f"{task['url']}/{path}", data=body) as response:
                assert response.status == 200, await response.text()
                json.loads(await response.read())

    await asyncio.gather(*(work() for _ in range(task["in_flight"])))


async def measure(task: Task) -> dict[str, float]:
    headers = {"Authorization": f"Bearer {task['api_key']}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        if task["searches"]:
            count, path = task["searches"], "search"
            bodies = [json.dumps({"query": "tea", "limit": 10}).encode()] * count
            await send(session, task, "ingest", ingest_bodies(task))
            await send(session, task, path, bodies[: max(1, count // 10)])
        else:
            count, path, bodies = task["events"], "ingest", ingest_bodies(task)
        wall, cpu = time.perf_counter(), time.process_time()
        await send(session, task, path, bodies)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall / count, "cpu": cpu / count}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(json.loads(sys.argv[1])))))
