"""Conversion of a search response: `structure` of the parsed JSON, or `json.loads` of its text."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from memsy import SearchResponse
from memsy._core.decode import structure


def main() -> None:
    task = json.loads(sys.argv[1])
    text: str = task["text"]
    calls: int = task["calls"]
    parsed = json.loads(text)
    assert len(structure(parsed, SearchResponse).results) == len(parsed["results"])
    functions: dict[str, Callable[[], object]] = {
        "structure": lambda: structure(parsed, SearchResponse),
        "json.loads": lambda: json.loads(text),
    }
    function = functions[task["function"]]
    for _ in range(calls // 10):
        function()
    wall, cpu = time.perf_counter(), time.process_time()
    for _ in range(calls):
        function()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps({"wall": wall / calls, "cpu": cpu / calls}))


if __name__ == "__main__":
    main()
