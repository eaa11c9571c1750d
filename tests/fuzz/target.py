"""Interface of a fuzz target: properties that must hold for any input."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol

BOTH_VALID = "both valid"
"""
End of `PropertyViolated.summary` if sync and async clients differ, and both end well.

Two HTTP libraries may read damaged bytes differently. The report counts such inputs apart.
"""


class PropertyViolated(Exception):
    """
    A property does not hold for an input.

    All inputs with the same fault have the same `summary`; the `detail` differs.
    """

    def __init__(self, summary: str, detail: str = "") -> None:
        super().__init__(f"{summary}: {detail}" if detail else summary)
        self.summary = summary


class Target(Protocol):
    """Fuzz target."""

    @property
    def seeds(self) -> Sequence[bytes]:
        """Valid inputs to start from."""
        ...

    def random_input(self, random: Random) -> bytes:
        """Return a valid or damaged input that depends on `random` only."""
        ...

    def mutated(self, data: bytes, random: Random) -> bytes:
        """Return `data` with a few mutations that depend on `random` only."""
        ...

    def check(self, data: bytes) -> None:
        """
        Check the properties for one input.

        Raises:
            PropertyViolated: A property does not hold. Any other exception means the same.
        """
        ...

    def close(self) -> None:
        """Close servers, clients and files."""
        ...
