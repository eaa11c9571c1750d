"""One ingest stores each event once, and says the truth about it, whatever happens on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from attrs import define, frozen
from hypothesis import given
from hypothesis import strategies as st

from memsy import EventPayload, HTTPResponse, MemsyError, MemsyTimeoutError, RetryPolicy
from memsy._core.http import HTTPRequest
from memsy._core.settings import Settings
from memsy._core.timeout import Deadline
from memsy.testing import Clock, FakeMemsyClient, LocalService
from memsy.testing._transport import InMemoryTransport

EVENTS = [EventPayload("ann", "s-1", "user_message", f"tea {n}") for n in range(3)]


@frozen
class Mishap:
    """What happens to an attempt: how long it takes, whether it arrives, and what comes back."""

    seconds: float
    arrives: bool
    reply: HTTPResponse | None
    """In place of the service's own; None: nothing comes back at all."""


def refusals(*statuses: int) -> st.SearchStrategy[HTTPResponse]:
    asked = st.none() | st.integers(0, 65)
    return st.builds(
        lambda status, asked: HTTPResponse(
            status, {} if asked is None else {"retry-after": str(asked)}
        ),
        st.sampled_from(statuses),
        asked,
    )


SECONDS = st.floats(0, 40)
MISHAPS = st.one_of(
    st.builds(Mishap, SECONDS, st.booleans(), st.none()),
    st.builds(Mishap, SECONDS, st.just(value=False), refusals(408, 425, 429, 500, 502, 503, 504)),
    # A gateway loses the answer; what says "not now" (429) has not let the question through.
    st.builds(Mishap, SECONDS, st.just(value=True), refusals(500, 502, 503, 504)),
)


@define
class Road:
    """The way to a service: each attempt meets with one of *mishaps*, the rest with none."""

    clock: Clock
    mishaps: list[Mishap]

    def travel(self, deadline: Deadline, ask: Callable[[], HTTPResponse]) -> HTTPResponse:
        if not self.mishaps:
            return ask()
        mishap = self.mishaps.pop(0)
        is_late = mishap.seconds > deadline.remaining()
        self.clock.advance(min(mishap.seconds, deadline.remaining()))
        if mishap.arrives:
            ask()
        if is_late or mishap.reply is None:
            error = MemsyTimeoutError("nothing came back")
            error.maybe_processed = True
            raise error
        return mishap.reply


class BumpyTransport(InMemoryTransport):
    """The transport of a fake, with a road before the service."""

    def __init__(self, service: LocalService, settings: Settings, road: Road) -> None:
        super().__init__(service, settings)
        self._road = road

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        arrive = super().send
        return self._road.travel(deadline, lambda: arrive(request, deadline))


class Client(FakeMemsyClient):
    """A fake with a bumpy road to its service."""

    def __init__(self, road: Road, policy: RetryPolicy, timeout: float) -> None:
        self._road = road
        super().__init__(timeout=timeout, retry=policy, service=LocalService(clock=road.clock))

    def _transport(self, settings: Settings) -> BumpyTransport:
        return BumpyTransport(self.service, settings, self._road)


@pytest.mark.covers("Q04")
@given(
    mishaps=st.lists(MISHAPS, max_size=8),
    timeout=st.floats(1, 200),
    retries=st.integers(0, 8),
    backoff=st.floats(0, 30),
)
def test_an_event_is_stored_once_and_what_is_said_of_it_is_true(
    mishaps: list[Mishap], timeout: float, retries: int, backoff: float
) -> None:
    clock = Clock()
    policy = RetryPolicy(max_retries=retries, backoff=backoff)
    with Client(Road(clock, mishaps), policy, timeout) as memsy, memsy.service:
        acknowledged, error = told(memsy)
        stored = memsy.service.events
        if error is None:
            assert acknowledged == [event.event_id for event in stored]
        else:
            assert error.maybe_processed or not stored
        assert set(Counter(event.content for event in stored).values()) <= {1}
        assert clock.monotonic() <= timeout + 1e-9


def told(memsy: Client) -> tuple[list[str], MemsyError | None]:
    """What the caller of one ingest learns."""
    try:
        return memsy.ingest(EVENTS).event_ids, None
    except MemsyError as error:
        return [], error


def test_without_the_window_it_would_be_stored_twice() -> None:
    """What the test before this one can see: a policy that is patient for too long."""
    late = [Mishap(0.0, True, HTTPResponse(502, {"retry-after": "58"})), Mishap(5.0, True, None)]
    patient = RetryPolicy(dedup_window=200.0)
    with Client(Road(Clock(), late), patient, 200.0) as memsy, memsy.service:
        memsy.ingest(EVENTS)
        assert len(memsy.service.events) == 2 * len(EVENTS)
