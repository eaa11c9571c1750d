"""Many inputs for one target, drawn by lot from a seed: the same ones in every run."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from random import Random

from attrs import evolve, field, frozen

from fuzz.findings import Finding, Findings, smaller
from fuzz.target import Target
from fuzz.targets import TARGETS


@frozen
class Campaign:
    """How a target was fuzzed, and what came of it."""

    target: str
    way: str
    """`drawn` by lot from a seed, or `guided` by what the code did."""
    inputs: int
    seconds: float
    findings: Sequence[Finding] = ()
    unsteady: Sequence[Finding] = ()
    """What happened, and then did not happen again."""

    @property
    def broken(self) -> Sequence[Finding]:
        """Those that break a promise."""
        return [finding for finding in self.findings if not finding.is_difference]

    @property
    def differences(self) -> int:
        """How many inputs were read in two ways, and both were good."""
        return sum(finding.times for finding in self.findings if finding.is_difference)


@frozen
class Workers:
    """How many share the work; of threads, there are so many in each process."""

    processes: int = 2
    threads: int = 1


WORKERS: Mapping[str, Workers] = {"requests": Workers(threads=8)}
"""To send a request is mostly to wait for what does not come."""


@frozen
class Share:
    """What one worker has done."""

    inputs: int
    findings: Sequence[Finding] = field(converter=tuple[Finding, ...])
    unsteady: Sequence[Finding] = field(converter=tuple[Finding, ...])


def draw(name: str, inputs: int, seed: str) -> Campaign:
    """Try so many *inputs* on the target *name*."""
    began = time.monotonic()
    workers = WORKERS.get(name, Workers())
    everyone = range(workers.processes * workers.threads)
    groups = [everyone[first :: workers.processes] for first in range(workers.processes)]
    work = partial(_work, name, inputs, seed, len(everyone))
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers.processes, mp_context=spawned) as pool:
        shares = [
            share for group in pool.map(partial(_side_by_side, work), groups) for share in group
        ]
    return Campaign(
        name,
        "drawn",
        sum(share.inputs for share in shares),
        time.monotonic() - began,
        one_of_each(finding for share in shares for finding in share.findings),
        one_of_each(finding for share in shares for finding in share.unsteady),
    )


def drawn(target: Target, seed: str, number: int) -> bytes:
    """The input of that *number*."""
    return target.drawn(Random(f"{seed}/{number}"))


def tried(target: Target, inputs: Iterable[bytes]) -> Share:
    """What becomes of *inputs*, one after the other."""
    findings = Findings(target)
    for data in inputs:
        findings.try_(data)
    return share_of(findings)


def share_of(findings: Findings) -> Share:
    """What was found, as small as it can be; what does not happen again is kept apart."""
    steady: list[Finding] = []
    unsteady: list[Finding] = []
    for finding in findings.all():
        small = smaller(finding, findings.target)
        (unsteady if small is None else steady).append(small or finding)
    return Share(findings.tried, steady, unsteady)


def one_of_each(findings: Iterable[Finding]) -> Sequence[Finding]:
    """The smallest finding of each kind, with the number of all of them; the commonest first."""
    kinds: dict[str, Finding] = {}
    for finding in findings:
        known = kinds.get(finding.what, finding)
        times = finding.times + (known.times if finding.what in kinds else 0)
        smallest = min(known, finding, key=lambda one: len(one.data))
        kinds[finding.what] = evolve(smallest, times=times)
    return sorted(kinds.values(), key=lambda one: -one.times)


def _side_by_side(work: partial[Share], numbers: Sequence[int]) -> list[Share]:
    logging.disable(logging.CRITICAL)  # a service that is sent nonsense says so, every time
    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(work, numbers))


def _work(name: str, inputs: int, seed: str, everyone: int, number: int) -> Share:
    target = TARGETS[name]()
    try:
        numbers = range(number, inputs, everyone)
        return tried(target, (drawn(target, seed, n) for n in numbers))
    finally:
        target.close()
