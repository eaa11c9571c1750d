"""How patient the calls of one client are."""

from __future__ import annotations

import pytest
from attrs import define, field

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.plane import Plane
from memsy._core.poll import Polling
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.retry import RetryPolicy
from memsy._core.secret import Secret
from memsy._core.settings import Connection, Settings
from memsy._core.timeout import Deadline, Timeout
from memsy.local.clock import Clock
from tests._core.conversation import OK, READ
from tests.support.run_without_loop import run_without_loop

SETTINGS = Settings(
    plane=Plane.DATA,
    base_url="https://memsy.test/v1",
    api_key=Secret("msy_key"),
    timeout=Timeout(total=30.0, connect=2.0, read=5.0),
    retry=RetryPolicy(),
    connection=Connection(),
)


@define
class Line:
    """Notes by when an answer is wanted."""

    clock: Clock = field(factory=Clock)
    deadlines: list[Deadline] = field(factory=list)
    peer: None = None

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.deadlines.append(deadline)
        return OK

    def close(self) -> None: ...


@define
class AsyncLine:
    line: Line
    peer: None = None

    @property
    def clock(self) -> Clock:
        return self.line.clock

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.line.send(request, deadline)

    async def close(self) -> None: ...


def limits(line: Line) -> list[tuple[float, float, float]]:
    return [(d.remaining(), d.connect_timeout(), d.read_timeout()) for d in line.deadlines]


def test_a_call_has_the_limits_of_its_client() -> None:
    line = Line()
    Requestor(SETTINGS, line)(READ)
    run_without_loop(AsyncRequestor(SETTINGS, AsyncLine(line))(READ))
    assert limits(line) == [(30.0, 2.0, 5.0)] * 2


@pytest.mark.parametrize(("total", "left"), [(10.0, 10.25), (300.0, 30.0)])
def test_a_wait_has_them_too_but_for_its_own_end(total: float, left: float) -> None:
    """A look may take no longer than a call, nor go on long after the wait."""
    line = Line()
    polling = Polling(READ, Timeout(total=total), 3.0, lambda refusal: True)
    Requestor(SETTINGS, line).poll(polling)
    run_without_loop(AsyncRequestor(SETTINGS, AsyncLine(line)).poll(polling))
    assert limits(line) == [(left, 2.0, 5.0)] * 2
