"""A call in several parts, driven by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from memsy._core.batch import Batch, send_batches
from memsy._core.exchange import Attempt, Flow
from memsy._core.http import HTTPResponse
from memsy._core.operation import Endpoint
from memsy._core.plane import Plane
from memsy._core.retry import RetryBudget, RetryPolicy, RetryState
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyConnectionError, MemsyError, ServerError
from memsy.local.clock import Clock


def _joined(answers: Sequence[str]) -> str:
    return "+".join(answers)


def _noted(error: MemsyError, answers: Sequence[str]) -> None:
    error.event_ids = answers


def begun(clock: Clock, *names: str, max_retries: int = 1) -> Flow[str]:
    """The flow of a series that asks for *names*, within 10 s."""
    endpoints = [
        Endpoint(
            name=name,
            plane=Plane.DATA,
            method="GET",
            path=f"/{name}",
            response=str,
            decode=lambda response: response.text,
        )
        for name in names
    ]
    parts = [endpoint.operation() for endpoint in endpoints]
    policy, budget = RetryPolicy(max_retries=max_retries, backoff=0.0), RetryBudget()
    return send_batches(
        Batch(parts, _joined, _noted),
        lambda: RetryState(policy, budget, lambda: 0.0),
        Deadline.start(clock, Timeout(total=10.0)),
    )


def hear(flow: Flow[str], *events: HTTPResponse | MemsyError) -> list[Attempt]:
    """What was attempted while *events* happened one after the other."""
    attempts = [next(flow)]
    attempts += [
        flow.send(event) if isinstance(event, HTTPResponse) else flow.throw(event)
        for event in events
    ]
    return attempts


def answer(text: str) -> HTTPResponse:
    return HTTPResponse(200, {}, text.encode())


def test_the_parts_are_asked_in_order_and_their_answers_joined() -> None:
    flow = begun(Clock(), "a", "b", "c")
    attempts = hear(flow, answer("1"), answer("2"))
    with pytest.raises(StopIteration) as answered:
        flow.send(answer("3"))
    assert answered.value.value == "1+2+3"
    assert [attempt.request.target for attempt in attempts] == ["/a", "/b", "/c"]


def test_each_part_has_retries_of_its_own() -> None:
    flow = begun(Clock(), "a", "b")
    attempts = hear(flow, HTTPResponse(503), answer("1"), MemsyConnectionError("reset"))
    assert [attempt.request.target for attempt in attempts] == ["/a", "/a", "/b", "/b"]


def test_what_follows_a_failure_is_not_sent() -> None:
    flow = begun(Clock(), "a", "b", "c", max_retries=0)
    hear(flow, answer("1"))
    with pytest.raises(ServerError) as raised:
        flow.send(HTTPResponse(500))
    assert raised.value.event_ids == ["1"]
    assert raised.value.attempts == 1


def test_a_failure_of_the_first_part_is_that_of_the_call() -> None:
    flow = begun(Clock(), "a", "b", max_retries=0)
    hear(flow)
    with pytest.raises(ServerError) as raised:
        flow.send(HTTPResponse(500))
    assert raised.value.event_ids == ()


def test_one_deadline_is_for_all_parts() -> None:
    clock = Clock()
    flow = begun(clock, "a", "b")
    first = next(flow)
    clock.advance(7.0)
    second = flow.send(answer("1"))
    assert (first.deadline.ends, second.deadline.remaining()) == (10.0, 3.0)
