"""Comparison on ingests through a proxy that faults 30 % of the requests."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from memsy import MemsyError
from memsy.testing import LocalService
from tests.chaos import delivery
from tests.chaos.audit import AuditReport, IngestRecord, audit
from tests.chaos.clients import CLIENTS, KEY
from tests.chaos.proxy import Proxy, running
from tests.chaos.proxy_faults import FaultSampler
from tests.faults.calls import ingesting
from tests.official.client_process import ClientProcess
from tests.official.scoring import CallResult

CALLS = 1000
_SEED = 1


def compare(console: Console, python: str, calls: int) -> None:
    """Print the errors and the lost and duplicated events of both SDKs."""
    table = Table(
        f"of {calls} ingests",
        *("raised", "foreign errors", "acknowledged and lost", "stored twice"),
        box=None,
    )
    for mode in CLIENTS:
        run = delivery.run(mode, seed=_SEED, calls=calls, options=delivery.FOUR_ATTEMPTS)
        _add_row(table, f"memsy, {mode}", run.audit)
        _add_row(table, f"official SDK, {mode}", run_process(python, mode, calls))
    console.print(table)


def _add_row(table: Table, name: str, report: AuditReport) -> None:
    counts = (report.raised, report.untyped, report.lost, report.duplicated)
    table.add_row(name, *map(str, counts))


def run_process(python: str, mode: str, calls: int) -> AuditReport:
    """Ingest with the SDK of `python`, and audit the events in the service."""
    with LocalService(api_key=KEY) as service, ClientProcess(python, mode) as client:
        with running(Proxy(service, FaultSampler(_SEED, delivery.FAULT_RATE))) as url:
            task = {"options": {"base_url": url, "api_key": KEY, "retry_backoff": 0.01}}
            contents = [f"tea {number}" for number in range(calls)]
            results = [
                client.run({**task, "calls": [ingesting(content)]}, {}) for content in contents
            ]
        records = [
            _record(content, result) for content, result in zip(contents, results, strict=True)
        ]
        return audit(records, service.events)


def _record(content: str, result: CallResult | None) -> IngestRecord:
    if result is not None and "returned" in result:
        return IngestRecord([content], result["returned"])
    is_own = result is not None and "error" in result
    error = MemsyError(str(result)) if is_own else RuntimeError(str(result))
    return IngestRecord([content], error=error)
