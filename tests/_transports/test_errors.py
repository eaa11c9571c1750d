"""Mapping of library errors to `MemsyError`, without the text of the library."""

from __future__ import annotations

import asyncio
import copy
import errno
import http.client
import pickle
import socket
import ssl

import aiohttp
import pytest
import requests
import urllib3

from memsy._core.time_source import SYSTEM_TIME
from memsy._core.timeout import Deadline, Timeout
from memsy._transports.aiohttp import transport as aiohttp_transport
from memsy._transports.errors import TransportFailure, waited_mostly_for_free_connection
from memsy._transports.exhaustion import describe_os_error
from memsy._transports.requests import transport as requests_transport
from memsy.exceptions import (
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    MemsyTLSError,
)

RUNNING = Deadline.start(SYSTEM_TIME, Timeout(total=3600, connect=1.5, read=2.5))
EXPIRED = Deadline(SYSTEM_TIME, Timeout(total=30, connect=1.5, read=2.5), ends_at=0.0)


def exception_for(
    error: BaseException,
    deadline: Deadline = RUNNING,
    *,
    was_sent: bool = False,
    has_response_head: bool = False,
    is_malformed: bool = False,
) -> MemsyError:
    return TransportFailure(
        error,
        deadline,
        "example.org",
        was_sent=was_sent,
        has_response_head=has_response_head,
        is_malformed=is_malformed,
    ).to_exception()


def with_cause(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


TIMEOUTS = [
    TimeoutError(),
    asyncio.TimeoutError(),
    aiohttp.SocketTimeoutError(),
    with_cause(aiohttp.ConnectionTimeoutError(), TimeoutError()),
    requests.ConnectionError(urllib3.exceptions.ProtocolError("aborted", TimeoutError())),
    requests.ReadTimeout(with_cause(urllib3.exceptions.HTTPError(), TimeoutError())),
]


@pytest.mark.parametrize("error", TIMEOUTS, ids=repr)
def test_wrapped_timeout_becomes_a_timeout_error(error: BaseException) -> None:
    assert type(exception_for(error)) is MemsyTimeoutError
    assert type(exception_for(error, was_sent=True, has_response_head=True)) is MemsyTimeoutError


def test_timeout_of_the_system_is_a_lost_connection() -> None:
    """The keep-alive probes got no reply, long before the deadline of the caller."""
    error = requests.ConnectionError(TimeoutError(errno.ETIMEDOUT, "Connection timed out"))
    lost = exception_for(error, was_sent=True)
    assert type(lost) is MemsyConnectionError
    assert str(lost) == "the network lost the connection to example.org"
    assert lost.maybe_processed
    assert type(exception_for(error)) is MemsyConnectionError
    broken = exception_for(error, was_sent=True, has_response_head=True)
    assert type(broken) is MemsyResponseError


def test_context_of_an_error_is_not_a_cause() -> None:
    """A call in an `except TimeoutError` block of the caller has not timed out itself."""
    error = ConnectionRefusedError()
    error.__context__ = TimeoutError()
    assert type(exception_for(error)) is MemsyConnectionError


@pytest.mark.parametrize(
    ("deadline", "was_sent", "message"),
    [
        (RUNNING, False, "no connection to example.org within 1.5 s"),
        (RUNNING, True, "no response within 2.5 s"),
        (EXPIRED, False, "no connection to example.org within 30 s"),
        (EXPIRED, True, "no response within 30 s"),
    ],
)
def test_timeout_message_names_the_exceeded_limit(
    deadline: Deadline, was_sent: bool, message: str
) -> None:
    error = exception_for(TimeoutError(), deadline, was_sent=was_sent)
    assert (str(error), error.maybe_processed) == (message, was_sent)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            "the host name of example.org cannot be resolved; check the base URL and the proxy",
        ),
        (
            socket.gaierror(errno.ENOMEM, "a number of the name lookup"),
            "the host name of example.org cannot be resolved; check the base URL and the proxy",
        ),
        (
            ConnectionRefusedError(111, "Connection refused"),
            "example.org refused the connection; check the base URL and the proxy",
        ),
        (
            OSError(101, "Network is unreachable"),
            "cannot connect to example.org; check the base URL, the network and the proxy",
        ),
        (
            ssl.SSLEOFError(8, "EOF"),
            "cannot connect to example.org; check the base URL, the network and the proxy",
        ),
    ],
    ids=repr,
)
def test_failed_connect_was_not_processed(error: BaseException, message: str) -> None:
    wrappers = (with_cause(aiohttp.ClientError(), error), requests.ConnectionError(error))
    for raised in (error, *wrappers):
        exception = exception_for(raised)
        assert type(exception) is MemsyConnectionError
        assert (str(exception), exception.maybe_processed) == (message, False)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (errno.EMFILE, "the process has no file descriptors left; close files and clients that"),
        (errno.ENFILE, "the system has no file descriptors left; close files and connections"),
        (errno.EADDRNOTAVAIL, "the system has no free local port or no address of this kind; use"),
        (errno.ENOBUFS, "the system has no memory left for sockets; close connections"),
        (errno.ENOMEM, "the system has no memory left for sockets; close connections"),
    ],
)
def test_exhausted_resource_is_named_with_the_fix(number: int, problem: str) -> None:
    error = OSError(number, "text of the system")
    description = describe_os_error(error)
    assert description
    assert description.startswith(problem)
    for raised in (with_cause(aiohttp.ClientError(), error), requests.ConnectionError(error)):
        exception = exception_for(raised)
        assert type(exception) is MemsyConnectionError
        assert str(exception) == f"cannot connect to example.org: {description}"
        assert not exception.maybe_processed


