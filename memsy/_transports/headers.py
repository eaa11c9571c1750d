"""Headers, as both transports write and read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from memsy._core.http import HTTPRequest

MAX_LINE_BYTES = 65536
"""Bytes, in a head: as far as http.client goes, so that one client can read what the other can."""

_SPACE = re.compile("[ \t\r\n]+")
_NAMES = re.compile("[!#$%&'*+.^_`|~0-9a-z-]*")
_LENGTH = re.compile("[0-9]{1,19}")
"""Python has a limit to the digits that it reads, and llhttp to the numbers."""

_EXPECTING_A_BODY = frozenset({"PATCH", "POST", "PUT"})


def request_headers(request: HTTPRequest) -> dict[str, str]:
    """What a request says of its body, and its own headers."""
    if request.body is not None:
        return {
            "content-type": "application/json",
            "content-length": str(len(request.body)),
            **request.headers,
        }
    if request.method in _EXPECTING_A_BODY:
        return {"content-length": "0", **request.headers}
    return dict(request.headers)


def normalize(lines: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """
    The headers of a response by their names in lower case; repeated ones joined by a comma.

    They are read as UTF-8, and what is none is replaced: they may stand in messages. White space
    in them is a space, however many lines a value went over.
    """
    headers: dict[str, str] = {}
    for written, raw in lines:
        name = written.decode("utf-8", "replace").lower()
        before = f"{headers[name]}, " if name in headers else ""
        headers[name] = before + _spaced(raw.decode("utf-8", "replace"))
    return headers


def _spaced(value: str) -> str:
    # Almost all values are printable, where no other white space stands: it is the quicker way.
    return " ".join(value.split()) if value.isprintable() else _SPACE.sub(" ", value).strip(" ")


def has_unambiguous_framing(headers: Mapping[str, str]) -> bool:
    """
    Whether there is no more than one way to tell where a response with such headers ends.

    Where there are two, whoever stands between the service and us may go the other one.
    """
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if not _NAMES.fullmatch("".join(headers)):
        return False  # the one with a space after its name may be one of these two
    if coding is not None:
        return length is None and coding.lower() == "chunked"
    return length is None or bool(_LENGTH.fullmatch(length))
