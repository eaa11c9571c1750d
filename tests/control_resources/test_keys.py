"""Requests and results of `control.keys`, sync and async, and errors without the key."""

from __future__ import annotations

import pickle
import traceback
from datetime import date, datetime, timezone

import pytest

from memsy import (
    ApiKeyInfo,
    ApiKeyListResponse,
    CreateKeyResponse,
    HTTPResponse,
    KeyLimitReachedError,
    MemsyConfigurationError,
    MemsyResponseError,
)
from tests.support.recording_clients import (
    ControlClientCall,
    ControlWireCase,
    MakeControlClient,
    in_both_control_modes,
    outcome,
    recording_of,
    result,
)

CREATED = {
    "key_id": "k1",
    "raw_key": "msy_hunter2",
    "prefix": "msy_hun",
    "name": "ci",
    "scopes": ["read"],
}
KEY = CreateKeyResponse("k1", "msy_hunter2", "msy_hun", "ci", ["read"])

CASES = {
    "list": ControlWireCase(
        lambda c: c.keys.list(),
        *("GET", "/keys", None),
        {
            "keys": [
                {
                    "key_id": "k1",
                    "prefix": "msy_hun",
                    "name": "ci",
                    "scopes": ["read"],
                    "is_active": True,
                    "created_at": "2026-09-20T10:00:00Z",
                    "last_used_at": None,
                    "expires_at": "2027-01-01T00:00:00Z",
                }
            ],
            "max_keys": 5,
            "active_count": 1,
        },
        ApiKeyListResponse(
            [
                ApiKeyInfo(
                    *("k1", "msy_hun", "ci", ["read"]),
                    is_active=True,
                    created_at="2026-09-20T10:00:00Z",
                    expires_at="2027-01-01T00:00:00Z",
                )
            ],
            *(5, 1),
        ),
    ),
    "create": ControlWireCase(
        lambda c: c.keys.create("ci"),
        *("POST", "/keys", '{"name":"ci","scopes":["read","write"]}'),
        *(CREATED, KEY),
    ),
    "create with all arguments": ControlWireCase(
        lambda c: c.keys.create("Büro", ["read"], "2027-01-01T00:00:00Z"),
        "POST",
        "/keys",
        '{"name":"Büro","scopes":["read"],"expires_at":"2027-01-01T00:00:00Z"}',
        *(CREATED, KEY),
    ),
    "create with a datetime": ControlWireCase(
        lambda c: c.keys.create("ci", expires_at=datetime(2027, 1, 1, tzinfo=timezone.utc)),
        "POST",
        "/keys",
        '{"name":"ci","scopes":["read","write"],"expires_at":"2027-01-01T00:00:00Z"}',
        *(CREATED, KEY),
    ),
    "create without scopes": ControlWireCase(
        lambda c: c.keys.create("ci", scopes=()),
        *("POST", "/keys", '{"name":"ci","scopes":[]}'),
        *(CREATED, KEY),
    ),
    "delete": ControlWireCase(
        lambda c: c.keys.delete("k/1"), "DELETE", "/keys/k%2F1", None, HTTPResponse(204), None
    ),
    "usage": ControlWireCase(
        lambda c: c.keys.usage("k/1"),
        *("GET", "/keys/k%2F1/usage", None),
        {"usage": [{"date": "2026-09-20", "calls": 3, "more": [None]}]},
        [{"date": "2026-09-20", "calls": 3, "more": [None]}],
    ),
    "usage with null": ControlWireCase(
        lambda c: c.keys.usage("k1"), "GET", "/keys/k1/usage", None, {"usage": None}, []
    ),
}

INVALID_ARGUMENTS: dict[str, tuple[ControlClientCall, str]] = {
    "name None": (lambda c: c.keys.create(None), "name"),  # type: ignore[arg-type]  # wrong type
    "text as scopes": (
        lambda c: c.keys.create("ci", "read"),  # type: ignore[arg-type]  # wrong type
        "scopes must be a list of str, got 'read'",
    ),
    "empty scope": (lambda c: c.keys.create("ci", ["read", ""]), r"scopes\[1\]"),  # type: ignore[list-item]  # unknown
    "lone surrogate in expires_at": (
        lambda c: c.keys.create("ci", expires_at="\ud800"),
        "expires_at",
    ),
    "naive expires_at": (
        lambda c: c.keys.create("ci", expires_at=datetime(2027, 1, 1)),  # noqa: DTZ001 - invalid
        "expires_at must have a time zone",
    ),
    "date as expires_at": (
        lambda c: c.keys.create("ci", expires_at=date(2027, 1, 1)),  # type: ignore[arg-type]  # a day
        "expires_at must be ISO 8601 text or a datetime with a time zone",
    ),
    "delete with empty id": (lambda c: c.keys.delete(""), "key_id"),
    "delete with dots": (lambda c: c.keys.delete(".."), "key_id"),
    "usage with blank id": (lambda c: c.keys.usage(" "), "key_id"),
}

INVALID_BODIES = {
    "truncated JSON": b'{"key_id": "k1", "raw_key": "msy_hunter2", "na',
    "UTF-16": '{"raw_key": "msy_hunter2"}'.encode("utf-16"),
    "missing field": b'{"key_id": "k1", "raw_key": "msy_hunter2", "prefix": "msy_hun"}',
    "array": b'["msy_hunter2"]',
    "array as raw_key": b'{"key_id": "k1", "raw_key": ["msy_hunter2"], "prefix": "", "name": ""}',
    "string": b'"msy_hunter2"',
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_method_sends_the_request_and_returns_the_result(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@pytest.mark.wrong_types
@in_both_control_modes
@pytest.mark.parametrize(("call", "message"), INVALID_ARGUMENTS.values(), ids=INVALID_ARGUMENTS)
def test_invalid_argument_is_rejected_before_a_request(
    make_client: MakeControlClient, call: ControlClientCall, message: str
) -> None:
    recording = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{message}"):
        outcome(make_client, call, recording)
    assert recording.requests == []


@in_both_control_modes
@pytest.mark.parametrize("content", INVALID_BODIES.values(), ids=INVALID_BODIES)
def test_error_about_an_invalid_response_does_not_show_the_new_key(
    make_client: MakeControlClient, content: bytes
) -> None:
    """The client does not retry, because a retry would create another key."""
    recording = recording_of(HTTPResponse(200, {"content-type": "application/json"}, content))
    with pytest.raises(MemsyResponseError, match=r"^POST /keys: .* \(1 attempt\)$") as excinfo:
        outcome(make_client, lambda c: c.keys.create("ci"), recording)
    error = excinfo.value
    trace = "".join(traceback.format_exception(error))
    assert "hunter2" not in f"{error} {error!r} {vars(error)} {trace}".replace("\\x00", "")
    assert b"hunter2" not in pickle.dumps(error)
    assert (error.maybe_processed, len(recording.requests)) == (True, 1)


@in_both_control_modes
def test_key_limit_reached_has_limit_and_current(make_client: MakeControlClient) -> None:
    body = b'{"detail": {"error": "key_limit_reached", "limit": 5, "current": 5}}'
    with pytest.raises(KeyLimitReachedError) as excinfo:
        result(make_client, lambda c: c.keys.create("ci"), HTTPResponse(403, {}, body))
    assert (excinfo.value.limit, excinfo.value.current) == (5, 5)
