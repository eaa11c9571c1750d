"""
Resource leaks: files, threads, tasks and memory after many rounds of all fault cases.

The client runs alone in its process. The servers start threads for each connection, and the C
library keeps free memory for these threads, which would count as memory of the client.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from attrs import frozen

from tests.chaos.clients import CLIENTS
from tests.chaos.metric import Metric
from tests.chaos.subprocess_call import call_in_subprocess
from tests.faults.cases import CASES
from tests.faults.clients import ClientKind
from tests.faults.runner import run_calls
from tests.faults.scenario import Endpoint
from tests.support import process_memory

ROUNDS = 20
# Caches fill in the first rounds.
_WARM_UP_ROUNDS = 3
_MAX_MEMORY = 4


@frozen
class ResourceUsage:
    """Resources of this process."""

    files: int
    threads: int
    tasks: int
    memory: float
    """MiB."""

    @classmethod
    def now(cls) -> ResourceUsage:
        gc.collect()
        # isinstance() reads `__class__` of each object, which may raise for a closed one.
        types = map(type, gc.get_objects())
        return cls(
            files=len(list(Path("/dev/fd").iterdir())),
            threads=threading.active_count(),
            tasks=sum(issubclass(cls, asyncio.Task) for cls in types),
            memory=process_memory.current(),
        )

    def since(self, before: ResourceUsage) -> ResourceUsage:
        return ResourceUsage(
            self.files - before.files,
            self.threads - before.threads,
            self.tasks - before.tasks,
            self.memory - before.memory,
        )


def leaked(mode: str, rounds: int) -> ResourceUsage:
    """Return the growth of a client process over `rounds` of all fault cases."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as client_process:
        _run_all_cases(mode, _WARM_UP_ROUNDS, client_process)
        before = client_process.submit(ResourceUsage.now).result()
        _run_all_cases(mode, rounds, client_process)
        return client_process.submit(ResourceUsage.now).result().since(before)


def _run_all_cases(mode: str, rounds: int, client_process: Executor) -> None:
    for _ in range(rounds):
        for case in CASES:
            if not case.in_subprocess:
                with case.scenario() as endpoint:
                    # Endpoints and cases do not pickle.
                    options, environment = dict(endpoint.options), dict(endpoint.environment)
                    client_process.submit(
                        _run_client, mode, case.id, endpoint.base_url, options, environment
                    ).result()


def _run_client(
    mode: str,
    case_id: str,
    base_url: str,
    options: dict[str, Any],
    environment: dict[str, str],
) -> None:
    """Run the calls of a case in this process, against the servers of another one."""
    case = next(case for case in CASES if case.id == case_id)
    endpoint = Endpoint(base_url=base_url, options=options, environment=environment)
    run_calls(case, ClientKind(mode), endpoint)


def measure(seed: int) -> Iterator[Metric]:
    """Measure the growth in a new process for each client."""
    with ThreadPoolExecutor() as threads:
        growths = threads.map(lambda mode: call_in_subprocess(leaked, mode, ROUNDS), CLIENTS)
        by_mode = dict(zip(CLIENTS, growths, strict=True))
    for resource in ("files", "threads", "tasks"):
        yield Metric(
            f"more {resource} after {ROUNDS} rounds of all faults",
            0,
            {mode: getattr(growth, resource) for mode, growth in by_mode.items()},
        )
    yield Metric(
        f"more memory after {ROUNDS} rounds of all faults",
        _MAX_MEMORY,
        {mode: growth.memory for mode, growth in by_mode.items()},
        "MiB",
    )
