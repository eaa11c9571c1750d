"""Costly bodies: memory and CPU time until a client has decoded or refused up to 32 MiB."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator, Mapping

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

    @property
    def memory_ratio(self) -> float:
        return self.memory / self.size

    @property
    def seconds_per_4_mib(self) -> float:
        return self.seconds / self.size * 4


def cost(body: CostlyBody, mode: str) -> Cost:
    """Return the cost of `body` in a new process."""
    content = body.make(MAX_BODY_BYTES)
    compressed = response(
        gzip.compress(content, 1), "Content-Encoding: gzip", status=f"{body.status} Reason"
    )
    with RawServer(respond_with(FOUND_BYTES, compressed)) as server:
        memory, seconds = call_in_subprocess(_search, http_url(server), mode, body.problem)
    return Cost(len(content) / process_memory.MIB, memory, seconds)


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
    costs = {
        mode: {name: cost(body, mode) for name, body in COSTLY_BODIES.items()} for mode in CLIENTS
    }
    flat = [name for name, body in COSTLY_BODIES.items() if not body.is_nested]
    nested = [name for name, body in COSTLY_BODIES.items() if body.is_nested]
    seconds = {
        mode: {name: by_name[name].seconds_per_4_mib for name in COSTLY_BODIES}
        for mode, by_name in costs.items()
    }
    ratios = {
        mode: {name: by_name[name].memory_ratio for name in flat} for mode, by_name in costs.items()
    }
    memory = {
        mode: {name: by_name[name].memory for name in nested} for mode, by_name in costs.items()
    }
    yield _worst("most CPU time for 4 MiB", MAX_SECONDS_PER_4_MIB, seconds, "s")
    yield _worst("most memory, in multiples of the body", MAX_MEMORY_RATIO, ratios, "x")
    yield _worst("most memory of nested lists or objects", MAX_NESTED_MEMORY, memory, "MiB")


def _worst(name: str, limit: float, values: Mapping[str, Mapping[str, float]], unit: str) -> Metric:
    """Return the metric of the body with the highest value, which its note names."""
    bodies = {mode: max(by_name, key=by_name.__getitem__) for mode, by_name in values.items()}
    return Metric(
        name,
        limit,
        {mode: values[mode][body] for mode, body in bodies.items()},
        unit,
        note=", ".join(sorted(set(bodies.values()))),
    )
