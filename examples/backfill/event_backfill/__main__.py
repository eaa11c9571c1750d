"""Walkthrough: load 200,000 events, kill a worker in the middle, and count at the service."""

from __future__ import annotations

import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from memsy.integrations.ray import DatasinkSummary
from memsy.local import Clock, LocalServer, LocalService

from event_backfill.history import write_history
from event_backfill.load import load, read_sessions
from event_backfill.local_ray import local_ray
from event_backfill.verify import Verification, verify
from event_backfill.workers import KillOneWorker, listed_client

BLOCKS = 16


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the walkthrough on a service of its own."""
    parser = ArgumentParser("event-backfill", description=__doc__)
    parser.add_argument("--events", type=int, default=200_000, help="number of events")
    parser.add_argument("--workers", type=int, default=2, help="number of concurrent write tasks")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, local_ray(workers=options.workers):
        return run(Path(name), events=options.events, workers=options.workers)


def run(folder: Path, *, events: int, workers: int) -> int:
    """Print each step, and return the exit code: 0 if each event is stored once."""
    say(f"1. Write {events:,} events to Parquet files.")
    written = write_history(folder / "history", events=events)
    running = folder / "running"
    running.mkdir()
    with LocalService(clock=Clock(realtime=True)) as service, LocalServer(service) as server:
        client = partial(listed_client, server.base_url, server.api_key, running)

        say(f"2. Shuffle them into {BLOCKS} blocks. All messages of a session are in one block.")
        with timed(written):
            dataset = read_sessions(folder / "history", blocks=BLOCKS)

        say(f"3. Load them with {workers} workers. Kill one in the middle.")
        with (
            timed(written),
            KillOneWorker(running, lambda: is_third_sent(service, written)) as kill,
        ):
            first = load(dataset, client, folder / "ledgers", workers=workers)
        say(f"   Killed process {kill.killed}. Ray ran its task again." if kill.killed else "   ?")
        say(f"   {describe(first)}")
        say(f"   {report(verify(service.events, expected=written))}")
        size = sum(path.stat().st_size for path in (folder / "ledgers").iterdir())
        say(f"   Ledgers: {size / 1e6:.1f} MB, {size / written:.0f} bytes per event")

        say("4. Load them again, 61 s later on the clock of the service.")
        service.clock.sleep(61)
        requests = len(service.requests)
        second = load(dataset, client, folder / "ledgers", workers=workers)
        requests = len(service.requests) - requests
        found = verify(service.events, expected=written)
        say(f"   {describe(second)}, {requests} requests")
        say(f"   {report(found)}")

    if not (found.is_complete and kill.killed and requests == 0):
        say("FAILED")
        return 1
    say("Each event is at the service once, in the order of its session.")
    return 0


def is_third_sent(service: LocalService, events: int) -> bool:
    """Return True once the service got a third of the events, in requests of 500."""
    return len(service.requests) * 500 > events / 3


@contextmanager
def timed(events: int) -> Iterator[None]:
    """Print the time of a step, and its rate."""
    started = time.monotonic()
    yield
    seconds = time.monotonic() - started
    say(f"   {seconds:.1f} s, {events / seconds:,.0f} events per second")


def describe(summary: DatasinkSummary) -> str:
    """Return the numbers of a run."""
    return f"{summary.stored:,} events stored, {summary.skipped:,} skipped by the ledgers"


def report(found: Verification) -> str:
    """Return the numbers at the service."""
    return (
        f"At the service: {found.stored:,} events; {found.lost} lost, {found.twice} twice, "
        f"{found.out_of_order} out of order"
    )


def say(line: str) -> None:
    """Print a line at once, also into a pipe."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
