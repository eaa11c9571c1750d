"""Limits of a load: memory, requests after a throttled one, and requests after a used-up quota."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

from memsy import MemsyError
from tests.chaos.bulk_calls import LOADS, Load, LoadSetup
from tests.chaos.held_requests import RequestHolder, accepted
from tests.chaos.metric import Metric
from tests.chaos.subprocess_call import call_in_subprocess
from tests.support import process_memory
from tests.support.raw_server import Peer, RawServer, response

EVENTS = 1_000_000
_BATCH_SIZE = 500
_MAX_MEMORY = 40.0
_IN_FLIGHT = 8
_RETRY_AFTER = 4
_SETTLING_TIME = 2.0
"""Seconds in which a load on a busy machine reads a response and sends what it may send."""
_THROTTLED = response(b"{}", f"Retry-After: {_RETRY_AFTER}", status="429 Too Many Requests")
_USED_UP = response(
    b'{"error":"usage_limit_exceeded","message":"Monthly quota used up",'
    b'"dimension":"events_ingested","current":1000,"limit":1000}',
    "Content-Type: application/json",
    status="429 Too Many Requests",
)


@frozen
class Throttling:
    """Requests of a load after a 429."""

    early: int
    """Requests sent before the end of `Retry-After`."""
    peak: int
    """Most requests in flight after that."""


def throttle(load: Load) -> Throttling:
    """Respond to the first of all requests in flight with 429, and to the others with 200."""
    with _held_load(load) as holder:
        throttled, *others = holder.take(_IN_FLIGHT)
        # Before the response: the pause of the client begins later, and ends later.
        throttled_at = time.monotonic()
        throttled.respond(_THROTTLED)
        early = holder.take_until(throttled_at + _SETTLING_TIME)
        for request in others:
            request.accept()
        early += holder.take_until(throttled_at + _RETRY_AFTER)
        later = holder.take_until(throttled_at + _RETRY_AFTER * 1.1 + _SETTLING_TIME)
        for request in early + later:
            request.accept()
        return Throttling(len(early), len(early) + len(later))


def use_up_quota(load: Load) -> int:
    """Respond to one of all requests in flight with a used-up quota; return later requests."""
    with _held_load(load) as holder:
        refused, *others = holder.take(_IN_FLIGHT)
        refused.respond(_USED_UP)
        further = holder.take_until(time.monotonic() + _SETTLING_TIME)
        for request in others:
            request.accept()
        further += holder.take_until(time.monotonic() + _SETTLING_TIME)
        for request in further:
            request.accept()
        return len(further)


@contextmanager
def _held_load(load: Load) -> Iterator[RequestHolder]:
    """Run a load in a thread, against a server that holds its requests."""
    holder = RequestHolder()
    with RawServer(holder) as server:
        setup = LoadSetup(f"http://127.0.0.1:{server.port}/v1", 500, max_in_flight=_IN_FLIGHT)
        thread = threading.Thread(target=_ignore_errors, args=(load, setup))
        thread.start()
        try:
            yield holder
        finally:
            holder.accept_all()
            thread.join()


def _ignore_errors(load: Load, setup: LoadSetup) -> None:
    with suppress(MemsyError):
        load(setup, lambda result: None)


def memory_of_load(load: Load, url: str, events: int, ledger: Path) -> float:
    """Return the most MiB that a load with a ledger adds to a client that has sent a request."""
    load(LoadSetup(url, 1), lambda result: None)
    before = process_memory.current()
    load(LoadSetup(url, events, ledger, batch_size=_BATCH_SIZE), lambda result: None)
    return process_memory.peak() - before


def accept_ingests(peer: Peer) -> None:
    """Respond to each ingest with ids, without keeping the request."""
    data = b""
    while True:
        while b"\r\n\r\n" not in data:
            data += peer.read_some()
        head, _, data = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        parts, size = [data], len(data)
        while size < length:
            parts.append(peer.read_some())
            size += len(parts[-1])
        body = b"".join(parts)
        data = body[length:]
        peer.send(_accepted(body[:length].count(b'"content"')))


_accepted = lru_cache(accepted)


def measure(seed: int) -> Iterator[Metric]:
    """Measure memory, and count requests after a 429 and after a used-up quota."""
    throttled = {mode: throttle(load) for mode, load in LOADS.items()}
    yield Metric(
        "requests between a 429 and the end of its Retry-After",
        0,
        {mode: outcome.early for mode, outcome in throttled.items()},
    )
    yield Metric(
        f"requests in flight after the 429 (before: {_IN_FLIGHT})",
        _IN_FLIGHT / 2,
        {mode: outcome.peak for mode, outcome in throttled.items()},
    )
    yield Metric(
        "requests after a used-up quota",
        0,
        {mode: use_up_quota(load) for mode, load in LOADS.items()},
    )
    with (
        RawServer(accept_ingests) as server,
        ThreadPoolExecutor() as threads,
        TemporaryDirectory() as directory,
    ):
        url = f"http://127.0.0.1:{server.port}/v1"
        measured = {
            mode: threads.submit(
                call_in_subprocess, memory_of_load, load, url, EVENTS, Path(directory) / mode
            )
            for mode, load in LOADS.items()
        }
        memory = {mode: future.result() for mode, future in measured.items()}
    yield Metric(
        f"memory of a load of {EVENTS:,} events above the client", _MAX_MEMORY, memory, "MiB"
    )
