"""Runs what awaits without an event loop: all that the clients await by themselves is a turn."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_TURNS = 100


def settled(coroutine: Coroutine[Any, Any, T]) -> T:
    """The result of *coroutine*, which may give way to other tasks, but wait for nothing."""
    for _ in range(_TURNS):
        try:
            awaited = coroutine.send(None)
        except StopIteration as returned:
            result: T = returned.value
            return result
        assert awaited is None, f"it waits for {awaited!r}"
    raise AssertionError(f"not settled after {_TURNS} turns")
