"""
Fault matrix: outcomes of the real clients that differ from the expected one.

The metric counts variants in the tables of `tests/faults/cases`; tests cover the other faults.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.chaos.clients import CLIENTS
from tests.chaos.metric import Metric
from tests.faults.cases import CASES
from tests.faults.clients import ClientKind
from tests.faults.runner import run_case


def mismatches(mode: str) -> list[str]:
    """Return the id and the mismatch of each variant with an unexpected outcome."""
    kind = ClientKind(mode)
    return [
        f"{case.id}: {mismatch}"
        for case in CASES
        for mismatch in list(case.expects.mismatches(run_case(case, kind)))[:1]
    ]


def measure(seed: int) -> Iterator[Metric]:
    """Count the unexpected outcomes of all variants."""
    found = {mode: mismatches(mode) for mode in CLIENTS}
    rows = {case.matrix_id for case in CASES}
    yield Metric(
        f"unexpected outcomes of {len(CASES)} variants of {len(rows)} faults",
        0,
        {mode: len(texts) for mode, texts in found.items()},
        evidence=next((text for texts in found.values() for text in texts), ""),
    )
