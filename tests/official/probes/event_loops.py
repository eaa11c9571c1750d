"""Clients in several event loops, threads and processes, and after `close`."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import warnings
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import memsy
from tests.official.probes.calls import KEY, OPTIONS, both_modes, limited
from tests.support.raw_server import Peer, RawServer, response

TITLE = "Event loops, threads and processes"

_CALLS = 25
_THREADS = 16


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the ending of each use."""
    with RawServer(_echo) as server:
        return {
            "async client created before the loop": _loops(server, 1),
            "async client in two loops, one after the other": _loops(server, 2),
            "async client in two loops at the same time": _parallel_loops(server),
            f"wrong responses in {_THREADS} threads, sync client": _threads(server),
            "parent and child after `fork`, sync client": _fork(),
            "async client under trio": _trio(server),
            "call after `close`": both_modes(_closed(server), _closed_async(server)),
            "second `close`": both_modes(_closed(server, "close"), _closed_async(server, "close")),
        }


def _echo(peer: Peer) -> None:
    """Return the query as the content of a result."""
    while True:
        query = json.loads(peer.read().partition(b"\r\n\r\n")[2])["query"]
        result = {"id": "m1", "content": query, "score": 0.5, "metadata": {}}
        body = json.dumps({"results": [result]}).encode()
        peer.send(response(body, "Content-Type: application/json"))


def _arguments(server: RawServer) -> dict[str, Any]:
    return {"base_url": f"http://127.0.0.1:{server.port}/v1", "api_key": KEY, **OPTIONS}


async def _search(client: memsy.AsyncMemsyClient, calls: int) -> int:
    """Return the number of wrong responses."""
    queries = [f"tea {number}" for number in range(calls)]
    found = await asyncio.gather(*(client.search(query) for query in queries))
    pairs = zip(queries, found, strict=True)
    return sum(query != one.results[0].content for query, one in pairs)


def _loops(server: RawServer, loops: int) -> str:
    client = memsy.AsyncMemsyClient(**_arguments(server))

    def work() -> None:
        for _ in range(loops):
            asyncio.run(_search(client, 2))

    return _works(limited(work).ending)


def _parallel_loops(server: RawServer) -> str:
    client = memsy.AsyncMemsyClient(**_arguments(server))

    def loop() -> None:
        for _ in range(2):
            asyncio.run(_search(client, _CALLS))

    def work() -> None:
        with ThreadPoolExecutor(2) as pool:
            for future in [pool.submit(loop) for _ in range(2)]:
                future.result()

    return _works(limited(work).ending)


def _threads(server: RawServer) -> str:
    with memsy.MemsyClient(**_arguments(server)) as client:

        def wrong(number: int) -> bool:
            return client.search(f"tea {number}").results[0].content != f"tea {number}"

        with ThreadPoolExecutor(_THREADS) as pool:
            count = sum(pool.map(wrong, range(_THREADS * _CALLS)))
        return f"{count} of {_THREADS * _CALLS}"


def _fork() -> str:
    if not hasattr(os, "fork"):
        return "not measured: no `fork`"
    with RawServer(_echo) as server, memsy.MemsyClient(**_arguments(server)) as client:
        client.search("tea")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # threads and fork
            child = os.fork()
        if not child:
            status = 1
            try:
                client.search("tea")
                status = 0
            finally:
                os._exit(status)
        if os.waitpid(child, 0)[1]:
            return "the call of the child fails"
        return "share a connection" if server.connections == 1 else "have their own connections"


def _trio(server: RawServer) -> str:
    if importlib.util.find_spec("trio") is None:
        return "not measured: trio is not installed"
    import trio

    async def main() -> None:
        async with memsy.AsyncMemsyClient(**_arguments(server)) as client:
            await client.search("tea")

    return _works(limited(lambda: trio.run(main)).ending)


def _closed(server: RawServer, name: str = "search") -> str:
    client = memsy.MemsyClient(**_arguments(server))
    client.close()
    arguments = ["tea"] if name == "search" else []
    return _works(limited(lambda: getattr(client, name)(*arguments)).ending)


def _closed_async(server: RawServer, name: str = "search") -> str:
    async def main() -> None:
        client = memsy.AsyncMemsyClient(**_arguments(server))
        await client.close()
        arguments = ["tea"] if name == "search" else []
        await getattr(client, name)(*arguments)

    return _works(limited(lambda: asyncio.run(main())).ending)


def _works(ending: str) -> str:
    return "works" if ending == "a result" else ending
