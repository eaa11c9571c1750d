"""What headers say of a body, without any connection."""

from __future__ import annotations

import pytest

from memsy._core.http import HTTPRequest
from memsy._transports.headers import has_unambiguous_framing, normalize, request_headers


def test_a_body_is_announced() -> None:
    assert request_headers(HTTPRequest("POST", "/search", b"{}")) == {
        "content-type": "application/json",
        "content-length": "2",
    }
    assert request_headers(HTTPRequest("POST", "/search", b""))["content-length"] == "0"


def test_the_absence_of_one_is_announced_where_it_is_a_surprise() -> None:
    assert request_headers(HTTPRequest("PATCH", "/roles/1")) == {"content-length": "0"}
    assert request_headers(HTTPRequest("DELETE", "/roles/1")) == {}


def test_lines_of_one_name_are_joined() -> None:
    lines = [(b"Via", b"a"), (b"Date", b" today\t"), (b"VIA", b"b"), (b"via", b"c")]
    assert normalize(lines) == {"via": "a, b, c", "date": "today"}


def test_what_is_no_utf_8_is_replaced() -> None:
    """A location may stand in a message, which is to be printed."""
    lines = [(b"Location", b"/caf\xc3\xa9"), (b"X", b"caf\xe9")]
    assert normalize(lines) == {"location": "/caf\u00e9", "x": "caf\ufffd"}


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
def test_one_way_to_find_the_end_is_sound(headers: dict[str, str]) -> None:
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
def test_no_way_or_two_is_not(headers: dict[str, str]) -> None:
    assert not has_unambiguous_framing(headers)
