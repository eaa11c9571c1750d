"""
CPU time and memory of the models, with and without `__slots__`.

Models have no slots, so that `vars(model)` works. The benchmark compares `SearchResult` to a copy
of the class with slots: creation, access to the attributes, memory, and the decoding of a response
with 1,000 results. The variants take turns in every round, because machines differ in speed.

    python -m benchmarks.models
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from attrs import field, frozen

from memsy import SearchResult
from memsy._core.decode import structure
from memsy._core.fields import optional
from memsy.models._model import Model

ROUNDS = 31
COUNT = 1_000


@frozen
class SlottedResult(Model):
    """`SearchResult` with slots."""

    id: str
    content: str
    score: float
    metadata: dict[str, Any] | None = None


@frozen
class SlottedResponse(Model):
    """`SearchResponse` with slots."""

    results: list[SlottedResult] = field(metadata=optional([]))


@frozen(slots=False)
class PlainResponse(Model):
    """`SearchResponse` without slots."""

    results: list[SearchResult] = field(metadata=optional([]))


Result = type[SearchResult] | type[SlottedResult]

VARIANTS: Mapping[Result, type[Model]] = {
    SlottedResult: SlottedResponse,
    SearchResult: PlainResponse,
}
BODY = {
    "results": [
        {"id": f"m{n}", "content": "I take my tea without sugar", "score": 0.5, "metadata": None}
        for n in range(COUNT)
    ]
}


def create(model: Result) -> None:
    for _ in range(COUNT):
        model("m1", "I take my tea without sugar", 0.5)


def access(model: Result) -> None:
    result = model("m1", "I take my tea without sugar", 0.5)
    for _ in range(COUNT):
        result.id, result.content, result.score, result.metadata  # noqa: B018 - what it measures


def decode(model: Result) -> None:
    structure(BODY, VARIANTS[model])


def memory(model: Result) -> float:
    """Return the bytes of one model, without its values."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    models = [model("m1", "I take my tea without sugar", 0.5) for _ in range(COUNT)]
    size = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return size / len(models)


def _cpu_time(function: Callable[[Result], None], model: Result) -> float:
    started_at = time.process_time()
    for _ in range(10):
        function(model)
    return (time.process_time() - started_at) / 10 / COUNT


def main() -> None:
    """Print the cost of one model, and its ratio to the model with slots."""
    print(f"one model (median of {ROUNDS} rounds), ratio to the same model with slots")
    for function in (create, access, decode):
        rounds = [[_cpu_time(function, model) for model in VARIANTS] for _ in range(ROUNDS)]
        cost = median(times[1] for times in rounds) * 1e9
        ratio = median(times[1] / times[0] for times in rounds)
        print(f"  {function.__name__:8} {cost:6.0f} ns      x {ratio:.2f}")
    sizes = [memory(model) for model in VARIANTS]
    print(f"  {'memory':8} {sizes[1]:6.0f} bytes   x {sizes[1] / sizes[0]:.2f}")


if __name__ == "__main__":
    main()
