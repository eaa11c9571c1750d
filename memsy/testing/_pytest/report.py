"""What a test plays with, and what the report of its failure says of that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

from memsy.exceptions import MemsyClientClosedError

if TYPE_CHECKING:
    from memsy.local import Event, LocalService, Memory
    from memsy.testing._fake_registry import Fake
    from memsy.testing.calls import Calls

T = TypeVar("T")

_MOST = 20
_WIDTH = 120


class FailureReport:
    """What a test has: a service from the fixtures and the fakes on it, or fakes of its own."""

    def __init__(self) -> None:
        self._service: LocalService | None = None
        self._calls: dict[str, Calls] = {}
        self._is_ours = False

    def serve(self, service: LocalService) -> None:
        """Tell of *service*, which is that of the fixtures."""
        self._service = service

    def own(self) -> None:
        """Close that service at the end."""
        self._is_ours = True

    def note(self, name: str, calls: Calls) -> None:
        """Tell of the *calls* of the fake that is the fixture *name*."""
        self._calls[name] = calls

    def clear_away(self) -> None:
        """Close what is ours to close, and forget calls: their errors hold on to the test."""
        for calls in self._calls.values():
            calls.clear()
        if self._service is not None and self._is_ours:
            self._service.close()

    def told(self, made: Iterable[Fake]) -> str:
        """All of it, and of the fakes that the test has *made*, cut to what a person would read."""
        own = [fake for fake in made if not any(fake.calls is one for one in self._calls.values())]
        services = [] if self._service is None else [self._service]
        services += [fake.service for fake in own]
        return "\n".join(
            line
            for service in dict.fromkeys(services)
            for line in self._lines(service, [fake for fake in own if fake.service is service])
        )

    def _lines(self, service: LocalService, own: Sequence[Fake]) -> Iterator[str]:
        """What *service* was asked, by the fixtures and by the test's *own* fakes, and holds."""
        is_of_fixtures = service is self._service
        asked = list(self._calls.items()) if is_of_fixtures else []
        asked += [(f"a {type(fake).__name__}", fake.calls) for fake in own]
        for name, calls in asked:
            yield from _listed(f"{name} was asked", calls, repr)
        title = "memsy_service" if is_of_fixtures else "its service"
        sent = sum(call.attempts for _, calls in asked for call in calls)
        # Somebody else asked as well: a fake that is gone, or a client over a socket.
        if not asked or len(service.requests) > sent:
            yield from _listed(f"{title} got", service.requests, repr)
        yield from _held(title, service)


def _held(title: str, service: LocalService) -> Iterator[str]:
    try:
        events, memories = service.events, service.memories
    except MemsyClientClosedError:
        yield f"{title} is closed by now"
        return
    yield from _listed(f"{title} held the events", events, _event)
    yield from _listed(f"{title} held the memories", memories, _memory)


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
