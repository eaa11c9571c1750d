"""Section of a failure report: calls of the fakes, events and memories of their service."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import pytest
from attrs import frozen

from memsy._core.interrupts import is_interrupt
from memsy.exceptions import MemsyClientClosedError
from memsy.local import Event, LocalService, Memory
from memsy.testing._fake_registry import Fake
from memsy.testing.calls import Call, Calls

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

    def close(self) -> str:
        """
        Clear the calls, whose errors keep the test alive, and close an owned service.

        Returns:
            The error of the service, or an empty text.
        """
        for calls in self._calls.values():
            calls.clear()
        try:
            if self._service is not None and self._owns_service:
                self._service.close()
        except Exception as error:
            if is_interrupt(error):
                raise
            return _line(f"memsy_service could not be closed: {_reason(error)}")
        return ""

    def to_text(self, fakes: Iterable[Fake]) -> str:
        """
        Return the report as text, with the `fakes` that the test created itself.

        A part that cannot be read takes one line with the reason, such as the error of a clock.
        """
        entries = [_Entry(name, calls, self._service) for name, calls in self._calls.items()]
        for entry in map(_Entry.of_fake, fakes):
            # The copies of a fake, and the clients of `with_options`, have the same calls.
            if not any(entry.calls is known.calls for known in entries):
                entries.append(entry)
        services = [entry.service for entry in entries]
        if self._service is not None:
            services.insert(0, self._service)
        distinct = {id(service): service for service in services}.values()
        return "\n".join(
            line
            for service in distinct
            for line in self._service_lines(
                service, [entry for entry in entries if entry.service is service]
            )
        )

    def _service_lines(
        self, service: LocalService | None, entries: Sequence[_Entry]
    ) -> Iterator[str]:
        """Yield the calls of the fakes of `service`, and its content."""
        for entry in entries:
            yield from entry.to_lines()
        if service is None:
            yield "Events and memories: not available: the fake has no service"
            return
        title = "memsy_service" if service is self._service else "the service of the fake"
        if not entries or _has_other_requests(service, entries):
            yield from _titled_list(f"Requests to {title}", lambda: service.requests, repr)
        yield from _titled_list(f"Events in {title}", lambda: service.events, _describe_event)
        yield from _titled_list(f"Memories in {title}", lambda: service.memories, _describe_memory)


@frozen
class _Entry:
    """The calls of one fake, and its service."""

    name: str
    calls: Sequence[Call]
    service: LocalService | None

    @classmethod
    def of_fake(cls, fake: Fake) -> _Entry:
        """Return the entry of a fake of the test, which may have lost its attributes."""
        calls, service = _attribute(fake, "calls", ()), _attribute(fake, "service", None)
        return cls(f"a {type(fake).__name__}", calls, service)

    def to_lines(self) -> list[str]:
        return _titled_list(f"Calls of {self.name}", lambda: self.calls, repr)


def _attribute(owner: object, name: str, default: T) -> T:
    try:
        value: T = getattr(owner, name)
    except Exception as error:
        if is_interrupt(error):
            raise
        return default
    return value


def _has_other_requests(service: LocalService, entries: Iterable[_Entry]) -> bool:
    """Return True for requests of a fake that no longer exists, or over a socket."""
    try:
        attempt_count = sum(call.attempts for entry in entries for call in entry.calls)
        return len(service.requests) > attempt_count
    except Exception as error:
        if is_interrupt(error):
            raise
        return True


def _titled_list(
    title: str, read: Callable[[], Sequence[T]], describe: Callable[[T], str]
) -> list[str]:
    """Return a title, and one line for each of the latest items that `read` returns."""
    try:
        items = read()
        lines = [f"  {_line(describe(item))}" for item in items[-_MAX_LINES:]]
    except MemsyClientClosedError:
        return [f"{title}: not available: the service is closed"]
    except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:
        if is_interrupt(error):
            raise
        # The error of a clock or of a replaced service must not end the pytest session.
        return [_line(f"{title}: not available: {_reason(error)}")]
    if not lines:
        return [f"{title}: none"]
    earlier = len(items) - _MAX_LINES
    return [f"{title}:", *([f"  ... ({earlier} earlier)"] if earlier > 0 else []), *lines]


def _reason(error: BaseException) -> str:
    name = type(error).__name__
    try:
        text = str(error)
    except Exception as broken:
        if is_interrupt(broken):
            raise
        return name
    return f"{name}: {text}" if text else name


def _line(text: str) -> str:
    line = "".join(map(_escape, text))
    return line if len(line) <= _MAX_WIDTH else f"{line[: _MAX_WIDTH - 4]} ..."


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
