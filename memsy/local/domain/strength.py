"""How strong a memory is: more with every recall, and half as much after every half-life."""

from __future__ import annotations

from sqlite3 import Row

from memsy.local.timestamps import DAY

INITIAL = 1.0
HALF_LIFE_DAYS = 30.0

_MOST = 5.0
_STEP = 0.1


def faded(strength: float, age: int, half_life_days: float) -> float:
    """What is left of *strength* after *age* microseconds; rounded, so that moments don't show."""
    left: float = 0.5 ** (max(age, 0) / (half_life_days * DAY))
    return round(strength * left, 3)


def of(memory: Row, now: int) -> float:
    """The strength that a row of `memories` has at the moment *now*."""
    used_at = memory["last_recalled_at"] or memory["created_at"]
    return faded(memory["strength"], now - used_at, memory["half_life_days"])


def recalled(strength: float) -> float:
    """The strength that a recall gives to a memory of *strength*."""
    return min(strength + _STEP, _MOST)
