"""Exactly-once delivery of events through a proxy that faults 30 % of the requests."""

from __future__ import annotations

import pytest

from memsy import RetryPolicy
from tests.chaos import delivery
from tests.chaos.clients import CLIENTS
from tests.chaos.delivery import (
    EIGHT_ATTEMPTS,
    EIGHT_FAST_ATTEMPTS,
    FOUR_ATTEMPTS,
    ClientOptions,
    DeliveryRun,
)
from tests.chaos.proxy_faults import PROXY_FAULTS

pytestmark = pytest.mark.slow

SEED = 1
CALLS = 500

in_both_modes = pytest.mark.parametrize("mode", CLIENTS)


def assert_no_violations(run: DeliveryRun) -> None:
    assert run.audit.evidence == []
    assert set(run.audit.violations.values()) == {0}
    assert run.raised_early == 0


@pytest.mark.covers("Q04")
@in_both_modes
@pytest.mark.parametrize(
    ("options", "max_errors"),
    [(EIGHT_ATTEMPTS, 0), (FOUR_ATTEMPTS, 10)],  # 0.03 and 4 are expected
    ids=["8-attempts", "4-attempts"],
)
def test_every_event_is_stored_once_and_errors_are_correct(
    mode: str, options: ClientOptions, max_errors: int
) -> None:
    run = delivery.run(mode, seed=SEED, calls=CALLS, options=options)
    assert_no_violations(run)
    assert run.audit.raised <= max_errors
    assert run.proxy.faults.keys() == {fault.name for fault in PROXY_FAULTS}


@pytest.mark.covers("Q04")
@in_both_modes
def test_every_event_of_concurrent_ingests_is_stored_once(mode: str) -> None:
    run = delivery.run_in_threads(mode, seed=SEED, calls=200, options=EIGHT_FAST_ATTEMPTS)
    assert_no_violations(run)


@in_both_modes
def test_maybe_processed_is_true_when_503_hides_a_stored_event(mode: str) -> None:
    """A gateway may send 503 although the service has stored the event."""
    faults = [fault for fault in PROXY_FAULTS if fault.name == "503 after"]
    options = ClientOptions(RetryPolicy(max_retries=0))
    run = delivery.run(mode, seed=SEED, calls=50, options=options, faults=faults)
    assert run.audit.raised > 0
    assert run.audit.violations["denied"] == 0
