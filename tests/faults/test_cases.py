"""Every fault case, run with every kind of client."""

from __future__ import annotations

import pytest

from tests.faults.case import Case
from tests.faults.cases import CASES
from tests.faults.clients import FAKES, REAL
from tests.faults.runner import run_case


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=case.id, marks=[pytest.mark.slow] if case.in_subprocess else [])
        for case in CASES
    ],
)
def test_fault_has_the_expected_outcome_in_every_client(
    case: Case, subtests: pytest.Subtests
) -> None:
    """
    Compare the outcome with the expectation of the case, and the clients with each other.

    The sync and the async client must agree in types, messages, attributes, attempts, pauses and
    every byte that they send. A fake must agree in all but bytes and connections.
    """
    kinds = (*REAL, *(FAKES if case.runs_on_fakes else ()))
    outcomes = {kind: run_case(case, kind) for kind in kinds}
    for kind in kinds:
        with subtests.test("outcome is as expected", kind=kind):
            assert case.expects.mismatches(outcomes[kind]) == []
    with subtests.test("sync and async clients agree"):
        sync, async_ = (outcomes[kind].without(case.nondeterministic) for kind in REAL)
        assert sync == async_
    for real, fake in zip(REAL, FAKES, strict=True):
        if fake in outcomes:
            with subtests.test("fake agrees with the real client", kind=fake):
                assert outcomes[fake] == outcomes[real].without_network()


def test_case_ids_are_unique() -> None:
    assert len({case.id for case in CASES}) == len(CASES)


def test_nondeterministic_cases_state_a_reason() -> None:
    assert [case.id for case in CASES if case.nondeterministic and not case.reason] == []


def test_slow_dns_lookup_delays_the_sync_client_only() -> None:
    """No deadline ends a blocking lookup: the reason is in the case."""
    (case,) = (case for case in CASES if case.id == "dns-slower-than-deadline")
    sync, async_ = (run_case(case, kind) for kind in REAL)
    assert async_.overrun < 0.45 < sync.overrun
