"""What goes out and what comes back."""

from __future__ import annotations

import pickle

import attrs
import pytest

from memsy._core.http import HTTPRequest, HTTPResponse


def test_a_header_is_found_whatever_its_case() -> None:
    response = HTTPResponse(200, {"Content-Type": "application/json"})
    assert response.header("CONTENT-TYPE") == "application/json"
    assert response.headers == {"content-type": "application/json"}
    assert response.header("date") is None


def test_text_is_for_eyes_and_never_fails() -> None:
    assert HTTPResponse(200, {}, b"caf\xc3\xa9 \xff").text == "café �"


def test_no_repr_shows_what_may_be_a_key_or_a_megabyte() -> None:
    request = HTTPRequest("POST", "/search", b"secret words", {"Authorization": "Bearer msy_1"})
    assert repr(request) == (
        "HTTPRequest(method='POST', target='/search', body=<12 bytes>, headers=['authorization'])"
    )
    assert (
        repr(HTTPResponse(200, {"set-cookie": "msy_1"}, b"12345"))
        == "HTTPResponse(status=200, content=<5 bytes>)"
    )


def test_a_reply_can_be_pickled() -> None:
    response = HTTPResponse(503, {"Retry-After": "1"}, b"busy")
    assert pickle.loads(pickle.dumps(response)) == response


def test_neither_can_be_changed() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        HTTPResponse(200).status = 500  # type: ignore[misc]  # that it is an error is the promise
