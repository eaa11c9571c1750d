"""What the caller of a row is to see, and what the server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from memsy import MemsyError, MemsyTimeoutError
from tests.matrix.clients import KEY

if TYPE_CHECKING:
    from tests.matrix.outcome import Outcome

GRACE = 5.0
"""Seconds by which a call may miss its deadline here, where machines are busy; else 0.25 s."""

_EARLY = 0.05
"""Seconds: no clock is better than that, nor is the wait of a socket."""

_BACKOFF = 1.0
_JITTER = 1.1

ANY: Any = object()


@frozen(kw_only=True)
class Expectation:
    """What ought to come of a row; `complaints` says in which points it did not."""

    error: type[MemsyError] | None = None
    says: Sequence[str] = ()
    """What stands in the text of the error."""
    hides: Sequence[str] = ()
    """What does not."""
    facts: Mapping[str, object] = field(factory=dict[str, object])
    """Some of the attributes of the error."""
    handle: object = ANY
    """Of the last call."""
    is_made: bool = True
    attempts: int = 1
    """Of the last call."""
    requests: int | None = None
    """Without it, one for each attempt of all calls."""
    connections: int | None = None
    waits: Sequence[float] | None = None
    """Seconds that were asked for between attempts. Without it, pauses are ever longer chances."""
    targets: Sequence[str] | None = None
    """Method and path of what was asked."""
    sends: Mapping[str, str] = field(factory=dict[str, str])
    """Headers that each request has."""
    within: float | None = None
    """Seconds."""
    is_at_deadline: bool = False
    grows: int | None = None
    """Bytes of memory, at most."""

    def complaints(self, outcome: Outcome) -> list[str]:
        """What is not as it should be."""
        return [*self._of_caller(outcome), *self._of_server(outcome), *self._of_time(outcome)]

    def _of_caller(self, outcome: Outcome) -> Iterator[str]:
        yield from _unequal("a client could be made", self.is_made, outcome.is_made)
        error = outcome.error
        yield from _unequal("error", self.error, error and error.kind)
        last = outcome.attempts[-1] if outcome.attempts else 0
        yield from _unequal("attempts", self.attempts, last)
        if error is None:
            if self.handle is not ANY:
                yield from _unequal("answer", self.handle, outcome.answers[-1])
            return
        expected = {"attempts": self.attempts, **self.facts}
        for name, value in expected.items():
            yield from _unequal(f"error.{name}", value, error.facts.get(name, "(no such thing)"))
        for words in self.says:
            if words not in error.text:
                yield f"{words!r} is not in the error's text {error.text!r}"
        for words in self.hides:
            if words in error.text or words in repr(error.facts):
                yield f"{words!r} is in the error: {error!r}"

    def _of_server(self, outcome: Outcome) -> Iterator[str]:
        requests = sum(outcome.attempts) if self.requests is None else self.requests
        yield from _unequal("requests", requests, len(outcome.asked))
        if self.connections is not None and (outcome.wire or not outcome.asked):
            yield from _unequal("connections", self.connections, outcome.connections)
        yield from _unequal("connections to others", 0, outcome.strayed)
        for request in outcome.asked:
            # Whatever lies around on a machine, or was said by a server: no part of it is sent.
            key = request.headers.get("authorization")
            yield from _unequal("key", f"Bearer {KEY}", key)
            yield from _unequal("cookie", None, request.headers.get("cookie"))
            for name, value in self.sends.items():
                yield from _unequal(name, value, request.headers.get(name))
        if self.targets is not None:
            asked = [f"{request.method} {request.target}" for request in outcome.asked]
            yield from _unequal("targets", list(self.targets), asked)

    def _of_time(self, outcome: Outcome) -> Iterator[str]:
        yield from self._of_pauses(outcome)
        if outcome.late > GRACE:
            yield f"it ended {outcome.late:.2f} s after its deadline"
        if self.is_at_deadline and outcome.late < -_EARLY:
            yield f"it ended {-outcome.late:.2f} s before its deadline"
        if self.within is not None and outcome.took > self.within:
            yield f"it took {outcome.took:.2f} s, more than {self.within} s"
        if self.grows is not None and outcome.grew > self.grows:
            yield f"it took {outcome.grew} bytes of memory, more than {self.grows}"

    def _of_pauses(self, outcome: Outcome) -> Iterator[str]:
        if self.waits is None:
            yield from _unequal("pauses", max(0, self.attempts - 1), len(outcome.pauses))
            for retry, pause in enumerate(outcome.pauses):
                if not 0 <= pause <= _BACKOFF * 2**retry:
                    yield f"pause {retry} was {pause} s"
        else:
            yield from _unequal("pauses", len(self.waits), len(outcome.pauses))
            for asked, pause in zip(self.waits, outcome.pauses, strict=False):
                if not asked <= pause <= asked * _JITTER:
                    yield f"{asked} s were asked for, {pause} s waited"


def answers(answer: object = ANY, **more: Any) -> Expectation:  # noqa: ANN401 - see Expectation
    """The last call has its *answer*."""
    return Expectation(handle=answer, **more)


_CHECKED = {attribute.alias for attribute in Expectation.__attrs_attrs__}


def raises(
    error: type[MemsyError],
    *says: str,
    **more: Any,  # noqa: ANN401 - attributes of all errors
) -> Expectation:
    """
    The last call raises exactly this *error*, whose text *says* so.

    *more* are attributes of the error, and of the `Expectation`.
    """
    facts = {name: value for name, value in more.items() if name not in _CHECKED}
    others = {name: value for name, value in more.items() if name in _CHECKED}
    return Expectation(error=error, says=says, facts=facts, **others)


def refuses(error: type[MemsyError], *says: str, **more: Any) -> Expectation:  # noqa: ANN401 - see raises
    """It *raises* before anything is sent."""
    return raises(
        error, *says, attempts=0, requests=0, connections=0, maybe_processed=False, **more
    )


def times_out(*says: str, **more: Any) -> Expectation:  # noqa: ANN401 - see raises
    """It *raises* a time-out, when the deadline has come."""
    return raises(MemsyTimeoutError, *says, is_at_deadline=True, **more)


def _unequal(what: str, expected: object, seen: object) -> Iterator[str]:
    if expected != seen:
        yield f"{what}: expected {expected!r}, got {seen!r}"
