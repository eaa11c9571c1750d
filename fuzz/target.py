"""What is fuzzed: a promise about any bytes at all."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Protocol

UNLIKE = "and not alike"
"""
How `Broken.what` ends where two libraries read damaged bytes in two ways, and both ways are good.

It happens, though rarely, and is counted apart.
"""


class Broken(Exception):
    """
    A promise does not hold for an input.

    *what* is the same for all inputs with which it goes wrong in the same way, *detail* is not.
    """

    def __init__(self, what: str, detail: str = "") -> None:
        super().__init__(f"{what}: {detail}" if detail else what)
        self.what = what


class Target(Protocol):
    """One promise, and what it takes to try it."""

    @property
    def seeds(self) -> Sequence[bytes]:
        """Inputs as they should be, to begin with."""
        ...

    def drawn(self, random: Random) -> bytes:
        """An input, good or damaged, that depends on *random* and on nothing else."""
        ...

    def mutated(self, data: bytes, random: Random) -> bytes:
        """*data*, but for a change or two of the kind that matters here."""
        ...

    def check(self, data: bytes) -> None:
        """
        Try it.

        Raises:
            Broken: the promise does not hold. Any other exception says the same.
        """
        ...

    def close(self) -> None:
        """Let go of servers, clients and files."""
        ...
