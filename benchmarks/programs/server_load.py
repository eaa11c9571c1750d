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
SEARCH = [json.dumps({"query": "tea", "limit": 10}).encode()]


def ingest_bodies(task: Task) -> list[bytes]:
    with open(task["file"], encoding="utf-8") as lines:  # noqa: PTH123 - shorter
        events = [line.strip() for line in islice(lines, task["events"])]
    batches = [events[start : start + 500] for start in range(0, len(events), 500)]
    return [f'{{"events":[{",".join(batch)}]}}'.encode() for batch in batches]


async def send(
    session: aiohttp.ClientSession, url: str, bodies: list[bytes], in_flight: int
) -> dict[str, float]:
    """Send each body once, and return the seconds of one request."""
    remaining = iter(bodies)

    async def work() -> None:
        for body in remaining:
            async with session.post(url, data=body) as response:
                assert response.status == 200, await response.text()
                json.loads(await response.read())

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(work() for _ in range(in_flight)))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"wall": wall / len(bodies), "cpu": cpu / len(bodies)}


async def measure(task: Task) -> dict[str, float]:
    headers = {"Authorization": f"Bearer {task['api_key']}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as session:
        bodies = ingest_bodies(task)
        ingested = await send(session, f"{task['url']}/ingest", bodies, task["in_flight"])
        if not task["searches"]:
            return {
                name: seconds * len(bodies) / task["events"] for name, seconds in ingested.items()
            }
        await send(session, f"{task['url']}/search", SEARCH * 200, task["in_flight"])
        return await send(
            session, f"{task['url']}/search", SEARCH * task["searches"], task["in_flight"]
        )


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(json.loads(sys.argv[1])))))
