"""Many who ask at once, threads or processes, each get the answer to their own question."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from chaos.apart import apart
from chaos.clients import COLOURS, Awaiting, Blocking
from chaos.figure import AWAITING, BLOCKING, Figure
from memsy._core.time_source import SYSTEM_TIME
from memsy.models import SearchResponse
from tests.matrix.calls import found
from tests.matrix.faults import repeated
from tests.raw_server import Peer, RawServer

THREADS = 16
CHILDREN = 3
CALLS = 1000


def repeating(peer: Peer) -> None:
    """The script of a server that answers to each question with the question."""
    while True:
        peer.send(repeated(peer.read()))


def wrong_in_threads(colour: str, threads: int, calls: int) -> int:
    """How many of the *calls* that each of *threads* asks of one client go wrong."""
    with RawServer(repeating) as server:
        return wrong_answers(server, colour, threads, calls)


def wrong_answers(server: RawServer, colour: str, threads: int, calls: int) -> int:
    """The same, of a *server* that should repeat every question."""

    def ask(name: int) -> int:
        return _wrong(f"thread {name}", calls, caller.search)

    with (
        COLOURS[colour](_url(server), None, 30.0, SYSTEM_TIME) as caller,
        ThreadPoolExecutor(threads) as pool,
    ):
        return sum(pool.map(ask, range(threads)))


def wrong_in_forks(colour: str, children: int, calls: int) -> int:
    """How many go wrong of those that *children*, forked from one who goes on asking, ask."""
    with RawServer(repeating) as server:
        return apart(_FORKING[colour], _url(server), children, calls)


def _fork_blocking(url: str, children: int, calls: int) -> int:
    with Blocking(url) as memsy:
        memsy.search("warm")
        return _forked(
            children,
            lambda: _wrong(f"child {os.getpid()}", calls, memsy.search),
            lambda: _wrong("parent", calls, memsy.search),
        )


def _fork_awaiting(url: str, children: int, calls: int) -> int:
    memsy = Awaiting(url)
    loop = asyncio.new_event_loop()

    def in_own_loop() -> int:
        async def ask() -> int:
            answers = [(text, await memsy.search(text)) for text in _questions("child", calls)]
            return sum(answer != found(text) for text, answer in answers)

        return asyncio.run(ask())

    def in_first_loop() -> int:
        return _wrong("parent", calls, lambda text: loop.run_until_complete(memsy.search(text)))

    try:
        loop.run_until_complete(memsy.search("warm"))
        return _forked(children, in_own_loop, in_first_loop)
    finally:
        loop.run_until_complete(memsy.close())
        loop.close()


_FORKING: dict[str, Callable[[str, int, int], int]] = {
    BLOCKING: _fork_blocking,
    AWAITING: _fork_awaiting,
}


def _forked(children: int, ask: Callable[[], int], ask_as_parent: Callable[[], int]) -> int:
    """What goes wrong in *children*, and meanwhile in their parent."""
    pipes = [_fork(ask) for _ in range(children)]
    wrong = ask_as_parent()
    for process, pipe in pipes:
        with os.fdopen(pipe) as counted:
            wrong += int(counted.read())
        os.waitpid(process, 0)
    return wrong


def _fork(ask: Callable[[], int]) -> tuple[int, int]:
    """A child that *asks*, and what can be read of it: how much went wrong."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return process, reading
    try:
        os.write(writing, str(ask()).encode())
    finally:
        os._exit(0)


def _wrong(name: str, calls: int, search: Callable[[str], SearchResponse]) -> int:
    return sum(search(text) != found(text) for text in _questions(name, calls))


def _questions(name: str, calls: int) -> Iterator[str]:
    return (f"{name}, {os.getpid()}, {call}" for call in range(calls))


def _url(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


def figures(seed: int) -> Iterator[Figure]:
    yield Figure(
        f"wrong answers in {THREADS} threads x {CALLS} calls",
        0,
        {colour: wrong_in_threads(colour, THREADS, CALLS) for colour in COLOURS},
    )
    yield Figure(
        f"wrong answers in {CHILDREN} forked processes x {CALLS} calls",
        0,
        {colour: wrong_in_forks(colour, CHILDREN, CALLS) for colour in COLOURS},
    )
