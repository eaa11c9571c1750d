"""JSON decoding of responses."""

from __future__ import annotations

import json
from typing import Any

import pytest

from memsy._core.http import HTTPResponse
from memsy._core.json_codec import MAX_BRACKETS, decode_as, no_content, parse
from memsy.exceptions import MemsyResponseError
from memsy.models import HealthResponse, OrgResource

INVALID_JSON = {
    "html": b"<!DOCTYPE html><title>Sign in to Free-WiFi</title>",
    "empty": b"",
    "truncated": b'{"status": "o',
    "invalid UTF-8": b'{"status": "\xff"}',
    "UTF-16": '{"status": "ok"}'.encode("utf-16"),
    "BOM": b'\xef\xbb\xbf{"status": "ok"}',
    "NaN": b'{"status": NaN}',
    "Infinity": b'{"status": [Infinity]}',
    "-Infinity": b"-Infinity",
    "deep": b"[" * 100_000,
    "deep and whole": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "two": b"{} {}",
}


@pytest.mark.parametrize("content", INVALID_JSON.values(), ids=INVALID_JSON.keys())
def test_invalid_json_is_rejected(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(content)


def test_number_with_5000_digits_is_rejected() -> None:
    """Python limits the number of digits. No field accepts such a number either."""
    with pytest.raises(MemsyResponseError):
        decode_as(HealthResponse)(HTTPResponse(200, {}, b'{"status": ' + b"9" * 5000 + b"}"))


def test_last_of_equal_keys_wins() -> None:
    assert parse(b'{"a": 1, "a": 2}') == {"a": 2}


@pytest.mark.parametrize("content", INVALID_JSON.values(), ids=INVALID_JSON.keys())
def test_body_that_is_not_json_is_retryable(content: bytes) -> None:
    with pytest.raises(MemsyResponseError) as excinfo:
        decode_as(HealthResponse)(HTTPResponse(200, {}, content))
    assert excinfo.value.is_retryable
    assert excinfo.value.maybe_processed


def test_body_that_is_not_json_is_quoted_in_the_message() -> None:
    """Status, content type and an excerpt identify a sign-in page."""
    response = HTTPResponse(203, {"Content-Type": "text/html"}, INVALID_JSON["html"])
    with pytest.raises(MemsyResponseError) as excinfo:
        decode_as(HealthResponse)(response)
    message = str(excinfo.value)
    assert message.startswith("HTTP 203 with a body that is not JSON (text/html): <!DOCTYPE html>")
    assert excinfo.value.response is response


def test_error_holds_a_response_that_may_contain_a_secret_without_its_body() -> None:
    response = HTTPResponse(200, {"X-Request-Id": "r1"}, b'{"status": 7, "raw_key": "hunter2"}')
    with pytest.raises(MemsyResponseError) as excinfo:
        decode_as(HealthResponse, is_secret=True)(response)
    assert excinfo.value.response == HTTPResponse(200, {"X-Request-Id": "r1"})


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"null", "$: expected an object, got null"),
        (b"[]", "$: expected an object, got an array"),
        (b'"ok"', "$: expected an object, got a string"),
        (b"true", "$: expected an object, got a boolean"),
        (b'{"status": false}', "$.status: expected a string, got a boolean"),
        (
            b'{"components": {"search": 1}}',
            "$.components.search: expected a string, got a number",
        ),
    ],
)
def test_body_with_another_schema_is_not_retryable(content: bytes, message: str) -> None:
    with pytest.raises(MemsyResponseError) as excinfo:
        decode_as(HealthResponse)(HTTPResponse(200, {}, content))
    assert str(excinfo.value) == message
    assert not excinfo.value.is_retryable
    assert excinfo.value.maybe_processed


def test_list_of_models_is_decoded() -> None:
    names = ("org_id", "name", "focus", "promotion_prompt", "created_at", "updated_at")
    org: dict[str, Any] = dict.fromkeys(names, "x")
    decode = decode_as(list[OrgResource])
    assert decode(HTTPResponse(200, {}, json.dumps([org]).encode())) == [OrgResource(**org)]
    for empty in (b"null", b"", b" \r\n"):
        assert decode(HTTPResponse(200, {}, empty)) == []
    with pytest.raises(MemsyResponseError, match=r"^\$\[1\]\.org_id: is missing$"):
        decode(HTTPResponse(200, {}, json.dumps([org, {}]).encode()))


@pytest.mark.parametrize("content", [b"", b"null", b"<html>"])
def test_no_content_ignores_the_body(content: bytes) -> None:
    no_content(HTTPResponse(204, {}, content))


MANY_LISTS = b"[" + b"[]," * (MAX_BRACKETS - 2) + b"[]]"
"""JSON text with as many opening brackets as allowed."""


def test_json_may_have_a_million_brackets() -> None:
    assert parse(MANY_LISTS) == [[]] * (MAX_BRACKETS - 1)


@pytest.mark.parametrize(
    "content",
    [
        b"[" + MANY_LISTS + b"]",
        b'{"status":' + MANY_LISTS + b"}",
        b'{"status":"' + b"{" * MAX_BRACKETS + b'"}',
        b"[" * (MAX_BRACKETS + 1),
    ],
    ids=["arrays", "arrays and an object", "in a string", "unclosed"],
)
def test_body_with_more_brackets_is_refused(content: bytes) -> None:
    with pytest.raises(MemsyResponseError) as excinfo:
        decode_as(HealthResponse)(HTTPResponse(200, {}, content))
    assert str(excinfo.value) == (
        "a response arrived, but its body has more than 1,000,000 opening brackets"
    )
    assert (excinfo.value.is_retryable, excinfo.value.maybe_processed) == (False, True)
