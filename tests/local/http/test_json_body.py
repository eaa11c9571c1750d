"""Strict decoding of JSON request bodies."""

from __future__ import annotations

import pytest

from memsy.local.http.errors import ErrorResponse, ValidationErrorResponse
from memsy.local.http.json_body import MAX_BODY_BYTES, decode

INVALID = {
    "empty": b"",
    "truncated": b'{"events": [',
    "two values": b"{} {}",
    "a trailing comma": b"[1,]",
    "single quotes": b"{'a': 1}",
    "NaN": b'{"threshold": NaN}',
    "Infinity": b"[-Infinity]",
    "bad UTF-8": b'"\xff\xfe"',
    "a surrogate in UTF-8": b'"\xed\xa0\x80"',
    "a lone surrogate": b'{"a": ["\\ud800"]}',
    "a lone surrogate as a key": b'{"\\uDC00": 1}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "a number of 5000 digits": b"[" + b"1" * 5000 + b"]",
    "100,000 arrays": b"[" * 100_000,
    "100,000 arrays, closed": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects and an escape": b'{"\\u0061":' * 100_000 + b"1" + b"}" * 100_000,
    "a control character": b'"\x01"',
}


@pytest.mark.parametrize("body", INVALID.values(), ids=list(INVALID))
def test_invalid_json_is_a_422(body: bytes) -> None:
    with pytest.raises(ValidationErrorResponse) as excinfo:
        decode(body)
    (item,) = excinfo.value.items
    assert item["type"] == "json_invalid"
    assert item["loc"][0] == "body"


def test_valid_json_is_decoded() -> None:
    assert decode('{"a": [1, 2.5, "ä", null, true]}'.encode()) == {"a": [1, 2.5, "ä", None, True]}


def test_surrogate_pair_is_one_character() -> None:
    assert decode(b'"\\ud83d\\ude00"') == "\N{GRINNING FACE}"


def test_last_of_equal_keys_wins() -> None:
    assert decode(b'{"a": 1, "a": 2}') == {"a": 2}


def test_body_over_10_mib_is_a_413() -> None:
    with pytest.raises(ErrorResponse) as excinfo:
        decode(b" " * (MAX_BODY_BYTES + 1))
    assert excinfo.value.status == 413
