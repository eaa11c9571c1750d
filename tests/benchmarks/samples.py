"""Measurements with given times."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.comparisons import Comparison, Measurement, Samples
from benchmarks.lab import Lab, Sample


def take_nothing(lab: Lab, environment: str) -> Sample:
    """Fail: a test gives the samples."""
    raise AssertionError("no process may start")


def measurement(contender: str, environment: str = "ours") -> Measurement:
    return Measurement(contender, environment, take_nothing)


def samples(comparison: Comparison, *walls: Sequence[float]) -> Samples:
    """Return samples of wall time, one sequence for each measurement of the comparison."""
    return Samples(
        {
            one: [Sample(wall) for wall in times]
            for one, times in zip(comparison.measurements, walls, strict=True)
        }
    )
