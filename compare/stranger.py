"""
A program for a Python that has another `memsy`: asks what it is told to, and says what came of it.

It reads a pickled task in each line, with calls of `tests.matrix.calls`, and answers in JSON.
"""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import pickle
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# At the end: the `memsy` of this Python comes before the one that this file belongs to.
sys.path[:] = [*sys.path[1:], str(Path(__file__).parents[1])]

import memsy  # noqa: E402 - only now it is clear which


def main() -> None:
    """Answer until nobody asks any more."""
    is_awaiting = sys.argv[1] == "awaiting"
    for line in sys.stdin:
        task = pickle.loads(base64.b64decode(line))
        began = time.monotonic()
        try:
            answer = asyncio.run(_await(task)) if is_awaiting else _block(task)
            told: dict[str, object] = {"answer": _contents(answer)}
        except memsy.MemsyError as error:
            told = {"error": type(error).__name__, "text": str(error)}
        except Exception as error:  # noqa: BLE001 - that there are others is what is to be seen
            told = {"foreign": f"{type(error).__module__}.{type(error).__name__}"}
        print(json.dumps({**told, "took": time.monotonic() - began}), flush=True)


def _block(task: Mapping[str, Any]) -> object:
    answer: object = None
    with memsy.MemsyClient(**task["options"]) as client:
        for call in task["calls"]:
            answer = call(client)
    return answer


async def _await(task: Mapping[str, Any]) -> object:
    answer: object = None
    async with memsy.AsyncMemsyClient(**task["options"]) as client:
        for call in task["calls"]:
            answer = call(client)
            answer = await answer if inspect.isawaitable(answer) else answer
    return answer


def _contents(answer: object) -> list[str] | None:
    """What one answer differs from another by: what was found, or the ids of what was stored."""
    if hasattr(answer, "results"):
        return [result.content for result in answer.results]
    return getattr(answer, "event_ids", None)


if __name__ == "__main__":
    main()
