"""HTTP requests and responses as values."""

from __future__ import annotations

import pickle

import attrs
import pytest
from multidict import CIMultiDict

from memsy._core.http import HTTPRequest, HTTPResponse


def test_header_lookup_ignores_case() -> None:
    response = HTTPResponse(200, {"Content-Type": "application/json"})
    assert response.header("CONTENT-TYPE") == "application/json"
    assert response.headers == {"content-type": "application/json"}
    assert response.header("date") is None


@pytest.mark.parametrize("name", ["date", "Date"])
def test_response_has_headers_of_its_own(name: str) -> None:
    headers = {name: "today"}
    response = HTTPResponse(200, headers)
    headers.clear()
    assert response.headers == {"date": "today"}


def test_last_value_of_a_repeated_header_counts() -> None:
    headers = CIMultiDict([("date", "yesterday"), ("date", "today")])
    assert HTTPResponse(200, headers).headers == {"date": "today"}


def test_text_replaces_invalid_utf_8() -> None:
    assert HTTPResponse(200, {}, b"caf\xc3\xa9 \xff").text == "café �"


def test_repr_shows_no_header_values_and_no_body() -> None:
    request = HTTPRequest("POST", "/search", b"secret query", {"Authorization": "Bearer msy_1"})
    assert repr(request) == (
        "HTTPRequest(method='POST', target='/search', body=<12 bytes>, headers=['authorization'])"
    )
    assert (
        repr(HTTPResponse(200, {"set-cookie": "msy_1"}, b"12345"))
        == "HTTPResponse(status=200, content=<5 bytes>)"
    )


def test_response_survives_pickling() -> None:
    response = HTTPResponse(503, {"Retry-After": "1"}, b"busy")
    assert pickle.loads(pickle.dumps(response)) == response


def test_response_is_immutable() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        HTTPResponse(200).status = 500  # type: ignore[misc]  # the test expects the error
