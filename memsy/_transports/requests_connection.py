"""Connections for requests that wait for nothing beyond the deadline of the call they serve."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from contextlib import suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

from attrs import define
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from memsy._core.body import LARGEST

if TYPE_CHECKING:
    from typing_extensions import Buffer

    from memsy._core.deadline import Deadline

_INTERIM = range(102, 200)

_MOST = 2 * LARGEST
"""Bytes of one response on the wire: http.client takes a chunk of size -1 for all that comes."""


@define
class Call:
    """One request on its way; what requests and urllib3 have no parameters for."""

    deadline: Deadline
    target: str
    """What stands in the request line, byte for byte."""
    was_sent: bool = False
    """Whether the service may have read a part of the request."""


current: ContextVar[Call] = ContextVar("current")
"""The call that this thread is about; requests does all its work in the thread that asks."""


class Connection(HTTPConnection):
    """Plain HTTP, and what the same over TLS has in common with it."""

    def connect(self) -> None:
        call = current.get()
        try:
            super().connect()
        finally:
            call.was_sent = False  # what a proxy was asked for is not the request

    def _new_conn(self) -> socket.socket:
        try:
            return _connected(self._dns_host, self.port, current.get().deadline)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, "no connection") from error

    def putrequest(
        self,
        method: str,
        url: str,
        skip_host: bool = False,
        skip_accept_encoding: bool = False,
    ) -> None:
        super().putrequest(method, current.get().target, skip_host, skip_accept_encoding)

    def send(self, data: object) -> None:
        assert isinstance(data, bytes)  # as are our bodies, and what urllib3 makes of the rest
        if self.sock is None:
            self.connect()
        assert self.sock is not None
        call = current.get()
        call.was_sent = True
        rest = memoryview(data)
        while rest:
            self.sock.settimeout(_more_than_none(call.deadline.left()))
            rest = rest[self.sock.send(rest) :]


class SecureConnection(Connection, HTTPSConnection):
    """HTTP over TLS; the socket's last timeout, set on connecting, holds for the handshake."""


def _connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A socket to the first address that answers; each gets its share of the time."""
    addresses = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    clock = deadline.clock
    deadline = deadline.no_later_than(clock.monotonic() + deadline.to_connect())
    failure: OSError = OSError("no address")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(_more_than_none(deadline.left() / (len(addresses) - tried)))
            sock.connect(address)
            sock.settimeout(_more_than_none(deadline.left()))
        except BaseException as error:
            sock.close()
            if not isinstance(error, OSError):
                raise
            failure = error
        else:
            return sock
    raise failure


def _more_than_none(seconds: float) -> float:
    """A timeout for a socket, to which 0 would mean something else."""
    if seconds <= 0:
        raise TimeoutError
    return seconds


class _Response(http.client.HTTPResponse):
    def __init__(
        self,
        sock: socket.socket,
        debuglevel: int = 0,
        method: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(sock, debuglevel, method, url)
        self._source = _Timely(self.fp.detach(), sock, current.get())
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


class _Timely(io.RawIOBase):
    """What the socket brings, before the deadline."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, call: Call) -> None:
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
        self.sock.settimeout(_more_than_none(self._call.deadline.to_read()))
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

    def __init__(self, source: _Timely) -> None:
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
                    sock.shutdown(socket.SHUT_RDWR)
        super().close()


Connection.response_class = _Response
