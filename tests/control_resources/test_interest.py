"""`control.interest`: every byte, both colours."""

from __future__ import annotations

import pytest

from memsy import HTTPResponse, MemsyConfigurationError, MemsyResponseError, ProInterestResponse
from tests.support.recording_clients import (
    ControlClientCall,
    ControlWireCase,
    MakeControlClient,
    in_both_control_modes,
    outcome,
    recording_of,
    result,
)

CASES = {
    "express": ControlWireCase(
        lambda c: c.interest.express("ann@example.com", "Ann"),
        *("POST", "/interest/pro", '{"email":"ann@example.com","name":"Ann"}'),
        *({"message": "Thank you."}, ProInterestResponse("Thank you.")),
    ),
    "express with everything": ControlWireCase(
        lambda c: c.interest.express(
            "ann@example.com", "Ann", company="Thé & Co", use_case="tea", notes=""
        ),
        "POST",
        "/interest/pro",
        '{"email":"ann@example.com","name":"Ann","company":"Thé & Co","use_case":"tea","notes":""}',
        *({"message": "Thank you."}, ProInterestResponse("Thank you.")),
    ),
    "status": ControlWireCase(
        lambda c: c.interest.status(),
        *("GET", "/interest/pro/status", None),
        *({"expressed": True}, True),
    ),
}

NOT_YET = {
    "said": b'{"expressed": false}',
    "left out": b"{}",
    "null": b" null\n",
    "nothing": b"",
    "blank": b"\r\n",
}

UNSENDABLE: dict[str, tuple[ControlClientCall, str]] = {
    "email": (lambda c: c.interest.express(None, "Ann"), "email"),  # type: ignore[arg-type]  # careless
    "name": (lambda c: c.interest.express("ann@example.com", "\ud800"), "name"),
    "notes": (lambda c: c.interest.express("a@b.c", "Ann", notes="\ud800"), "notes"),
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_method_says_this_and_no_more(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@in_both_control_modes
@pytest.mark.parametrize("content", NOT_YET.values(), ids=NOT_YET)
def test_interest_that_nobody_speaks_of_was_not_expressed(
    make_client: MakeControlClient, content: bytes
) -> None:
    assert (
        result(make_client, lambda c: c.interest.status(), HTTPResponse(200, {}, content)) is False
    )


@in_both_control_modes
@pytest.mark.parametrize("content", [b"[]", b'{"expressed": "yes"}', b"<html>"])
def test_an_answer_of_another_shape_is_no_no(
    make_client: MakeControlClient, content: bytes
) -> None:
    with pytest.raises(MemsyResponseError, match=r"^GET /interest/pro/status: "):
        result(make_client, lambda c: c.interest.status(), HTTPResponse(200, {}, content))


@in_both_control_modes
@pytest.mark.parametrize(("call", "name"), UNSENDABLE.values(), ids=UNSENDABLE)
def test_what_cannot_be_said_is_not_sent(
    make_client: MakeControlClient, call: ControlClientCall, name: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{name} "):
        outcome(make_client, call, record)
    assert record.requests == []
