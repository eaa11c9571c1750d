"""Metrics of an experiment, with their limits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from attrs import frozen

SYNC, ASYNC = "sync", "async"


@frozen
class Metric:
    """Measured values and their limit."""

    name: str
    limit: float
    """Largest value that is acceptable."""
    values: Mapping[str, float]
    """Values by mode of the client, `SYNC` or `ASYNC`; a mode that was not measured is missing."""
    unit: str = ""
    note: str = ""
    evidence: str = ""
    """First finding that made a value exceed the limit."""

    @property
    def is_met(self) -> bool:
        """True if there are values and none exceeds the limit."""
        return bool(self.values) and all(value <= self.limit for value in self.values.values())


Experiment: TypeAlias = Callable[[int], Iterator[Metric]]
"""Measures with a random seed, and yields each metric as soon as it is known."""
