"""Exceptions that a signal handler of the caller raises during a call of the sync client."""

from __future__ import annotations

import errno
import gc
import gzip
import http.client
import json
import signal
import socket
import ssl
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest
import requests
import urllib3

import memsy
from memsy import EventPayload, MemsyClient, MemsyTimeoutError, metered
from memsy.testing import FakeMemsyClient
from tests._transports.conftest import Resolve, Serve
from tests.support.platforms import needs_pthread_kill, needs_sigusr1
from tests.support.raw_server import Peer, RawServer, Script, respond_with, response
from tests.support.search_responses import FOUND, FOUND_BYTES, FOUND_JSON

SIGNAL: signal.Signals = getattr(signal, "SIGUSR1", signal.SIGINT)
KEY = "msy_secret_of_the_tests"
PACKAGE = str(Path(memsy.__file__).parent)

pytestmark = [needs_sigusr1, needs_pthread_kill]


class LateError(ValueError):
    """An error class of the caller."""


class SoftTimeLimitError(Exception):
    """An error class of the caller, as in Celery."""


ERRORS: list[BaseException] = [
    TimeoutError("late"),
    ConnectionResetError(errno.ECONNRESET, "late"),
    BrokenPipeError(errno.EPIPE, "late"),
    OSError("late"),
    LateError("late"),
    UnicodeError("late"),
    json.JSONDecodeError("late", "{}", 0),
    ssl.SSLError(1, "late"),
    http.client.IncompleteRead(b""),
    urllib3.exceptions.ReadTimeoutError(urllib3.HTTPConnectionPool("late"), "/", "late"),
    requests.ConnectionError("late"),
    zlib.error("late"),
    MemsyTimeoutError("late"),
    RecursionError("late"),
    SoftTimeLimitError("late"),
    KeyboardInterrupt("late"),
]

with_each_error = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


@contextmanager
def handler_raises(error: BaseException) -> Iterator[None]:
    """Raise `error` at each signal, and expect it from the block, unchanged."""

    def handler(signum: int, frame: FrameType | None) -> None:
        raise error

    args = error.args
    previous = signal.signal(SIGNAL, handler)
    try:
        with pytest.raises(type(error)) as excinfo:
            yield
    finally:
        signal.signal(SIGNAL, previous)
    assert excinfo.value is error
    assert error.args == args
    error.__traceback__ = None  # the other tests raise the same error


def send_signal() -> None:
    """Send the signal to the main thread, once it waits."""
    time.sleep(0.05)
    identity = threading.main_thread().ident
    assert identity
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    signal.pthread_kill(identity, SIGNAL)


def first_connection(act: Callable[[Peer], object]) -> Script:
    """Run `act` on the first connection and send the signal. Respond well on the others."""

    def script(peer: Peer) -> None:
        if peer.number == 1:
            act(peer)
            send_signal()
            peer.pause()
        while True:
            peer.read()
            peer.send(FOUND_BYTES)

    return script


def respond_with_part_of_the_body(peer: Peer) -> None:
    peer.read()
    peer.send(FOUND_BYTES[:-5])


def respond_with_part_of_the_head(peer: Peer) -> None:
    peer.read()
    peer.send(FOUND_BYTES[:20])


def respond_with_part_of_an_error(peer: Peer) -> None:
    peer.read()
    peer.send(response(b"{}", status="503 Service Unavailable")[:-1])


PHASES: dict[str, Callable[[Peer], object]] = {
    "upload": Peer.read_head,
    "head": Peer.read,
    "part-of-head": respond_with_part_of_the_head,
    "body": respond_with_part_of_the_body,
    "error-body": respond_with_part_of_an_error,
}


def client_of(server: RawServer, scheme: str = "http") -> MemsyClient:
    return MemsyClient(f"{scheme}://127.0.0.1:{server.port}/v1", KEY, timeout=20)


@with_each_error
@pytest.mark.parametrize("phase", PHASES)
def test_exception_during_a_request_passes_unchanged(
    serve: Serve, error: BaseException, phase: str
) -> None:
    server = serve(first_connection(PHASES[phase]))
    with client_of(server) as client:
        with handler_raises(error):
            client.ingest([EventPayload("u1", "s1", "user_message", "x" * 2**22)])
        assert len(server.requests) == 1
        assert client.search("tea") == FOUND
    assert server.connections == 2


