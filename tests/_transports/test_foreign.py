"""Exceptions of test tools, resolvers and signal handlers pass the async transport unchanged."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any
from unittest import mock

import pytest

from memsy import AsyncMemsyClient
from memsy.exceptions import MemsyConnectionError, MemsyTimeoutError
from tests._transports.conftest import Serve
from tests.support.platforms import needs_sigalrm
from tests.support.raw_server import OK, Peer, respond_with

KEY = "msy_key_of_the_foreign_tests"


class BlockedError(RuntimeError):
    """Error of a tool that forbids connections."""


class BlockedConnectionError(ConnectionError):
    pass


class UnknownSettingError(ValueError):
    pass


FOREIGN = [
    BlockedError("no network"),
    BlockedConnectionError("no network"),
    UnknownSettingError("no network"),
    RuntimeError("no network"),
    OSError("no network"),
]


def search(host: str = "127.0.0.1:9") -> None:
    """Search once, with retries, in a loop of its own."""

    async def main() -> None:
        async with AsyncMemsyClient(f"http://{host}/v1", KEY, timeout=5.0) as memsy:
            await memsy.search("tea")

    asyncio.run(main())


class Raiser:
    """A function that counts its calls and raises an exception."""

    def __init__(self, error: BaseException) -> None:
        self._error = error
        self.calls = 0

    def __call__(self, *_: object, **__: object) -> Any:  # noqa: ANN401 - returns nothing
        self.calls += 1
        raise self._error


def locals_of(tb: TracebackType | None) -> str:
    return "".join(
        traceback.TracebackException(Exception, Exception(), tb, capture_locals=True).format(
            chain=False
        )
    )


@pytest.mark.parametrize("name", ["getaddrinfo", "socket"])
@pytest.mark.parametrize("error", FOREIGN, ids=repr)
def test_error_of_a_replaced_function_passes_unchanged_and_is_not_retried(
    name: str, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = Raiser(error)
    if name == "socket":

        class GuardedSocket(socket.socket):
            def __init__(self, family: int = -1, *args: Any, **params: Any) -> None:  # noqa: ANN401
                # The event loop itself needs sockets of the family AF_UNIX.
                if family == socket.AF_INET:
                    guard()
                super().__init__(family, *args, **params)

        monkeypatch.setattr(socket, name, GuardedSocket)
    else:
        monkeypatch.setattr(socket, name, guard)
    with pytest.raises(type(error)) as excinfo:
        search("127.0.0.1:9" if name == "socket" else "a.example:9")
    assert excinfo.value is error
    assert guard.calls == 1
    assert error.__context__ is None
    assert KEY not in locals_of(error.__traceback__)


def test_error_of_a_mock_passes_unchanged() -> None:
    guard = mock.patch("socket.getaddrinfo", side_effect=RuntimeError("no network"))
    with guard, pytest.raises(RuntimeError, match="no network"):
        search("a.example:9")


def test_unknown_name_of_a_replaced_resolver_is_a_connection_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Raiser(socket.gaierror(-2, "unknown")))
    with pytest.raises(MemsyConnectionError, match="cannot be resolved"):
        search("a.example:9")


def test_different_errors_for_each_address_are_not_retried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library below joins their texts in a `RuntimeError`."""
    addresses = [("127.0.0.1", 9), ("127.0.0.2", 9)]
    attempts = list[Any]()

    class GuardedSocket(socket.socket):
        def connect(self, address: Any) -> None:  # noqa: ANN401
            attempts.append(address)
            raise BlockedError(f"no connection to {address}")

    monkeypatch.setattr(socket, "socket", GuardedSocket)
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *_, **__: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", each) for each in addresses],
    )
    with pytest.raises(RuntimeError, match=r"no connection to .*127\.0\.0\.2"):
        search("a.example:9")
    assert attempts == addresses


def test_refused_connection_behind_a_guard_is_a_connection_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The guard allows the connection, and calls the function that it replaces."""

    class GuardedSocket(socket.socket):
        def connect(self, address: Any) -> None:  # noqa: ANN401
            self.setblocking(True)
            super().connect(address)

    monkeypatch.setattr(socket, "socket", GuardedSocket)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(MemsyConnectionError, match="refused the connection"):
        search(f"127.0.0.1:{port}")


@pytest.fixture
def alarm() -> Any:  # noqa: ANN401
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    previous = signal.getsignal(signal.SIGALRM)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, previous)


@needs_sigalrm
@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize("error", [TimeoutError("mine"), OSError("mine"), BlockedError("mine")])
def test_error_of_a_signal_handler_passes_unchanged_while_the_loop_waits(
    serve: Serve, error: Exception
) -> None:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    server = serve(Peer.pause)
    signal.signal(signal.SIGALRM, Raiser(error))
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    with pytest.raises(type(error)) as excinfo:
        search(f"127.0.0.1:{server.port}")
    assert excinfo.value is error
    assert len(server.requests) <= 1


@needs_sigalrm
@pytest.mark.usefixtures("alarm")
@pytest.mark.parametrize("error", [TimeoutError("mine"), OSError("mine"), BlockedError("mine")])
def test_error_of_a_signal_handler_passes_unchanged_while_the_call_runs(
    serve: Serve, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    class InterruptedSocket(socket.socket):
        def connect(self, address: Any) -> None:  # noqa: ANN401
            if sys.platform == "win32":  # for type checkers
                raise NotImplementedError
            signal.raise_signal(signal.SIGALRM)
            super().connect(address)

    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    monkeypatch.setattr(socket, "socket", InterruptedSocket)
    server = serve(respond_with(OK))
    signal.signal(signal.SIGALRM, Raiser(error))
    with pytest.raises(type(error)) as excinfo:
        search(f"127.0.0.1:{server.port}")
    assert excinfo.value is error
    assert server.requests == []


@pytest.mark.parametrize("limit", [0.05, 0.2])
def test_timeout_of_the_caller_is_not_taken_for_a_timeout_of_the_client(
    serve: Serve, limit: float
) -> None:
    server = serve(Peer.pause)

    async def main(wait: Callable[[], Any]) -> None:
        await asyncio.wait_for(wait(), limit)

    async def call() -> None:
        async with AsyncMemsyClient(f"http://127.0.0.1:{server.port}/v1", KEY) as memsy:
            await memsy.search("tea")

    with pytest.raises(asyncio.TimeoutError) as excinfo:
        asyncio.run(main(call))
    assert not isinstance(excinfo.value, MemsyTimeoutError)
