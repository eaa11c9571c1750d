"""Goals, and the judgement of samples: medians of paired values."""

from __future__ import annotations

import pytest

from benchmarks.comparisons import (
    Comparison,
    Goal,
    Quantity,
    Samples,
    Section,
    at_least,
    at_most,
    judge,
)
from benchmarks.lab import Sample
from tests.benchmarks.samples import measurement, samples

RATIO = Comparison("search", measurement("memsy"), measurement("aiohttp"), at_most(1.5))


@pytest.mark.parametrize(
    ("goal", "text", "value", "holds"),
    [
        (at_most(1.35), "<= 1.35", 1.35, True),
        (at_most(1.35), "<= 1.35", 1.351, False),
        (at_least(8), ">= 8", 8.0, True),
        (at_least(8), ">= 8", 7.99, False),
        (at_least(20_000), ">= 20,000", 12_000.0, False),
    ],
)
def test_goal_holds_up_to_its_limit(goal: Goal, text: str, value: float, holds: bool) -> None:
    assert (str(goal), goal.holds(value)) == (text, holds)
    assert (goal.share(value) <= 1) == holds


def test_value_is_the_median_of_the_ratios_of_each_process_set() -> None:
    """The ratio of the medians would be 2.0 here: the machine was slow in the second set."""
    result = judge(RATIO, samples(RATIO, [2.0, 6.0, 1.0], [1.0, 5.0, 1.0]))
    assert (result.value, result.lowest, result.highest) == (1.2, 1.0, 2.0)
    assert (result.holds, result.goal, result.goal_share) == (True, "<= 1.5", 1.2 / 1.5)
    assert result.contenders == {"memsy": 2.0, "aiohttp": 1.0}


def test_missed_goal_does_not_hold() -> None:
    result = judge(RATIO, samples(RATIO, [2.0], [1.0]))
    assert (result.value, result.holds, result.not_measured) == (2.0, False, None)


def test_comparison_without_goal_neither_holds_nor_misses() -> None:
    comparison = Comparison("search", measurement("memsy"), measurement("aiohttp"))
    result = judge(comparison, samples(comparison, [2.0], [1.0]))
    assert (result.value, result.holds, result.goal, result.goal_share) == (2.0, None, None, None)


@pytest.mark.parametrize(
    ("quantity", "value", "unit"),
    [
        (Quantity.RATIO, 4.0, "x"),
        (Quantity.DIFFERENCE, 6.0, "ms more"),
        (Quantity.TIME, 8.0, "ms"),
        (Quantity.RATE, 125.0, "/s"),
    ],
)
def test_value_and_unit_of_a_quantity(quantity: Quantity, value: float, unit: str) -> None:
    comparison = Comparison("x", measurement("a"), measurement("b"), quantity=quantity)
    result = judge(comparison, samples(comparison, [0.008], [0.002]))
    assert result.value == pytest.approx(value)
    assert result.unit == unit


def test_measurement_alone_has_a_time() -> None:
    comparison = Comparison("fake", measurement("sync"), None, at_most(0.8), Quantity.TIME)
    result = judge(comparison, samples(comparison, [0.0007, 0.0009, 0.0008]))
    assert result.value == pytest.approx(0.8)
    assert result.contenders == {"sync": 0.0008}


def test_ratio_of_cpu_time_is_beside_the_ratio_of_wall_time() -> None:
    taken = {RATIO.measurements[0]: [Sample(3.0, 2.0)], RATIO.measurements[1]: [Sample(2.0, 1.0)]}
    result = judge(RATIO, Samples(taken))
    assert (result.value, result.cpu) == (1.5, 2.0)


def test_rate_has_the_share_of_the_load_generator() -> None:
    """The CPU time of a rate is that of the load generator, not of the server."""
    comparison = Comparison("events", measurement("an event"), quantity=Quantity.RATE)
    result = judge(comparison, Samples({comparison.measured: [Sample(0.5, 0.1)]}))
    assert (result.value, result.cpu) == (2.0, None)
    assert result.load_generator_share == pytest.approx(0.2)


@pytest.mark.parametrize("number", [0, 1])
def test_comparison_with_a_missing_environment_is_not_measured(number: int) -> None:
    absent = {RATIO.measurements[number]: "the history lacks commit 0de41ba"}
    result = judge(RATIO, Samples(absent=absent))
    assert result.not_measured == "the history lacks commit 0de41ba"
    assert (result.value, result.holds, result.goal) == (None, None, "<= 1.5")


def test_comparison_with_a_failed_contender_is_not_measured() -> None:
    result = judge(RATIO, Samples(failures={RATIO.measured: "python: AssertionError"}))
    assert (result.not_measured, result.holds) == ("python: AssertionError", None)


def test_section_measures_a_shared_contender_once() -> None:
    memsy = measurement("memsy")
    comparisons = [Comparison(name, memsy, measurement(name)) for name in ("a", "b")]
    names = [one.contender for one in Section("x", "X", comparisons).measurements]
    assert names == ["memsy", "a", "b"]
