"""What was measured, and what it may be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

from attrs import frozen

BLOCKING, AWAITING = "blocking", "awaiting"

Measured: TypeAlias = Mapping[str, float]
"""By the colour of the client; of one that was not measured there is nothing."""


@frozen
class Figure:
    """One promise, and how it was kept."""

    promise: str
    most: float
    """What each of *measured* may be."""
    measured: Measured
    unit: str = ""
    note: str = ""
    evidence: str = ""
    """What it missed, if it did: the first that was found."""

    @property
    def is_kept(self) -> bool:
        return bool(self.measured) and all(value <= self.most for value in self.measured.values())


Goal: TypeAlias = Callable[[int], Iterator[Figure]]
"""Measures, with luck that a seed decides, and gives each figure as soon as it is there."""
