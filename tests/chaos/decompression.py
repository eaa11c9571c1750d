"""Decompression bombs: memory and time until a client rejects an oversized response."""

from __future__ import annotations

import time
from collections.abc import Iterator

from attrs import frozen

from memsy import MemsyResponseError, RetryPolicy
from memsy._core.response_body import MAX_BODY_BYTES
from memsy._core.time_source import SYSTEM_TIME
from tests.chaos.clients import CLIENTS
from tests.chaos.metric import Metric
from tests.chaos.subprocess_call import call_in_subprocess
from tests.faults.case import Case
from tests.faults.cases import CASES
from tests.support import process_memory

MAX_MEMORY = 3 * MAX_BODY_BYTES / process_memory.MIB
MAX_SECONDS = 1.0
_MATRIX_IDS = ("B19", "B20", "B21")


@frozen
class Cost:
    """Cost of rejecting a response."""

    memory: float
    """MiB."""
    seconds: float


def bombs() -> Iterator[Case]:
    """Return the fault cases with an oversized response."""
    return (case for case in CASES if case.matrix_id in _MATRIX_IDS)


def cost(case: Case, mode: str) -> Cost:
    """Return the cost of the bomb of `case` in a new process."""
    with case.scenario() as endpoint:
        return call_in_subprocess(_search, endpoint.base_url, mode)


def _search(url: str, mode: str) -> Cost:
    no_retries = RetryPolicy(max_retries=0)
    with CLIENTS[mode](url, no_retries, 30.0, SYSTEM_TIME) as memsy:
        peak, started_at = process_memory.peak(), time.monotonic()
        try:
            memsy.search("tea")
        except MemsyResponseError:
            return Cost(process_memory.peak() - peak, time.monotonic() - started_at)
        raise AssertionError("the client accepted the response")


def measure(seed: int) -> Iterator[Metric]:
    """Measure memory and time for each bomb."""
    for case in bombs():
        costs = {mode: cost(case, mode) for mode in CLIENTS}
        yield Metric(
            f"{case.id}: rejected after",
            MAX_SECONDS,
            {mode: cost.seconds for mode, cost in costs.items()},
            "s",
        )
        yield Metric(
            f"{case.id}: memory taken",
            MAX_MEMORY,
            {mode: cost.memory for mode, cost in costs.items()},
            "MiB",
        )
