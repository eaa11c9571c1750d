"""Connections that are made, and sent over, before the deadline of the call they serve."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

from memsy._transports.requests.response import StrictResponse
from memsy._transports.requests.state import current, socket_timeout

if TYPE_CHECKING:
    from memsy._core.timeout import Deadline


class Connection(HTTPConnection):
    """Plain HTTP, and what the same over TLS has in common with it."""

    response_class = StrictResponse

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
        if self.sock is None:
            # Before the head is put together: an interrupt would show it, and the key in it.
            self.connect()
        # What urllib3 hands in is normalised: %2e would have become %2E.
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
            self.sock.settimeout(socket_timeout(call.deadline.remaining()))
            rest = rest[self.sock.send(rest) :]


class SecureConnection(Connection, HTTPSConnection):
    """HTTP over TLS; the socket's last timeout, set on connecting, holds for the handshake."""


def _connected(host: str, port: int, deadline: Deadline) -> socket.socket:
    """A socket to the first address that answers; each gets its share of the time."""
    addresses = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    deadline = deadline.capped_at(deadline.clock.monotonic() + deadline.connect_timeout())
    failure = OSError("no address")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(socket_timeout(deadline.remaining() / (len(addresses) - tried)))
            sock.connect(address)
            sock.settimeout(socket_timeout(deadline.remaining()))
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
        else:
            return sock
    raise failure
