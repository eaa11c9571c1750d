"""Fakes: many events, and a fake for each small test."""

from __future__ import annotations

from attrs import frozen

from benchmarks.comparisons import Comparison, Measurement, Quantity, Section, at_most
from benchmarks.lab import Lab, Sample

_EVENTS = 100_000
_COUNT = 1_000


def ingest_in_bulk(lab: Lab, environment: str) -> Sample:
    """Ingest batches of 500 events into a fake."""
    task = {"file": str(lab.events), "events": lab.calls(_EVENTS), "batch": 500}
    return lab.run(environment, "fake_bulk", task)


@frozen
class SmallTests:
    """One fake for each of many small tests: created, used and closed."""

    test: str

    def __call__(self, lab: Lab, environment: str) -> Sample:
        return lab.run(environment, "fake_small", {"test": self.test, "calls": lab.calls(_COUNT)})


SECTION = Section(
    "fakes",
    "Fakes",
    [
        Comparison(
            "ingest of 100,000 events (times of one), over the baseline",
            Measurement("memsy", "ours", ingest_in_bulk),
            Measurement("baseline", "baseline", ingest_in_bulk),
            at_most(0.7),
        ),
        Comparison(
            "create, ingest, search, close",
            Measurement("sync", "ours", SmallTests("search")),
            None,
            at_most(0.8),
            Quantity.TIME,
        ),
        Comparison(
            "create, ingest, search, close, async",
            Measurement("async", "ours", SmallTests("search async")),
            quantity=Quantity.TIME,
        ),
        Comparison(
            "create, close",
            Measurement("sync", "ours", SmallTests("create")),
            quantity=Quantity.TIME,
        ),
    ],
)