@with_each_error
@pytest.mark.parametrize("addresses", [1, 2])
def test_exception_during_connection_attempts_passes_unchanged(
    serve: Serve, resolve: Resolve, black_hole: int, error: BaseException, addresses: int
) -> None:
    """Unclosed sockets would be an error, because warnings are errors."""
    server = serve(respond_with(FOUND_BYTES))
    url = resolve(*[black_hole] * addresses)
    with MemsyClient(url, KEY, timeout=20) as client:
        thread = threading.Thread(target=send_signal)
        thread.start()
        with handler_raises(error):
            client.search("tea")
        thread.join()
        resolve(server.port)
        assert client.search("tea") == FOUND


@pytest.mark.parametrize(
    "error",
    # For other errors, the ssl module leaves the socket to the garbage collection.
    [error for error in ERRORS if isinstance(error, (OSError, ValueError))],
    ids=lambda error: type(error).__name__,
)
def test_exception_during_a_tls_handshake_passes_unchanged(
    serve: Serve, error: BaseException
) -> None:
    server = serve(first_connection(Peer.read_some))
    with client_of(server, "https") as client, handler_raises(error):
        client.search("tea")
    assert server.connections == 1


@with_each_error
def test_exception_during_a_name_lookup_passes_unchanged(
    monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: signal.raise_signal(SIGNAL))
    with MemsyClient("http://service.invalid", KEY) as client, handler_raises(error):
        client.search("tea")


@with_each_error
def test_exception_between_two_attempts_passes_unchanged(
    serve: Serve, error: BaseException
) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(response(b"{}", "Retry-After: 9", status="503 Service Unavailable"))
        send_signal()
        peer.read()
        peer.send(FOUND_BYTES)
        peer.wait_for_close()

    server = serve(script)
    with client_of(server) as client:
        with handler_raises(error):
            client.search("tea")
        assert client.search("tea") == FOUND
    assert len(server.requests) == 2


def test_call_in_an_except_block_for_an_earlier_signal_retries(serve: Serve) -> None:
    """The exception that the caller handles is in the context of all errors of the call."""

    def script(peer: Peer) -> None:
        peer.read()
        if peer.number > 1:
            peer.send(FOUND_BYTES)

    def handler(signum: int, frame: FrameType | None) -> None:
        raise LateError

    previous = signal.signal(SIGNAL, handler)
    with client_of(serve(script)) as client:
        try:
            signal.raise_signal(SIGNAL)
        except LateError:
            assert client.search("tea") == FOUND
        finally:
            signal.signal(SIGNAL, previous)


class SignalAtLine:
    """Trace function that sends the signal at one of the lines of the package."""

    def __init__(self, number: int) -> None:
        self.remaining = number

    def __call__(self, frame: FrameType, event: str, arg: object) -> SignalAtLine:
        # Python discards exceptions in a generator that is closed by the garbage collection.
        is_closing = sys.exc_info()[0] is GeneratorExit
        is_own = frame.f_code.co_filename.startswith(PACKAGE)
        if event == "line" and is_own and not is_closing:
            self.remaining -= 1
            if self.remaining == 0:
                signal.raise_signal(SIGNAL)
        return self


def error_of_search(client: MemsyClient, tracer: SignalAtLine) -> BaseException | None:
    previous = sys.gettrace()
    gc.disable()  # Python discards exceptions in the destructor of other garbage
    sys.settrace(tracer)
    try:
        client.search("tea")
    except Exception as error:  # noqa: BLE001 - returned
        return error
    finally:
        sys.settrace(previous)
        gc.enable()
    return None


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")  # interrupted before it was stored
@pytest.mark.parametrize("is_fake", [False, True])
@pytest.mark.parametrize("error", [LateError(), OSError(), KeyError(), RecursionError()], ids=repr)
def test_exception_at_any_line_of_the_package_passes_unchanged(
    serve: Serve, is_fake: bool, error: Exception
) -> None:
    def handler(signum: int, frame: FrameType | None) -> None:
        raise error

    body = gzip.compress(FOUND_JSON)
    server = serve(respond_with(response(body, "Content-Encoding: gzip", "X-Usage-ApiCalls: 1")))
    previous = signal.signal(SIGNAL, handler)
    try:
        with FakeMemsyClient() if is_fake else client_of(server) as client, metered():
            client.search("tea")
            for line in range(1, 10_000, 11):
                tracer = SignalAtLine(line)
                raised = error_of_search(client, tracer)
                if tracer.remaining > 0:
                    break
                assert raised is error
                error.__traceback__ = raised = None
    finally:
        signal.signal(SIGNAL, previous)
    assert line > 200
    gc.collect()  # while the filter applies
