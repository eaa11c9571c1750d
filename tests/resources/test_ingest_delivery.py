"""Delivery of `ingest`: each event is stored once, and errors report it correctly."""

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
class AttemptFault:
    """Fault of one attempt: its duration, arrival at the service, and response."""

    seconds: float
    arrives: bool
    response: HTTPResponse | None
    """Response in place of the one of the service. None means a lost response."""


def error_responses(*statuses: int) -> st.SearchStrategy[HTTPResponse]:
    return st.builds(
        lambda status, retry_after: HTTPResponse(
            status, {} if retry_after is None else {"retry-after": str(retry_after)}
        ),
        st.sampled_from(statuses),
        st.none() | st.integers(0, 65),
    )


SECONDS = st.floats(0, 40)
FAULTS = st.one_of(
    st.builds(AttemptFault, SECONDS, st.booleans(), st.none()),
    st.builds(
        AttemptFault,
        SECONDS,
        st.just(value=False),
        error_responses(408, 425, 429, 500, 502, 503, 504),
    ),
    # A gateway can replace the response of a stored request by a 5xx, but not by a 429.
    st.builds(AttemptFault, SECONDS, st.just(value=True), error_responses(500, 502, 503, 504)),
)


@define
class FaultyNetwork:
    """Network to a service: each attempt takes the next fault, and later attempts succeed."""

    clock: Clock
    faults: list[AttemptFault]

    def transfer(self, deadline: Deadline, send: Callable[[], HTTPResponse]) -> HTTPResponse:
        if not self.faults:
            return send()
        fault = self.faults.pop(0)
        is_late = fault.seconds > deadline.remaining()
        self.clock.advance(min(fault.seconds, deadline.remaining()))
        if fault.arrives:
            send()
        if is_late or fault.response is None:
            error = MemsyTimeoutError("the response was lost")
            error.maybe_processed = True
            raise error
        return fault.response


class FaultyTransport(InMemoryTransport):
    """Transport of a fake, with a faulty network before the service."""

    def __init__(self, service: LocalService, settings: Settings, network: FaultyNetwork) -> None:
        super().__init__(service, settings)
        self._network = network

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        send = super().send
        return self._network.transfer(deadline, lambda: send(request, deadline))


class Client(FakeMemsyClient):
    """Fake with a faulty network to its service."""

    def __init__(self, network: FaultyNetwork, policy: RetryPolicy, timeout: float) -> None:
        self._network = network
        super().__init__(timeout=timeout, retry=policy, service=LocalService(clock=network.clock))

    def _create_transport(self, settings: Settings) -> FaultyTransport:
        return FaultyTransport(self.service, settings, self._network)


@pytest.mark.covers("Q04")
@given(
    faults=st.lists(FAULTS, max_size=8),
    timeout=st.floats(1, 200),
    retries=st.integers(0, 8),
    backoff=st.floats(0, 30),
)
def test_event_is_stored_once_and_the_error_is_correct(
    faults: list[AttemptFault], timeout: float, retries: int, backoff: float
) -> None:
    clock = Clock()
    policy = RetryPolicy(max_retries=retries, backoff=backoff)
    with Client(FaultyNetwork(clock, faults), policy, timeout) as memsy, memsy.service:
        event_ids, error = ingest(memsy)
        stored = memsy.service.events
        if error is None:
            assert event_ids == [event.event_id for event in stored]
        else:
            assert error.maybe_processed or not stored
        assert set(Counter(event.content for event in stored).values()) <= {1}
        assert clock.monotonic() <= timeout + 1e-9


def ingest(memsy: Client) -> tuple[list[str], MemsyError | None]:
    """Ingest the events, and return their ids or the error."""
    try:
        return memsy.ingest(EVENTS).event_ids, None
    except MemsyError as error:
        return [], error


def test_retry_after_the_dedup_window_stores_an_event_twice() -> None:
    """The test above detects a retry policy with a window that is too long."""
    late_faults = [
        AttemptFault(0.0, True, HTTPResponse(502, {"retry-after": "58"})),
        AttemptFault(5.0, True, None),
    ]
    policy = RetryPolicy(dedup_window=200.0)
    with Client(FaultyNetwork(Clock(), late_faults), policy, 200.0) as memsy, memsy.service:
        memsy.ingest(EVENTS)
        assert len(memsy.service.events) == 2 * len(EVENTS)
