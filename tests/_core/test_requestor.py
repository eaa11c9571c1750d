"""Timeouts of the calls of one client."""

from __future__ import annotations

import pytest
from attrs import define, field

from memsy._core.batch import Batch
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.plane import Plane
from memsy._core.poll import OperationPolling
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.retry import RetryPolicy
from memsy._core.secret import Secret
from memsy._core.settings import ConnectionSettings, Settings
from memsy._core.timeout import Deadline, Timeout
from memsy.local.clock import Clock
from tests._core.scripted_exchange import OK, READ
from tests.support.run_without_loop import run_without_loop

SETTINGS = Settings(
    plane=Plane.DATA,
    base_url="https://memsy.test/v1",
    api_key=Secret("msy_key"),
    timeout=Timeout(total=30.0, connect=2.0, read=5.0),
    retry=RetryPolicy(),
    connection=ConnectionSettings(),
)


@define
class DeadlineLog:
    """A transport that records the deadline of each request."""

    clock: Clock = field(factory=Clock)
    deadlines: list[Deadline] = field(factory=list)
    peer: None = None

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.deadlines.append(deadline)
        return OK

    def close(self) -> None: ...


@define
class AsyncDeadlineLog:
    """Async transport over a `DeadlineLog`."""

    log: DeadlineLog
    peer: None = None

    @property
    def clock(self) -> Clock:
        return self.log.clock

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.log.send(request, deadline)

    async def close(self) -> None: ...


@define
class SlowToLoad(DeadlineLog):
    """A transport whose library takes a minute to load."""

    def load(self) -> None:
        self.clock.advance(60.0)


def limits(log: DeadlineLog) -> list[tuple[float, float, float]]:
    return [(d.remaining(), d.connect_timeout(), d.read_timeout()) for d in log.deadlines]


def test_call_has_the_timeouts_of_the_client() -> None:
    log = DeadlineLog()
    Requestor(SETTINGS, log)(READ)
    run_without_loop(AsyncRequestor(SETTINGS, AsyncDeadlineLog(log))(READ))
    assert limits(log) == [(30.0, 2.0, 5.0)] * 2


@pytest.mark.parametrize(("total", "remaining"), [(10.0, 10.25), (300.0, 30.0)])
def test_poll_has_timeouts_of_client_capped_at_wait(total: float, remaining: float) -> None:
    """A poll has the timeout of a call, and ends at most 0.25 s after the wait."""
    log = DeadlineLog()
    polling, again = (OperationPolling(READ, total, 3.0, lambda error: True) for _ in range(2))
    Requestor(SETTINGS, log).poll(polling)
    run_without_loop(AsyncRequestor(SETTINGS, AsyncDeadlineLog(log)).poll(again))
    assert limits(log) == [(remaining, 2.0, 5.0)] * 2


@pytest.mark.parametrize("is_derived", [False, True])
def test_deadline_of_a_call_starts_after_the_load_of_the_http_library(is_derived: bool) -> None:
    log = SlowToLoad()
    requestor = Requestor(SETTINGS, log)
    if is_derived:
        requestor = requestor.with_settings(SETTINGS)
    requestor(READ)
    assert limits(log)[-1] == (30.0, 2.0, 5.0)
    requestor.send_batches(Batch([READ], lambda results: results[0], lambda error, results: None))
    assert limits(log)[-1] == (30.0, 2.0, 5.0)
    requestor.poll(OperationPolling(READ, 10.0, 3.0, lambda error: True))
    assert limits(log)[-1] == (10.25, 2.0, 5.0)
