"""
Program for a Python with the official SDK: runs calls with its client, and prints the results.

A line of input is a pickled task with calls of `tests.faults.calls`; a line of output is JSON.
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

# At the end of the path, so that Python imports its installed `memsy`.
sys.path[:] = [*sys.path[1:], str(Path(__file__).parents[2])]

import memsy  # noqa: E402 - needs the path


def main() -> None:
    """Run tasks until the input ends."""
    is_async = sys.argv[1] == "async"
    for line in sys.stdin:
        task = pickle.loads(base64.b64decode(line))
        started_at = time.monotonic()
        try:
            returned = asyncio.run(_run_async(task)) if is_async else _run_sync(task)
            result: dict[str, object] = {"returned": _contents(returned)}
        except memsy.MemsyError as error:
            result = {"error": type(error).__name__, "text": str(error)}
        except Exception as error:  # noqa: BLE001 - foreign errors are part of the result
            result = {"foreign_error": f"{type(error).__module__}.{type(error).__name__}"}
        print(json.dumps({**result, "seconds": time.monotonic() - started_at}), flush=True)


def _run_sync(task: Mapping[str, Any]) -> object:
    returned: object = None
    with memsy.MemsyClient(**task["options"]) as client:
        for call in task["calls"]:
            returned = call(client)
    return returned


async def _run_async(task: Mapping[str, Any]) -> object:
    returned: object = None
    async with memsy.AsyncMemsyClient(**task["options"]) as client:
        for call in task["calls"]:
            returned = call(client)
            returned = await returned if inspect.isawaitable(returned) else returned
    return returned


def _contents(returned: object) -> list[str] | None:
    """Return the contents of search results, or the ids of stored events."""
    if hasattr(returned, "results"):
        return [result.content for result in returned.results]
    return getattr(returned, "event_ids", None)


if __name__ == "__main__":
    main()
