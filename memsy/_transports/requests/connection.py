"""urllib3 connections that connect and send before the deadline of the current request."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import urllib3
import urllib3.connection
from urllib3 import HTTPHeaderDict
from urllib3.exceptions import NewConnectionError, ProtocolError

from memsy._core.interrupts import is_interrupt
from memsy._transports.requests.connect import connect
from memsy._transports.requests.response import StrictResponse
from memsy._transports.requests.state import current_request, socket_timeout

if TYPE_CHECKING:
    HTTPConnection = urllib3.connection.HTTPConnection
    HTTPSConnection = urllib3.connection.HTTPSConnection
else:
    # While a cassette of vcrpy is in use, the module has subclasses in place of the two classes.
    HTTPConnection, HTTPSConnection = (
        next(base for base in cls.__mro__ if base.__module__ == "urllib3.connection")
        for cls in (urllib3.connection.HTTPConnection, urllib3.connection.HTTPSConnection)
    )


class DeadlineHTTPConnection(HTTPConnection):
    """HTTP connection that obeys the deadline of the current request."""

    response_class = StrictResponse
    _body = b""
    """Body of the current request, until it is sent together with the head."""

    def connect(self) -> None:
        state = current_request.get()
        try:
            super().connect()
        finally:
            state.was_sent = False  # connecting sends only a CONNECT request to a proxy

    def _new_conn(self) -> socket.socket:
        try:
            return connect(self._dns_host, self.port, current_request.get().deadline)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, "no connection") from error

    def request(
        self,
        method: str,
        url: str,
        body: Any = None,  # noqa: ANN401 - bytes; urllib3 has more types than http.client
        headers: Mapping[str, Any] | None = None,
        **_: object,
    ) -> None:
        """Send a request whose headers describe its body, without the checks of urllib3."""
        headers = headers or {}
        try:
            self.putrequest(method, url, "host" in headers, "accept-encoding" in headers)
            for name, value in headers.items():
                http.client.HTTPConnection.putheader(self, name, value)
            self._body = body or b""
            self.endheaders()
        except OSError as error:
            # urllib3 ignores a connection that breaks here: the response may have arrived.
            if is_interrupt(error):
                raise ProtocolError("interrupted") from error
            raise

    def putrequest(
        self,
        method: str,
        url: str,
        skip_host: bool = False,
        skip_accept_encoding: bool = False,
    ) -> None:
        if self.sock is None:
            # Connect before the head is built: the head contains the API key, and the traceback of
            # an interrupt would show it.
            self.connect()
        # urllib3 passes a normalized `url`, with %2E in place of %2e.
        target = current_request.get().target
        super().putrequest(method, target, skip_host, skip_accept_encoding)

    def send(self, data: object) -> None:
        assert isinstance(data, bytes)
        body, self._body = self._body, b""  # first: connect() may send a CONNECT request
        if self.sock is None:
            self.connect()
        assert self.sock is not None
        state = current_request.get()
        state.was_sent = True
        unsent: bytes | memoryview = data + body  # mocket understands only bytes
        while unsent:
            self.sock.settimeout(socket_timeout(state.deadline.remaining()))
            unsent = memoryview(unsent)[self.sock.send(unsent) :]

    def getresponse(self) -> Any:  # noqa: ANN401 - of urllib3, not of http.client
        """Return the response with its body unread. `StrictResponse` has checked the headers."""
        response = http.client.HTTPConnection.getresponse(self)
        return urllib3.HTTPResponse(
            body=response,
            headers=HTTPHeaderDict(response.headers.items()),
            status=response.status,
            version=response.version,
            version_string="HTTP/1.1",
            reason=response.reason,
            preload_content=False,
            decode_content=False,
            original_response=response,
        )


class DeadlineHTTPSConnection(DeadlineHTTPConnection, HTTPSConnection):
    """
    HTTPS connection that obeys the deadline of the current request.

    The timeout of the socket after connecting applies to the TLS handshake.
    """
