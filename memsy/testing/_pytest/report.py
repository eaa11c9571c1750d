"""Section of a failure report: calls of the fakes, events and memories of their service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from memsy.exceptions import MemsyClientClosedError
from memsy.local import Event, LocalService, Memory
from memsy.testing._fake_registry import Fake
from memsy.testing.calls import Calls

T = TypeVar("T")

_MAX_LINES = 20
_MAX_WIDTH = 120


class FailureReport:
    """Report on the service and the fakes of one test, for a failure."""

    def __init__(self) -> None:
        self._service: LocalService | None = None
        self._calls: dict[str, Calls] = {}
        self._owns_service = False

    def add_service(self, service: LocalService) -> None:
        """Report on `service`, the service of the fixtures."""
        self._service = service

    def take_ownership(self) -> None:
        """Close the service of the fixtures in `close()`."""
        self._owns_service = True

    def add_fixture(self, name: str, calls: Calls) -> None:
        """Report the `calls` of the fixture `name`."""
        self._calls[name] = calls

    def close(self) -> None:
        """Clear the calls, whose errors keep the test alive, and close an owned service."""
        for calls in self._calls.values():
            calls.clear()
        if self._service is not None and self._owns_service:
            self._service.close()

    def to_text(self, fakes: Iterable[Fake]) -> str:
        """Return the report as text, with the `fakes` that the test created itself."""
        created = [
            fake for fake in fakes if not any(fake.calls is calls for calls in self._calls.values())
        ]
        services = [] if self._service is None else [self._service]
        services += [fake.service for fake in created]
        return "\n".join(
            line
            for service in dict.fromkeys(services)
            for line in self._service_lines(
                service, [fake for fake in created if fake.service is service]
            )
        )

    def _service_lines(self, service: LocalService, created: Sequence[Fake]) -> Iterator[str]:
        """Yield the calls of the fixtures and `created` fakes on `service`, and its content."""
        is_of_fixtures = service is self._service
        fakes = list(self._calls.items()) if is_of_fixtures else []
        fakes += [(f"a {type(fake).__name__}", fake.calls) for fake in created]
        for name, calls in fakes:
            yield from _titled_list(f"Calls of {name}", calls, repr)
        title = "memsy_service" if is_of_fixtures else "the service of the fake"
        attempt_count = sum(call.attempts for _, calls in fakes for call in calls)
        # The other requests are from a fake that no longer exists, or came over a socket.
        if not fakes or len(service.requests) > attempt_count:
            yield from _titled_list(f"Requests to {title}", service.requests, repr)
        yield from _content_lines(title, service)


def _content_lines(title: str, service: LocalService) -> Iterator[str]:
    try:
        events, memories = service.events, service.memories
    except MemsyClientClosedError:
        yield f"Events and memories in {title}: unknown, the service is closed"
        return
    yield from _titled_list(f"Events in {title}", events, _describe_event)
    yield from _titled_list(f"Memories in {title}", memories, _describe_memory)


def _titled_list(title: str, items: Sequence[T], describe: Callable[[T], str]) -> Iterator[str]:
    """Yield a title, and one line for each of the latest `items`."""
    if not items:
        yield f"{title}: none"
        return
    yield f"{title}:"
    if len(items) > _MAX_LINES:
        yield f"  ... ({len(items) - _MAX_LINES} earlier)"
    for item in items[-_MAX_LINES:]:
        line = "".join(map(_escape, describe(item)))
        yield f"  {line if len(line) <= _MAX_WIDTH else f'{line[: _MAX_WIDTH - 4]} ...'}"


def _escape(character: str) -> str:
    return character if character.isprintable() else ascii(character)[1:-1]


def _describe_event(event: Event) -> str:
    return (
        f"{event.event_id} {event.state}: {event.kind} of actor {event.actor_id} "
        f"in session {event.session_id}: {event.content!r}"
    )


def _describe_memory(memory: Memory) -> str:
    owner = memory.actor_id or memory.role_id or memory.team_id or memory.org_id
    return f"{memory.memory_id} {memory.status}: memory of {memory.level} {owner}: {memory.text!r}"
