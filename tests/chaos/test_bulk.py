"""Loads under faults and `kill -9`, and the metrics that notice defects of a load."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import stand_in_load
from tests.chaos.bulk import kill_loads, load_under_faults
from tests.chaos.bulk_calls import LOADS, Load
from tests.chaos.bulk_limits import accept_ingests, memory_of_load, throttle, use_up_quota
from tests.chaos.subprocess_call import call_in_subprocess
from tests.support.platforms import needs_fork
from tests.support.raw_server import RawServer

pytestmark = [pytest.mark.slow, needs_fork]

KILLS = 10
EVENTS = 400

in_both_modes = pytest.mark.parametrize("mode", LOADS)


def memory_in_subprocess(load: Load, events: int, directory: Path) -> float:
    with RawServer(accept_ingests) as server:
        url = f"http://127.0.0.1:{server.port}/v1"
        return call_in_subprocess(memory_of_load, load, url, events, directory / "ledger.db")


@in_both_modes
def test_every_event_of_a_load_is_stored_once(mode: str, tmp_path: Path) -> None:
    report = load_under_faults(1, LOADS[mode], tmp_path, events=EVENTS)
    assert report.evidence == []
    assert report.events == EVENTS


@in_both_modes
def test_killed_load_is_continued(mode: str, tmp_path: Path) -> None:
    report = kill_loads(1, range(KILLS), LOADS[mode], tmp_path, events=EVENTS)
    assert report.evidence == []
    assert report.events == EVENTS


@pytest.mark.parametrize(
    ("violations", "load"),
    [
        ({"lost"}, stand_in_load.load_all_but_one),
        ({"twice", "repeated", "sent_again"}, stand_in_load.load_without_ledger),
        ({"order"}, stand_in_load.load_backwards),
        ({"sent_again"}, stand_in_load.load_each_event_twice),
        ({"untyped"}, stand_in_load.load_with_key_error),
    ],
)
def test_metric_notices_a_defect(violations: set[str], load: Load, tmp_path: Path) -> None:
    report = load_under_faults(1, load, tmp_path, events=EVENTS)
    assert violations <= {name for name, count in report.violations.items() if count}


@in_both_modes
def test_load_waits_for_retry_after_and_halves_its_requests(mode: str) -> None:
    outcome = throttle(LOADS[mode])
    assert outcome.early == 0
    assert 1 <= outcome.peak <= 4


def test_metric_notices_requests_after_a_429() -> None:
    outcome = throttle(stand_in_load.load_through_errors)
    assert outcome.early > 0
    assert outcome.peak > 4


@in_both_modes
def test_load_stops_at_a_used_up_quota(mode: str) -> None:
    assert use_up_quota(LOADS[mode]) == 0


def test_metric_notices_requests_after_a_used_up_quota() -> None:
    assert use_up_quota(stand_in_load.load_through_errors) > 0


@in_both_modes
def test_memory_of_a_load_is_flat(mode: str, tmp_path: Path) -> None:
    assert memory_in_subprocess(LOADS[mode], 100_000, tmp_path) < 40


def test_metric_notices_a_load_that_reads_the_whole_source(tmp_path: Path) -> None:
    assert memory_in_subprocess(stand_in_load.load_from_list, 200_000, tmp_path) > 40