@pytest.mark.parametrize("error", [OSError(), OSError("text"), OSError(101, "unreachable")])
def test_other_os_errors_have_no_description(error: OSError) -> None:
    assert describe_os_error(error) is None


def test_sent_request_without_response_may_be_processed() -> None:
    lost = exception_for(ConnectionResetError(), was_sent=True)
    malformed = exception_for(http.client.BadStatusLine("?"), was_sent=True, is_malformed=True)
    assert str(lost) == "example.org closed the connection without a response"
    assert str(malformed) == "example.org sent a response that is not valid HTTP"
    assert lost.maybe_processed
    assert malformed.maybe_processed


def test_broken_response_body_is_retryable() -> None:
    error = exception_for(ConnectionResetError(), was_sent=True, has_response_head=True)
    assert type(error) is MemsyResponseError
    assert error.is_retryable
    assert error.maybe_processed


def test_failed_handshake_is_a_tls_error() -> None:
    error = exception_for(
        with_cause(aiohttp.ClientError(), ssl.SSLError(1, "WRONG_VERSION_NUMBER"))
    )
    assert type(error) is MemsyTLSError
    assert str(error) == (
        "the TLS handshake with example.org failed; "
        "if the service does not speak TLS, use a base URL that begins with http://"
    )


def exceptions_in(module: object, root: type[BaseException]) -> list[type[BaseException]]:
    return sorted(
        {
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, root)
            and not issubclass(value, Warning)
        },
        key=lambda found: found.__name__,
    )


@pytest.mark.parametrize(
    "exception_type",
    [
        *exceptions_in(requests.exceptions, requests.RequestException),
        *exceptions_in(urllib3.exceptions, urllib3.exceptions.HTTPError),
        *exceptions_in(http.client, http.client.HTTPException),
    ],
)
def test_every_error_of_requests_and_below_is_caught(exception_type: type[BaseException]) -> None:
    assert issubclass(exception_type, requests_transport._LIBRARY_ERRORS)


@pytest.mark.parametrize("exception_type", exceptions_in(aiohttp, aiohttp.ClientError))
def test_every_error_of_aiohttp_is_caught(exception_type: type[BaseException]) -> None:
    assert issubclass(exception_type, aiohttp_transport._LIBRARY_ERRORS)


@pytest.mark.parametrize("exception_type", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_interrupt_exit_and_cancellation_are_not_caught(
    exception_type: type[BaseException],
) -> None:
    assert not issubclass(exception_type, requests_transport._LIBRARY_ERRORS)
    assert not issubclass(exception_type, aiohttp_transport._LIBRARY_ERRORS)


@pytest.mark.parametrize("error", TIMEOUTS, ids=repr)
def test_exceptions_pickle_and_copy(error: BaseException) -> None:
    original = exception_for(error, was_sent=True)
    for clone in (pickle.loads(pickle.dumps(original)), copy.copy(original)):
        assert type(clone) is type(original)
        assert (clone.args, vars(clone)) == (original.args, vars(original))


@pytest.mark.parametrize(
    ("queued_at", "admitted_at", "is_most"),
    [(None, None, False), (1.0, None, True), (1.0, 5.0, False), (1.0, 6.0, True)],
)
def test_longer_part_of_the_wait_decides_the_message(
    queued_at: float | None, admitted_at: float | None, is_most: bool
) -> None:
    waited = waited_mostly_for_free_connection(
        queued_at=queued_at, admitted_at=admitted_at, now=10.0
    )
    assert waited is is_most
