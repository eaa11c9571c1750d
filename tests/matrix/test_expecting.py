"""The judge of the fault matrix: it is content with what was expected, and with nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from memsy import MemsyConnectionError, MemsyTimeoutError
from memsy._core.http import HTTPRequest
from tests.matrix.calls import FOUND
from tests.matrix.clients import KEY
from tests.matrix.expecting import GRACE, Expectation, answers, raises, refuses, times_out
from tests.matrix.outcome import Outcome, Raised

ASKED = HTTPRequest("POST", "/v1/search", None, {"authorization": f"Bearer {KEY}"})
ANSWERED = Outcome(
    is_made=True,
    answers=(FOUND,),
    error=None,
    attempts=(2,),
    pauses=(0.5,),
    asked=(ASKED, ASKED),
    wire=(b"", b""),
    connections=1,
    late=-29.0,
    took=0.1,
    grew=0,
)
FACTS = {"attempts": 1, "maybe_processed": True}
FAILED = evolve(
    ANSWERED,
    answers=(),
    error=Raised(MemsyConnectionError, "it is lost", FACTS),
    attempts=(1,),
    pauses=(),
    asked=(ASKED,),
    wire=(b"",),
)
LATE = evolve(FAILED, error=Raised(MemsyTimeoutError, "too late", FACTS), late=0.01)
REFUSED = evolve(
    FAILED,
    is_made=False,
    error=Raised(MemsyConnectionError, "no", {"attempts": 0, "maybe_processed": False}),
    attempts=(),
    asked=(),
    wire=(),
    connections=0,
)

CONTENT = {
    "an answer": (answers(FOUND, attempts=2, connections=1), ANSWERED),
    "any answer": (answers(attempts=2, targets=["POST /v1/search"] * 2, within=1), ANSWERED),
    "a pause that was asked for": (answers(attempts=2, waits=[0.5]), ANSWERED),
    "an error": (raises(MemsyConnectionError, "is lost", maybe_processed=True), FAILED),
    "an error that does not say so": (raises(MemsyConnectionError, hides=["found"]), FAILED),
    "a time-out": (times_out("too late"), LATE),
    "a refusal": (refuses(MemsyConnectionError, is_made=False), REFUSED),
}


@pytest.mark.parametrize("case", CONTENT)
def test_what_was_expected_is_no_cause_for_complaint(case: str) -> None:
    expectation, outcome = CONTENT[case]
    assert expectation.complaints(outcome) == []


AN_ANSWER, AN_ERROR = CONTENT["an answer"][0], CONTENT["an error"][0]
DISAPPOINTED: dict[str, tuple[Expectation, Outcome, dict[str, Any]]] = {
    "a client could be made": (AN_ANSWER, ANSWERED, {"is_made": False}),
    "answer": (AN_ANSWER, ANSWERED, {"answers": (None,)}),
    "error": (AN_ANSWER, ANSWERED, {"error": FAILED.error}),
    "attempts": (AN_ANSWER, ANSWERED, {"attempts": (1,)}),
    "requests": (AN_ANSWER, ANSWERED, {"asked": (ASKED,)}),
    "connections": (AN_ANSWER, ANSWERED, {"connections": 2}),
    "connections to others": (AN_ANSWER, ANSWERED, {"strayed": 1}),
    "key": (AN_ANSWER, ANSWERED, {"asked": (ASKED, evolve(ASKED, headers={}))}),
    "cookie": (
        AN_ANSWER,
        ANSWERED,
        {"asked": (ASKED, evolve(ASKED, headers={**ASKED.headers, "cookie": "a=b"}))},
    ),
    "accept": (answers(attempts=2, sends={"accept": "*/*"}), ANSWERED, {}),
    "pauses": (AN_ANSWER, ANSWERED, {"pauses": ()}),
    "pause 0 was 1.5 s": (AN_ANSWER, ANSWERED, {"pauses": (1.5,)}),
    "0.5 s were asked for": (answers(attempts=2, waits=[0.5]), ANSWERED, {"pauses": (0.4,)}),
    "targets": (answers(attempts=2, targets=["GET /v1/search"]), ANSWERED, {}),
    "it took 2.00 s": (answers(attempts=2, within=1), ANSWERED, {"took": 2.0}),
    "it took 9 bytes": (answers(attempts=2, grows=8), ANSWERED, {"grew": 9}),
    "it ended 9.00 s after": (AN_ANSWER, ANSWERED, {"late": GRACE + 4}),
    "it ended 0.10 s before": (times_out(), LATE, {"late": -0.1}),
    "error: expected": (AN_ERROR, FAILED, {"error": LATE.error}),
    "'found' is not in": (raises(MemsyConnectionError, "found"), FAILED, {}),
    "'lost' is in": (raises(MemsyConnectionError, hides=["lost"]), FAILED, {}),
    "error.attempts": (raises(MemsyConnectionError, attempts=2), FAILED, {"attempts": (2,)}),
    "error.maybe_processed": (raises(MemsyConnectionError, maybe_processed=False), FAILED, {}),
    "error.status_code": (raises(MemsyConnectionError, status_code=1), FAILED, {}),
}


@pytest.mark.parametrize("words", DISAPPOINTED)
def test_anything_else_is_one(words: str) -> None:
    expectation, outcome, changes = DISAPPOINTED[words]
    complaints = expectation.complaints(evolve(outcome, **changes))
    assert any(complaint.startswith(words) for complaint in complaints), complaints
