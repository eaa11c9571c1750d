"""
Outbox under `kill -9` and faults: each event for which `put` returned arrives once, in order.

Many producers use one file, one after the other, and all but the last one are killed. Then the
last one flushes the file. The service recognises a repeated event for 60 s of its clock. The kills
of a file take less than that, so every event must be there once. Then the clock of the service
moves past the window, and another process opens the empty outbox. An event that the outbox has
kept after its acknowledgement would be stored twice.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import groupby
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from attrs import evolve, frozen
from rich.progress import track

from memsy.testing import Clock, LocalService
from tests.chaos import outbox_failures
from tests.chaos.child_process import Raised, forked, report_background_errors
from tests.chaos.clients import CLIENTS, KEY
from tests.chaos.metric import Metric
from tests.chaos.numbered_events import (
    ArrivalReport,
    Put,
    audit_arrival,
    numbered_event,
    numbered_events,
    violations,
)
from tests.chaos.outbox_calls import OUTBOXES, OpenOutbox, OutboxSetup
from tests.chaos.proxy import running
from tests.chaos.proxy_faults import FaultSampler
from tests.chaos.recording_proxy import RecordingProxy

ROUNDS = 1000
FAULT_RATE = 0.3
DEDUP_WINDOW = 60.0
_ROUNDS_PER_FILE = 10
_MAX_SECONDS = 0.1
_PAUSES = (0.0, 0.001, 0.004)
"""Seconds between two calls of a producer: it puts faster or slower than the outbox sends."""
_PUT_MANY_RATE = 0.2
_MAX_BATCH = 20
_NUMBERS_PER_ROUND = 1_000_000
_FLUSH_TIMEOUT = 60.0
_WRITER = "producer"


@frozen
class Producer:
    """Random decisions of a producer, and its first number."""

    first: int
    seed: int
    pause: float
    max_calls: int
    """Number of calls before the producer flushes and closes the outbox."""


def kill_producers(
    seed: int, rounds: Iterable[int], open_outbox: OpenOutbox, directory: Path
) -> ArrivalReport:
    """
    Kill one producer for each of `rounds`, numbered from 0.

    Beside the violations of the arrival, the report counts `sent_again` (events that a process sent
    after it had received their acknowledgement), `left` (events that a flush of a minute left),
    `corrupt` files, `untyped` errors, and other errors as `raised`.
    """
    random = Random(seed)
    report = ArrivalReport()
    for number, rounds_of_file in groupby(rounds, lambda number: number // _ROUNDS_PER_FILE):
        with LocalService(api_key=KEY, clock=Clock(realtime=True)) as service:
            proxy = RecordingProxy(service, FaultSampler(random.getrandbits(32), FAULT_RATE))
            with running(proxy) as url:
                setup = OutboxSetup(url, directory / f"{number}.db")
                _run_file(setup, rounds_of_file, random, service, report, open_outbox)
        for process, event in proxy.sent_again:
            report.add("sent_again", 1, (process, event))
    return report


def _run_file(
    setup: OutboxSetup,
    rounds: Iterable[int],
    random: Random,
    service: LocalService,
    report: ArrivalReport,
    open_outbox: OpenOutbox,
) -> None:
    puts: list[Put] = []
    for number in rounds:
        producer = Producer(
            number * _NUMBERS_PER_ROUND,
            random.getrandbits(32),
            random.choice(_PAUSES),
            random.randint(1, 200),
        )
        setup = evolve(setup, process=f"round {number}")
        puts += _run_round(setup, producer, random.uniform(0, _MAX_SECONDS), report, open_outbox)
    _flush(evolve(setup, process="flush"), report, open_outbox)
    clock = service.clock
    assert isinstance(clock, Clock)
    assert clock.monotonic() < DEDUP_WINDOW, "a file must take less time than the window"
    clock.advance(DEDUP_WINDOW + 1)
    _flush(evolve(setup, process="flush after the window"), report, open_outbox)
    report.merge(audit_arrival(puts, service.events))
    with closing(sqlite3.connect(setup.path)) as connection:
        state = connection.execute("PRAGMA integrity_check").fetchone()[0]
    report.add("corrupt", int(state != "ok"), state)


def _run_round(
    setup: OutboxSetup,
    producer: Producer,
    seconds: float,
    report: ArrivalReport,
    open_outbox: OpenOutbox,
) -> list[Put]:
    """Kill a producer after `seconds`, and return its calls."""
    puts: list[Put] = []
    with forked(_produce, open_outbox, setup, producer) as child:
        child.receive()
        time.sleep(seconds)
        child.kill()
        for message in child.messages():
            if isinstance(message, Raised):
                add_error(report, message)
            elif message.returned:
                puts[-1] = message
            else:
                puts.append(message)
    return puts


def add_error(report: ArrivalReport, error: Raised) -> None:
    """Count an error that a process has reported."""
    report.add("raised" if error.is_typed else "untyped", 1, error.text)


def _produce(
    mailbox: Connection, open_outbox: OpenOutbox, setup: OutboxSetup, producer: Producer
) -> None:
    """Put events, and report each call before and after it."""
    report_background_errors(mailbox.send)
    random = Random(producer.seed)
    mailbox.send("ready")
    first = producer.first
    try:
        with open_outbox(setup) as outbox:
            for _ in range(producer.max_calls):
                is_batch = random.random() < _PUT_MANY_RATE
                numbers = range(first, first + (random.randint(2, _MAX_BATCH) if is_batch else 1))
                mailbox.send(Put(_WRITER, numbers, returned=False))
                if is_batch:
                    outbox.put_many(numbered_events(_WRITER, numbers))
                else:
                    outbox.put(numbered_event(_WRITER, first))
                mailbox.send(Put(_WRITER, numbers))
                first = numbers.stop
                time.sleep(producer.pause)
            outbox.flush(_FLUSH_TIMEOUT)
    except Exception as error:  # noqa: BLE001 - the report judges every exception
        mailbox.send(Raised.of(error))


def _flush(setup: OutboxSetup, report: ArrivalReport, open_outbox: OpenOutbox) -> None:
    """Let a process flush the outbox, and count the events that are left."""
    with forked(flush_file, open_outbox, setup) as child:
        for message in child.messages():
            if isinstance(message, Raised):
                add_error(report, message)
            else:
                report.add("left", message, setup.process)


def flush_file(mailbox: Connection, open_outbox: OpenOutbox, setup: OutboxSetup) -> None:
    """Open the outbox of a file, flush and close it, and report the events that are left."""
    report_background_errors(mailbox.send)
    try:
        with open_outbox(setup) as outbox:
            mailbox.send(outbox.flush(_FLUSH_TIMEOUT))
    except Exception as error:  # noqa: BLE001 - the report judges every exception
        mailbox.send(Raised.of(error))


def measure(seed: int) -> Iterator[Metric]:
    """Count violations over all rounds, and under each failure."""
    reports = dict[str, ArrivalReport]()
    for mode in CLIENTS:
        rounds = track(range(ROUNDS // 2), f"kill -9 of producers, {mode}")
        with TemporaryDirectory() as directory:
            reports[mode] = kill_producers(seed, rounds, OUTBOXES[mode], Path(directory))
    yield from violations(f"{ROUNDS} x kill -9", _KILL_VIOLATIONS, reports)
    yield from outbox_failures.measure(seed)


_KILL_VIOLATIONS = {
    "lost": "events put and lost",
    "twice": "events stored twice",
    "order": "events out of order in their session",
    "partial": "put_many stored in part",
    "unknown": "events stored and never put",
    "sent_again": "events sent after their acknowledgement",
    "left": "events left by the last flush",
    "corrupt": "corrupt outbox files",
    "untyped": "errors other than MemsyError",
    "raised": "other errors",
}
