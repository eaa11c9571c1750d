"""
Measure the clients and the local service under faults, and compare the metrics with their limits.

Exits with 1 if a metric exceeds its limit.
"""

from __future__ import annotations

import argparse
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
    interrupts,
    outbox,
    resource_leaks,
    retry_load,
    signal_handlers,
)
from tests.chaos.metric import Experiment, Metric
from tests.chaos.report import report

EXPERIMENTS: dict[str, Experiment] = {
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
    options = parser.parse_args(arguments)
    unknown = set(options.experiment) - set(EXPERIMENTS)
    if unknown:
        parser.error(f"unknown experiment: {', '.join(sorted(unknown))}")
    console = Console(width=None if sys.stdout.isatty() else _WIDTH)
    measured = {
        name: list(_measure(name, options.seed, console))
        for name in options.experiment or EXPERIMENTS
    }
    console.print()
    console.print(report(measured))
    return int(not all(metric.is_met for metrics in measured.values() for metric in metrics))


def _measure(name: str, seed: int, console: Console) -> Iterator[Metric]:
    started_at = time.monotonic()
    console.print(f"{name} ...")
    for metric in EXPERIMENTS[name](seed):
        if not metric.is_met:
            console.print(f"[bold red]MISSED[/] {escape(metric.name)} {escape(metric.evidence)}")
        yield metric
    console.print(f"{name}: {time.monotonic() - started_at:.0f} s")


if __name__ == "__main__":
    sys.exit(main())
