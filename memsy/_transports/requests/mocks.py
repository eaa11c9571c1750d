"""Requests and responses of HTTP mocks that replace functions of requests or urllib3."""

from __future__ import annotations

import ssl
from http.client import HTTPException
from socket import gaierror

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3 import HTTPConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from memsy._core.http import HTTPResponse
from memsy._core.response_body import ignore_errors_unless_ok
from memsy._core.timeout import Deadline
from memsy._transports.errors import exception_chain
from memsy._transports.headers import normalize
from memsy._transports.mocks import decode_mock_body, is_defined_in, mock_response_error
from memsy._transports.requests.connection import DeadlineHTTPConnection
from memsy._transports.requests.pool import mock_connection_class
from memsy._transports.requests.state import socket_timeout

MOCK_ERRORS = (OSError, HTTPError, HTTPException)
"""Base classes of network errors that a mock may raise. Those of requests are `OSError`s."""

_CONNECT_ERRORS = (
    ConnectionRefusedError,
    ConnectTimeoutError,
    NewConnectionError,
    gaierror,
    requests.ConnectTimeout,
    requests.exceptions.SSLError,
)

# requests-cache puts a subclass in place of the class.
_Session: type[requests.Session] = next(
    cls for cls in requests.Session.__mro__ if cls.__module__ == "requests.sessions"
)


def is_mocked() -> bool:
    """Return True if a mock has replaced a function or class that sends requests."""
    return mock_connection_class(HTTPConnectionPool) is not None or not (
        _is_original("requests.adapters", HTTPAdapter.send)
        and _is_original("requests.sessions", _Session.send)
        and _is_original("requests.sessions", _Session.get_adapter)
        and _is_original("urllib3.connectionpool", HTTPConnectionPool.urlopen)
    )


def is_adapter_wrapped() -> bool:
    """Return True if a tracing tool has wrapped the function of requests that sends requests."""
    return hasattr(HTTPAdapter.send, "__wrapped__")


def _is_original(module: str, function: object) -> bool:
    # A function of a tracing tool wraps the original, and no mock is in use.
    return is_defined_in(module, getattr(function, "__wrapped__", function))


def send_through_mock(
    adapter: HTTPAdapter, request: requests.PreparedRequest, deadline: Deadline
) -> requests.Response:
    """
    Send a request through a session, whose methods some mocks replace.

    The adapter sends the request if the mock does not.
    """
    request.prepare_cookies(RequestsCookieJar())  # the session reads them after a redirect
    session = _Session()
    session.trust_env = False
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session.send(
        request,
        stream=True,
        allow_redirects=False,
        timeout=(
            socket_timeout(deadline.connect_timeout()),
            socket_timeout(deadline.read_timeout()),
        ),
    )


def is_real_response(response: requests.Response) -> bool:
    """Return True if the mock has let the adapter send the request."""
    connection = getattr(getattr(response, "raw", None), "connection", None)
    return isinstance(connection, DeadlineHTTPConnection)


def require_response(response: object) -> None:
    """Raise a `MemsyConfigurationError` if a mock has returned something else."""
    if not isinstance(response, requests.Response):
        raise mock_response_error(response)


def read_mock_response(response: requests.Response) -> HTTPResponse:
    """Return the status, the headers and the decoded body of a response of a mock."""
    require_response(response)
    headers = normalize((str(k).encode(), str(v).encode()) for k, v in response.headers.items())
    content = b""
    with ignore_errors_unless_ok(response.status_code, headers):
        content = decode_mock_body(response.content, headers.get("content-encoding"))
    return HTTPResponse(response.status_code, headers, content)


def is_connect_error(error: BaseException) -> bool:
    """Return True if the error says that the request was not sent."""
    return any(isinstance(cause, _CONNECT_ERRORS) for cause in exception_chain(error))


def standard_error(error: Exception) -> Exception:
    """Return an error of the standard library in place of an error of requests without a cause."""
    if isinstance(error, requests.Timeout):
        return TimeoutError()
    if isinstance(error, requests.exceptions.SSLError):
        return ssl.SSLError()
    return error
