"""Conversion of a search response with 10 results into models."""

from __future__ import annotations

from attrs import frozen

from benchmarks.canned import SEARCH_RESPONSE
from benchmarks.comparisons import Comparison, Measurement, Section, at_most
from benchmarks.lab import Lab, Sample

_COUNT = 20_000


@frozen
class Conversion:
    """Conversion of the same response, again and again."""

    function: str

    def __call__(self, lab: Lab, environment: str) -> Sample:
        task = {"function": self.function, "text": SEARCH_RESPONSE, "calls": lab.calls(_COUNT)}
        return lab.run(environment, "structure_search", task)


SECTION = Section(
    "models",
    "Models",
    [
        Comparison(
            "10 results: structure over json.loads of the text",
            Measurement("structure", "ours", Conversion("structure")),
            Measurement("json.loads", "ours", Conversion("json.loads")),
            at_most(0.4),
        )
    ],
)
