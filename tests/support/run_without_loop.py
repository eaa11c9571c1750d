"""Run a coroutine without an event loop."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_MAX_YIELDS = 100


def run_without_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return the result of *coroutine*, which may yield to the event loop but awaits no future."""
    for _ in range(_MAX_YIELDS):
        try:
            awaited = coroutine.send(None)
        except StopIteration as returned:
            result: T = returned.value
            return result
        assert awaited is None, f"the coroutine awaits {awaited!r}"
    raise AssertionError(f"the coroutine did not return after {_MAX_YIELDS} yields")
