"""Mapping of error responses to exceptions: each row of the wire contract, section 3.3."""

from __future__ import annotations

import json
import tracemalloc
from http import HTTPStatus
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.errors import MAX_DETAIL, error_from_response, offset_indices
from memsy._core.http import HTTPResponse
from memsy._core.json_codec import MAX_BRACKETS
from memsy._core.redaction import Redactor
from memsy._core.secret import Secret
from memsy._core.text import MAX_MESSAGE
from memsy.exceptions import (
    AuthenticationError,
    AuthorizationError,
    BillingNotEnabledError,
    ConflictError,
    FeatureNotAvailable,
    KeyLimitReachedError,
    MemsyAPIError,
    NotFoundError,
    OrgIdNotAllowedError,
    OrgLimitReachedError,
    RateLimitExceeded,
    RedirectError,
    SeatLimitReachedError,
    SeatRequiredError,
    ServerError,
    UsageLimitExceeded,
    ValidationError,
)
from tests.support.json_strategies import JSON


def error_for(status: int, body: object = None, **headers: str) -> MemsyAPIError:
    header_names = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_from_response(HTTPResponse(status, header_names, content), 0.0)


def error_body(code: str, **extras: object) -> dict[str, object]:
    return {"error": code, "message": "explanation", **extras}


ROWS: list[tuple[int, dict[str, object], type[MemsyAPIError], str, dict[str, Any]]] = [
    (
        400,
        error_body("org_id_not_allowed"),
        OrgIdNotAllowedError,
        "org_id not allowed on this tier",
        {},
    ),
    (400, error_body("something_else"), MemsyAPIError, "Memsy API error 400", {}),
    (401, error_body("invalid_key"), AuthenticationError, "Authentication failed", {}),
    (
        403,
        error_body(
            "feature_not_available",
            feature="reranking",
            current_tier="free",
            upgrade_url="https://memsy.io/upgrade",
        ),
        FeatureNotAvailable,
        "Feature not available",
        {
            "feature": "reranking",
            "current_tier": "free",
            "upgrade_url": "https://memsy.io/upgrade",
        },
    ),
    (403, error_body("seat_required"), SeatRequiredError, "Seat required", {}),
    (
        403,
        error_body("org_limit_reached", limit=1, current=2),
        OrgLimitReachedError,
        "Org limit reached",
        {"limit": 1, "current": 2},
    ),
    (
        403,
        error_body("key_limit_reached", limit=5, current=5),
        KeyLimitReachedError,
        "API key limit reached",
        {"limit": 5, "current": 5},
    ),
    (
        403,
        error_body("billing_not_enabled", interest_path="/interest/express"),
        BillingNotEnabledError,
        "Billing not enabled",
        {"interest_path": "/interest/express"},
    ),
    (
        403,
        error_body("wrong_scope", required_scope="write"),
        AuthorizationError,
        "Authorization failed",
        {"required_scope": "write"},
    ),
    (
        403,
        error_body("insufficient_scope", scope="read"),
        AuthorizationError,
        "Authorization failed",
        {"required_scope": "read"},
    ),
    (
        403,
        {"detail": "Missing Scope", "scope": "write"},
        AuthorizationError,
        "Authorization failed",
        {"required_scope": "write"},
    ),
    (
        403,
        error_body("admin_required", scope="write"),
        AuthorizationError,
        "Authorization failed",
        {"required_scope": None},
    ),
    (
        409,
        error_body("seat_limit_reached", purchased_seats=3, assigned_seats=2, pending_invites=1),
        SeatLimitReachedError,
        "Seat limit reached",
        {"purchased_seats": 3, "assigned_seats": 2, "pending_invites": 1},
    ),
    (409, error_body("already_connected"), ConflictError, "Memsy API error 409", {}),
    (
        429,
        error_body(
            "usage_limit_exceeded",
            dimension="events_ingested",
            current=25001,
            limit=25000,
            upgrade_url="https://memsy.io/upgrade",
        ),
        UsageLimitExceeded,
        "Usage limit exceeded",
        {
            "dimension": "events_ingested",
            "current": 25001,
            "limit": 25000,
            "upgrade_url": "https://memsy.io/upgrade",
        },
    ),
    (
        429,
        {"detail": "Monthly QUOTA used up"},
        UsageLimitExceeded,
        "Usage limit exceeded",
        {"dimension": None, "current": None, "limit": None, "upgrade_url": None},
    ),
    (429, error_body("slow_down"), RateLimitExceeded, "Rate limit exceeded", {"retry_after": None}),
    (301, {}, RedirectError, "Memsy API error 301", {}),
    (308, {}, RedirectError, "Memsy API error 308", {}),
    (404, error_body("not_found"), NotFoundError, "Memsy API error 404", {}),
    (405, error_body("method"), MemsyAPIError, "Memsy API error 405", {}),
    (422, error_body("invalid"), ValidationError, "Memsy API error 422", {"errors": []}),
    (500, error_body("oops"), ServerError, "Memsy API error 500", {}),
    (501, error_body("not_implemented"), ServerError, "Memsy API error 501", {}),
    (503, error_body("busy"), ServerError, "Memsy API error 503", {}),
    (600, error_body("odd"), MemsyAPIError, "Memsy API error 600", {}),
    (999, error_body("odd"), MemsyAPIError, "Memsy API error 999", {}),
]


