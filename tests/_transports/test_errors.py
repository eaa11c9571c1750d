"""Whatever the libraries below may raise becomes one of our errors, in words of our own."""

from __future__ import annotations

import asyncio
import copy
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
from memsy._transports.errors import TransportFailure
from memsy._transports.requests import transport as requests_transport
from memsy.exceptions import (
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    MemsyTLSError,
)

PATIENT = Deadline.start(SYSTEM_TIME, Timeout(total=3600, connect=1.5, read=2.5))
IMPATIENT = Deadline(SYSTEM_TIME, Timeout(total=30, connect=1.5, read=2.5), ends_at=0.0)


def told(
    error: BaseException,
    deadline: Deadline = PATIENT,
    *,
    was_sent: bool = False,
    is_answered: bool = False,
    is_garbled: bool = False,
) -> MemsyError:
    return TransportFailure(
        error,
        deadline,
        "example.org",
        was_sent=was_sent,
        is_answered=is_answered,
        is_garbled=is_garbled,
    ).to_exception()


def caused(error: BaseException, cause: BaseException) -> BaseException:
    error.__cause__ = cause
    return error


TIMEOUTS = [
    TimeoutError(),
    asyncio.TimeoutError(),
    aiohttp.SocketTimeoutError(),
    caused(aiohttp.ConnectionTimeoutError(), TimeoutError()),
    requests.ConnectionError(urllib3.exceptions.ProtocolError("aborted", TimeoutError())),
    requests.ReadTimeout(caused(urllib3.exceptions.HTTPError(), TimeoutError())),
]


@pytest.mark.parametrize("error", TIMEOUTS, ids=repr)
def test_lateness_is_seen_through_any_disguise(error: BaseException) -> None:
    assert type(told(error)) is MemsyTimeoutError
    assert type(told(error, was_sent=True, is_answered=True)) is MemsyTimeoutError


def test_an_error_of_the_callers_own_is_no_cause_of_ours() -> None:
    """Who calls us while handling a time-out of something else has not timed out with us."""
    error = ConnectionRefusedError()
    error.__context__ = TimeoutError()
    assert type(told(error)) is MemsyConnectionError


@pytest.mark.parametrize(
    ("deadline", "was_sent", "words"),
    [
        (PATIENT, False, "no connection to example.org within 1.5 s"),
        (PATIENT, True, "no answer within 2.5 s"),
        (IMPATIENT, False, "no connection to example.org within 30 s"),
        (IMPATIENT, True, "no answer within 30 s"),
    ],
)
def test_the_limit_that_was_passed_is_named(deadline: Deadline, was_sent: bool, words: str) -> None:
    error = told(TimeoutError(), deadline, was_sent=was_sent)
    assert (str(error), error.maybe_processed) == (words, was_sent)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            socket.gaierror(-2, "Name or service not known"),
            "the name of example.org cannot be resolved",
        ),
        (ConnectionRefusedError(111, "Connection refused"), "example.org refused the connection"),
        (OSError(101, "Network is unreachable"), "no connection to example.org can be made"),
        (ssl.SSLEOFError(8, "EOF"), "no connection to example.org can be made"),
    ],
    ids=repr,
)
def test_what_was_never_sent_was_not_processed(error: BaseException, words: str) -> None:
    for disguised in (error, caused(aiohttp.ClientError(), error), requests.ConnectionError(error)):
        ours = told(disguised)
        assert type(ours) is MemsyConnectionError
        assert (str(ours), ours.maybe_processed) == (words, False)


def test_what_was_sent_may_have_been() -> None:
    lost = told(ConnectionResetError(), was_sent=True)
    garbled = told(http.client.BadStatusLine("?"), was_sent=True, is_garbled=True)
    assert str(lost) == "example.org closed the connection without an answer"
    assert str(garbled) == "what came from example.org is no HTTP response"
    assert lost.maybe_processed
    assert garbled.maybe_processed


def test_what_breaks_off_may_come_whole_the_next_time() -> None:
    error = told(ConnectionResetError(), was_sent=True, is_answered=True)
    assert type(error) is MemsyResponseError
    assert error.is_retryable
    assert error.maybe_processed


def test_a_failed_handshake_is_a_matter_of_tls() -> None:
    error = told(caused(aiohttp.ClientError(), ssl.SSLError(1, "WRONG_VERSION_NUMBER")))
    assert type(error) is MemsyTLSError
    assert str(error) == (
        "no TLS handshake with example.org; "
        "does it speak https at all, or should the base URL begin with http://?"
    )


def all_of(module: object, root: type[BaseException]) -> list[type[BaseException]]:
    return sorted(
        {
            value
            for value in vars(module).values()
            if isinstance(value, type)
            and issubclass(value, root)
            and not issubclass(value, Warning)
        },
        key=lambda kind: kind.__name__,
    )


@pytest.mark.parametrize(
    "kind",
    [
        *all_of(requests.exceptions, requests.RequestException),
        *all_of(urllib3.exceptions, urllib3.exceptions.HTTPError),
        *all_of(http.client, http.client.HTTPException),
    ],
)
def test_every_error_below_requests_is_caught(kind: type[BaseException]) -> None:
    assert issubclass(kind, requests_transport._FOREIGN)


@pytest.mark.parametrize("kind", all_of(aiohttp, aiohttp.ClientError))
def test_every_error_of_aiohttp_is_caught(kind: type[BaseException]) -> None:
    assert issubclass(kind, aiohttp_transport._FOREIGN)


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit, asyncio.CancelledError])
def test_what_is_not_ours_to_catch_is_not_caught(kind: type[BaseException]) -> None:
    assert not issubclass(kind, requests_transport._FOREIGN)
    assert not issubclass(kind, aiohttp_transport._FOREIGN)


@pytest.mark.parametrize("error", TIMEOUTS, ids=repr)
def test_our_errors_can_travel(error: BaseException) -> None:
    ours = told(error, was_sent=True)
    for twin in (pickle.loads(pickle.dumps(ours)), copy.copy(ours)):
        assert (type(twin), twin.args, vars(twin)) == (type(ours), ours.args, vars(ours))
