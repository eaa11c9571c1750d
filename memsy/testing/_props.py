"""What a test plays with, and what the report of its failure says of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

from memsy.exceptions import MemsyClientClosedError

if TYPE_CHECKING:
    from memsy.testing.calls import Calls
    from memsy.testing.fakes import (
        FakeAsyncMemsyClient,
        FakeAsyncMemsyControlClient,
        FakeMemsyClient,
        FakeMemsyControlClient,
    )
    from memsy.testing.service import Event, LocalService, Memory

T = TypeVar("T")

_MOST = 20
_WIDTH = 120


class Props:
    """The fakes and the services that the fixtures have given one test."""

    def __init__(self) -> None:
        self._calls: dict[str, Calls] = {}
        self._services: list[LocalService] = []
        self._served: list[LocalService] = []
        self._owned = ExitStack()

    def own(self, service: LocalService) -> None:
        """Tell of *service*, and close it at the end."""
        self._services.append(service)
        self._owned.callback(service.close)

    def note(
        self,
        name: str,
        fake: FakeMemsyClient
        | FakeAsyncMemsyClient
        | FakeMemsyControlClient
        | FakeAsyncMemsyControlClient,
    ) -> None:
        """Tell of the calls of *fake*, and of its service."""
        self._calls[name] = fake.calls
        if fake.service not in self._services:
            self._services.append(fake.service)

    def note_server(self, service: LocalService) -> None:
        """Tell of the requests that came in for *service*."""
        self._served.append(service)

    def clear_away(self) -> None:
        """Close what is ours to close."""
        self._owned.close()

    def told(self) -> str:
        """All of it, cut to what a person would read."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for name, calls in self._calls.items():
            yield from _listed(f"{name} was asked", calls, repr)
        for service in self._served:
            yield from _listed("memsy_server got", service.requests, repr)
        for service in self._services:
            yield from _held(service)


def _held(service: LocalService) -> Iterator[str]:
    try:
        events, memories = service.events, service.memories
    except MemsyClientClosedError:
        yield "memsy_service is closed by now"
        return
    yield from _listed("memsy_service held the events", events, _event)
    yield from _listed("memsy_service held the memories", memories, _memory)


def _listed(title: str, things: Sequence[T], told: Callable[[T], str]) -> Iterator[str]:
    """The latest of *things*, a line each."""
    if not things:
        yield f"{title}: nothing"
        return
    yield f"{title}:"
    if len(things) > _MOST:
        yield f"  ... ({len(things) - _MOST} before these)"
    for thing in things[-_MOST:]:
        line = told(thing)
        yield f"  {line if len(line) <= _WIDTH else f'{line[: _WIDTH - 4]} ...'}"


def _event(event: Event) -> str:
    return (
        f"{event.event_id} {event.state}: {event.kind} of {event.actor_id} in {event.session_id}: "
        f"{event.content!r}"
    )


def _memory(memory: Memory) -> str:
    whose = memory.actor_id or memory.role_id or memory.team_id or memory.org_id
    return f"{memory.memory_id} {memory.status}: of {memory.level} {whose}: {memory.text!r}"
