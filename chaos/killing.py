"""A local service that is killed in the middle of its work has kept what it acknowledged."""

from __future__ import annotations

import multiprocessing
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

from chaos.clients import COLOURS, KEY, Caller
from chaos.figure import Figure
from chaos.ledger import Entry, judge
from memsy import RetryPolicy
from memsy._core.time_source import SYSTEM_TIME
from memsy.models import EventPayload
from memsy.testing import LocalServer, LocalService

ROUNDS = 1000
# So the next server, and not only we, mends what the one before has left.
_ROUNDS_A_FILE = 10
_AS_USERS_DO = 25
"""Of so many servers, one is started by the command that users have; it takes ten times as long."""
_AT_ONCE = 4
_LARGEST_BATCH = 5
_SHORTEST, _LONGEST = 0.002, 0.03
_ONCE = RetryPolicy(max_retries=0)
_PATIENCE = 30.0

Start: TypeAlias = Callable[[Path], AbstractContextManager["tuple[str, Callable[[], None]]"]]
"""Gives the base URL of a server with that file, in a process of its own, and what kills it."""


@define
class Toll:
    """What was ingested while servers were killed, and what of it went wrong."""

    rounds: int = 0
    acknowledged: int = 0
    """Ingests."""
    wrongs: Counter[str] = field(factory=Counter[str])
    """
    By their names in a `Verdict`.

    And `broken` files; and events `without memory`, which belongs to the same transaction.
    """
    evidence: list[str] = field(factory=list)


def toll(seed: int, colour: str, rounds: Iterable[int]) -> Toll:
    """Kill as many servers as there are *rounds*, numbered from 0, while they take events in."""
    random = Random(seed)
    found = Toll()
    with TemporaryDirectory() as directory:
        for number, in_a_file in groupby(rounds, lambda number: number // _ROUNDS_A_FILE):
            path = Path(directory) / f"{number}.db"
            entries: list[Entry] = []
            for number_of_round in in_a_file:
                entries += _round(path, colour, number_of_round, random)
                found.rounds += 1
            _inspect(path, entries, found)
    return found


def _round(path: Path, colour: str, number: int, random: Random) -> list[Entry]:
    start = memsy_serve if number % _AS_USERS_DO == 0 else a_light_server
    with (
        start(path) as (url, kill),
        COLOURS[colour](url, _ONCE, _PATIENCE, SYSTEM_TIME) as caller,
        ThreadPoolExecutor(_AT_ONCE) as threads,
    ):
        begun = threading.Event()
        at_work = [
            threads.submit(_ingest_until_the_end, caller, f"{number}.{thread}", begun)
            for thread in range(_AT_ONCE)
        ]
        assert begun.wait(_PATIENCE)
        time.sleep(random.uniform(_SHORTEST, _LONGEST))
        kill()
        return [entry for entries in at_work for entry in entries.result()]


def _ingest_until_the_end(caller: Caller, name: str, begun: threading.Event) -> list[Entry]:
    entries: list[Entry] = []
    for number in count():
        size = 1 + number % _LARGEST_BATCH
        contents = [f"tea {name}.{number}.{part}" for part in range(size)]
        events = [EventPayload("ann", "s-1", "user_message", content) for content in contents]
        entries.append(Entry.of(caller.ingest, events))
        begun.set()
        if entries[-1].error is not None:
            break
    return entries


def _inspect(path: Path, entries: list[Entry], found: Toll) -> None:
    """Look into the file as the next server would."""
    with LocalService(path) as service:
        verdict = judge(entries, service.events)
        remembered = {memory.event_id for memory in service.memories}
        without = sum(event.event_id not in remembered for event in service.events)
    with closing(sqlite3.connect(path)) as connection:
        state = connection.execute("PRAGMA integrity_check").fetchone()[0]
    found.acknowledged += len(entries) - verdict.raised
    found.wrongs.update(verdict.wrongs)
    found.wrongs.update({"broken": int(state != "ok"), "without memory": without})
    found.evidence += verdict.evidence


@contextmanager
def memsy_serve(path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The server that users start."""
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
def a_light_server(path: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    """The same server, forked from a process that has loaded it, which is fast."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", __name__])
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(path, there), daemon=True)
    process.start()
    there.close()
    try:
        yield here.recv(), process.kill
    finally:
        process.kill()
        process.join()
        process.close()
        here.close()


def _serve(path: Path, there: Connection) -> None:
    with LocalService(path, api_key=KEY) as service, LocalServer(service) as server:
        there.send(server.base_url)
        threading.Event().wait()


def figures(seed: int) -> Iterator[Figure]:
    tolls = {
        colour: toll(seed, colour, track(range(ROUNDS // 2), f"kill -9, {colour}"))
        for colour in COLOURS
    }
    ingests = sum(found.acknowledged for found in tolls.values())
    evidence = [text for found in tolls.values() for text in found.evidence]
    for wrong, promise in {
        "lost": "events acknowledged and lost",
        "half": "ingests stored in part",
        "doubled": "events stored twice",
        "invented": "events stored and never sent",
        "without memory": "events without their memory",
        "untyped": "errors of no type of ours",
        "untrue": "events stored, and denied by maybe_processed",
        "broken": "broken database files",
    }.items():
        yield Figure(
            f"{ROUNDS} x kill -9: {promise}",
            0,
            {colour: found.wrongs[wrong] for colour, found in tolls.items()},
            note=f"of {ingests} ingests" if wrong == "lost" else "",
            evidence=next((text for text in evidence if text.startswith(wrong)), ""),
        )
