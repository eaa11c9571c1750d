"""From a reply that is no 2xx to an exception: every row of the service's table, and any other."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.errors import error_from_response
from memsy._core.http import HTTPResponse
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


def refused(status: int, body: object = None, **headers: str) -> MemsyAPIError:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_from_response(HTTPResponse(status, named, content), 0.0)


def said(code: str, **extras: object) -> dict[str, object]:
    return {"error": code, "message": "in words", **extras}


ROWS: list[tuple[int, dict[str, object], type[MemsyAPIError], str, dict[str, Any]]] = [
    (400, said("org_id_not_allowed"), OrgIdNotAllowedError, "org_id not allowed on this tier", {}),
    (400, said("something_else"), MemsyAPIError, "Memsy API error 400", {}),
    (401, said("invalid_key"), AuthenticationError, "Authentication failed", {}),
    (
        403,
        said(
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
    (403, said("seat_required"), SeatRequiredError, "Seat required", {}),
    (
        403,
        said("org_limit_reached", limit=1, current=2),
        OrgLimitReachedError,
        "Org limit reached",
        {"limit": 1, "current": 2},
    ),
    (
        403,
        said("key_limit_reached", limit=5, current=5),
        KeyLimitReachedError,
        "API key limit reached",
        {"limit": 5, "current": 5},
    ),
    (
        403,
        said("billing_not_enabled", interest_path="/interest/express"),
        BillingNotEnabledError,
        "Billing not enabled",
        {"interest_path": "/interest/express"},
    ),
    (
        403,
        said("wrong_scope", required_scope="write"),
        AuthorizationError,
        "Authorization failed",
        {"required_scope": "write"},
    ),
    (
        403,
        said("insufficient_scope", scope="read"),
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
        said("admin_required", scope="write"),
        AuthorizationError,
        "Authorization failed",
        {"required_scope": None},
    ),
    (
        409,
        said("seat_limit_reached", purchased_seats=3, assigned_seats=2, pending_invites=1),
        SeatLimitReachedError,
        "Seat limit reached",
        {"purchased_seats": 3, "assigned_seats": 2, "pending_invites": 1},
    ),
    (409, said("already_connected"), ConflictError, "Memsy API error 409", {}),
    (
        429,
        said(
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
    (429, said("slow_down"), RateLimitExceeded, "Rate limit exceeded", {"retry_after": None}),
    (301, {}, RedirectError, "Memsy API error 301", {}),
    (308, {}, RedirectError, "Memsy API error 308", {}),
    (404, said("not_found"), NotFoundError, "Memsy API error 404", {}),
    (405, said("method"), MemsyAPIError, "Memsy API error 405", {}),
    (422, said("invalid"), ValidationError, "Memsy API error 422", {"errors": []}),
    (500, said("oops"), ServerError, "Memsy API error 500", {}),
    (501, said("not_implemented"), ServerError, "Memsy API error 501", {}),
    (503, said("busy"), ServerError, "Memsy API error 503", {}),
    (600, said("odd"), MemsyAPIError, "Memsy API error 600", {}),
    (999, said("odd"), MemsyAPIError, "Memsy API error 999", {}),
]


@pytest.mark.parametrize(
    ("status", "body", "error", "prefix", "attributes"),
    ROWS,
    ids=[f"{row[0]}-{row[1].get('error', row[2].__name__)}" for row in ROWS],
)
@pytest.mark.parametrize("is_enveloped", [False, True])
def test_every_row_has_its_class_its_words_and_its_attributes(
    status: int,
    body: dict[str, object],
    error: type[MemsyAPIError],
    prefix: str,
    attributes: dict[str, Any],
    *,
    is_enveloped: bool,
) -> None:
    """Flat, or in the envelope `{"detail": {...}}`: both occur, and mean the same."""
    raised = refused(status, {"detail": body} if is_enveloped and "detail" not in body else body)
    assert type(raised) is error
    assert raised.status_code == status
    assert str(raised) == f"{prefix}: {raised.detail}"
    assert raised.error_code == body.get("error")
    assert {name: getattr(raised, name) for name in attributes} == attributes


def test_the_reply_is_kept_whole() -> None:
    response = HTTPResponse(500, {"X-Trace": "1"}, b"<html>")
    assert error_from_response(response, 0.0).response is response


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ({"error": "code", "message": "words"}, "words"),
        ({"error": "code", "detail": "more words", "message": "words"}, "more words"),
        ({"error": "code"}, "code"),
        ({"detail": "only words"}, "only words"),
        ({"detail": {"error": "code", "message": "words"}}, "words"),
        ({"detail": {"error": "code"}}, "code"),
        ({"detail": {}}, ""),
        ({"detail": {}, "message": "around"}, ""),
        ({"detail": {"error": "code"}, "message": "around"}, "code"),
        ({"detail": {"detail": {"message": "deep"}, "message": "half way"}}, "deep"),
        ({"detail": {"detail": "inner words"}}, "inner words"),
        ({"detail": "", "message": "words"}, "words"),
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
def test_the_detail_is_what_the_body_says_or_the_body_itself(
    body: object, detail: str | None
) -> None:
    error = refused(502, body)
    response = error.response
    assert response is not None
    assert error.status_code == 502
    assert error.detail == (response.text if detail is None else detail)


def test_inner_keys_outrank_outer_ones() -> None:
    body = {"error": "outer", "limit": 1, "detail": {"error": "org_limit_reached", "limit": 2}}
    error = refused(403, body)
    assert isinstance(error, OrgLimitReachedError)
    assert (error.limit, error.error_code) == (2, "org_limit_reached")


def test_the_faults_of_a_422_can_be_read_by_people_and_programs() -> None:
    faults = [
        {"loc": ["body", "events", 0, "kind"], "msg": "unknown kind", "type": "enum"},
        {"loc": None, "msg": None},
        {"msg": "use only one"},
    ]
    error = refused(422, {"detail": [*faults, None, "odd"]})
    assert isinstance(error, ValidationError)
    assert error.errors == faults
    assert str(error) == ("Memsy API error 422: events.0.kind: unknown kind; invalid; use only one")
    assert json.loads(error.detail)["detail"][0] == faults[0]


def test_a_revoked_key_is_refused_by_the_gateway_in_its_own_way() -> None:
    error = refused(403, {"message": "Forbidden"})
    assert type(error) is AuthenticationError
    assert error.status_code == 403


@pytest.mark.parametrize(
    "body", [{"message": "Forbidden", "error": "x"}, {"message": "forbidden"}, b"Forbidden", {}]
)
def test_any_other_403_is_about_rights(body: object) -> None:
    assert type(refused(403, body)) is AuthorizationError


def test_a_code_that_is_no_text_is_none() -> None:
    assert refused(403, {"error": 7}).error_code is None


@pytest.mark.parametrize("limit", [True, "5", 5.0, None, [5]])
def test_an_extra_of_another_type_is_none(limit: object) -> None:
    error = refused(403, {"error": "org_limit_reached", "limit": limit})
    assert isinstance(error, OrgLimitReachedError)
    assert error.limit is None


def test_the_time_to_wait_is_an_attribute() -> None:
    error = refused(429, {}, retry_after="12")
    assert isinstance(error, RateLimitExceeded)
    assert error.retry_after == 12.0


@pytest.mark.parametrize("header", ["x_request_id", "apigw_requestid"])
def test_the_name_of_the_request_is_kept(header: str) -> None:
    assert refused(500, {}, **{header: "req-1"}).request_id == "req-1"
    assert refused(500).request_id is None


@pytest.mark.parametrize(
    ("status", "is_in_doubt"),
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
def test_a_failure_leaves_a_doubt_and_a_refusal_does_not(status: int, *, is_in_doubt: bool) -> None:
    assert refused(status).maybe_processed is is_in_doubt


def test_a_page_of_html_does_not_flood_the_message() -> None:
    error = refused(502, b"x" * 10_000)
    assert len(str(error)) < 600
    assert len(error.detail) == 10_000


STATUSES = st.integers(100, 999).filter(lambda status: not 200 <= status < 300)
CODES = st.sampled_from(
    [str(body["error"]) for _, body, *_ in ROWS if "error" in body] + ["unheard_of"]
)


@given(STATUSES, st.binary() | JSON.map(lambda body: json.dumps(body).encode()))
def test_any_reply_becomes_an_error_with_its_status(status: int, content: bytes) -> None:
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
def test_any_object_with_a_code_does_too(status: int, body: dict[str, object]) -> None:
    error = refused(status, {"detail": body})
    assert error.status_code == status
    assert error.error_code is None or isinstance(error.error_code, str)
    assert isinstance(getattr(error, "limit", None), (int, type(None)))
    assert isinstance(getattr(error, "required_scope", None), (str, type(None)))


def test_a_redirect_says_where_it_points() -> None:
    response = HTTPResponse(302, {"location": "https://elsewhere.example/"})
    assert "https://elsewhere.example/" in str(error_from_response(response, 0.0))


def test_a_message_can_be_printed_whatever_the_service_says() -> None:
    error = error_from_response(HTTPResponse(404, {}, b'{"detail": "no \\ud800"}'), 0.0)
    assert str(error) == "Memsy API error 404: no ?"
    assert error.detail == "no \ud800"
