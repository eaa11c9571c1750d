"""
CPU cost of a search: memsy beside requests, aiohttp and httpx.

The local server runs in another process, and the CPU time of this process is measured. The clients
take turns in every round, so that a machine with changing speed treats all of them alike.

    python -m benchmarks.clients
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

import aiohttp
import httpx2
import requests

from memsy import AsyncMemsyClient, MemsyClient

ROUNDS = 7
REQUESTS = 200
KEY = "msy_local"
HEADERS = {"authorization": f"Bearer {KEY}"}
BODY: dict[str, str | float] = {
    "query": "tea",
    "limit": 10,
    "threshold": 0.0,
    "include_source_events": False,
}

Benchmark = Callable[[str], float]
"""Takes the base URL, sends REQUESTS searches, and returns their CPU time in seconds."""


@contextmanager
def local_server() -> Iterator[str]:
    """Run a local service in another process, and yield its base URL."""
    command = [sys.executable, "-m", "memsy", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=-1, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()


def memsy_sync(url: str) -> float:
    with MemsyClient(url, KEY) as memsy:
        return _measure_sequential(lambda: memsy.search("tea"))


def requests_session(url: str) -> float:
    with requests.Session() as session:
        return _measure_sequential(
            lambda: session.post(f"{url}/search", json=BODY, headers=HEADERS).json()
        )


def httpx_sync(url: str) -> float:
    with httpx2.Client(headers=HEADERS) as client:
        return _measure_sequential(lambda: client.post(f"{url}/search", json=BODY).json())


def memsy_async(url: str) -> float:
    async def measure() -> float:
        async with AsyncMemsyClient(url, KEY) as memsy:
            await memsy.health()
            started_at = time.process_time()
            await asyncio.gather(*(memsy.search("tea") for _ in range(REQUESTS)))
            return time.process_time() - started_at

    return asyncio.run(measure())


def aiohttp_session(url: str) -> float:
    async def measure() -> float:
        async with aiohttp.ClientSession(headers=HEADERS) as session:

            async def search() -> object:
                async with session.post(f"{url}/search", json=BODY) as response:
                    return await response.json()

            await search()
            started_at = time.process_time()
            await asyncio.gather(*(search() for _ in range(REQUESTS)))
            return time.process_time() - started_at

    return asyncio.run(measure())


def httpx_async(url: str) -> float:
    async def measure() -> float:
        async with httpx2.AsyncClient(headers=HEADERS) as client:

            async def search() -> object:
                return (await client.post(f"{url}/search", json=BODY)).json()

            await search()
            started_at = time.process_time()
            await asyncio.gather(*(search() for _ in range(REQUESTS)))
            return time.process_time() - started_at

    return asyncio.run(measure())


def _measure_sequential(search: Callable[[], object]) -> float:
    search()  # opens the connection
    started_at = time.process_time()
    for _ in range(REQUESTS):
        search()
    return time.process_time() - started_at


COMPARISONS: dict[str, tuple[Benchmark, ...]] = {
    f"{REQUESTS} sequential searches, sync": (memsy_sync, requests_session, httpx_sync),
    f"{REQUESTS} concurrent searches, async": (memsy_async, aiohttp_session, httpx_async),
}


def main() -> None:
    """Print the CPU time of one search for each client, and its ratio to memsy."""
    with local_server() as url:
        for title, benchmarks in COMPARISONS.items():
            rounds = [[benchmark(url) for benchmark in benchmarks] for _ in range(ROUNDS)]
            print(f"{title} (median of {ROUNDS} rounds)")
            for column, benchmark in enumerate(benchmarks):
                cost = median(times[column] for times in rounds) / REQUESTS * 1e6
                ratio = median(times[column] / times[0] for times in rounds)
                print(f"  {benchmark.__name__:18} {cost:6.0f} us CPU per search   x {ratio:.2f}")


if __name__ == "__main__":
    main()
