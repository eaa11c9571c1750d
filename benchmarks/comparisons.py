"""Measurements, their comparisons, goals, and the judgement of the samples."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from statistics import median

from attrs import field, frozen

from benchmarks.lab import Lab, Sample


@frozen(eq=False)
class Measurement:
    """One contender at one task. Each sample comes from a process of its own."""

    contender: str
    environment: str
    take: Callable[[Lab, str], Sample]
    """Returns a sample from a new process of the environment with the given name."""


class Quantity(Enum):
    """Value of a comparison, computed from the seconds of the measurement and of the other one."""

    RATIO = "x"
    DIFFERENCE = "ms more"
    TIME = "ms"
    RATE = "/s"

    def of(self, seconds: float, other: float) -> float:
        """Return the value. `other` counts for a ratio and a difference only."""
        match self:
            case Quantity.RATIO:
                return seconds / other
            case Quantity.DIFFERENCE:
                return (seconds - other) * 1e3
            case Quantity.TIME:
                return seconds * 1e3
            case Quantity.RATE:
                return 1 / seconds


@frozen
class Goal:
    """Limit for the value of a comparison."""

    limit: float
    is_minimum: bool = False

    def holds(self, value: float) -> bool:
        return value >= self.limit if self.is_minimum else value <= self.limit

    def share(self, value: float) -> float:
        """Return the cost as a share of the goal, which holds up to 1."""
        return self.limit / value if self.is_minimum else value / self.limit

    def __str__(self) -> str:
        return f"{'>=' if self.is_minimum else '<='} {self.limit:,g}"


def at_most(limit: float) -> Goal:
    return Goal(limit)


def at_least(limit: float) -> Goal:
    return Goal(limit, is_minimum=True)


@frozen(eq=False)
class Comparison:
    """A measurement beside another one, or alone, and the goal for its value."""

    title: str
    measured: Measurement
    other: Measurement | None = None
    goal: Goal | None = None
    quantity: Quantity = Quantity.RATIO

    @property
    def measurements(self) -> Sequence[Measurement]:
        return [self.measured] if self.other is None else [self.measured, self.other]


@frozen(eq=False)
class Section:
    """Comparisons of one subject, measured together: their contenders take turns."""

    name: str
    title: str
    comparisons: Sequence[Comparison]
    set_factor: int = 1
    """Multiple of the number of process sets, for short processes with noisy times."""

    @property
    def measurements(self) -> Sequence[Measurement]:
        """Measurements without duplicates: comparisons can share them."""
        return list(
            dict.fromkeys(one for comparison in self.comparisons for one in comparison.measurements)
        )


@frozen
class Samples:
    """Samples of one section, one for each process set, and the failures."""

    taken: Mapping[Measurement, Sequence[Sample]] = field(factory=dict)
    failures: Mapping[Measurement, str] = field(factory=dict)
    """Error of each measurement whose process failed."""
    absent: Mapping[Measurement, str] = field(factory=dict)
    """Reason for each measurement whose environment is missing."""


@frozen
class Result:
    """Median value of a comparison, or the reason for its absence."""

    title: str
    unit: str
    goal: str | None = None
    value: float | None = None
    lowest: float | None = None
    highest: float | None = None
    cpu: float | None = None
    """The value in CPU time instead of wall time, if both processes measure it."""
    load_generator_share: float | None = None
    """Share of the time in which the load generator is busy, for a rate. It must stay below 1."""
    holds: bool | None = None
    """None without a goal or without a value."""
    goal_share: float | None = None
    """Cost as a share of the goal, which holds up to 1."""
    contenders: Mapping[str, float] = field(factory=dict)
    """Median seconds of each contender."""
    not_measured: str | None = None


def judge(comparison: Comparison, samples: Samples) -> Result:
    """Return the median of the values of all process sets, and compare it to the goal."""
    unit = comparison.quantity.value
    goal = None if comparison.goal is None else str(comparison.goal)
    for measurement in comparison.measurements:
        if reason := samples.absent.get(measurement) or samples.failures.get(measurement):
            return Result(comparison.title, unit, goal, not_measured=reason)
    values = _values(comparison, samples, lambda sample: sample.wall)
    assert values is not None
    cpu = _values(comparison, samples, lambda sample: sample.cpu)
    is_rate = comparison.quantity is Quantity.RATE
    value = median(values)
    return Result(
        comparison.title,
        unit,
        goal,
        value,
        lowest=min(values),
        highest=max(values),
        cpu=None if cpu is None or is_rate else median(cpu),
        load_generator_share=median(values) / median(cpu) if cpu and is_rate else None,
        holds=None if comparison.goal is None else comparison.goal.holds(value),
        goal_share=None if comparison.goal is None else comparison.goal.share(value),
        contenders={
            measurement.contender: median(sample.wall for sample in samples.taken[measurement])
            for measurement in comparison.measurements
        },
    )


def _values(
    comparison: Comparison, samples: Samples, seconds: Callable[[Sample], float | None]
) -> Sequence[float] | None:
    """Return the value of each process set, or None if a sample lacks its seconds."""
    columns = [list(map(seconds, samples.taken[one])) for one in comparison.measurements]
    values: list[float] = []
    for row in zip(*columns, strict=True):
        first, other = row[0], row[-1]
        if first is None or other is None:
            return None
        values.append(comparison.quantity.of(first, other))
    return values
