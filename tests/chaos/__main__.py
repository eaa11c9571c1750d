"""
Measure the clients and the local service under faults, and compare the metrics with their limits.

Exits with 1 if a metric exceeds its limit.
"""

from __future__ import annotations

import argparse
import inspect
import logging
import sys
import time
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.markup import escape

from tests.chaos import (
    bulk,
    cancellation,
    concurrency,
    costly_bodies,
    crash_recovery,
    deadlines,
    decompression,
    delivery,
    fault_matrix,
    interrupts,
    outbox,
    resource_leaks,
    retry_load,
    signal_handlers,
)
from tests.chaos.metric import Experiment, Metric
from tests.chaos.publication import Measurement, publish, summary_of
from tests.chaos.report import report

EXPERIMENTS: dict[str, Experiment] = {
    "fault_matrix": fault_matrix.measure,
    "delivery": delivery.measure,
    "retry_load": retry_load.measure,
    "deadlines": deadlines.measure,
    "resource_leaks": resource_leaks.measure,
    "decompression": decompression.measure,
    "costly_bodies": costly_bodies.measure,
    "concurrency": concurrency.measure,
    "cancellation": cancellation.measure,
    "interrupts": interrupts.measure,
    "signal_handlers": signal_handlers.measure,
    "crash_recovery": crash_recovery.measure,
    "outbox": outbox.measure,
    "bulk": bulk.measure,
}

_WIDTH = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Run experiments, print their metrics, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument(
        "experiment", nargs="*", help=f"any of {', '.join(EXPERIMENTS)}; by default all"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of all random decisions")
    parser.add_argument(
        "--publish", action="store_true", help="replace the figures of docs/reliability.md"
    )
    options = parser.parse_args(arguments)
    # The failures are intended, so the log would only hide the results.
    logging.getLogger("memsy").addHandler(logging.NullHandler())
    unknown = set(options.experiment) - set(EXPERIMENTS)
    if unknown:
        parser.error(f"unknown experiment: {', '.join(sorted(unknown))}")
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    measured: dict[str, Measurement] = {}
    for name in options.experiment or EXPERIMENTS:
        measured[name] = measure(name, options.seed, console)
        if options.publish:
            publish({name: measured[name]})
    metrics = {name: measurement.metrics for name, measurement in measured.items()}
    console.print()
    console.print(report(metrics))
    return int(not all(metric.is_met for one in metrics.values() for metric in one))


def measure(name: str, seed: int, console: Console) -> Measurement:
    """Run an experiment, print its progress, and return its measurement."""
    started_at = time.monotonic()
    console.print(f"{name} ...")
    metrics = list(_metrics(name, seed, console))
    seconds = time.monotonic() - started_at
    console.print(f"{name}: {seconds:.0f} s")
    description = summary_of(inspect.getmodule(EXPERIMENTS[name]))
    return Measurement.now(
        f"python -m tests.chaos {name} --seed {seed}", description, seconds, metrics
    )


def _metrics(name: str, seed: int, console: Console) -> Iterator[Metric]:
    for metric in EXPERIMENTS[name](seed):
        if not metric.is_met:
            console.print(f"[bold red]MISSED[/] {escape(metric.name)} {escape(metric.evidence)}")
        yield metric


if __name__ == "__main__":
    sys.exit(main())
