"""`control.keys`: every byte, both colours; and nothing that shows a key's text."""

from __future__ import annotations

import pickle
import traceback

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

MADE = {
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
        *(MADE, KEY),
    ),
    "create with everything": ControlWireCase(
        lambda c: c.keys.create("Büro", ["read"], "2027-01-01T00:00:00Z"),
        "POST",
        "/keys",
        '{"name":"Büro","scopes":["read"],"expires_at":"2027-01-01T00:00:00Z"}',
        *(MADE, KEY),
    ),
    "create for nothing": ControlWireCase(
        lambda c: c.keys.create("ci", scopes=()),
        *("POST", "/keys", '{"name":"ci","scopes":[]}'),
        *(MADE, KEY),
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
    "usage of none": ControlWireCase(
        lambda c: c.keys.usage("k1"), "GET", "/keys/k1/usage", None, {"usage": None}, []
    ),
}

UNSENDABLE: dict[str, tuple[ControlClientCall, str]] = {
    "no name": (lambda c: c.keys.create(None), "name"),  # type: ignore[arg-type]  # careless
    "a word for a list": (
        lambda c: c.keys.create("ci", "read"),  # type: ignore[arg-type]  # careless
        "scopes must be a list of str, got 'read'",
    ),
    "an empty scope": (lambda c: c.keys.create("ci", ["read", ""]), r"scopes\[1\]"),
    "a senseless end": (lambda c: c.keys.create("ci", expires_at="\ud800"), "expires_at"),
    "delete all": (lambda c: c.keys.delete(""), "key_id"),
    "delete dots": (lambda c: c.keys.delete(".."), "key_id"),
    "usage of nobody": (lambda c: c.keys.usage(" "), "key_id"),
}

GARBLED = {
    "cut short": b'{"key_id": "k1", "raw_key": "msy_hunter2", "na',
    "another encoding": '{"raw_key": "msy_hunter2"}'.encode("utf-16"),
    "not whole": b'{"key_id": "k1", "raw_key": "msy_hunter2", "prefix": "msy_hun"}',
    "a list of it": b'["msy_hunter2"]',
    "no text": b'{"key_id": "k1", "raw_key": ["msy_hunter2"], "prefix": "", "name": ""}',
    "bare": b'"msy_hunter2"',
}


@in_both_control_modes
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_method_says_this_and_no_more(
    make_client: MakeControlClient, case: ControlWireCase
) -> None:
    case.check(make_client)


@in_both_control_modes
@pytest.mark.parametrize(("call", "fault"), UNSENDABLE.values(), ids=UNSENDABLE)
def test_what_cannot_be_meant_is_not_sent(
    make_client: MakeControlClient, call: ControlClientCall, fault: str
) -> None:
    record = recording_of({})
    with pytest.raises(MemsyConfigurationError, match=f"^{fault}"):
        outcome(make_client, call, record)
    assert record.requests == []


@in_both_control_modes
@pytest.mark.parametrize("content", GARBLED.values(), ids=GARBLED)
def test_a_garbled_answer_never_shows_the_key_that_was_made(
    make_client: MakeControlClient, content: bytes
) -> None:
    """And is not asked for again: that would make another key."""
    record = recording_of(HTTPResponse(200, {"content-type": "application/json"}, content))
    with pytest.raises(MemsyResponseError, match=r"^POST /keys: .* \(1 attempt\)$") as raised:
        outcome(make_client, lambda c: c.keys.create("ci"), record)
    error = raised.value
    told = "".join(traceback.format_exception(error))
    assert "hunter2" not in f"{error} {error!r} {vars(error)} {told}".replace("\\x00", "")
    assert b"hunter2" not in pickle.dumps(error)
    assert (error.maybe_processed, len(record.requests)) == (True, 1)


@in_both_control_modes
def test_a_plan_without_room_for_more_keys_says_how_many_it_has(
    make_client: MakeControlClient,
) -> None:
    refusal = b'{"detail": {"error": "key_limit_reached", "limit": 5, "current": 5}}'
    with pytest.raises(KeyLimitReachedError) as raised:
        result(make_client, lambda c: c.keys.create("ci"), HTTPResponse(403, {}, refusal))
    assert (raised.value.limit, raised.value.current) == (5, 5)
