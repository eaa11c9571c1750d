"""
On a road on which three requests in ten meet with a fault, every event arrives, and once.

Faults are a matter of chance, each for itself: in every other run, one of 10,000 calls with
eight attempts meets with eight faults in a row. No client could do better then than to raise.
What is promised is that none gives up before, and that all say the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from attrs import frozen

from chaos.clients import COLOURS, KEY
from chaos.clock import SkippingClock
from chaos.faults import KINDS, Dice, Fault
from chaos.figure import Figure
from chaos.ledger import Entry, Verdict, judge
from chaos.proxy import Proxy, standing
from memsy import RetryPolicy
from memsy._core.time_source import SYSTEM_TIME
from memsy.local import ServiceConfig
from memsy.models import EventPayload
from memsy.testing import LocalService

RATE = 0.3
CALLS = 10_000
_BATCH_EVERY = 10
_LARGEST_BATCH = 20
_AT_ONCE = 8


@frozen
class Terms:
    """How patient a client is."""

    policy: RetryPolicy
    timeout: float = 30.0

    @property
    def attempts(self) -> int:
        return self.policy.max_retries + 1

    def raised_by_chance(self, calls: int) -> float:
        """How many of *calls* will, on average, meet with nothing but faults."""
        return float(calls * RATE**self.attempts)


DEFAULT = Terms(RetryPolicy())
# With pauses so short that all eight fit into the window, or the call would be over before.
PATIENT = Terms(RetryPolicy(max_retries=7, backoff=0.25), timeout=60.0)
# Really slept, for many at once cannot skip time without taking it from one another.
HASTY = Terms(RetryPolicy(max_retries=7, backoff=0.005))


@frozen
class Run:
    """What came of many ingests."""

    verdict: Verdict
    proxy: Proxy
    terms: Terms

    @property
    def needlessly_raised(self) -> int:
        """Those that gave up although they had attempts left."""
        return sum(
            self.proxy.met[entry.contents[0]] < self.terms.attempts
            for entry in self.verdict.unlucky
        )


def run(
    colour: str,
    seed: int,
    calls: int,
    terms: Terms,
    *,
    kinds: Sequence[Fault] = KINDS,
    config: ServiceConfig | None = None,
) -> Run:
    """
    Ingest *calls* times, one after the other, by a clock that skips the pauses.

    What goes wrong is some of *kinds*; the service goes by *rules*.
    """
    clock = SkippingClock()
    with LocalService(api_key=KEY, clock=clock, config=config) as service:
        proxy = Proxy(service, Dice(seed, RATE, kinds))
        with (
            standing(proxy) as url,
            COLOURS[colour](url, terms.policy, terms.timeout, clock) as caller,
        ):
            entries = [Entry.of(caller.ingest, batch) for batch in batches(seed, calls)]
        return Run(judge(entries, service.events), proxy, terms)


def run_at_once(colour: str, seed: int, calls: int, terms: Terms) -> Run:
    """The same from several threads, in real time."""
    with LocalService(api_key=KEY) as service, ThreadPoolExecutor(_AT_ONCE) as threads:
        proxy = Proxy(service, Dice(seed, RATE))
        with (
            standing(proxy) as url,
            COLOURS[colour](url, terms.policy, terms.timeout, SYSTEM_TIME) as caller,
        ):
            ingested = threads.map(
                lambda batch: Entry.of(caller.ingest, batch), batches(seed, calls)
            )
            entries = list(ingested)
        return Run(judge(entries, service.events), proxy, terms)


def batches(seed: int, calls: int) -> Iterator[Sequence[EventPayload]]:
    """The events of *calls* ingests: one each, and of every tenth several. All are unlike."""
    random = Random(seed)
    for call in range(calls):
        size = 1 if call % _BATCH_EVERY else random.randint(2, _LARGEST_BATCH)
        yield [
            EventPayload(f"actor-{call % 7}", "s-1", "user_message", f"tea {call}.{number}")
            for number in range(size)
        ]


def figures(seed: int) -> Iterator[Figure]:
    for name, terms in {"8 attempts": PATIENT, "4 attempts": DEFAULT}.items():
        runs = {colour: run(colour, seed, CALLS, terms) for colour in COLOURS}
        yield from _of_wrongs(name, runs)
        yield from _of_raised(name, terms, runs)
    at_once = {colour: run_at_once(colour, seed, CALLS // 5, HASTY) for colour in COLOURS}
    yield from _of_wrongs(f"{_AT_ONCE} at once", at_once)


def _of_wrongs(name: str, runs: dict[str, Run]) -> Iterator[Figure]:
    for wrong, promise in {
        "lost": "events acknowledged and lost",
        "doubled": "events stored twice",
        "half": "ingests stored in part",
        "invented": "events stored and never sent",
        "untyped": "errors of no type of ours",
        "untrue": "events stored, and denied by maybe_processed",
    }.items():
        measured = {colour: run.verdict.wrongs[wrong] for colour, run in runs.items()}
        evidence = [text for run in runs.values() for text in run.verdict.evidence]
        yield Figure(
            f"{name}: {promise}",
            0,
            measured,
            evidence=next((text for text in evidence if text.startswith(wrong)), ""),
        )


def _of_raised(name: str, terms: Terms, runs: dict[str, Run]) -> Iterator[Figure]:
    raised = {colour: run.verdict.raised for colour, run in runs.items()}
    yield Figure(
        f"{name}: raised with an attempt left",
        0,
        {colour: run.needlessly_raised for colour, run in runs.items()},
        note=f"raised {list(raised.values())}, by chance {terms.raised_by_chance(CALLS):.1f}",
    )
    if terms is DEFAULT:
        share = {colour: 100 * times / CALLS for colour, times in raised.items()}
        yield Figure(f"{name}: raised", 1.5, share, "%")
