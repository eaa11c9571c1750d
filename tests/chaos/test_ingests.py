"""Three requests in ten meet with a fault, and yet every event is stored, and once."""

from __future__ import annotations

from functools import cache

import pytest

from chaos import ingests
from chaos.clients import COLOURS
from chaos.faults import KINDS
from chaos.ingests import DEFAULT, HASTY, PATIENT, Run, Terms
from memsy import RetryPolicy
from memsy.local import ServiceConfig

SEED = 1
CALLS = 500

in_both_colours = pytest.mark.parametrize("colour", COLOURS)


@cache
def short_run(colour: str, terms: Terms) -> Run:
    return ingests.run(colour, SEED, CALLS, terms)


def check(run: Run) -> None:
    assert run.verdict.evidence == []
    assert set(run.verdict.wrongs.values()) == {0}
    assert run.needlessly_raised == 0


@pytest.mark.proves("Q04")
@in_both_colours
@pytest.mark.parametrize("terms", [PATIENT, DEFAULT], ids=["8 attempts", "4 attempts"])
def test_every_event_is_stored_once_and_what_is_said_of_it_is_true(
    colour: str, terms: Terms
) -> None:
    run = short_run(colour, terms)
    check(run)
    # By chance, there are 0.03 and 4 of them.
    assert run.verdict.raised <= (0 if terms is PATIENT else 10)


@in_both_colours
def test_all_that_can_happen_has_happened(colour: str) -> None:
    """And each fault has cost one request more, but for those after the last attempt."""
    run = short_run(colour, DEFAULT)
    faults = sum(run.proxy.faults.values())
    assert run.proxy.faults.keys() == {kind.name for kind in KINDS}
    assert 0.25 < faults / run.proxy.requests < 0.35
    assert run.proxy.requests == CALLS + faults - run.verdict.raised


def test_both_colours_meet_with_the_same() -> None:
    blocking, awaiting = (short_run(colour, DEFAULT) for colour in COLOURS)
    assert blocking.proxy.met == awaiting.proxy.met
    assert blocking.proxy.faults == awaiting.proxy.faults


@pytest.mark.proves("Q04")
@in_both_colours
def test_so_it_is_when_many_ingest_at_once(colour: str) -> None:
    check(ingests.run_at_once(colour, SEED, 200, HASTY))


@in_both_colours
def test_who_gives_up_early_is_found_out(colour: str) -> None:
    impatient = Terms(RetryPolicy(max_retries=7), timeout=0.5)
    assert ingests.run(colour, SEED, 100, impatient).needlessly_raised > 0


@in_both_colours
def test_a_service_that_forgets_is_found_out(colour: str) -> None:
    """One that does not know a repeated event stores it twice."""
    run = ingests.run(colour, SEED, 100, DEFAULT, config=ServiceConfig(dedup_window=0.0))
    assert run.verdict.wrongs["doubled"] > 0


@in_both_colours
def test_a_gateway_that_lost_the_answer_may_say_503(colour: str) -> None:
    kinds = [kind for kind in KINDS if kind.name == "503 after"]
    run = ingests.run(colour, SEED, 50, Terms(RetryPolicy(max_retries=0)), kinds=kinds)
    assert run.verdict.raised > 0
    assert run.verdict.wrongs["untrue"] == 0