@pytest.mark.parametrize(
    ("status", "body", "error", "prefix", "attributes"),
    ROWS,
    ids=[f"{row[0]}-{row[1].get('error', row[2].__name__)}" for row in ROWS],
)
@pytest.mark.parametrize("is_enveloped", [False, True])
def test_error_response_has_its_class_message_and_attributes(
    status: int,
    body: dict[str, object],
    error: type[MemsyAPIError],
    prefix: str,
    attributes: dict[str, Any],
    *,
    is_enveloped: bool,
) -> None:
    """A flat body and the envelope `{"detail": {...}}` mean the same."""
    raised = error_for(status, {"detail": body} if is_enveloped and "detail" not in body else body)
    assert type(raised) is error
    assert raised.status_code == status
    assert str(raised) == f"{prefix}: {raised.detail or HTTPStatus(status).phrase}"
    assert raised.error_code == body.get("error")
    assert {name: getattr(raised, name) for name in attributes} == attributes


def test_error_holds_the_response() -> None:
    response = HTTPResponse(500, {"X-Trace": "1"}, b"<html>")
    assert error_from_response(response, 0.0).response is response


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"error": "code", "message": "text"}, "text"),
        ({"error": "code", "detail": "longer text", "message": "text"}, "longer text"),
        ({"error": "code"}, "code"),
        ({"detail": "only text"}, "only text"),
        ({"detail": {"error": "code", "message": "text"}}, "text"),
        ({"detail": {"error": "code"}}, "code"),
        ({"detail": {}}, ""),
        ({"detail": {}, "message": "outer"}, ""),
        ({"detail": {"error": "code"}, "message": "outer"}, "code"),
        ({"detail": {"detail": {"message": "deep"}, "message": "middle"}}, "deep"),
        ({"detail": {"detail": "inner text"}}, "inner text"),
        (
            {"detail": {"reason": "closed", "limits": {"max": [5]}, "hint": None, "retry": False}},
            'reason: closed; limits: {"max": [5]}; retry: false',
        ),
        ({"detail": {"detail": {"reason": "closed"}}}, "reason: closed"),
        ({"detail": "", "message": "text"}, "text"),
        ({"detail": None, "message": None, "error": None, "hint": 1}, None),
        ({}, None),
        (None, None),
        ([1, 2], None),
        ("only a string", None),
        (b"<html>Bad gateway</html>", None),
        (b'{"detail": "cut sh', None),
        (b'{"detail": ' * 100_000, None),
        (b"\xff\xfe", "��"),
        (b"", ""),
    ],
    ids=repr,
)
def test_detail_is_text_of_body_or_raw_body(body: object, detail: str | None) -> None:
    error = error_for(502, body)
    response = error.response
    assert response is not None
    assert error.status_code == 502
    text = response.text if detail is None else detail
    assert error.detail == (text if len(text) <= MAX_DETAIL else f"{text[:9_996]} ...")


def test_keys_of_a_detail_object_override_outer_keys() -> None:
    body = {"error": "outer", "limit": 1, "detail": {"error": "org_limit_reached", "limit": 2}}
    error = error_for(403, body)
    assert isinstance(error, OrgLimitReachedError)
    assert (error.limit, error.error_code) == (2, "org_limit_reached")


def test_422_lists_its_items_in_message_and_errors() -> None:
    items = [
        {"loc": ["body", "events", 0, "kind"], "msg": "unknown kind", "type": "enum"},
        {"loc": None, "msg": None},
        {"msg": "use only one"},
    ]
    error = error_for(422, {"detail": [*items, None, "odd"]})
    assert isinstance(error, ValidationError)
    assert error.errors == items
    assert str(error) == ("Memsy API error 422: events.0.kind: unknown kind; invalid; use only one")
    assert json.loads(error.detail)["detail"][0] == items[0]


def test_422_keeps_its_first_5000_items() -> None:
    items = [{"loc": ["body", "events", number], "msg": "bad"} for number in range(10_000)]
    error = error_for(422, {"detail": items})
    assert isinstance(error, ValidationError)
    assert error.errors == items[:5000]
    assert str(error).startswith("Memsy API error 422: events.0: bad; events.1: bad; ")
    assert str(error).endswith(" ...")


