"""The two drivers do the same, and nothing but what they are told."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable

import pytest
from attrs import define, field

from memsy._core.driver import drive, drive_async
from memsy._core.exchange import Flow, exchange
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.retry import RetryBudget, RetryPolicy, RetryState
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyConnectionError, ServerError
from memsy.local.clock import Clock
from tests._core.conversation import OK, READ
from tests.support.run_without_loop import run_without_loop


@define
class Script:
    """A transport that says what it was told to say, in order."""

    events: list[HTTPResponse | BaseException]
    clock: Clock = field(factory=Clock)
    sent: list[tuple[HTTPRequest, float]] = field(factory=list)
    """Each request, and when it was sent."""
    peer: None = None

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.sent.append((request, self.clock.monotonic()))
        event = self.events.pop(0)
        if isinstance(event, HTTPResponse):
            return event
        raise event

    def close(self) -> None: ...


@define
class AsyncScript:
    """The same, awaited."""

    script: Script
    peer: None = None

    @property
    def clock(self) -> Clock:
        return self.script.clock

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.script.send(request, deadline)

    async def close(self) -> None: ...


def flow(clock: Clock) -> Flow[str | None]:
    policy = RetryPolicy(max_retries=2, backoff=1.0)
    return exchange(
        READ, RetryState(policy, RetryBudget(), lambda: 0.5), Deadline.start(clock, Timeout())
    )


def blocking(script: Script) -> str | None:
    return drive(flow(script.clock), script)


def awaiting(script: Script) -> str | None:
    return run_without_loop(drive_async(flow(script.clock), AsyncScript(script)))


both = pytest.mark.parametrize("ask", [blocking, awaiting])
Ask = Callable[[Script], "str | None"]


@both
def test_the_answer_of_the_flow_is_returned(ask: Ask) -> None:
    script = Script([OK])
    assert ask(script) == "fine"
    assert script.sent == [(READ.request, 0.0)]


@both
def test_pauses_are_slept_on_the_clock_of_the_transport(ask: Ask) -> None:
    script = Script([HTTPResponse(503), MemsyConnectionError("reset"), OK])
    assert ask(script) == "fine"
    assert [when for _, when in script.sent] == [0.0, 0.5, 1.5]


@both
def test_the_last_error_is_raised(ask: Ask) -> None:
    script = Script([MemsyConnectionError("reset"), HTTPResponse(503), HTTPResponse(500)])
    with pytest.raises(ServerError) as raised:
        ask(script)
    assert (raised.value.status_code, raised.value.attempts) == (500, 3)
    assert raised.value.__suppress_context__


@both
@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), asyncio.CancelledError(), ZeroDivisionError()], ids=repr
)
def test_what_is_not_ours_is_neither_swallowed_nor_retried(ask: Ask, error: BaseException) -> None:
    script = Script([error])
    with pytest.raises(type(error)) as raised:
        ask(script)
    assert raised.value is error
    assert len(script.sent) == 1


def test_a_call_that_is_cancelled_in_a_pause_sends_nothing_more() -> None:
    """`sleep_async` gives way once; that is where the cancellation strikes."""
    script = Script([HTTPResponse(503), OK])
    call = drive_async(flow(script.clock), AsyncScript(script))
    call.send(None)
    with pytest.raises(asyncio.CancelledError):
        call.throw(asyncio.CancelledError())
    assert len(script.sent) == 1


def test_a_cancelled_call_returns_nothing_to_the_budget() -> None:
    budget = RetryBudget(14)
    retries = RetryState(RetryPolicy(), budget, random.random)
    script = Script([HTTPResponse(503), OK])
    talk = exchange(READ, retries, Deadline.start(script.clock, Timeout()))
    call = drive_async(talk, AsyncScript(script))
    call.send(None)
    call.close()
    assert not budget.take(1)
