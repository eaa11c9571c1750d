"""Requests and results of `control.interest`, sync and async."""

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
    "express with all arguments": ControlWireCase(
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

NOT_EXPRESSED = {
    "false": b'{"expressed": false}',
    "absent": b"{}",
    "null": b" null\n",
    "empty body": b"",
    "blank body": b"\r\n",
}

INVALID_ARGUMENTS: dict[str, tuple[ControlClientCall, str]] = {
    "email": (lambda c: c.interest.express(None, "Ann"), "email"),  # type: ignore[arg-type]  # wrong type
    "name": (lambda c: c.interest.express("ann@example.com", "\ud800"), "name"),
    "notes": (lambda c: c.interest.express("a@b.c", "Ann", notes="\ud800"), "notes"),
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@in_both_control_modes
@pytest.mark.parametrize("content", NOT_EXPRESSED.values(), ids=NOT_EXPRESSED)
def test_status_is_false_without_expressed_interest(
    make_client: MakeControlClient, content: bytes
) -> None:
    assert (
        result(make_client, lambda c: c.interest.status(), HTTPResponse(200, {}, content)) is False
    )


@in_both_control_modes
@pytest.mark.parametrize("content", [b"[]", b'{"expressed": "yes"}', b"<html>"])
def test_response_of_another_shape_is_an_error(
    make_client: MakeControlClient, content: bytes
) -> None:
    with pytest.raises(MemsyResponseError, match=r"^GET /interest/pro/status: "):
        result(make_client, lambda c: c.interest.status(), HTTPResponse(200, {}, content))


@pytest.mark.wrong_types
@in_both_control_modes
@pytest.mark.parametrize(("call", "name"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeControlClient, call: ControlClientCall, name: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{name} "):
        outcome(make_client, call, record)
    assert record.requests == []
