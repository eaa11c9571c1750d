"""Byte stream of one response: reads end at the deadline, and head lines are validated."""

from __future__ import annotations

import http.client
import io
import re
import ssl
from socket import SHUT_RDWR, socket

from typing_extensions import Buffer, Self

from memsy._core.interrupts import is_interrupt
from memsy._core.response_body import MAX_BODY_BYTES
from memsy._transports.headers import MAX_LINE_BYTES
from memsy._transports.requests.state import RequestState, socket_timeout

_MAX_RESPONSE_BYTES = 2 * MAX_BODY_BYTES
"""Limit of the bytes received for one response, head and encoded body together."""

EMPTY_LINES = (b"\r\n", b"\n")
_HEADER_LINE = re.compile(rb"(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:|[ \t])[^\0\r\n]*\r?\n")
"""A header, or a continuation of the header before it."""


class DeadlineStream(io.BufferedReader):
    """
    The bytes of one response, received before the deadline of its request.

    `close()` shuts the socket down if more bytes have arrived than the response has.
    """

    def __init__(self, sock: socket, state: RequestState) -> None:
        source = _DeadlineSource(sock, state)
        super().__init__(source)
        self._source = source
        self.is_in_head = False
        """True if the next line is a header, or the empty line after the last header."""

    def makefile(self, _: str) -> Self:
        """Return the stream itself. http.client calls this method of a socket."""
        return self

    @property
    def at_eof(self) -> bool:
        """True if the peer has closed its side of the connection."""
        return self._source.at_eof

    def readline(self, size: int | None = -1, /) -> bytes:
        """Read a line. Within a head, raise `HTTPException` if it is not a valid header line."""
        line = super().readline(size)
        if self.is_in_head and not _HEADER_LINE.fullmatch(line):
            # http.client accepts invalid lines as headers, or as the end of the head.
            self.is_in_head = line not in EMPTY_LINES
            if self.is_in_head and line.endswith(b"\n"):
                raise http.client.HTTPException
        return line

    def next_line(self) -> bytes:
        """
        Read the next line: it is cut off after `MAX_LINE_BYTES` + 1 bytes, or at the end.

        Raises:
            ConnectionResetError: The peer has closed the connection before the line.
        """
        line = self.readline(MAX_LINE_BYTES + 1)
        if not line:
            raise ConnectionResetError
        return line

    def next_nonempty_line(self) -> bytes:
        """Read lines until one is not empty."""
        line = self.next_line()
        while line in EMPTY_LINES:
            line = self.next_line()
        return line

    def close(self) -> None:
        """Close the stream, and shut the socket down if it has unread bytes."""
        if not self.closed:
            self._source.is_closing = True
            sock = self._source.sock
            if self.peek(1) or (isinstance(sock, ssl.SSLSocket) and sock.pending()):
                # The next request would read these bytes as its response. urllib3 discards a
                # socket that is shut down.
                try:
                    sock.shutdown(SHUT_RDWR)
                except OSError as error:
                    if is_interrupt(error):
                        raise
        super().close()


class _DeadlineSource(io.RawIOBase):
    """Unbuffered reads from the socket, each with a timeout that ends at the deadline."""

    def __init__(self, sock: socket, state: RequestState) -> None:
        self._raw = sock.makefile("rb", 0)  # the socket stays open until this file is closed
        self._state = state
        self._remaining_bytes = _MAX_RESPONSE_BYTES
        self.sock = sock
        self.at_eof = False
        self.is_closing = False
        """True if no more bytes are read from the socket."""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer) -> int:
        if self.is_closing:
            return 0
        self.sock.settimeout(socket_timeout(self._state.deadline.read_timeout()))
        # SocketIO would take some exceptions of signal handlers for a socket that is not ready.
        received = self.sock.recv_into(buffer)
        self.at_eof = not received
        self._remaining_bytes -= received
        if self._remaining_bytes < 0:
            raise http.client.HTTPException
        return received

    def close(self) -> None:
        self._raw.close()
        super().close()
