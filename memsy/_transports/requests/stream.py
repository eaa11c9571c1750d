"""The bytes of one response, received before the deadline; its heads are read line by line."""

from __future__ import annotations

import http.client
import io
import re
import ssl
from contextlib import suppress
from socket import SHUT_RDWR
from typing import TYPE_CHECKING

from memsy._core.response_body import MAX_BODY_BYTES
from memsy._transports.headers import MAX_LINE_BYTES
from memsy._transports.requests.state import socket_timeout

if TYPE_CHECKING:
    from socket import socket

    from typing_extensions import Buffer

    from memsy._transports.headers import MAX_LINE_BYTES
from memsy._transports.requests.state import RequestState

_MOST = 2 * MAX_BODY_BYTES
"""Bytes of one response on the wire, whatever its head says of them."""

EMPTY_LINES = (b"\r\n", b"\n")
_HEADER = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:|[ \t])[^\0\r\n]*\r?\n")
"""A line of a head: a header, or the rest of the one before."""


class DeadlineStream(io.BufferedReader):
    """The bytes of one response; if more than that have come, the connection has no future."""

    def __init__(self, raw: io.RawIOBase, sock: socket, call: RequestState) -> None:
        source = _Source(raw, sock, call)
        super().__init__(source)
        self._source = source
        self.is_in_head = False
        """Whether the next line is one of headers, or the one that ends them."""

    @property
    def has_ended(self) -> bool:
        """Whether the other side has nothing more to say."""
        return self._source.has_ended

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        if self.is_in_head and not _HEADER.fullmatch(line):
            # What http.client reads as headers ends, or is one more, at the oddest places.
            self.is_in_head = line not in EMPTY_LINES
            if self.is_in_head and line.endswith(b"\n"):
                raise http.client.HTTPException
        return line

    def line(self) -> bytes:
        """The next line, or as much of it as is bearable, or has come; there has to be one."""
        line = self.readline(MAX_LINE_BYTES + 1)
        if not line:
            raise ConnectionResetError
        return line

    def filled_line(self) -> bytes:
        """The next line that is not empty."""
        line = self.line()
        while line in EMPTY_LINES:
            line = self.line()
        return line

    def close(self) -> None:
        if not self.closed:
            self._source.is_over = True
            sock = self._source.sock
            if self.peek(1) or (isinstance(sock, ssl.SSLSocket) and sock.pending()):
                # What is read from it next would be taken for the answer to another question.
                # urllib3 throws away a socket that it finds shut.
                with suppress(OSError):
                    sock.shutdown(SHUT_RDWR)
        super().close()


class _Source(io.RawIOBase):
    """What the socket brings, before the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket, call: RequestState) -> None:
        self._raw = raw
        self._call = call
        self._left = _MOST
        self.sock = sock
        self.has_ended = False
        self.is_over = False
        """Whether we do not want to hear more."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        if self.is_over:
            return 0
        self.sock.settimeout(socket_timeout(self._call.deadline.read_timeout()))
        received = self._raw.readinto(buffer) or 0
        self.has_ended = not received
        self._left -= received
        if self._left < 0:
            raise http.client.HTTPException
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()
