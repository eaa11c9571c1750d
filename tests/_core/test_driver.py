"""Sync and async drivers, with the same tests for both."""

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
from tests._core.scripted_exchange import OK, READ
from tests.support.run_without_loop import run_without_loop


@define
class ScriptedTransport:
    """A transport that ends each attempt with the next outcome."""

    outcomes: list[HTTPResponse | BaseException]
    clock: Clock = field(factory=Clock)
    sent: list[tuple[HTTPRequest, float]] = field(factory=list)
    """Each request, with the time at which it was sent."""
    peer: None = None

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.sent.append((request, self.clock.monotonic()))
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, HTTPResponse):
            return outcome
        raise outcome

    def close(self) -> None: ...


@define
class AsyncScriptedTransport:
    """Async transport over a `ScriptedTransport`."""

    transport: ScriptedTransport
    peer: None = None

    @property
    def clock(self) -> Clock:
        return self.transport.clock

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.transport.send(request, deadline)

    async def close(self) -> None: ...


def start_flow(clock: Clock) -> Flow[str | None]:
    policy = RetryPolicy(max_retries=2, backoff=1.0)
    return exchange(
        READ, RetryState(policy, RetryBudget(), lambda: 0.5), Deadline.start(clock, Timeout())
    )


def run_sync(transport: ScriptedTransport) -> str | None:
    return drive(start_flow(transport.clock), transport)


def run_async(transport: ScriptedTransport) -> str | None:
    return run_without_loop(
        drive_async(start_flow(transport.clock), AsyncScriptedTransport(transport))
    )


both_modes = pytest.mark.parametrize("run", [run_sync, run_async])
Run = Callable[[ScriptedTransport], "str | None"]


@both_modes
def test_driver_returns_the_result_of_the_flow(run: Run) -> None:
    transport = ScriptedTransport([OK])
    assert run(transport) == "fine"
    assert transport.sent == [(READ.request, 0.0)]


@both_modes
def test_retry_pauses_use_the_clock_of_the_transport(run: Run) -> None:
    transport = ScriptedTransport([HTTPResponse(503), MemsyConnectionError("reset"), OK])
    assert run(transport) == "fine"
    assert [sent_at for _, sent_at in transport.sent] == [0.0, 0.5, 1.5]


@both_modes
def test_error_of_the_last_retry_is_raised(run: Run) -> None:
    transport = ScriptedTransport(
        [MemsyConnectionError("reset"), HTTPResponse(503), HTTPResponse(500)]
    )
    with pytest.raises(ServerError) as excinfo:
        run(transport)
    assert (excinfo.value.status_code, excinfo.value.attempts) == (500, 3)
    assert excinfo.value.__suppress_context__


@both_modes
@pytest.mark.parametrize(
    "error", [KeyboardInterrupt(), asyncio.CancelledError(), ZeroDivisionError()], ids=repr
)
def test_foreign_exception_is_raised_without_retry(run: Run, error: BaseException) -> None:
    transport = ScriptedTransport([error])
    with pytest.raises(type(error)) as excinfo:
        run(transport)
    assert excinfo.value is error
    assert len(transport.sent) == 1


def test_cancellation_in_a_pause_sends_no_further_request() -> None:
    """`sleep_async` yields to the event loop once. The cancellation arrives there."""
    transport = ScriptedTransport([HTTPResponse(503), OK])
    call = drive_async(start_flow(transport.clock), AsyncScriptedTransport(transport))
    call.send(None)
    with pytest.raises(asyncio.CancelledError):
        call.throw(asyncio.CancelledError())
    assert len(transport.sent) == 1


def test_cancelled_call_returns_no_tokens_to_the_budget() -> None:
    budget = RetryBudget(14)
    retries = RetryState(RetryPolicy(), budget, random.random)
    transport = ScriptedTransport([HTTPResponse(503), OK])
    budgeted_flow = exchange(READ, retries, Deadline.start(transport.clock, Timeout()))
    call = drive_async(budgeted_flow, AsyncScriptedTransport(transport))
    call.send(None)
    call.close()
    assert not budget.take(1)
