"""Fuzz campaign: random inputs for one target, the same ones for the same seed."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from random import Random

from attrs import evolve, field, frozen

from tests.fuzz.findings import Finding, FindingCollector, minimized
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS


@frozen
class Campaign:
    """Outcome of fuzzing one target."""

    target: str
    method: str
    """`random` from a seed, or `coverage`."""
    inputs: int
    seconds: float
    findings: Sequence[Finding] = ()
    not_reproducible: Sequence[Finding] = ()
    """Findings that did not happen again."""

    @property
    def violations(self) -> Sequence[Finding]:
        """Findings that violate a property."""
        return [finding for finding in self.findings if not finding.is_difference]

    @property
    def differences(self) -> int:
        """Number of inputs with two different valid outcomes."""
        return sum(finding.count for finding in self.findings if finding.is_difference)


@frozen
class Workers:
    """Number of processes, and of threads in each."""

    processes: int = 2
    threads: int = 1


WORKERS: Mapping[str, Workers] = {"requests": Workers(threads=8)}
"""Requests spend most of their time in timeouts, so that threads help."""


@frozen
class WorkerResult:
    """Inputs and findings of one worker."""

    inputs: int
    findings: Sequence[Finding] = field(converter=tuple[Finding, ...])
    not_reproducible: Sequence[Finding] = field(converter=tuple[Finding, ...])


def fuzz(name: str, inputs: int, seed: str) -> Campaign:
    """
    Check random inputs.

    Args:
        name: Name of the target.
        inputs: Number of inputs.
        seed: Seed of all inputs.
    """
    started_at = time.monotonic()
    workers = WORKERS.get(name, Workers())
    numbers = range(workers.processes * workers.threads)
    groups = [numbers[first :: workers.processes] for first in range(workers.processes)]
    work = partial(_work, name, inputs, seed, len(numbers))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers.processes, mp_context=spawn) as pool:
        results = [
            result for group in pool.map(partial(_run_threads, work), groups) for result in group
        ]
    return Campaign(
        name,
        "random",
        sum(result.inputs for result in results),
        time.monotonic() - started_at,
        merged_findings(finding for result in results for finding in result.findings),
        merged_findings(finding for result in results for finding in result.not_reproducible),
    )


def random_input(target: Target, seed: str, number: int) -> bytes:
    """Return the input with this `number`."""
    return target.random_input(Random(f"{seed}/{number}"))


def check_all(target: Target, inputs: Iterable[bytes]) -> WorkerResult:
    """Check `inputs`, and minimize the findings."""
    collector = FindingCollector(target)
    for data in inputs:
        collector.check(data)
    reproducible: list[Finding] = []
    not_reproducible: list[Finding] = []
    for finding in collector.findings():
        smaller = minimized(finding, target)
        (not_reproducible if smaller is None else reproducible).append(smaller or finding)
    return WorkerResult(collector.inputs, reproducible, not_reproducible)


def merged_findings(findings: Iterable[Finding]) -> Sequence[Finding]:
    """Return the smallest finding of each kind with the count of all, most frequent first."""
    by_summary: dict[str, Finding] = {}
    for finding in findings:
        known = by_summary.get(finding.summary)
        count = finding.count + (known.count if known else 0)
        smallest = min(known or finding, finding, key=lambda one: len(one.data))
        by_summary[finding.summary] = evolve(smallest, count=count)
    return sorted(by_summary.values(), key=lambda one: -one.count)


def _run_threads(work: partial[WorkerResult], numbers: Sequence[int]) -> list[WorkerResult]:
    logging.disable(logging.CRITICAL)  # the service logs every invalid request
    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(work, numbers))


def _work(name: str, inputs: int, seed: str, workers: int, number: int) -> WorkerResult:
    target = TARGETS[name]()
    try:
        numbers = range(number, inputs, workers)
        return check_all(target, (random_input(target, seed, n) for n in numbers))
    finally:
        target.close()
