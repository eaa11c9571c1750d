"""Time of the first search of a process: import, creation of the client, and the call itself."""

import sys
import time
from collections.abc import Callable

wall_started_at, cpu_started_at = time.perf_counter(), time.process_time()

Elapsed = tuple[float, float]


def elapsed() -> Elapsed:
    """Return the wall time and the CPU time since the start of this program, in seconds."""
    return time.perf_counter() - wall_started_at, time.process_time() - cpu_started_at


def async_memsy(url: str, api_key: str) -> Elapsed:
    import asyncio

    from memsy import AsyncMemsyClient

    async def search() -> Elapsed:
        async with AsyncMemsyClient(url, api_key) as client:
            await client.search("tea")
            return elapsed()

    return asyncio.run(search())


def aiohttp(url: str, api_key: str) -> Elapsed:
    import asyncio
    import json

    import aiohttp

    async def search() -> Elapsed:
        headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
        async with aiohttp.ClientSession() as session:
            body = json.dumps({"query": "tea", "limit": 10}).encode()
            async with session.post(f"{url}/search", data=body, headers=headers) as response:
                json.loads(await response.read())
            return elapsed()

    return asyncio.run(search())


def memsy(url: str, api_key: str) -> Elapsed:
    from memsy import MemsyClient

    with MemsyClient(url, api_key) as client:
        client.search("tea")
        return elapsed()


def requests(url: str, api_key: str) -> Elapsed:
    import requests

    with requests.Session() as session:
        headers = {"Authorization": f"Bearer {api_key}"}
        body: dict[str, str | int] = {"query": "tea", "limit": 10}
        session.post(f"{url}/search", json=body, headers=headers).json()
        return elapsed()


CONTENDERS: dict[str, Callable[[str, str], Elapsed]] = {
    "memsy async": async_memsy,
    "aiohttp": aiohttp,
    "memsy": memsy,
    "requests": requests,
}


def main() -> None:
    contender, url, api_key = sys.argv[1:]
    wall, cpu = CONTENDERS[contender](url, api_key)
    # The reader of this line measures the time since the start of the process.
    print(f'{{"wall": {wall!r}, "cpu": {cpu!r}}}', flush=True)


if __name__ == "__main__":
    main()
