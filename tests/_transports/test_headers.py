"""Request headers of a body, normalized response headers, and unambiguous framing."""

from __future__ import annotations

import pytest

from memsy._core.http import HTTPRequest
from memsy._transports.headers import (
    has_unambiguous_framing,
    normalize,
    normalize_ascii,
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


def test_values_of_a_repeated_name_are_joined() -> None:
    lines = [("Via", "a"), ("Date", " today\t"), ("VIA", "b"), ("via", "c")]
    headers = {"via": "a, b, c", "date": "today"}
    assert normalize((name.encode(), value.encode()) for name, value in lines) == headers
    assert normalize_ascii(lines) == headers


def test_invalid_utf_8_is_replaced() -> None:
    """An error message may show a value, such as a location."""
    lines = [(b"Location", b"/caf\xc3\xa9"), (b"X", b"caf\xe9")]
    assert normalize(lines) == {"location": "/caf\u00e9", "x": "caf\ufffd"}


@pytest.mark.parametrize("line", [("X", "caf\xe9"), ("\xc9", "x"), ("X", "caf\udce9")])
def test_header_as_text_that_is_not_ascii_is_left_to_its_bytes(line: tuple[str, str]) -> None:
    assert normalize_ascii([("Date", "today"), line]) is None


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
