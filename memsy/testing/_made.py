"""The fakes that are made while somebody looks on, without keeping them alive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol
from weakref import ref

if TYPE_CHECKING:
    from memsy.testing.calls import Calls
    from memsy.testing.service import LocalService


class Fake(Protocol):
    """What all fakes have in common."""

    @property
    def service(self) -> LocalService: ...
    @property
    def calls(self) -> Calls: ...


class Made:
    """Those that were made, in their order."""

    def __init__(self) -> None:
        self._refs = list[ref[Fake]]()

    def note(self, fake: Fake) -> None:
        self._refs.append(ref(fake))

    def alive(self) -> list[Fake]:
        """Those that somebody still has."""
        return [fake for fake in (one() for one in self._refs) if fake is not None]


_onlookers = list[Made]()


@contextmanager
def looking_on() -> Iterator[Made]:
    """Note the fakes of this process that are made within."""
    made = Made()
    _onlookers.append(made)
    try:
        yield made
    finally:
        _onlookers.remove(made)


def note(fake: Fake) -> None:
    """Let whoever looks on know of *fake*."""
    for made in _onlookers:
        made.note(fake)
