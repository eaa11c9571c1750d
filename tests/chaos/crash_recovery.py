"""Crash recovery: a local service that is killed has kept all events that it acknowledged."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count, groupby
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TypeAlias

from attrs import define, field
from rich.progress import track

from memsy import RetryPolicy
from memsy._core.time_source import SYSTEM_TIME
from memsy.models import EventPayload
from memsy.testing import LocalServer, LocalService
from tests.chaos.audit import IngestRecord, audit
from tests.chaos.child_process import forked
from tests.chaos.clients import CLIENTS, KEY, SyncCalls
from tests.chaos.metric import Metric

ROUNDS = 1000
# Several servers share a file, so each one recovers the file of a killed server.
_ROUNDS_PER_FILE = 10
_ROUNDS_PER_COMMAND = 25
"""One of so many servers is started by `memsy serve`, which takes ten times as long."""
_THREADS = 4
_MAX_BATCH = 5
_MIN_SECONDS, _MAX_SECONDS = 0.002, 0.03
_NO_RETRIES = RetryPolicy(max_retries=0)
_TIMEOUT = 30.0

StartServer: TypeAlias = Callable[[Path], AbstractContextManager["tuple[str, Callable[[], None]]"]]
"""Starts a server process on a database file; returns its base URL and a function that kills it."""


@define
class CrashReport:
    """Acknowledged ingests while servers were killed, with the violations."""

    rounds: int = 0
    acknowledged: int = 0
    """Number of ingests."""
    violations: Counter[str] = field(factory=Counter[str])
    """
    Numbers of violations, by their name in an `AuditReport`.

    Beside those: `corrupt` files, and events `without_memory` of the same transaction.
    """
    evidence: list[str] = field(factory=list)


def kill_servers(seed: int, mode: str, rounds: Iterable[int]) -> CrashReport:
    """Kill one server for each of `rounds`, numbered from 0, while it stores events."""
    random = Random(seed)
    report = CrashReport()
    with TemporaryDirectory() as directory:
        for number, rounds_of_file in groupby(rounds, lambda number: number // _ROUNDS_PER_FILE):
            path = Path(directory) / f"{number}.db"
            records: list[IngestRecord] = []
            for round_number in rounds_of_file:
                records += _run_round(path, mode, round_number, random)
                report.rounds += 1
            _inspect(path, records, report)
    return report


def _run_round(path: Path, mode: str, number: int, random: Random) -> list[IngestRecord]:
    start = memsy_serve if number % _ROUNDS_PER_COMMAND == 0 else forked_server
    with (
        start(path) as (url, kill),
        CLIENTS[mode](url, _NO_RETRIES, _TIMEOUT, SYSTEM_TIME) as memsy,
        ThreadPoolExecutor(_THREADS) as threads,
    ):
        started = threading.Event()
        workers = [
            threads.submit(_ingest_until_error, memsy, f"{number}.{thread}", started)
            for thread in range(_THREADS)
        ]
        assert started.wait(_TIMEOUT)
        time.sleep(random.uniform(_MIN_SECONDS, _MAX_SECONDS))
        kill()
        return [record for worker in workers for record in worker.result()]


def _ingest_until_error(
    memsy: SyncCalls, name: str, started: threading.Event
) -> list[IngestRecord]:
    records: list[IngestRecord] = []
    for number in count():
        size = 1 + number % _MAX_BATCH
        contents = [f"tea {name}.{number}.{part}" for part in range(size)]
        events = [EventPayload("ann", "s-1", "user_message", content) for content in contents]
        records.append(IngestRecord.of(memsy.ingest, events))
        started.set()
        if records[-1].error is not None:
            break
    return records


def _inspect(path: Path, records: list[IngestRecord], report: CrashReport) -> None:
    """Open the file as a new server does, and count the violations."""
    with LocalService(path) as service:
        audited = audit(records, service.events)
        remembered = {memory.event_id for memory in service.memories}
        without_memory = sum(event.event_id not in remembered for event in service.events)
    with closing(sqlite3.connect(path)) as connection:
        state = connection.execute("PRAGMA integrity_check").fetchone()[0]
    report.acknowledged += len(records) - audited.raised
    report.violations.update(audited.violations)
    report.violations.update({"corrupt": int(state != "ok"), "without_memory": without_memory})
    report.evidence += audited.evidence


@contextmanager
def memsy_serve(path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Start a server with the `memsy serve` command."""
    command = [sys.executable, "-m", "memsy", "serve", "--port", "0", "--api-key", KEY]
    with subprocess.Popen(
        [*command, "--db", str(path)], stdout=-1, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().rpartition(" ")[2].strip(), process.kill
        finally:
            process.kill()


@contextmanager
def forked_server(path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """Fork a server from a process that has loaded the package, which is faster."""
    with forked(_serve, path) as server:
        yield server.receive(), server.kill


def _serve(mailbox: Connection, path: Path) -> None:
    with LocalService(path, api_key=KEY) as service, LocalServer(service) as server:
        mailbox.send(server.base_url)
        threading.Event().wait()


def measure(seed: int) -> Iterator[Metric]:
    """Count violations over all rounds."""
    reports = {
        mode: kill_servers(seed, mode, track(range(ROUNDS // 2), f"kill -9, {mode}"))
        for mode in CLIENTS
    }
    ingests = sum(report.acknowledged for report in reports.values())
    evidence = [text for report in reports.values() for text in report.evidence]
    for violation, description in {
        "lost": "events acknowledged and lost",
        "partial": "ingests stored in part",
        "duplicated": "events stored twice",
        "unknown": "events stored and never sent",
        "without_memory": "events without their memory",
        "untyped": "errors other than MemsyError",
        "denied": "events stored although maybe_processed is false",
        "corrupt": "corrupt database files",
    }.items():
        yield Metric(
            f"{ROUNDS} x kill -9: {description}",
            0,
            {mode: report.violations[violation] for mode, report in reports.items()},
            note=f"of {ingests} ingests" if violation == "lost" else "",
            evidence=next((text for text in evidence if text.startswith(violation)), ""),
        )