@pytest.mark.parametrize(
    ("item", "text"),
    [
        ({"loc": ["body", *"a" * 100_000], "msg": "m"}, ".".join("a" * 49) + ": m"),
        ({"loc": ["a", [0] * 100_000], "msg": "m"}, "a....: m"),
        ({"loc": ["a"], "msg": [0] * 100_000}, "a: ..."),
        ({"loc": ["a"], "msg": "m" * 1_000_000}, "a: " + "m" * 472 + " ..."),
        ({"loc": ["l" * 1_000_000], "msg": "m"}, "l" * 475 + " ..."),
    ],
    ids=["steps", "step-of-values", "message-of-values", "message", "step"],
)
def test_text_of_a_huge_422_item_takes_little_memory(item: dict[str, object], text: str) -> None:
    error = error_for(422, {"detail": []})
    assert isinstance(error, ValidationError)
    error.errors = [item]
    tracemalloc.start()
    try:
        offset_indices(error, "events", 0)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()
    assert str(error) == f"Memsy API error 422: {text}"


def test_403_of_the_gateway_is_an_authentication_error() -> None:
    error = error_for(403, {"message": "Forbidden"})
    assert type(error) is AuthenticationError
    assert error.status_code == 403


@pytest.mark.parametrize("name", ["requestId", "requestid", "request_id", "connectionId"])
def test_403_of_the_gateway_may_have_an_id(name: str) -> None:
    error = error_for(403, {"message": "Forbidden", name: "JKJaXmPLvHcESHA="})
    assert type(error) is AuthenticationError
    assert str(error) == "Authentication failed: Forbidden"
    assert error.request_id == ("JKJaXmPLvHcESHA=" if name == "requestId" else None)


@pytest.mark.parametrize(
    "body",
    [
        {"message": "Forbidden", "error": "x"},
        {"message": "Forbidden", "detail": "no seat"},
        {"message": "Forbidden", "reason": "no seat"},
        {"detail": {"message": "Forbidden"}},
        {"message": "forbidden"},
        {"requestId": "r1"},
        b"Forbidden",
        {},
    ],
)
def test_other_403_is_an_authorization_error(body: object) -> None:
    assert type(error_for(403, body)) is AuthorizationError


def test_error_code_that_is_not_a_text_is_none() -> None:
    assert error_for(403, {"error": 7}).error_code is None


def test_whole_float_is_a_whole_number() -> None:
    error = error_for(403, {"error": "org_limit_reached", "limit": 5.0, "current": 1e1})
    assert isinstance(error, OrgLimitReachedError)
    assert (error.limit, error.current) == (5, 10)
    assert type(error.limit) is int


@pytest.mark.parametrize("limit", [True, "5", 5.5, 1e300, None, [5]])
def test_attribute_of_another_type_is_none(limit: object) -> None:
    error = error_for(403, {"error": "org_limit_reached", "limit": limit})
    assert isinstance(error, OrgLimitReachedError)
    assert error.limit is None


def test_retry_after_is_an_attribute() -> None:
    error = error_for(429, {}, retry_after="12")
    assert isinstance(error, RateLimitExceeded)
    assert error.retry_after == 12.0


@pytest.mark.parametrize("header", ["x_request_id", "apigw_requestid"])
def test_request_id_is_read_from_the_headers(header: str) -> None:
    assert error_for(500, {}, **{header: "req-1"}).request_id == "req-1"
    assert error_for(500).request_id is None


@pytest.mark.parametrize(
    ("status", "is_maybe_processed"),
    [
        (400, False),
        (404, False),
        (429, False),
        (500, True),
        (501, False),
        (502, True),
        (503, True),
        (504, True),
    ],
)
def test_maybe_processed_is_set_on_5xx_except_501(status: int, *, is_maybe_processed: bool) -> None:
    assert error_for(status).maybe_processed is is_maybe_processed


def test_long_body_is_cut_in_the_message() -> None:
    error = error_for(502, b"x" * 10_000)
    assert len(str(error)) == MAX_MESSAGE
    assert str(error).endswith("xxx ...")
    assert len(error.detail) == 10_000
    assert len(repr(error)) == 1_000


def test_status_counts_if_the_body_has_too_many_brackets() -> None:
    error = error_for(503, b"[" * (MAX_BRACKETS + 1))
    assert type(error) is ServerError
    assert str(error) == f"Memsy API error 503: {'[' * 475} ..."


STATUSES = st.integers(100, 999).filter(lambda status: not 200 <= status < 300)
CODES = st.sampled_from(
    [str(body["error"]) for _, body, *_ in ROWS if "error" in body] + ["unknown_code"]
)


