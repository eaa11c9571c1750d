"""What befell a request, told in one of our exceptions, whichever library it befell."""

from __future__ import annotations

import asyncio
import socket
import ssl
from typing import TYPE_CHECKING

from attrs import frozen

from memsy._core.response_body import corrupt
from memsy.exceptions import (
    MemsyClientClosedError,
    MemsyConnectionError,
    MemsyError,
    MemsyTimeoutError,
    MemsyTLSError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from memsy._core.timeout import Deadline

_ENDS = (ssl.SSLEOFError, ssl.SSLZeroReturnError)
_EXPIRED, _OTHER_HOST, _OTHER_ADDRESS = 10, 62, 64
"""Of OpenSSL's codes for what is wrong with a certificate, those with a remedy of their own."""


def client_closed_error() -> MemsyClientClosedError:
    return MemsyClientClosedError("the client was used after close()")


@frozen
class TransportFailure:
    """An *error* of a library below, and how far the request had come by then."""

    error: BaseException
    deadline: Deadline
    peer: str
    """Whom we talk to, for a person: host, port, and the word proxy if there is one."""
    was_sent: bool
    """Whether the service may have read the request."""
    is_answered: bool = False
    """Whether the head of an answer has come."""
    is_garbled: bool = False
    """Whether what came instead of one is no HTTP."""

    def to_exception(self) -> MemsyError:
        """The error to raise, `from None`: its text is our own, and holds no key."""
        if self._caused_by(TimeoutError, asyncio.TimeoutError):
            error: MemsyError = MemsyTimeoutError(self._too_late())
        elif self.is_answered:
            return corrupt("the connection broke in the middle of its body")
        elif (tls := self._tls_error()) is not None:
            error = MemsyTLSError(self._no_trust(tls))
        else:
            error = MemsyConnectionError(self._lost() if self.was_sent else self._never_made())
        error.maybe_processed = self.was_sent
        return error

    def _caused_by(self, *kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in exception_chain(self.error))

    def _tls_error(self) -> ssl.SSLError | None:
        found = None
        for cause in exception_chain(self.error):
            # An end of the connection in the middle of a handshake says nothing about trust.
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, _ENDS):
                found = cause  # the last one is OpenSSL's own
        return found

    def _too_late(self) -> str:
        timeout = self.deadline.timeout
        limit = timeout.read if self.was_sent else timeout.connect
        if limit is None or self.deadline.remaining() <= 0:
            limit = timeout.total
        missing = "answer" if self.was_sent else f"connection to {self.peer}"
        return f"no {'whole ' if self.is_answered else ''}{missing} within {limit:g} s"

    def _no_trust(self, error: ssl.SSLError) -> str:
        if not isinstance(error, ssl.SSLCertVerificationError):
            return (
                f"no TLS handshake with {self.peer}; "
                "does it speak https at all, or should the base URL begin with http://?"
            )
        if error.verify_code == _EXPIRED:
            return f"the certificate of {self.peer} has expired"
        if error.verify_code in (_OTHER_HOST, _OTHER_ADDRESS):
            return f"the certificate of {self.peer} is one for another host"
        return f"the certificate of {self.peer} is not trusted; pass ca_file=... if it should be"

    def _never_made(self) -> str:
        if self._caused_by(socket.gaierror):
            return f"the name of {self.peer} cannot be resolved"
        if self._caused_by(ConnectionRefusedError):
            return f"{self.peer} refused the connection"
        return f"no connection to {self.peer} can be made"

    def _lost(self) -> str:
        if self.is_garbled:
            return f"what came from {self.peer} is no HTTP response"
        return f"{self.peer} closed the connection without an answer"


def exception_chain(error: BaseException) -> Iterator[BaseException]:
    """
    An error, and those that it was raised for.

    Never its `__context__`: that may be an error of the caller's own, which happened before.
    """
    yield error
    for inner in (error.__cause__, *error.args):
        if isinstance(inner, BaseException):
            yield from exception_chain(inner)
