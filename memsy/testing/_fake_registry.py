"""Weak registry of the fakes that a test creates, for failure reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, runtime_checkable
from weakref import WeakValueDictionary

from memsy.local import LocalService
from memsy.testing.calls import Calls


@runtime_checkable
class Fake(Protocol):
    """The attributes of a fake that a report reads."""

    @property
    def service(self) -> LocalService: ...
    @property
    def calls(self) -> Calls: ...


class FakeRegistry:
    """Fakes in the order of their creation, by weak reference."""

    def __init__(self) -> None:
        self._fakes = WeakValueDictionary[int, Fake]()

    def add(self, fake: Fake) -> None:
        """Add `fake` without keeping it alive."""
        self._fakes[id(fake)] = fake

    def alive(self) -> list[Fake]:
        """Return the fakes that still exist."""
        return list(self._fakes.values())


_registries = list[FakeRegistry]()


@contextmanager
def registering_fakes() -> Iterator[FakeRegistry]:
    """Register the fakes that this process creates within the block."""
    registry = FakeRegistry()
    _registries.append(registry)
    try:
        yield registry
    finally:
        _registries.remove(registry)


def register(fake: Fake) -> None:
    """Add `fake` to all open registries."""
    for registry in _registries:
        registry.add(fake)
