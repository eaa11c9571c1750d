"""Concurrent calls in threads and forked processes: each gets its own response."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from memsy._core.time_source import SYSTEM_TIME
from memsy.models import SearchResponse
from tests.chaos.clients import CLIENTS, AsyncClient, SyncClient
from tests.chaos.metric import ASYNC, SYNC, Metric
from tests.chaos.subprocess_call import call_in_subprocess
from tests.support.raw_server import RawServer
from tests.support.search_responses import found
from tests.support.server_scripts import echo_queries

THREADS = 16
CHILDREN = 3
CALLS = 1000


def wrong_in_threads(mode: str, threads: int, calls: int) -> int:
    """Return the number of wrong responses of one client in `threads` with `calls` each."""

    def run_thread(number: int) -> int:
        return _count_wrong(f"thread {number}", calls, memsy.search)

    with (
        RawServer(echo_queries) as server,
        CLIENTS[mode](_url(server), None, 30.0, SYSTEM_TIME) as memsy,
        ThreadPoolExecutor(threads) as pool,
    ):
        return sum(pool.map(run_thread, range(threads)))


def wrong_in_forks(mode: str, children: int, calls: int) -> int:
    """Return the number of wrong responses in a process and its forked `children`."""
    with RawServer(echo_queries) as server:
        return call_in_subprocess(_FORKING[mode], _url(server), children, calls)


def _fork_sync(url: str, children: int, calls: int) -> int:
    with SyncClient(url) as memsy:
        memsy.search("warm")
        return _wrong_after_fork(
            children,
            lambda: _count_wrong(f"child {os.getpid()}", calls, memsy.search),
            lambda: _count_wrong("parent", calls, memsy.search),
        )


def _fork_async(url: str, children: int, calls: int) -> int:
    memsy = AsyncClient(url)
    loop = asyncio.new_event_loop()

    def in_new_loop() -> int:
        async def search_all() -> int:
            results = [(text, await memsy.search(text)) for text in _queries("child", calls)]
            return sum(result != found(text) for text, result in results)

        return asyncio.run(search_all())

    def in_first_loop() -> int:
        return _count_wrong(
            "parent", calls, lambda text: loop.run_until_complete(memsy.search(text))
        )

    try:
        loop.run_until_complete(memsy.search("warm"))
        return _wrong_after_fork(children, in_new_loop, in_first_loop)
    finally:
        loop.run_until_complete(memsy.close())
        loop.close()


_FORKING: dict[str, Callable[[str, int, int], int]] = {
    SYNC: _fork_sync,
    ASYNC: _fork_async,
}


def _wrong_after_fork(
    children: int, run_child: Callable[[], int], run_parent: Callable[[], int]
) -> int:
    pipes = [_fork(run_child) for _ in range(children)]
    wrong = run_parent()
    for process, pipe in pipes:
        with os.fdopen(pipe) as count:
            wrong += int(count.read())
        os.waitpid(process, 0)
    return wrong


def _fork(run_child: Callable[[], int]) -> tuple[int, int]:
    """Fork a child; return its process id, and a pipe with the result of `run_child`."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        os.write(writing, str(run_child()).encode())
    finally:
        os._exit(0)


def _count_wrong(name: str, calls: int, search: Callable[[str], SearchResponse]) -> int:
    return sum(search(text) != found(text) for text in _queries(name, calls))


def _queries(name: str, calls: int) -> Iterator[str]:
    return (f"{name}, {os.getpid()}, {call}" for call in range(calls))


def _url(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


def measure(seed: int) -> Iterator[Metric]:
    """Count wrong responses in threads and in forked processes."""
    yield Metric(
        f"wrong responses in {THREADS} threads x {CALLS} calls",
        0,
        {mode: wrong_in_threads(mode, THREADS, CALLS) for mode in CLIENTS},
    )
    yield Metric(
        f"wrong responses in {CHILDREN} forked processes x {CALLS} calls",
        0,
        {mode: wrong_in_forks(mode, CHILDREN, CALLS) for mode in CLIENTS},
    )
