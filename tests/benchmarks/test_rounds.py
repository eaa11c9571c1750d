"""Interleaving of the contenders, and contenders that fail or are missing."""

from __future__ import annotations

from pathlib import Path

from benchmarks.comparisons import Comparison, Measurement, Section
from benchmarks.lab import ContenderError, Lab, Sample
from benchmarks.rounds import in_order, measure
from tests.benchmarks.samples import measurement

LAB = Lab({}, "http://127.0.0.1:9/v1", Path(), Path("events.jsonl"))


def recording(name: str, calls: list[str], environment: str = "ours") -> Measurement:
    def take(lab: Lab, environment: str) -> Sample:
        calls.append(f"{name} in {environment}")
        return Sample(float(len(calls)))

    return Measurement(name, environment, take)


def test_every_contender_runs_once_in_each_set() -> None:
    calls: list[str] = []
    a, b = recording("a", calls), recording("b", calls, "plain")
    progress: list[str] = []
    section = Section("calls", "Calls", [Comparison("a over b", a, b)], set_factor=2)
    taken = measure(section, LAB, 2, {}, progress.append).taken
    assert calls[:4] == ["a in ours", "b in plain", "b in plain", "a in ours"]
    assert [len(taken[one]) for one in (a, b)] == [4, 4]
    assert progress == [f"calls: set {number} of 4" for number in (1, 2, 3, 4)]


def test_order_of_the_contenders_changes() -> None:
    contenders = [measurement(name) for name in "abc"]
    orders = ["".join(one.contender for one in in_order(contenders, n)) for n in range(6)]
    assert orders == ["abc", "cba", "bca", "acb", "cab", "bac"]


def test_failed_contender_is_not_run_again() -> None:
    calls: list[str] = []

    def fail(lab: Lab, environment: str) -> Sample:
        calls.append("failed")
        raise ContenderError("python: no such module")

    failing = Measurement("b", "plain", fail)
    section = Section("calls", "Calls", [Comparison("a", recording("a", calls), failing)])
    samples = measure(section, LAB, 3, {}, calls.append)
    assert samples.failures == {failing: "python: no such module"}
    assert (calls.count("failed"), calls.count("a in ours")) == (1, 3)


def test_contender_of_a_missing_environment_is_not_run() -> None:
    calls: list[str] = []
    ours, baseline = recording("memsy", calls), recording("baseline", calls, "baseline")
    section = Section("fakes", "Fakes", [Comparison("ingest", ours, baseline)])
    samples = measure(section, LAB, 1, {"baseline": "no history"}, lambda line: None)
    assert (samples.absent, samples.failures) == ({baseline: "no history"}, {})
    assert calls == ["memsy in ours"]
