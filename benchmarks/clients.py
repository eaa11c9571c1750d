"""
What a search costs the process that asks, beside the same request by other means: as ratios.

A local server runs in a process of its own; counted is the CPU time of this one. All contestants
take turns, several rounds in one run, so that a machine whose speed drifts is unfair to none.

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
CALLS = 200
KEY = "msy_local"
HEADERS = {"authorization": f"Bearer {KEY}"}
QUESTION: dict[str, str | float] = {
    "query": "tea",
    "limit": 10,
    "threshold": 0.0,
    "include_source_events": False,
}

Contestant = Callable[[str], float]
"""Makes its client, asks CALLS times, and says how many seconds of CPU the asking took."""


@contextmanager
def a_server() -> Iterator[str]:
    """The base URL of a local service in another process."""
    command = [sys.executable, "-m", "memsy", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=-1, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().rpartition(" ")[2].strip()
        finally:
            process.terminate()


def memsy_sync(url: str) -> float:
    with MemsyClient(url, KEY) as memsy:
        return _timed(lambda: memsy.search("tea"))


def requests_session(url: str) -> float:
    with requests.Session() as session:
        return _timed(lambda: session.post(f"{url}/search", json=QUESTION, headers=HEADERS).json())


def httpx_sync(url: str) -> float:
    with httpx2.Client(headers=HEADERS) as client:
        return _timed(lambda: client.post(f"{url}/search", json=QUESTION).json())


def memsy_async(url: str) -> float:
    async def race() -> float:
        async with AsyncMemsyClient(url, KEY) as memsy:
            await memsy.health()
            began = time.process_time()
            await asyncio.gather(*(memsy.search("tea") for _ in range(CALLS)))
            return time.process_time() - began

    return asyncio.run(race())


def aiohttp_session(url: str) -> float:
    async def race() -> float:
        async with aiohttp.ClientSession(headers=HEADERS) as session:

            async def ask() -> object:
                async with session.post(f"{url}/search", json=QUESTION) as response:
                    return await response.json()

            await ask()
            began = time.process_time()
            await asyncio.gather(*(ask() for _ in range(CALLS)))
            return time.process_time() - began

    return asyncio.run(race())


def httpx_async(url: str) -> float:
    async def race() -> float:
        async with httpx2.AsyncClient(headers=HEADERS) as client:

            async def ask() -> object:
                return (await client.post(f"{url}/search", json=QUESTION)).json()

            await ask()
            began = time.process_time()
            await asyncio.gather(*(ask() for _ in range(CALLS)))
            return time.process_time() - began

    return asyncio.run(race())


def _timed(ask: Callable[[], object]) -> float:
    ask()
    began = time.process_time()
    for _ in range(CALLS):
        ask()
    return time.process_time() - began


RACES: dict[str, tuple[Contestant, ...]] = {
    "one after the other, blocking": (memsy_sync, requests_session, httpx_sync),
    f"{CALLS} at once, awaiting": (memsy_async, aiohttp_session, httpx_async),
}


def main() -> None:
    with a_server() as url:
        for race, contestants in RACES.items():
            rounds = [[contestant(url) for contestant in contestants] for _ in range(ROUNDS)]
            print(f"{race} (median of {ROUNDS} rounds)")
            for place, contestant in enumerate(contestants):
                cost = median(times[place] for times in rounds) / CALLS * 1e6
                ratio = median(times[place] / times[0] for times in rounds)
                print(f"  {contestant.__name__:18} {cost:6.0f} us of CPU a call   x {ratio:.2f}")


if __name__ == "__main__":
    main()
