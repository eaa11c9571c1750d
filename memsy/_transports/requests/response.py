"""Responses that are read as strictly as in the other colour, where http.client would guess."""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING

from memsy._transports.requests.state import current
from memsy._transports.requests.stream import EMPTY_LINES, DeadlineStream

if TYPE_CHECKING:
    from socket import socket

_INTERIM = {100, *range(102, 200)}
"""Answers that another one follows; 101 is the last one of its connection."""

_WITHOUT_BODY = {204, 304}

_STATUS_LINE = re.compile(rb"(HTTP/1\.[01]) ([1-9]\d\d)(?: ([^\r\n]*))?\r?\n")
_CHUNK_SIZE = re.compile(rb"0*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\r\n]*)?\r\n")
_MOST_TRAILERS = 100


class StrictResponse(http.client.HTTPResponse):
    """http.client's, which believes too much and waits too long."""

    def __init__(
        self,
        sock: socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._stream = self.fp = DeadlineStream(self.fp.detach(), sock, current.get())

    def begin(self) -> None:
        super().begin()
        # http.client takes a head that is cut short for a whole one, and drops its headers from
        # the first bad one on.
        if self._stream.has_ended:
            raise ConnectionResetError
        if self.headers.defects:
            raise http.client.HTTPException
        # It minds the space around that word, too, and would read on until the end; and where
        # there is no body, it would wait for chunks.
        coding = self.headers.get("transfer-encoding", "").strip().lower()
        self.chunked = coding == "chunked" and self.status not in _WITHOUT_BODY
        if self.chunked:
            self.chunk_left, self.length = None, None

    def _read_status(self) -> tuple[str, int, str]:
        # Of interim answers, http.client passes over 100 Continue alone, and in some releases
        # not over many.
        version, status, reason = self._status_line()
        while status in _INTERIM:
            while self._stream.is_in_head:
                self._stream.line()
            version, status, reason = self._status_line()
        return version, status, reason

    def _status_line(self) -> tuple[str, int, str]:
        if not b"HTTP/".startswith(self._stream.peek(1).lstrip(b"\r\n")[:5]):
            raise http.client.BadStatusLine("")  # and there may be no line to wait for
        line = self._stream.filled_line()
        found = _STATUS_LINE.fullmatch(line)
        if found is None:
            if not line.endswith(b"\n") and b"HTTP/".startswith(line.strip()[:5]):
                raise ConnectionResetError  # as far as it goes, it is good
            raise http.client.BadStatusLine("")  # not the line: it is in no message of ours
        self._stream.is_in_head = True
        return found[1].decode(), int(found[2]), (found[3] or b"").decode("latin-1")

    def _get_chunk_left(self) -> int | None:
        # http.client drops what stands after a chunk, unread.
        if self.chunk_left == 0:
            if self._stream.readline(3) not in EMPTY_LINES:
                raise http.client.IncompleteRead(b"")
            self.chunk_left = None
        left: int | None = super()._get_chunk_left()  # type: ignore[misc]  # typeshed knows none
        return left

    def _read_next_chunk_size(self) -> int:
        # http.client takes whatever Python can read as a number, down to -1.
        found = _CHUNK_SIZE.fullmatch(self._stream.line())
        if found is None:
            raise http.client.IncompleteRead(b"")
        return int(found[1], 16)

    def _read_and_discard_trailer(self) -> None:
        self._stream.is_in_head = True
        for _ in range(_MOST_TRAILERS + 1):
            line = self._stream.line()
            if not self._stream.is_in_head:
                return
            if line.partition(b":")[0].lower() == b"content-length":
                break  # too late to say so; aiohttp would not have it either
        raise http.client.IncompleteRead(b"")
