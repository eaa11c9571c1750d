"""Headers of both transports: describe a request body, normalize responses, check framing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from memsy._core.http import HTTPRequest

MAX_LINE_BYTES = 65536
"""Length limit of a line in a response head, in bytes: the limit of http.client."""

MAX_HEADERS = 99
"""Limit of the number of headers of one response: the limit of http.client."""

CHUNK_SIZE_LINE = re.compile(rb"0*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
"""Line before a chunk. The group is its size in hexadecimal."""

CONTENT_LENGTH = re.compile("[0-9]{1,19}")
"""Valid value of Content-Length. Python and llhttp refuse numbers that are much longer."""

_SPACES = re.compile("[ \t\r\n]+")
_TOKEN_CHARACTERS = re.compile("[!#$%&'*+.^_`|~0-9a-z-]*")

_METHODS_WITH_BODY = frozenset({"PATCH", "POST", "PUT"})


def request_headers(request: HTTPRequest) -> dict[str, str]:
    """Return the headers that describe the body of a request, and the headers of the request."""
    if request.body is not None:
        return {
            "content-type": "application/json",
            "content-length": str(len(request.body)),
            **request.headers,
        }
    if request.method in _METHODS_WITH_BODY:
        return {"content-length": "0", **request.headers}
    return dict(request.headers)


def normalize(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """
    Return response headers by lower-case name. A comma joins the values of a repeated name.

    The bytes are decoded as UTF-8, and invalid bytes are replaced, because error messages may
    show a value. A run of white space becomes one space, line folding included.
    """
    return _merge(
        [
            (name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
            for name, value in lines
        ]
    )


def normalize_ascii(lines: Sequence[tuple[str, str]]) -> dict[str, str] | None:
    """Return the same as `normalize`, for headers as text; None if one of them is not ASCII."""
    return _merge(lines) if "".join(chain.from_iterable(lines)).isascii() else None


def _merge(lines: Sequence[tuple[str, str]]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line_name, line_value in lines:
        name, value = line_name.lower(), line_value
        if not value.isprintable() or "  " in value:
            value = _SPACES.sub(" ", value)
        value = value.strip(" ")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def has_unambiguous_framing(headers: Mapping[str, str]) -> bool:
    """
    Return True if the headers give the end of the response in exactly one way.

    If the headers give two different ends, a proxy and the client may choose different ends.
    """
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if not _TOKEN_CHARACTERS.fullmatch("".join(headers)):
        return False  # a name with a space at its end may be one of the two framing headers
    if coding is not None:
        return length is None and is_chunked(coding)
    return length is None or bool(CONTENT_LENGTH.fullmatch(length))


def is_chunked(coding: str) -> bool:
    """Return True if `coding`, the value of Transfer-Encoding, is "chunked" in any case."""
    return coding.isascii() and coding.lower() == "chunked"  # lower() maps the Kelvin sign to k
