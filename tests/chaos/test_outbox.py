"""Outbox under `kill -9` and faults, and the metrics that notice defects of an outbox."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos import outbox_failures
from tests.chaos.outbox import kill_producers
from tests.chaos.outbox_calls import OUTBOXES
from tests.chaos.stand_in_outbox import stand_in
from tests.support.platforms import needs_fork

pytestmark = [pytest.mark.slow, needs_fork]

ROUNDS = 20

in_both_modes = pytest.mark.parametrize("mode", OUTBOXES)


def test_correct_outbox_has_no_violation(tmp_path: Path) -> None:
    report = kill_producers(1, range(ROUNDS), stand_in(), tmp_path)
    assert report.evidence == []
    assert report.events > 0


@pytest.mark.parametrize(
    "violation", ["lost", "twice", "order", "partial", "sent_again", "left", "untyped"]
)
def test_metric_notices_a_defect(violation: str, tmp_path: Path) -> None:
    report = kill_producers(1, range(ROUNDS), stand_in(violation), tmp_path)
    assert report.violations[violation] > 0


@in_both_modes
def test_events_survive_kills_of_the_producer(mode: str, tmp_path: Path) -> None:
    report = kill_producers(1, range(ROUNDS), OUTBOXES[mode], tmp_path)
    assert report.evidence == []
    assert report.events > 0


@in_both_modes
def test_forked_writers_share_an_outbox(mode: str, tmp_path: Path) -> None:
    report = outbox_failures.fork_writers(mode, 1, tmp_path / "outbox.db", events=50)
    assert report.evidence == []
    assert report.events >= 100


@in_both_modes
def test_full_disk_refuses_puts_and_loses_nothing(mode: str, tmp_path: Path) -> None:
    report = outbox_failures.fill_disk(OUTBOXES[mode], 1, tmp_path / "outbox.db")
    assert report.evidence == []
    assert report.events > 100


@in_both_modes
def test_clock_jumps_do_not_delay_events(mode: str, tmp_path: Path) -> None:
    jump = outbox_failures.jump_clock(OUTBOXES[mode], 1, tmp_path / "outbox.db")
    assert jump.report.evidence == []


@in_both_modes
def test_outbox_pauses_while_its_key_is_revoked(mode: str, tmp_path: Path) -> None:
    outcome = outbox_failures.revoke_key(OUTBOXES[mode], tmp_path / "outbox.db")
    assert outcome.report.evidence == []
    assert outcome.requests <= 1


@in_both_modes
def test_refused_event_becomes_a_dead_letter(mode: str, tmp_path: Path) -> None:
    outcome = outbox_failures.poison(OUTBOXES[mode], 1, tmp_path / "outbox.db", events=2000)
    assert outcome.report.evidence == []
    assert outcome.requests > 2000 / 500
