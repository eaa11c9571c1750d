"""Map the errors of requests, urllib3, http.client, ssl and aiohttp to `MemsyError`."""

from __future__ import annotations

import errno
import socket
import ssl
import sys
from collections.abc import Iterator

from attrs import frozen

from memsy._core.response_body import corrupt
from memsy._core.timeout import Deadline
from memsy._transports.exhaustion import describe_missing_descriptor, describe_os_error
from memsy.exceptions import (
    MemsyConnectionError,
    MemsyError,
    MemsyTimeoutError,
    MemsyTLSError,
)

if sys.version_info >= (3, 11):
    _TIMEOUT_ERRORS = (TimeoutError,)
else:
    import asyncio

    _TIMEOUT_ERRORS = (TimeoutError, asyncio.TimeoutError)

_CONNECTION_CLOSED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_EXPIRED, _HOST_NAME_MISMATCH, _IP_ADDRESS_MISMATCH = 10, 62, 64
"""OpenSSL verification codes that have a message of their own."""


@frozen
class TransportFailure:
    """A library `error` that stopped a request, and the progress of the request at that time."""

    error: BaseException
    deadline: Deadline
    peer: str
    """Host and port for error messages, with "through the proxy" if there is a proxy."""
    was_sent: bool
    """True if the service may have read a part of the request."""
    has_response_head: bool = False
    """True if the response head was received."""
    is_malformed: bool = False
    """True if the received bytes are not an HTTP response."""
    max_connections: int | None = None
    """Connection limit of the client, if the request waited mostly for a free connection."""
    mocked_request: str | None = None
    """Method and URL of the request, if an HTTP mock raised the error."""

    def to_exception(self) -> MemsyError:
        """
        Return the exception to raise. Raise it with `from None`.

        The message contains no text of a library, because that text may contain the API key.
        """
        if self._has_timed_out():
            error: MemsyError = MemsyTimeoutError(self._timeout_message())
        elif self.has_response_head:
            return corrupt("the connection broke in the middle of its body")
        elif (tls_error := self._tls_error()) is not None:
            error = MemsyTLSError(self._tls_message(tls_error))
        elif self.mocked_request is not None:
            error = MemsyConnectionError(self._mock_message())
        elif self.was_sent:
            error = MemsyConnectionError(self._no_response_message())
        else:
            error = MemsyConnectionError(self._connect_message())
        error.maybe_processed = self.was_sent
        return error

    def _has_timed_out(self) -> bool:
        """Return True after a timeout of the caller. ETIMEDOUT is the limit of the system."""
        return any(
            isinstance(cause, _TIMEOUT_ERRORS) and getattr(cause, "errno", None) != errno.ETIMEDOUT
            for cause in exception_chain(self.error)
        )

    def _caused_by(self, *types: type[BaseException]) -> bool:
        return any(isinstance(cause, types) for cause in exception_chain(self.error))

    def _tls_error(self) -> ssl.SSLError | None:
        tls_error = None
        for cause in exception_chain(self.error):
            # A connection that closes during the handshake is not a certificate problem.
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, _CONNECTION_CLOSED):
                tls_error = cause  # the innermost error comes from OpenSSL
        return tls_error

    def _timeout_message(self) -> str:
        timeout = self.deadline.timeout
        is_expired = self.deadline.remaining() <= 0
        if self.max_connections is not None and is_expired and not self.was_sent:
            return (
                f"no free connection within {timeout.total:g} s: all connections of the client "
                f"were in use (max_connections={self.max_connections}); "
                "make fewer calls at the same time, or raise the limit"
            )
        limit = timeout.read if self.was_sent else timeout.connect
        if limit is None or is_expired:
            limit = timeout.total
        missing = "response" if self.was_sent else f"connection to {self.peer}"
        return f"no {'complete ' if self.has_response_head else ''}{missing} within {limit:g} s"

    def _tls_message(self, error: ssl.SSLError) -> str:
        if not isinstance(error, ssl.SSLCertVerificationError):
            return (
                f"the TLS handshake with {self.peer} failed; "
                "if the service does not speak TLS, use a base URL that begins with http://"
            )
        if error.verify_code == _EXPIRED:
            return (
                f"the certificate of {self.peer} has expired; "
                "renew the certificate, or correct the clock of this machine"
            )
        if error.verify_code in (_HOST_NAME_MISMATCH, _IP_ADDRESS_MISMATCH):
            return f"the certificate of {self.peer} is for another host; check the base URL"
        return (
            f"the certificate of {self.peer} is not trusted; "
            "pass ca_file=... to trust its certificate authority"
        )

    def _mock_message(self) -> str:
        return (
            f"an HTTP mock raised {type(self.error).__name__} for {self.mocked_request}; "
            "if the test does not expect this, give the mock a response for this request"
        )

    def _connect_message(self) -> str:
        if (problem := self._exhausted_resource()) is not None:
            return f"cannot connect to {self.peer}: {problem}"
        if self._caused_by(socket.gaierror):
            return (
                f"the host name of {self.peer} cannot be resolved; check the base URL and the proxy"
            )
        if self._caused_by(ConnectionRefusedError):
            return f"{self.peer} refused the connection; check the base URL and the proxy"
        return f"cannot connect to {self.peer}; check the base URL, the network and the proxy"

    def _exhausted_resource(self) -> str | None:
        if self._caused_by(socket.gaierror):
            # A name lookup without a free file descriptor may report an unknown name. The number of
            # its error belongs to the name lookup.
            return describe_missing_descriptor()
        causes = (cause for cause in exception_chain(self.error) if isinstance(cause, OSError))
        return next(filter(None, map(describe_os_error, causes)), None)

    def _no_response_message(self) -> str:
        if self.is_malformed:
            return f"{self.peer} sent a response that is not valid HTTP"
        if self._caused_by(TimeoutError):
            return f"the network lost the connection to {self.peer}"
        return f"{self.peer} closed the connection without a response"


def waited_mostly_for_free_connection(
    *, queued_at: float | None, admitted_at: float | None, now: float
) -> bool:
    """
    Return True if a request waited longer for a free connection than for the network.

    Args:
        queued_at: Start of the wait. None if a connection was free.
        admitted_at: End of the wait. None if the request still waits.
        now: Time of the error, on the same clock.
    """
    if queued_at is None or admitted_at is None:
        return queued_at is not None
    return admitted_at - queued_at > now - admitted_at


def exception_chain(error: BaseException) -> Iterator[BaseException]:
    """
    Yield an error, its causes, and the errors among its arguments, outermost first.

    `__context__` is left out: it may be an earlier, unrelated error of the caller.
    """
    yield error
    for inner in (error.__cause__, *error.args):
        if isinstance(inner, BaseException):
            yield from exception_chain(inner)
