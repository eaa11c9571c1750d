"""Run a coroutine without an event loop, for clients over an in-memory transport."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_MAX_STEPS = 100


def run_without_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the result of `coroutine`, which may yield to the event loop but not wait."""
    for _ in range(_MAX_STEPS):
        try:
            yielded = coroutine.send(None)
        except StopIteration as returned:
            result: T = returned.value
            return result
        assert yielded is None, f"the coroutine waits for {yielded!r}"
    raise AssertionError(f"the coroutine is not done after {_MAX_STEPS} steps")
