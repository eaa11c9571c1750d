"""Ctrl-C: time until a program ends that pauses before a retry or waits for a response."""

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

from tests.chaos.clients import CLIENTS, AsyncClient, SyncClient
from tests.chaos.metric import SYNC, Metric
from tests.support.raw_server import Peer, RawServer, Script, response

MAX_SECONDS = 0.5
_RUNS = 3
_ROOT = Path(__file__).parents[2]
_BUSY = response(b"{}", "Retry-After: 20", status="503 Service Unavailable")
# The client needs a moment to receive the bytes of the server.
_DELIVERY_TIME = 0.1


def _never_respond(requested: Event) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        requested.set()
        peer.wait_for_close()

    return script


def _respond_503(requested: Event) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(_BUSY)
        requested.set()
        peer.wait_for_close()

    return script


STATES = {"a pause before a retry": _respond_503, "a wait for a response": _never_respond}


def seconds_to_end(mode: str, state: str) -> float:
    """Return the seconds between Ctrl-C and the end of a program in one of STATES."""
    requested = Event()
    with RawServer(STATES[state](requested)) as server:
        command = [sys.executable, "-m", __name__, f"http://127.0.0.1:{server.port}/v1", mode]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=_ROOT) as program:
            assert requested.wait(30)
            time.sleep(_DELIVERY_TIME)
            started_at = time.monotonic()
            program.send_signal(signal.SIGINT)
            _, stderr = program.communicate(timeout=30)
            seconds = time.monotonic() - started_at
    last_line = stderr.rstrip().rpartition("\n")[2]
    assert last_line == "KeyboardInterrupt", stderr
    return seconds


def measure(seed: int) -> Iterator[Metric]:
    """Measure the time to end in each of STATES."""
    for state in STATES:
        yield Metric(
            f"Ctrl-C in {state}: the program ends after",
            MAX_SECONDS,
            {mode: median(seconds_to_end(mode, state) for _ in range(_RUNS)) for mode in CLIENTS},
            "s",
        )


def _main(url: str, mode: str) -> None:
    # A process that was started in the background ignores SIGINT.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if mode == SYNC:
        with SyncClient(url) as memsy:
            memsy.search("tea")
    else:
        asyncio.run(_search(url))


async def _search(url: str) -> None:
    async with AsyncClient(url) as memsy:
        await memsy.search("tea")


if __name__ == "__main__":
    _main(*sys.argv[1:])
