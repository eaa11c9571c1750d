"""Strength of a memory: it grows with each recall and decays by half-life (wire contract 7.9)."""

from __future__ import annotations

from memsy.local.timestamps import DAY

INITIAL = 1.0
HALF_LIFE_DAYS = 30.0

_MAX = 5.0
_RECALL_GAIN = 0.1


def decayed(strength: float, age: int, half_life_days: float) -> float:
    """Return the strength after `age` microseconds, rounded to three decimals."""
    factor: float = 0.5 ** (max(age, 0) / (half_life_days * DAY))
    return round(strength * factor, 3)


def current(
    strength: float,
    half_life_days: float,
    *,
    created_at: int,
    last_recalled_at: int | None,
    now: int,
) -> float:
    """Return the strength at `now`. It decays from the last recall, or from the creation."""
    return decayed(strength, now - (last_recalled_at or created_at), half_life_days)


def after_recall(strength: float) -> float:
    """Return the strength after one more recall."""
    return min(strength + _RECALL_GAIN, _MAX)
