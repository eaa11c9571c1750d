"""What a test plays with, and what the report of its failure says of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from memsy.exceptions import MemsyClientClosedError

if TYPE_CHECKING:
    from memsy.testing.calls import Calls
    from memsy.testing.service import Event, LocalService, Memory

T = TypeVar("T")

_MOST = 20
_WIDTH = 120


class Props:
    """What the fixtures have given one test: a service, and the fakes on it."""

    def __init__(self, service: LocalService) -> None:
        self._service = service
        self._calls: dict[str, Calls] = {}
        self._is_ours = False

    def own(self) -> None:
        """Close the service at the end."""
        self._is_ours = True

    def note(self, name: str, calls: Calls) -> None:
        """Tell of the *calls* of the fake that is the fixture *name*."""
        self._calls[name] = calls

    def clear_away(self) -> None:
        """Close what is ours to close, and forget calls: their errors hold on to the test."""
        for calls in self._calls.values():
            calls.clear()
        if self._is_ours:
            self._service.close()

    def told(self) -> str:
        """All of it, cut to what a person would read."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        for name, calls in self._calls.items():
            yield from _listed(f"{name} was asked", calls, repr)
        arrived = self._service.requests
        sent = sum(call.attempts for calls in self._calls.values() for call in calls)
        # Somebody else asked as well: a client of the test's own making, or over a socket.
        if not self._calls or len(arrived) > sent:
            yield from _listed("memsy_service got", arrived, repr)
        yield from _held(self._service)


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
        line = "".join(map(_in_a_line, told(thing)))
        yield f"  {line if len(line) <= _WIDTH else f'{line[: _WIDTH - 4]} ...'}"


def _in_a_line(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def _event(event: Event) -> str:
    return (
        f"{event.event_id} {event.state}: {event.kind} of {event.actor_id} in {event.session_id}: "
        f"{event.content!r}"
    )


def _memory(memory: Memory) -> str:
    whose = memory.actor_id or memory.role_id or memory.team_id or memory.org_id
    return f"{memory.memory_id} {memory.status}: of {memory.level} {whose}: {memory.text!r}"
