"""
Loads under faults and `kill -9`: each event of the source is stored once, in order.

Clients and service share a clock that runs faster than real time, so that pauses are short. Several
processes load the same source with one ledger, one after the other, and all but the last one are
killed. Each kill is followed by a load within the 60 s in which the service recognises a repeated
event. After the last load, the clock moves past the window. Then a repeated load sends nothing.
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

from memsy import RetryPolicy
from memsy.bulk import BatchResult
from memsy.testing import LocalService
from tests.chaos import bulk_limits
from tests.chaos.bulk_calls import LOADS, WRITER, Load, LoadSetup
from tests.chaos.child_process import Raised, forked, report_background_errors
from tests.chaos.clients import KEY
from tests.chaos.fast_clock import FastClock
from tests.chaos.metric import Metric
from tests.chaos.numbered_events import ArrivalReport, Put, audit_arrival, violations
from tests.chaos.proxy import running
from tests.chaos.proxy_faults import FaultSampler
from tests.chaos.recording_proxy import RecordingProxy

FAULT_RATE = 0.3
KILLS = 200
EVENTS = 20_000
_EVENTS_PER_KILLED_LOAD = 2_000
_KILLS_PER_LEDGER = 10
_MAX_SECONDS = 0.2
_CLOCK_FACTOR = 10.0
_DEDUP_WINDOW = 60.0
# With longer pauses, ten attempts would not fit into the deduplication window.
_RETRY = RetryPolicy(backoff=0.1)


def load_under_faults(seed: int, load: Load, directory: Path, *, events: int) -> ArrivalReport:
    """Load events with a ledger through a proxy with faults, and repeat the load after a minute."""
    return _load_with_ledger(seed, [], load, directory / "ledger.db", events)


def kill_loads(
    seed: int, kills: Iterable[int], load: Load, directory: Path, *, events: int
) -> ArrivalReport:
    """
    Kill one process for each of `kills`, numbered from 0, while it loads events with a ledger.

    Beside the violations of the arrival, the report counts `sent_again` (events that a process sent
    after it had received their acknowledgement, or whose result an earlier process had yielded),
    `repeated` (events that a repeated load sends), `corrupt` ledgers, `untyped` errors, and other
    errors as `raised`.
    """
    random = Random(seed)
    report = ArrivalReport()
    for number, kills_of_ledger in groupby(kills, lambda kill: kill // _KILLS_PER_LEDGER):
        lifetimes = (random.uniform(0, _MAX_SECONDS) for _ in kills_of_ledger)
        path = directory / f"{number}.db"
        report.merge(_load_with_ledger(random.getrandbits(32), lifetimes, load, path, events))
    return report


def _load_with_ledger(
    seed: int, lifetimes: Iterable[float], load: Load, ledger: Path, events: int
) -> ArrivalReport:
    """Kill processes after their lifetimes; then load the rest, and once again after a minute."""
    clock = FastClock(_CLOCK_FACTOR, time.time())
    report = ArrivalReport()
    with LocalService(api_key=KEY, clock=clock) as service:
        proxy = RecordingProxy(service, FaultSampler(seed, FAULT_RATE))
        with running(proxy) as url:
            setup = LoadSetup(url, events, ledger, retry=_RETRY, clock=clock)
            results = [
                _run_load(evolve(setup, process=f"load {number}"), load, report, seconds)
                for number, seconds in enumerate(lifetimes)
            ]
            results.append(_run_load(evolve(setup, process="last"), load, report))
            clock.advance(_DEDUP_WINDOW + 1)
            results.append(_run_load(evolve(setup, process="repeated"), load, report))
        report.merge(audit_arrival([Put(WRITER, range(events))], service.events))
    _audit_requests(results, proxy, report)
    _audit_ledger(ledger, report)
    return report


@frozen
class Results:
    """Results that the process of a load yielded."""

    process: str
    positions: frozenset[int]


def _run_load(
    setup: LoadSetup, load: Load, report: ArrivalReport, seconds: float | None = None
) -> Results:
    """Load in a process, and kill it after `seconds`, if any."""
    positions = set[int]()
    with forked(_load, load, setup) as child:
        child.receive()
        if seconds is not None:
            time.sleep(seconds)
            child.kill()
        for message in child.messages():
            if isinstance(message, Raised):
                report.add("raised" if message.is_typed else "untyped", 1, message.text)
            else:
                positions.update(message)
    return Results(setup.process, frozenset(positions))


def _load(mailbox: Connection, load: Load, setup: LoadSetup) -> None:
    """Load, and report the positions of each result."""
    report_background_errors(mailbox.send)
    mailbox.send("ready")

    def report(result: BatchResult) -> None:
        if not result.skipped:
            mailbox.send(tuple(result.positions))

    try:
        load(setup, report)
    except Exception as error:  # noqa: BLE001 - the report judges every exception
        mailbox.send(Raised.of(error))


def _audit_requests(results: list[Results], proxy: RecordingProxy, report: ArrivalReport) -> None:
    """Count events that were sent although an earlier process had their result."""
    for process, event in proxy.sent_again:
        report.add("sent_again", 1, (process, event))
    done = set[tuple[str, int]]()
    for result in results:
        again = done.intersection(proxy.sent[result.process])
        report.add("sent_again", len(again), (result.process, sorted(again)[:3]))
        done.update((WRITER, position) for position in result.positions)
    report.add("repeated", len(proxy.sent["repeated"]), proxy.sent["repeated"][:3])


def _audit_ledger(path: Path, report: ArrivalReport) -> None:
    with closing(sqlite3.connect(path)) as connection:
        state = connection.execute("PRAGMA integrity_check").fetchone()[0]
    report.add("corrupt", int(state != "ok"), state)


_VIOLATIONS = {
    "lost": "events lost",
    "twice": "events stored twice",
    "order": "events out of order in their session",
    "sent_again": "events sent after their acknowledgement",
    "repeated": "events sent by a repeated load after 60 s",
    "corrupt": "corrupt ledgers",
    "untyped": "errors other than MemsyError",
    "raised": "other errors",
}


def measure(seed: int) -> Iterator[Metric]:
    """Count violations of loads under faults and kills, and measure the limits of a load."""
    reports, killed = dict[str, ArrivalReport](), dict[str, ArrivalReport]()
    for mode, load in LOADS.items():
        with TemporaryDirectory() as directory:
            reports[mode] = load_under_faults(seed, load, Path(directory), events=EVENTS)
        kills = track(range(KILLS // 2), f"kill -9 of loads, {mode}")
        with TemporaryDirectory() as directory:
            killed[mode] = kill_loads(
                seed, kills, load, Path(directory), events=_EVENTS_PER_KILLED_LOAD
            )
    yield from violations("load at 30 % faults", _VIOLATIONS, reports)
    yield from violations(f"{KILLS} x kill -9 of a load", _VIOLATIONS, killed)
    yield from bulk_limits.measure(seed)
