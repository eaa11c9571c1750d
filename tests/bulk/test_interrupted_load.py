"""Loads that end in the middle: Ctrl-C, `kill -9`, a second process."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import pytest

from memsy.bulk import Ledger
from memsy.testing import Clock, LocalServer, LocalService
from tests.bulk import interrupted_load
from tests.support.platforms import needs_posix_signals

pytestmark = pytest.mark.slow

TIMEOUT = 100
IN_FLIGHT = interrupted_load.OPTIONS["batch_size"] * interrupted_load.OPTIONS["max_in_flight"]

in_both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


@pytest.fixture
def service() -> Iterator[LocalService]:
    with LocalService(clock=Clock()) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "load.ledger"


@contextmanager
def started(
    service: LocalService, path: Path, mode: str, moment: str
) -> Iterator[subprocess.Popen[str]]:
    """Run `interrupted_load` in a process."""
    with LocalServer(service) as server:
        program = [sys.executable, "-m", interrupted_load.__name__]
        arguments = [str(path), server.base_url, service.api_key, mode, moment]
        pipe = subprocess.PIPE
        with subprocess.Popen(
            [*program, *arguments], stdin=pipe, stdout=pipe, stderr=pipe, text=True
        ) as process:
            watchdog = Timer(TIMEOUT, process.kill)
            watchdog.start()
            try:
                yield process
            finally:
                watchdog.cancel()
                process.kill()


def run(service: LocalService, path: Path, mode: str, moment: str = "none") -> tuple[str, str]:
    with started(service, path, mode, moment) as process:
        return process.communicate()


def positions(output: str) -> list[int]:
    return [int(text) for text in output.split()]


def copies(service: LocalService) -> Counter[int]:
    return Counter(int(event.content.split()[-1]) for event in service.events)


@needs_posix_signals
@in_both_modes
@pytest.mark.parametrize("moment", ["sent", "acknowledged"])
def test_interrupted_load_records_what_it_has_sent(
    service: LocalService, path: Path, mode: str, moment: str
) -> None:
    _, errors = run(service, path, mode, moment)
    assert errors.rstrip().endswith("KeyboardInterrupt"), errors
    with Ledger(path) as ledger:
        recorded = ledger.acknowledged()
    assert 50 <= recorded < 400
    if mode == "sync" or sys.version_info >= (3, 11):
        # asyncio.run of Python 3.10 cancels the requests in flight.
        assert recorded == len(service.events)
    service.clock.sleep(61)
    output, errors = run(service, path, mode)
    assert len(positions(output)) == 400 - recorded, errors
    assert len(copies(service)) == 400
    assert len(service.events) <= 400 + IN_FLIGHT


@needs_posix_signals
@in_both_modes
def test_second_interrupt_ends_the_wait_and_loses_no_event(
    service: LocalService, path: Path, mode: str
) -> None:
    _, errors = run(service, path, mode, "twice")
    assert "KeyboardInterrupt" in errors
    with Ledger(path) as ledger:
        assert ledger.acknowledged() <= len(service.events)
    _, errors = run(service, path, mode)
    assert copies(service) == dict.fromkeys(range(400), 1), errors


@in_both_modes
@pytest.mark.parametrize("seconds", [0, 61])
def test_killed_load_repeats_at_most_the_batches_in_flight(
    service: LocalService, path: Path, mode: str, seconds: float
) -> None:
    with started(service, path, mode, "paused") as process:
        assert process.stdout
        done = [position for _ in range(3) for position in positions(process.stdout.readline())]
        process.kill()
        done += positions(process.stdout.read())
    assert done
    service.clock.sleep(seconds)
    output, errors = run(service, path, mode)
    assert not set(positions(output)) & set(done), errors
    stored = copies(service)
    assert sorted(stored) == list(range(400))
    assert all(stored[position] == 1 for position in done)
    assert len(service.events) - 400 <= (IN_FLIGHT if seconds else 0)


@in_both_modes
def test_second_process_is_refused_while_the_first_one_loads(
    service: LocalService, path: Path, mode: str
) -> None:
    with started(service, path, mode, "paused") as first:
        assert first.stdout
        done = positions(first.stdout.readline())
        output, errors = run(service, path, mode)
        assert "another process, or another Ledger of this process, has it open" in output, errors
        assert first.stdin
        first.stdin.write("go on\n")
        first.stdin.close()
        rest = first.stdout.read()
    assert sorted(done + positions(rest)) == list(range(400))
    assert len(service.events) == 400