@given(STATUSES, st.binary() | JSON.map(lambda body: json.dumps(body).encode()))
def test_any_error_response_becomes_an_error_with_its_status(status: int, content: bytes) -> None:
    error = error_from_response(HTTPResponse(status, {}, content), 0.0)
    assert error.status_code == status
    assert isinstance(error.detail, str)
    assert str(error)


@given(
    STATUSES,
    st.fixed_dictionaries(
        {"error": CODES | JSON},
        optional=dict.fromkeys(
            ("detail", "message", "limit", "current", "scope", "required_scope"), JSON
        ),
    ),
)
def test_any_object_with_a_code_becomes_an_error_with_its_status(
    status: int, body: dict[str, object]
) -> None:
    error = error_for(status, {"detail": body})
    assert error.status_code == status
    assert error.error_code is None or isinstance(error.error_code, str)
    assert isinstance(getattr(error, "limit", None), (int, type(None)))
    assert isinstance(getattr(error, "required_scope", None), (str, type(None)))


def test_redirect_message_has_the_location() -> None:
    response = HTTPResponse(302, {"location": "https://elsewhere.example/"})
    assert "https://elsewhere.example/" in str(error_from_response(response, 0.0))


def test_surrogates_are_escaped_in_message_and_detail() -> None:
    error = error_from_response(HTTPResponse(404, {}, b'{"detail": "no \\ud800"}'), 0.0)
    assert str(error) == "Memsy API error 404: no \\ud800"
    assert error.detail == "no \\ud800"


KEY = "msy_hunter2_0123456789"
HOSTILE = f"\x1b[2J{KEY}\u202e\x9b\r\n\ud800\u2028{'!' * 50_000}"
CLASSES = [(row[0], row[1], row[2]) for row in ROWS if row[1].get("error") != "admin_required"] + [
    (403, {"message": "Forbidden"}, AuthenticationError)
]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    CLASSES,
    ids=[f"{row[0]}-{row[1].get('error', row[2].__name__)}" for row in CLASSES],
)
def test_error_of_each_class_is_short_printable_and_without_the_key(
    status: int, body: dict[str, object], error: type[MemsyAPIError]
) -> None:
    """The service repeats the key and sends control characters in every text of the response."""
    texts = {name: HOSTILE for name, value in body.items() if isinstance(value, str)}
    hostile = {**texts, "error": body.get("error"), "extra": HOSTILE}
    if "error" not in body:
        hostile = {**body, "requestId": HOSTILE}
    raised = error_from_response(
        HTTPResponse(status, {"x-request-id": HOSTILE}, json.dumps(hostile).encode()),
        0.0,
        Redactor([Secret(KEY)]),
    )
    assert type(raised) is error
    assert_harmless(raised)


@pytest.mark.parametrize(
    "body",
    [
        {"detail": [{"loc": ["body", HOSTILE], "msg": HOSTILE, "input": {HOSTILE: HOSTILE}}]},
        {"detail": [{"loc": ["body", 1], "msg": "no", "input": HOSTILE}] * 3},
        {"detail": {HOSTILE: HOSTILE}},
        {"error": HOSTILE},
        [HOSTILE],
        HOSTILE.encode("utf-8", "surrogatepass"),
    ],
    ids=["items", "inputs", "detail-object", "error-code", "array", "text"],
)
def test_error_of_each_body_is_short_printable_and_without_the_key(body: object) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    error = error_from_response(HTTPResponse(422, {}, content), 0.0, Redactor([Secret(KEY)]))
    assert_harmless(error)


def test_redirect_message_masks_the_key_and_keeps_the_advice() -> None:
    location = f"https://elsewhere.example/?key={KEY}&{'x' * 60_000}"
    response = HTTPResponse(302, {"location": location})
    error = error_from_response(response, 0.0, Redactor([Secret(KEY)]))
    assert "redirect to https://elsewhere.example/?key=***&xxx" in str(error)
    assert str(error).endswith("the client does not follow redirects: correct the base URL")
    assert_harmless(error)


def assert_harmless(error: MemsyAPIError) -> None:
    """Check bounds, characters and secrets of an error and of everything but its response."""
    assert len(str(error)) <= MAX_MESSAGE
    assert len(repr(error)) <= 1_000
    assert len(error.detail) <= MAX_DETAIL
    shown = [str(error), repr(error), error.detail, error.request_id or "", error.error_code or ""]
    assert all(text.isprintable() for text in shown)
    attributes = {name: value for name, value in vars(error).items() if name != "response"}
    assert "hunter2" not in "".join([*shown, repr(error.args), repr(attributes)])
