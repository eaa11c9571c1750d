"""Interleaved process sets: in each set, every contender runs once, in changing order."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from benchmarks.comparisons import Measurement, Samples, Section
from benchmarks.lab import ContenderError, Lab, Sample


def measure(
    section: Section,
    lab: Lab,
    sets: int,
    missing: Mapping[str, str],
    report_progress: Callable[[str], None],
) -> Samples:
    """
    Take one sample of each measurement per process set.

    Args:
        missing: The reason for each environment that is missing.
        report_progress: Called with one line of text for each set.
    """
    taken: dict[Measurement, list[Sample]] = {one: [] for one in section.measurements}
    failures: dict[Measurement, str] = {}
    absent = {
        measurement: missing[measurement.environment]
        for measurement in section.measurements
        if measurement.environment in missing
    }
    count = sets * section.set_factor
    for number in range(count):
        report_progress(f"{section.name}: set {number + 1} of {count}")
        for measurement in in_order(section.measurements, number):
            if measurement not in failures and measurement not in absent:
                try:
                    taken[measurement].append(measurement.take(lab, measurement.environment))
                except ContenderError as error:
                    failures[measurement] = str(error)
    return Samples(taken, failures, absent)


def in_order(measurements: Sequence[Measurement], number: int) -> Sequence[Measurement]:
    """Return the measurements in the order of a set: rotated, and reversed in every second set."""
    start = number // 2 % len(measurements)
    rotated = [*measurements[start:], *measurements[:start]]
    return rotated[::-1] if number % 2 else rotated
