"""
Exactly-once delivery of events while a proxy injects a fault into 30 % of the requests.

Faults are independent. In about half of the runs, one of 10,000 calls meets a fault in each of its
attempts, and has to raise. The experiment checks that no call raises before its last attempt, and
that results and errors are correct.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random

from attrs import frozen

from memsy import RetryPolicy
from memsy._core.time_source import SYSTEM_TIME
from memsy.models import EventPayload
from memsy.testing import LocalService
from tests.chaos.audit import AuditReport, IngestRecord, audit
from tests.chaos.clients import CLIENTS, KEY
from tests.chaos.metric import Metric
from tests.chaos.proxy import Proxy, running
from tests.chaos.proxy_faults import PROXY_FAULTS, FaultSampler, ProxyFault
from tests.support.skipping_clock import SkippingClock

FAULT_RATE = 0.3
CALLS = 10_000
_BATCH_INTERVAL = 10
_MAX_BATCH = 20
_THREADS = 8


@frozen
class ClientOptions:
    """Retry policy and timeout of a client."""

    policy: RetryPolicy
    timeout: float = 30.0

    @property
    def attempts(self) -> int:
        return self.policy.max_retries + 1

    def expected_errors(self, calls: int) -> float:
        """Return the average number of `calls` whose attempts all meet a fault."""
        return float(calls * FAULT_RATE**self.attempts)


FOUR_ATTEMPTS = ClientOptions(RetryPolicy())
# With longer pauses, eight attempts would not fit into the deduplication window.
EIGHT_ATTEMPTS = ClientOptions(RetryPolicy(max_retries=7, backoff=0.25), timeout=60.0)
# Threads cannot share a skipping clock, so these pauses take real time.
EIGHT_FAST_ATTEMPTS = ClientOptions(RetryPolicy(max_retries=7, backoff=0.005))


@frozen
class DeliveryRun:
    """Outcome of many ingests through the proxy."""

    audit: AuditReport
    proxy: Proxy
    options: ClientOptions

    @property
    def raised_early(self) -> int:
        """Number of ingests that raised before their last attempt."""
        return sum(
            self.proxy.faults_of_ingest[record.contents[0]] < self.options.attempts
            for record in self.audit.failed_ingests
        )


def run(
    mode: str,
    *,
    seed: int,
    calls: int,
    options: ClientOptions,
    faults: Sequence[ProxyFault] = PROXY_FAULTS,
) -> DeliveryRun:
    """
    Ingest one after the other, with a clock that skips the pauses.

    Args:
        mode: `SYNC` or `ASYNC`.
        seed: Seed of events and faults.
        calls: Number of ingests.
        options: Options of the client.
        faults: Faults to choose from.
    """
    clock = SkippingClock()
    with LocalService(api_key=KEY, clock=clock) as service:
        proxy = Proxy(service, FaultSampler(seed, FAULT_RATE, faults))
        with (
            running(proxy) as url,
            CLIENTS[mode](url, options.policy, options.timeout, clock) as memsy,
        ):
            records = [IngestRecord.of(memsy.ingest, batch) for batch in batches(seed, calls)]
        return DeliveryRun(audit(records, service.events), proxy, options)


def run_in_threads(mode: str, *, seed: int, calls: int, options: ClientOptions) -> DeliveryRun:
    """Ingest from several threads, in real time; the arguments are those of `run`."""
    with LocalService(api_key=KEY) as service, ThreadPoolExecutor(_THREADS) as threads:
        proxy = Proxy(service, FaultSampler(seed, FAULT_RATE))
        with (
            running(proxy) as url,
            CLIENTS[mode](url, options.policy, options.timeout, SYSTEM_TIME) as memsy,
        ):
            records = list(
                threads.map(
                    lambda batch: IngestRecord.of(memsy.ingest, batch), batches(seed, calls)
                )
            )
        return DeliveryRun(audit(records, service.events), proxy, options)


def batches(seed: int, calls: int) -> Iterator[Sequence[EventPayload]]:
    """Return unique events for each ingest: one, and several for every tenth."""
    random = Random(seed)
    for call in range(calls):
        size = 1 if call % _BATCH_INTERVAL else random.randint(2, _MAX_BATCH)
        yield [
            EventPayload(f"actor-{call % 7}", "s-1", "user_message", f"tea {call}.{number}")
            for number in range(size)
        ]


def measure(seed: int) -> Iterator[Metric]:
    """Count violations with eight and with four attempts, and with concurrent ingests."""
    for name, options in {"8 attempts": EIGHT_ATTEMPTS, "4 attempts": FOUR_ATTEMPTS}.items():
        runs = {mode: run(mode, seed=seed, calls=CALLS, options=options) for mode in CLIENTS}
        yield from _violations(name, runs)
        yield from _errors(name, options, runs)
    concurrent = {
        mode: run_in_threads(mode, seed=seed, calls=CALLS // 5, options=EIGHT_FAST_ATTEMPTS)
        for mode in CLIENTS
    }
    yield from _violations(f"{_THREADS} threads", concurrent)


def _violations(name: str, runs: dict[str, DeliveryRun]) -> Iterator[Metric]:
    for violation, description in {
        "lost": "events acknowledged and lost",
        "duplicated": "events stored twice",
        "partial": "ingests stored in part",
        "unknown": "events stored and never sent",
        "untyped": "errors other than MemsyError",
        "denied": "events stored although maybe_processed is false",
    }.items():
        evidence = [text for run in runs.values() for text in run.audit.evidence]
        yield Metric(
            f"{name}: {description}",
            0,
            {mode: run.audit.violations[violation] for mode, run in runs.items()},
            evidence=next((text for text in evidence if text.startswith(violation)), ""),
        )


def _errors(name: str, options: ClientOptions, runs: dict[str, DeliveryRun]) -> Iterator[Metric]:
    raised = {mode: run.audit.raised for mode, run in runs.items()}
    yield Metric(
        f"{name}: raised before the last attempt",
        0,
        {mode: run.raised_early for mode, run in runs.items()},
        note=f"raised {list(raised.values())}, expected {options.expected_errors(CALLS):.1f}",
    )
    if options is FOUR_ATTEMPTS:
        share = {mode: 100 * count / CALLS for mode, count in raised.items()}
        yield Metric(f"{name}: raised", 1.5, share, "%")
