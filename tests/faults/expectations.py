"""Expected outcomes of fault cases, and the mismatches with actual ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from memsy import MemsyError, MemsyTimeoutError
from memsy._core.text import MAX_MESSAGE
from tests.faults.clients import KEY

if TYPE_CHECKING:
    from tests.faults.outcome import Outcome, RaisedError

MAX_OVERRUN = 5.0
"""Seconds by which a call may miss its deadline on a busy machine; `tests.chaos` asks for 0.25."""

_CLOCK_PRECISION = 0.05
"""Seconds by which a socket timeout may be early."""

_BACKOFF = 1.0
_MAX_JITTER = 1.1

ANY: Any = object()


@frozen(kw_only=True)
class Expectation:
    """Expected outcome of a case."""

    error: type[MemsyError] | None = None
    message_has: Sequence[str] = ()
    """Substrings of the error message."""
    never_shows: Sequence[str] = ()
    """Substrings that neither the message nor the attributes may have."""
    attributes: Mapping[str, object] = field(factory=dict[str, object])
    """Some attributes of the error."""
    result: object = ANY
    """Result of the last call."""
    client_created: bool = True
    attempts: int = 1
    """Attempts of the last call."""
    requests: int | None = None
    """Requests that the servers read; by default one for each attempt."""
    connections: int | None = None
    waits: Sequence[float] | None = None
    """Seconds that the service asked for between attempts; None for exponential backoff."""
    targets: Sequence[str] | None = None
    """Method and path of each request."""
    request_headers: Mapping[str, str] = field(factory=dict[str, str])
    """Headers of every request."""
    max_seconds: float | None = None
    ends_at_deadline: bool = False
    max_memory_growth: float | None = None
    """MiB."""

    def mismatches(self, outcome: Outcome) -> list[str]:
        """Return a message for each difference between `outcome` and this expectation."""
        return [
            *self._client_mismatches(outcome),
            *self._server_mismatches(outcome),
            *self._pause_mismatches(outcome),
            *self._time_mismatches(outcome),
        ]

    def _client_mismatches(self, outcome: Outcome) -> Iterator[str]:
        yield from _compare("client created", self.client_created, outcome.client_created)
        yield from _compare("error", self.error, outcome.error and outcome.error.type)
        last = outcome.attempts[-1] if outcome.attempts else 0
        yield from _compare("attempts", self.attempts, last)
        if outcome.error is not None:
            yield from self._error_mismatches(outcome.error)
        elif self.result is not ANY:
            yield from _compare("result", self.result, outcome.results[-1])

    def _error_mismatches(self, error: RaisedError) -> Iterator[str]:
        expected = {"attempts": self.attempts, **self.attributes}
        for name, value in expected.items():
            yield from _compare(f"error.{name}", value, error.attributes.get(name, "(missing)"))
        for text in self.message_has:
            if text not in error.text:
                yield f"{text!r} is not in the error message {error.text!r}"
        if len(error.text) > MAX_MESSAGE or not error.text.isprintable():
            yield f"the error message is long or not printable: {error.text!r}"
        for text in self.never_shows:
            if text in error.text or text in repr(error.attributes):
                yield f"{text!r} is in the error {error!r}"

    def _server_mismatches(self, outcome: Outcome) -> Iterator[str]:
        requests = sum(outcome.attempts) if self.requests is None else self.requests
        yield from _compare("requests", requests, len(outcome.requests))
        if self.connections is not None and (outcome.raw_requests or not outcome.requests):
            yield from _compare("connections", self.connections, outcome.connections)
        yield from _compare("forbidden connections", 0, outcome.forbidden_connections)
        for request in outcome.requests:
            # No netrc login and no cookie may be sent, whatever the machine or a server has set.
            key = request.headers.get("authorization")
            yield from _compare("key", f"Bearer {KEY}", key)
            yield from _compare("cookie", None, request.headers.get("cookie"))
            for name, value in self.request_headers.items():
                yield from _compare(name, value, request.headers.get(name))
        if self.targets is not None:
            targets = [f"{request.method} {request.target}" for request in outcome.requests]
            yield from _compare("targets", list(self.targets), targets)

    def _time_mismatches(self, outcome: Outcome) -> Iterator[str]:
        if outcome.overrun > MAX_OVERRUN:
            yield f"ended {outcome.overrun:.2f} s after the deadline"
        if self.ends_at_deadline and outcome.overrun < -_CLOCK_PRECISION:
            yield f"ended {-outcome.overrun:.2f} s before the deadline"
        if self.max_seconds is not None and outcome.duration > self.max_seconds:
            yield f"took {outcome.duration:.2f} s, more than {self.max_seconds} s"
        if self.max_memory_growth is not None and outcome.memory_growth > self.max_memory_growth:
            yield (
                f"took {outcome.memory_growth:.1f} MiB of memory, more than"
                f" {self.max_memory_growth}"
            )

    def _pause_mismatches(self, outcome: Outcome) -> Iterator[str]:
        if self.waits is None:
            yield from _compare("pauses", max(0, self.attempts - 1), len(outcome.pauses))
            for retry, pause in enumerate(outcome.pauses):
                if not 0 <= pause <= _BACKOFF * 2**retry:
                    yield f"pause {retry} was {pause} s"
        else:
            yield from _compare("pauses", len(self.waits), len(outcome.pauses))
            for wait, pause in zip(self.waits, outcome.pauses, strict=False):
                if not wait <= pause <= wait * _MAX_JITTER:
                    yield f"the service asked for {wait} s, the pause was {pause} s"


def returns(result: object = ANY, **more: Any) -> Expectation:  # noqa: ANN401 - see Expectation
    """Expect the last call to return `result`."""
    return Expectation(result=result, **more)


_FIELDS = {attribute.alias for attribute in Expectation.__attrs_attrs__}


def raises(
    error: type[MemsyError],
    *message_has: str,
    **more: Any,  # noqa: ANN401 - attributes of all errors
) -> Expectation:
    """
    Expect the last call to raise exactly this `error`.

    Args:
        error: Class of the error, no subclass.
        message_has: Substrings of the error message.
        more: Fields of the `Expectation`, and attributes of the error.
    """
    attributes = {name: value for name, value in more.items() if name not in _FIELDS}
    others = {name: value for name, value in more.items() if name in _FIELDS}
    return Expectation(error=error, message_has=message_has, attributes=attributes, **others)


def raises_before_sending(
    error: type[MemsyError],
    *message_has: str,
    **more: Any,  # noqa: ANN401 - see raises
) -> Expectation:
    """Expect `error` before the client opens a connection; the arguments are those of `raises`."""
    return raises(
        error, *message_has, attempts=0, requests=0, connections=0, maybe_processed=False, **more
    )


def times_out(*message_has: str, **more: Any) -> Expectation:  # noqa: ANN401 - see raises
    """Expect a timeout at the deadline; the arguments are those of `raises`."""
    return raises(MemsyTimeoutError, *message_has, ends_at_deadline=True, **more)


def _compare(name: str, expected: object, actual: object) -> Iterator[str]:
    if expected != actual:
        yield f"{name}: expected {expected!r}, got {actual!r}"
