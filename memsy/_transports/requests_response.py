"""Responses that are received before the deadline, and leave nothing behind for the next ones."""

from __future__ import annotations

import http.client
import io
import re
import ssl
from contextlib import suppress
from socket import SHUT_RDWR
from typing import TYPE_CHECKING

from memsy._core.body import LARGEST
from memsy._transports.requests_call import current, patience

if TYPE_CHECKING:
    from socket import socket

    from typing_extensions import Buffer

    from memsy._transports.requests_call import Call

_INTERIM = range(102, 200)

_LONGEST_LINE = 65536
_EMPTY_LINES = (b"\r\n", b"\n")
_STATUS_LINE = re.compile(rb"(HTTP/1\.[01]) ([1-9]\d\d)(?: ([^\n]*?))?\r?\n")

_MOST = 2 * LARGEST
"""Bytes of one response on the wire: http.client takes a chunk of size -1 for all that comes."""


class Response(http.client.HTTPResponse):
    """http.client's, which believes too much and waits too long."""

    def __init__(
        self,
        sock: socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._source = _Source(self.fp.detach(), sock, current.get())
        self.fp = _Stream(self._source)

    def begin(self) -> None:
        super().begin()
        while self.status in _INTERIM:  # http.client skips 100 alone
            self.headers = None  # type: ignore[assignment]  # that is how it knows where to start
            super().begin()
        # http.client takes a head that is cut short for a whole one, and drops its headers from
        # the first bad one on.
        if self._source.has_ended:
            raise ConnectionResetError
        if self.headers.defects:
            raise http.client.HTTPException

    def _read_status(self) -> tuple[str, int, str]:
        # http.client has its own ideas of what may stand in that line, and aiohttp has others.
        line = self.fp.readline(_LONGEST_LINE + 1)
        while line in _EMPTY_LINES:
            line = self.fp.readline(_LONGEST_LINE + 1)
        if not line:
            raise ConnectionResetError
        found = _STATUS_LINE.fullmatch(line)
        if found is None:
            raise http.client.BadStatusLine("")  # not the line: it is in no message of ours
        return found[1].decode(), int(found[2]), (found[3] or b"").decode("latin-1")


class _Source(io.RawIOBase):
    """What the socket brings, before the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket, call: Call) -> None:
        self._raw = raw
        self._call = call
        self._left = _MOST
        self.sock = sock
        self.has_ended = False
        """Whether the other side has nothing more to say."""
        self.is_over = False
        """Whether we do not want to hear it."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        if self.is_over:
            return 0
        self.sock.settimeout(patience(self._call.deadline.to_read()))
        received = self._raw.readinto(buffer) or 0
        self.has_ended = not received
        self._left -= received
        if self._left < 0:
            raise http.client.HTTPException
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Stream(io.BufferedReader):
    """The bytes of one response; if more than that have come, the connection has no future."""

    def __init__(self, source: _Source) -> None:
        super().__init__(source)
        self._source = source

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
