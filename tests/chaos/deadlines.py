"""Deadlines: overrun of calls that only the deadline ends."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from tests.chaos.clients import CLIENTS
from tests.chaos.metric import ASYNC, Metric
from tests.faults.case import Case
from tests.faults.cases import CASES
from tests.faults.clients import ClientKind
from tests.faults.runner import run_case

MAX_OVERRUN = 0.25
_RUNS = 3
_SYNC_OVERRUN_BY_DESIGN = "dns-slower-than-deadline"
"""Case whose blocking DNS lookup the sync client cannot cancel, as its documentation says."""


def slow_cases() -> Iterator[Case]:
    """Return the fault cases that only the deadline ends."""
    return (case for case in CASES if case.expects.ends_at_deadline)


def overrun(case: Case, mode: str) -> float:
    """Return the median overrun of the deadline, in seconds."""
    return median(run_case(case, ClientKind(mode)).overrun for _ in range(_RUNS))


def measure(seed: int) -> Iterator[Metric]:
    """Measure the overrun of each slow case."""
    for case in slow_cases():
        modes = [ASYNC] if case.id == _SYNC_OVERRUN_BY_DESIGN else CLIENTS
        yield Metric(
            f"{case.id}: ends after its deadline by",
            MAX_OVERRUN,
            {mode: overrun(case, mode) for mode in modes},
            "s",
        )
