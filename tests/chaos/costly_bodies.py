"""Costly bodies: memory and CPU time until a client has decoded or refused up to 32 MiB."""

from __future__ import annotations

import gzip
import math
import time
from collections.abc import Callable, Iterator, Mapping

from attrs import frozen

from memsy import MemsyError, RetryPolicy
from memsy._core.response_body import MAX_BODY_BYTES
from memsy._core.time_source import SYSTEM_TIME
from tests.chaos.clients import CLIENTS
from tests.chaos.metric import Metric
from tests.chaos.subprocess_call import call_in_subprocess
from tests.faults.scenario import http_url
from tests.support import process_memory
from tests.support.costly_bodies import COSTLY_BODIES, CostlyBody
from tests.support.raw_server import RawServer, respond_with, response
from tests.support.search_responses import FOUND_BYTES

MAX_SECONDS_PER_4_MIB = 1.0
MAX_MEMORY_RATIO = 32.0
"""Memory in multiples of the decoded size: as much as `json.loads` takes for empty objects."""
MAX_NESTED_MEMORY = 256.0
"""MiB, for bodies that hold little but brackets: their ratio is higher and their size is limited
by the number of brackets."""


@frozen
class Cost:
    """Cost of decoding or refusing a body."""

    size: float
    """MiB of the decoded body."""
    memory: float
    """MiB, the body included."""
    seconds: float
    """CPU time of the process of the client, which does not depend on other processes."""


def costs(body: CostlyBody) -> dict[str, Cost]:
    """Return the cost of `body` by mode, each in a new process."""
    content = body.make(MAX_BODY_BYTES)
    size = len(content) / process_memory.MIB
    compressed = response(
        gzip.compress(content, 1), "Content-Encoding: gzip", status=f"{body.status} Reason"
    )
    by_mode: dict[str, Cost] = {}
    for mode in CLIENTS:
        with RawServer(respond_with(FOUND_BYTES, compressed)) as server:
            memory, seconds = call_in_subprocess(_search, http_url(server), mode, body.problem)
        by_mode[mode] = Cost(size, memory, seconds)
    return by_mode


def _search(url: str, mode: str, problem: str) -> tuple[float, float]:
    """Return the MiB and the CPU seconds of a search, after a first one on the connection."""
    with CLIENTS[mode](url, RetryPolicy(max_retries=0), 60.0, SYSTEM_TIME) as memsy:
        memsy.search("tea")
        before, started_at = process_memory.current(), time.process_time()
        try:
            memsy.search("tea")
        except MemsyError as error:
            seconds = time.process_time() - started_at
            if not problem or problem not in str(error):
                raise
        else:
            seconds = time.process_time() - started_at
            assert not problem, "the client accepted the response"
        return process_memory.peak() - before, seconds


def measure(seed: int) -> Iterator[Metric]:
    """Measure the costliest body by time, by memory ratio, and by memory if it is nested."""
    measured = {name: costs(body) for name, body in COSTLY_BODIES.items()}
    flat = {name: cost for name, cost in measured.items() if not COSTLY_BODIES[name].is_nested}
    nested = {name: cost for name, cost in measured.items() if COSTLY_BODIES[name].is_nested}
    yield _worst("most CPU time for 4 MiB", MAX_SECONDS_PER_4_MIB, "s", measured, _seconds)
    yield _worst("most memory per size", MAX_MEMORY_RATIO, "x", flat, _memory_ratio)
    yield _worst("most memory, nested bodies", MAX_NESTED_MEMORY, "MiB", nested, _memory)


def _seconds(cost: Cost) -> float:
    """Return the CPU time for each 4 MiB or part of it."""
    return cost.seconds / math.ceil(cost.size / 4)


def _memory_ratio(cost: Cost) -> float:
    return cost.memory / cost.size


def _memory(cost: Cost) -> float:
    return cost.memory


def _worst(
    name: str,
    limit: float,
    unit: str,
    measured: Mapping[str, Mapping[str, Cost]],
    value_of: Callable[[Cost], float],
) -> Metric:
    """Return the highest values, with the names of their bodies in the note."""
    worst = {
        mode: max((value_of(costs[mode]), body) for body, costs in measured.items())
        for mode in CLIENTS
    }
    return Metric(
        name,
        limit,
        {mode: value for mode, (value, _) in worst.items()},
        unit,
        note=", ".join(sorted({body for _, body in worst.values()})),
    )
