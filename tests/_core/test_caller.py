"""How patient the calls of one client are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import pytest
from attrs import define, field

from memsy._core.caller import AsyncCaller, Caller
from memsy._core.deadline import Deadline, Timeout
from memsy._core.exchange import Flow
from memsy._core.operation import Operation
from memsy._core.plane import Plane
from memsy._core.poll import Polling
from memsy._core.retry import RetryPolicy
from memsy._core.secret import Secret
from memsy._core.series import Series
from memsy._core.settings import Connection, Settings
from memsy._core.wire import Reply, Request
from memsy.testing.clock import Clock
from tests._core.conversation import INGEST, OK, READ
from tests.settled import settled

T = TypeVar("T")

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

    def send(self, request: Request, deadline: Deadline) -> Reply:
        self.deadlines.append(deadline)
        return OK

    def close(self) -> None: ...


@define
class AsyncLine:
    line: Line

    @property
    def clock(self) -> Clock:
        return self.line.clock

    async def send(self, request: Request, deadline: Deadline) -> Reply:
        return self.line.send(request, deadline)

    async def close(self) -> None: ...


def limits(line: Line) -> list[tuple[float, float, float]]:
    return [(d.left(), d.to_connect(), d.to_read()) for d in line.deadlines]


def test_a_call_has_the_limits_of_its_client() -> None:
    line = Line()
    Caller(SETTINGS, line)(READ)
    settled(AsyncCaller(SETTINGS, AsyncLine(line))(READ))
    assert limits(line) == [(30.0, 2.0, 5.0)] * 2


def test_a_companion_goes_along_with_every_call() -> None:
    """It is told what is asked, and sees all that comes and goes, in either colour."""
    asked: list[str] = []

    def accompany(parts: Sequence[Operation[T]], flow: Flow[T]) -> Flow[T]:
        asked.extend(part.name for part in parts)
        answer = yield from flow
        asked.append(f"answered {answer}")
        return answer

    polling = Polling(READ, Timeout(total=1.0), 1.0, lambda refusal: True)
    series = Series([INGEST, INGEST], lambda answers: answers[-1], lambda error, answers: None)
    caller = Caller(SETTINGS, Line(), accompany)
    async_caller = AsyncCaller(SETTINGS, AsyncLine(Line()), accompany)
    answers = [caller(READ), caller.in_turn(series), caller.poll(polling)]
    blocking, asked[:] = list(asked), []
    awaited = (async_caller(READ), async_caller.in_turn(series), async_caller.poll(polling))
    assert answers == [settled(one) for one in awaited] == ["fine"] * 3
    assert (
        asked
        == blocking
        == [
            *("memories.stats", "answered fine"),
            *("ingest", "ingest", "answered fine"),
            *("memories.stats", "answered fine"),
        ]
    )


@pytest.mark.parametrize(("total", "left"), [(10.0, 10.25), (300.0, 30.0)])
def test_a_wait_has_them_too_but_for_its_own_end(total: float, left: float) -> None:
    """A look may take no longer than a call, nor go on long after the wait."""
    line = Line()
    polling = Polling(READ, Timeout(total=total), 3.0, lambda refusal: True)
    Caller(SETTINGS, line).poll(polling)
    settled(AsyncCaller(SETTINGS, AsyncLine(line)).poll(polling))
    assert limits(line) == [(left, 2.0, 5.0)] * 2
