"""Response parser on http.client that refuses malformed heads, lengths and chunks."""

from __future__ import annotations

import http.client
import re
from socket import socket
from typing import cast

from memsy._transports.headers import CHUNK_SIZE_LINE, is_chunked, normalize, normalize_ascii
from memsy._transports.requests.state import current_request
from memsy._transports.requests.stream import EMPTY_LINES, DeadlineStream

_INTERIM_STATUSES = {100, *range(102, 200)}
"""Statuses of responses that another response follows. 101 is the last one on its connection."""

_STATUSES_WITHOUT_BODY = {204, 304}

_STATUS_LINE = re.compile(rb"(HTTP/1\.[01]) ([1-9]\d\d)(?: ([^\r\n]*))?\r?\n")
_MAX_TRAILERS = 100


class StrictResponse(http.client.HTTPResponse):
    """A response that rejects malformed heads and chunks, and is read before the deadline."""

    def __init__(
        self,
        sock: socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        self._state = current_request.get()
        self._stream = DeadlineStream(sock, self._state)
        super().__init__(cast("socket", self._stream), debuglevel, method, url)

    def begin(self) -> None:
        super().begin()
        # http.client accepts a head that is cut short, and drops all headers after an invalid one.
        if self._stream.at_eof:
            raise ConnectionResetError
        if self.headers.defects:
            raise http.client.HTTPException
        headers = self._state.response_headers = _normalized(self.headers.items())
        # http.client does not strip the value: with a space around "chunked", it would read until
        # the connection closes. For a status without a body, it would wait for chunks.
        is_coded = is_chunked(headers.get("transfer-encoding", ""))
        self.chunked = is_coded and self.status not in _STATUSES_WITHOUT_BODY
        if self.chunked:
            self.chunk_left, self.length = None, None

    def _read_status(self) -> tuple[str, int, str]:
        # http.client skips only 100 Continue, and some releases limit the number of skips.
        version, status, reason = self._read_status_line()
        while status in _INTERIM_STATUSES:
            while self._stream.is_in_head:
                self._stream.next_line()
            version, status, reason = self._read_status_line()
        return version, status, reason

    def _read_status_line(self) -> tuple[str, int, str]:
        if not b"HTTP/".startswith(self._stream.peek(1).lstrip(b"\r\n")[:5]):
            raise http.client.BadStatusLine("")  # the peer may never send the end of the line
        line = self._stream.next_nonempty_line()
        match = _STATUS_LINE.fullmatch(line)
        if match is None:
            if not line.endswith(b"\n") and b"HTTP/".startswith(line.strip()[:5]):
                raise ConnectionResetError  # a status line that is cut short
            raise http.client.BadStatusLine("")  # no message shows the line
        self._stream.is_in_head = True
        return match[1].decode(), int(match[2]), (match[3] or b"").decode("latin-1")

    def _get_chunk_left(self) -> int | None:
        # http.client skips the bytes after a chunk without a check.
        if self.chunk_left == 0:
            if self._stream.readline(3) not in EMPTY_LINES:
                raise http.client.IncompleteRead(b"")
            self.chunk_left = None
        left: int | None = super()._get_chunk_left()  # type: ignore[misc]  # not in typeshed
        return left

    def _read_next_chunk_size(self) -> int:
        # http.client accepts every number that int() reads, -1 included.
        match = CHUNK_SIZE_LINE.fullmatch(self._stream.next_line())
        if match is None:
            raise http.client.IncompleteRead(b"")
        return int(match[1], 16)

    def _read_and_discard_trailer(self) -> None:
        self._stream.is_in_head = True
        for _ in range(_MAX_TRAILERS + 1):
            line = self._stream.next_line()
            if not self._stream.is_in_head:
                return
            if line.partition(b":")[0].lower() == b"content-length":
                break  # aiohttp rejects this trailer, too
        raise http.client.IncompleteRead(b"")


def _normalized(lines: list[tuple[str, str]]) -> dict[str, str]:
    ascii_headers = normalize_ascii(lines)
    if ascii_headers is not None:
        return ascii_headers
    # http.client decodes the bytes as Latin-1.
    return normalize((name.encode("latin-1"), value.encode("latin-1")) for name, value in lines)
