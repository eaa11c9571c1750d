"""Batches: calls that are split into several requests."""

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


def join_results(results: Sequence[str]) -> str:
    return "+".join(results)


def set_event_ids(error: MemsyError, results: Sequence[str]) -> None:
    error.event_ids = results


def start_flow(clock: Clock, *names: str, max_retries: int = 1) -> Flow[str]:
    """Start the flow of a batch with a request for each of `names` and a deadline of 10 s."""
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
        Batch(parts, join_results, set_event_ids),
        RetryState(policy, budget, lambda: 0.0),
        Deadline.start(clock, Timeout(total=10.0)),
    )


def run(flow: Flow[str], *outcomes: HTTPResponse | MemsyError) -> list[Attempt]:
    """Run the flow with one outcome for each attempt, and return the attempts."""
    attempts = [next(flow)]
    attempts += [
        flow.send(outcome) if isinstance(outcome, HTTPResponse) else flow.throw(outcome)
        for outcome in outcomes
    ]
    return attempts


def text_response(text: str) -> HTTPResponse:
    return HTTPResponse(200, {}, text.encode())


def test_parts_are_sent_in_order_and_results_are_merged() -> None:
    flow = start_flow(Clock(), "a", "b", "c")
    attempts = run(flow, text_response("1"), text_response("2"))
    with pytest.raises(StopIteration) as stopped:
        flow.send(text_response("3"))
    assert stopped.value.value == "1+2+3"
    assert [attempt.request.target for attempt in attempts] == ["/a", "/b", "/c"]


def test_each_part_has_its_own_retries() -> None:
    flow = start_flow(Clock(), "a", "b")
    attempts = run(flow, HTTPResponse(503), text_response("1"), MemsyConnectionError("reset"))
    assert [attempt.request.target for attempt in attempts] == ["/a", "/a", "/b", "/b"]


def test_parts_after_a_failed_part_are_not_sent() -> None:
    flow = start_flow(Clock(), "a", "b", "c", max_retries=0)
    run(flow, text_response("1"))
    with pytest.raises(ServerError) as excinfo:
        flow.send(HTTPResponse(500))
    assert excinfo.value.event_ids == ["1"]
    assert excinfo.value.attempts == 1


def test_error_of_the_first_part_has_no_results() -> None:
    flow = start_flow(Clock(), "a", "b", max_retries=0)
    run(flow)
    with pytest.raises(ServerError) as excinfo:
        flow.send(HTTPResponse(500))
    assert excinfo.value.event_ids == ()


def test_all_parts_share_one_deadline() -> None:
    clock = Clock()
    flow = start_flow(clock, "a", "b")
    first = next(flow)
    clock.advance(7.0)
    second = flow.send(text_response("1"))
    assert (first.deadline.ends_at, second.deadline.remaining()) == (10.0, 3.0)
