"""Expectations of fault cases: a matching outcome has no mismatch, any other has one."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from memsy import MemsyConnectionError, MemsyTimeoutError
from memsy._core.http import HTTPRequest
from tests.faults.clients import KEY
from tests.faults.expectations import (
    MAX_OVERRUN,
    Expectation,
    raises,
    raises_before_sending,
    returns,
    times_out,
)
from tests.faults.outcome import Outcome, RaisedError
from tests.support.search_responses import FOUND

REQUEST = HTTPRequest("POST", "/v1/search", None, {"authorization": f"Bearer {KEY}"})
RETURNED = Outcome(
    client_created=True,
    results=(FOUND,),
    error=None,
    attempts=(2,),
    pauses=(0.5,),
    requests=(REQUEST, REQUEST),
    raw_requests=(b"", b""),
    connections=1,
    overrun=-29.0,
    duration=0.1,
    memory_growth=0.0,
)
ATTRIBUTES = {"attempts": 1, "maybe_processed": True}
RAISED = evolve(
    RETURNED,
    results=(),
    error=RaisedError(MemsyConnectionError, "connection lost", ATTRIBUTES),
    attempts=(1,),
    pauses=(),
    requests=(REQUEST,),
    raw_requests=(b"",),
)
TIMED_OUT = evolve(
    RAISED, error=RaisedError(MemsyTimeoutError, "too late", ATTRIBUTES), overrun=0.01
)
NOT_SENT = evolve(
    RAISED,
    client_created=False,
    error=RaisedError(MemsyConnectionError, "no", {"attempts": 0, "maybe_processed": False}),
    attempts=(),
    requests=(),
    raw_requests=(),
    connections=0,
)

MATCHES = {
    "result": (returns(FOUND, attempts=2, connections=1), RETURNED),
    "any-result": (
        returns(attempts=2, targets=["POST /v1/search"] * 2, max_seconds=1),
        RETURNED,
    ),
    "retry-after": (returns(attempts=2, waits=[0.5]), RETURNED),
    "error": (raises(MemsyConnectionError, "lost", maybe_processed=True), RAISED),
    "error-without-secret": (raises(MemsyConnectionError, never_shows=["found"]), RAISED),
    "timeout": (times_out("too late"), TIMED_OUT),
    "error-before-sending": (
        raises_before_sending(MemsyConnectionError, client_created=False),
        NOT_SENT,
    ),
}


@pytest.mark.parametrize("case", MATCHES)
def test_matching_outcome_has_no_mismatch(case: str) -> None:
    expectation, outcome = MATCHES[case]
    assert expectation.mismatches(outcome) == []


A_RESULT, AN_ERROR = MATCHES["result"][0], MATCHES["error"][0]
MISMATCHES: dict[str, tuple[Expectation, Outcome, dict[str, Any]]] = {
    "client created": (A_RESULT, RETURNED, {"client_created": False}),
    "result": (A_RESULT, RETURNED, {"results": (None,)}),
    "error": (A_RESULT, RETURNED, {"error": RAISED.error}),
    "attempts": (A_RESULT, RETURNED, {"attempts": (1,)}),
    "requests": (A_RESULT, RETURNED, {"requests": (REQUEST,)}),
    "connections": (A_RESULT, RETURNED, {"connections": 2}),
    "forbidden connections": (A_RESULT, RETURNED, {"forbidden_connections": 1}),
    "key": (A_RESULT, RETURNED, {"requests": (REQUEST, evolve(REQUEST, headers={}))}),
    "cookie": (
        A_RESULT,
        RETURNED,
        {"requests": (REQUEST, evolve(REQUEST, headers={**REQUEST.headers, "cookie": "a=b"}))},
    ),
    "accept": (returns(attempts=2, request_headers={"accept": "*/*"}), RETURNED, {}),
    "pauses": (A_RESULT, RETURNED, {"pauses": ()}),
    "pause 0 was 1.5 s": (A_RESULT, RETURNED, {"pauses": (1.5,)}),
    "the service asked for 0.5 s": (
        returns(attempts=2, waits=[0.5]),
        RETURNED,
        {"pauses": (0.4,)},
    ),
    "targets": (returns(attempts=2, targets=["GET /v1/search"]), RETURNED, {}),
    "took 2.00 s": (returns(attempts=2, max_seconds=1), RETURNED, {"duration": 2.0}),
    "took 9.0 MiB": (
        returns(attempts=2, max_memory_growth=8),
        RETURNED,
        {"memory_growth": 9.0},
    ),
    "ended 9.00 s after": (A_RESULT, RETURNED, {"overrun": MAX_OVERRUN + 4}),
    "ended 0.10 s before": (times_out(), TIMED_OUT, {"overrun": -0.1}),
    "error: expected": (AN_ERROR, RAISED, {"error": TIMED_OUT.error}),
    "'found' is not in": (raises(MemsyConnectionError, "found"), RAISED, {}),
    "'lost' is in": (raises(MemsyConnectionError, never_shows=["lost"]), RAISED, {}),
    "error.attempts": (raises(MemsyConnectionError, attempts=2), RAISED, {"attempts": (2,)}),
    "error.maybe_processed": (raises(MemsyConnectionError, maybe_processed=False), RAISED, {}),
    "error.status_code": (raises(MemsyConnectionError, status_code=1), RAISED, {}),
}


@pytest.mark.parametrize("message", MISMATCHES)
def test_other_outcome_has_a_mismatch(message: str) -> None:
    expectation, outcome, changes = MISMATCHES[message]
    mismatches = expectation.mismatches(evolve(outcome, **changes))
    assert any(mismatch.startswith(message) for mismatch in mismatches), mismatches
