"""Calls that signal handlers interrupt at random: hangs, wrong responses and leaks afterwards."""

from __future__ import annotations

import faulthandler
import os
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from random import Random
from threading import Event, Thread
from typing import TYPE_CHECKING

from attrs import Factory, define

from memsy import MemsyClient, MemsyError
from tests.chaos.metric import SYNC, Metric
from tests.chaos.subprocess_call import call_in_subprocess
from tests.support.raw_server import RawServer
from tests.support.search_responses import found
from tests.support.server_scripts import echo_queries

if TYPE_CHECKING:
    from types import FrameType

CALLS = 20_000
_OTHER_THREADS = (0, 2)
"""Numbers of threads that use the same client at the same time and are not interrupted."""
_TIMEOUT = 5.0
_MAX_DELAY = 0.001
"""Longest time until a signal, in seconds for each thread. Some of the calls end before."""
_HANG_SECONDS = 60.0
"""Time for one call, after which the process ends with a traceback of its threads."""


class BaseInterrupt(BaseException):
    """An exception that no handler of `Exception` catches, such as `KeyboardInterrupt`."""


class Interrupt(Exception):
    """An exception of the caller, such as the soft time limit of a task queue."""


@define
class Interrupts:
    """Outcomes of the interrupted calls."""

    interrupted: int = 0
    """Calls that raised the exception of the signal handler."""
    swallowed: int = 0
    """Signals during a destructor: Python ignores an exception there."""
    wrong: int = 0
    """Responses to other requests, in all threads."""
    errors: list[str] = Factory(list)
    """Errors of the client, in all threads."""
    open_sockets: int = 0
    """Sockets at the end that are neither idle connections nor older than the client."""


@define
class _RandomSignal:
    """Raises BaseInterrupt and Interrupt alternately, at a random time after `start()`."""

    random: Random
    max_delay: float
    is_armed: bool = False
    raised: int = 0

    def start(self) -> None:
        if sys.platform == "win32":  # for type checkers
            raise NotImplementedError
        self.is_armed = True
        signal.setitimer(signal.ITIMER_REAL, self.random.uniform(1e-6, self.max_delay))

    def stop(self) -> None:
        if sys.platform == "win32":  # for type checkers
            raise NotImplementedError
        self.is_armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)

    def handle(self, number: int, frame: FrameType | None) -> None:
        if self.is_armed:
            self.is_armed = False
            self.raised += 1
            raise (BaseInterrupt if self.raised % 2 else Interrupt)


def interrupt_calls(calls: int, other_threads: int, seed: int) -> Interrupts:
    """Return the outcomes of interrupted calls in the main thread of a new process."""
    with RawServer(echo_queries) as server:
        url = f"http://127.0.0.1:{server.port}/v1"
        return call_in_subprocess(_run, url, calls, other_threads, seed)


def _run(url: str, calls: int, other_threads: int, seed: int) -> Interrupts:
    outcomes, is_done = Interrupts(), Event()
    timer = _RandomSignal(Random(seed), _MAX_DELAY * (1 + other_threads))
    sockets = _count_sockets()
    # Each thread needs a connection. If one is lost, a later call waits for its deadline.
    max_connections = 1 + other_threads
    with MemsyClient(
        url, "msy_chaos", _TIMEOUT, max_retries=0, max_connections=max_connections
    ) as memsy:
        threads = [
            Thread(target=_search_until, args=(is_done, memsy, f"thread {number}", outcomes))
            for number in range(other_threads)
        ]
        for thread in threads:
            thread.start()
        try:
            _search_with_interrupts(memsy, calls, timer, outcomes)
        finally:
            is_done.set()
            for thread in threads:
                thread.join()
        outcomes.open_sockets = max(0, _count_sockets() - sockets - max_connections)
    return outcomes


def _search_with_interrupts(
    memsy: MemsyClient, calls: int, timer: _RandomSignal, outcomes: Interrupts
) -> None:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    signal.signal(signal.SIGALRM, timer.handle)
    for number in range(calls):
        faulthandler.dump_traceback_later(_HANG_SECONDS, exit=True)
        try:
            timer.start()
            response = memsy.search(f"call {number}")
            timer.stop()
        except (BaseInterrupt, Interrupt):
            timer.stop()
            outcomes.interrupted += 1
        except MemsyError as error:
            timer.stop()
            outcomes.errors.append(repr(error))
        else:
            outcomes.wrong += response != found(f"call {number}")
    faulthandler.cancel_dump_traceback_later()
    outcomes.swallowed = timer.raised - outcomes.interrupted


def _search_until(is_done: Event, memsy: MemsyClient, name: str, outcomes: Interrupts) -> None:
    number = 0
    while not is_done.is_set():
        number += 1
        try:
            outcomes.wrong += memsy.search(f"{name}, {number}") != found(f"{name}, {number}")
        except Exception as error:  # noqa: BLE001 - any error is a finding
            outcomes.errors.append(repr(error))


def _count_sockets() -> int:
    """Return the number of open sockets of this process."""
    return sum(stat.S_ISSOCK(mode) for mode in map(_mode, os.listdir("/proc/self/fd")))  # noqa: PTH208


def _mode(descriptor: str) -> int:
    with suppress(OSError):  # the directory that was open for the listing
        return os.fstat(int(descriptor)).st_mode
    return 0


def measure(seed: int) -> Iterator[Metric]:
    """Count the damage of exceptions that signal handlers raise in calls."""
    for threads in _OTHER_THREADS:
        outcomes = interrupt_calls(CALLS, threads, seed)
        name = f"{CALLS:,} calls that signal handlers interrupt, beside {threads} threads"
        yield Metric(
            f"{name}: wrong responses",
            0,
            {SYNC: outcomes.wrong},
            note=f"{outcomes.interrupted:,} interrupted, {outcomes.swallowed} swallowed by Python",
        )
        yield Metric(
            f"{name}: failed calls afterwards, hangs included",
            0,
            {SYNC: len(outcomes.errors)},
            evidence=", ".join(outcomes.errors[:1]),
        )
        yield Metric(f"{name}: sockets left open", 0, {SYNC: outcomes.open_sockets})
