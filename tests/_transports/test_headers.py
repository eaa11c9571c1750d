"""Request headers of a body, normalized response headers, and unambiguous framing."""

from __future__ import annotations

import pytest

from memsy._core.http import HTTPRequest
from memsy._transports.headers import (
    has_unambiguous_framing,
    normalize,
    normalize_latin_1,
    request_headers,
)


def test_request_body_sets_content_type_and_length() -> None:
    assert request_headers(HTTPRequest("POST", "/search", b"{}")) == {
        "content-type": "application/json",
        "content-length": "2",
    }
    assert request_headers(HTTPRequest("POST", "/search", b""))["content-length"] == "0"


def test_patch_without_body_has_content_length_zero_and_delete_has_none() -> None:
    assert request_headers(HTTPRequest("PATCH", "/roles/1")) == {"content-length": "0"}
    assert request_headers(HTTPRequest("DELETE", "/roles/1")) == {}


def normalize_in_both_ways(lines: list[tuple[bytes, bytes]]) -> dict[str, str]:
    headers = normalize(lines)
    as_text = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in lines]
    assert normalize_latin_1(as_text) == headers
    return headers


def test_values_of_a_repeated_name_are_joined() -> None:
    lines = [(b"Via", b"a"), (b"Date", b" today\t"), (b"VIA", b"b"), (b"via", b"c")]
    assert normalize_in_both_ways(lines) == {"via": "a, b, c", "date": "today"}


def test_invalid_utf_8_is_replaced() -> None:
    """An error message may show a value, such as a location."""
    lines = [(b"Location", b"/caf\xc3\xa9"), (b"X", b"caf\xe9")]
    assert normalize_in_both_ways(lines) == {"location": "/caf\u00e9", "x": "caf\ufffd"}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-length": "0"},
        {"content-length": "007"},
        {"transfer-encoding": "chunked"},
        {"transfer-encoding": "Chunked"},
    ],
)
def test_one_framing_header_is_unambiguous(headers: dict[str, str]) -> None:
    assert has_unambiguous_framing(headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"content-length": ""},
        {"content-length": "-1"},
        {"content-length": "+1"},
        {"content-length": "1_0"},
        {"content-length": "²"},
        {"content-length": "9" * 20},
        {"content-length": "2, 2"},
        {"content-length": "2", "transfer-encoding": "chunked"},
        {"transfer-encoding": ""},
        {"transfer-encoding": "gzip"},
        {"transfer-encoding": "gzip, chunked"},
        {"transfer-encoding": "chunked, chunked"},
    ],
)
def test_invalid_or_two_framing_headers_are_ambiguous(headers: dict[str, str]) -> None:
    assert not has_unambiguous_framing(headers)
