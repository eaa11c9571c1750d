"""Ctrl-C ends a program at once, whether its client sleeps before a retry or waits for bytes."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from threading import Event

from chaos.clients import COLOURS, Awaiting, Blocking
from chaos.figure import BLOCKING, Figure
from tests.raw_server import Peer, RawServer, Script, response

MOST = 0.5
_TIMES = 3
_ROOT = Path(__file__).parents[1]
_BUSY = response(b"{}", "Retry-After: 20", status="503 Service Unavailable")
# So that the client, too, has come as far as its server thinks.
_A_MOMENT = 0.1


def _silent(asked: Event) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        asked.set()
        peer.wait_for_end()

    return script


def _busy(asked: Event) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(_BUSY)
        asked.set()
        peer.wait_for_end()

    return script


WHERE = {"a sleep before a retry": _busy, "waiting for an answer": _silent}


def seconds_to_end(colour: str, where: str) -> float:
    """Between Ctrl-C and the end of a program; *where* is one of WHERE."""
    asked = Event()
    with RawServer(WHERE[where](asked)) as server:
        command = [sys.executable, "-m", __name__, f"http://127.0.0.1:{server.port}/v1", colour]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=_ROOT) as program:
            assert asked.wait(30)
            time.sleep(_A_MOMENT)
            began = time.monotonic()
            program.send_signal(signal.SIGINT)
            _, complaint = program.communicate(timeout=30)
            seconds = time.monotonic() - began
    last_line = complaint.rstrip().rpartition("\n")[2]
    assert last_line == "KeyboardInterrupt", complaint
    return seconds


def figures(seed: int) -> Iterator[Figure]:
    for where in WHERE:
        yield Figure(
            f"Ctrl-C in {where}: the program ends after",
            MOST,
            {
                colour: median(seconds_to_end(colour, where) for _ in range(_TIMES))
                for colour in COLOURS
            },
            "s",
        )


def _main(url: str, colour: str) -> None:
    # Who was started in the background has it ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if colour == BLOCKING:
        with Blocking(url) as memsy:
            memsy.search("tea")
    else:
        asyncio.run(_search(url))


async def _search(url: str) -> None:
    async with Awaiting(url) as memsy:
        await memsy.search("tea")


if __name__ == "__main__":
    _main(*sys.argv[1:])
