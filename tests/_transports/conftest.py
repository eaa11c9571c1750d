"""Fixtures: scripted raw servers, and senders of either transport that connect to them."""

from __future__ import annotations

import functools
import socket
import ssl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from typing import Protocol

import pytest
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from tests._transports.senders import AsyncSender, Sender, SyncSender, settings_for
from tests.support.raw_server import RawServer, Script


class Serve(Protocol):
    def __call__(self, script: Script, context: ssl.SSLContext | None = None) -> RawServer: ...


class Connect(Protocol):
    def __call__(
        self,
        server: RawServer | str,
        *,
        proxy: str | None = None,
        ca_file: str | None = None,
        client_cert: str | tuple[str, str] | None = None,
    ) -> Sender: ...


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start raw servers. They stop at the end of the test."""
    with ExitStack() as servers:

        def start(script: Script, context: ssl.SSLContext | None = None) -> RawServer:
            return servers.enter_context(RawServer(script, context))

        yield start


@pytest.fixture(params=[SyncSender, AsyncSender], ids=["sync", "async"])
def sender_type(request: pytest.FixtureRequest) -> type[Sender]:
    param: type[Sender] = request.param
    return param


@pytest.fixture(params=[False, True], ids=["", "wrapped-adapter"])
def in_both_adapter_modes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Run a test without and with a tool that wraps `HTTPAdapter.send`.

    The sync client calls this function of requests only if a tool has wrapped or replaced it.
    """
    if request.param:
        send = HTTPAdapter.send

        @functools.wraps(send)
        def wrapper(adapter: HTTPAdapter, prepared: PreparedRequest, stream: bool) -> Response:
            return send(adapter, prepared, stream)

        monkeypatch.setattr(HTTPAdapter, "send", wrapper)


@pytest.fixture
def connect(sender_type: type[Sender]) -> Iterator[Connect]:
    """Create senders for a server or a URL. They close at the end of the test."""
    with ExitStack() as senders:

        def create(
            server: RawServer | str,
            *,
            proxy: str | None = None,
            ca_file: str | None = None,
            client_cert: str | tuple[str, str] | None = None,
        ) -> Sender:
            url = server if isinstance(server, str) else f"http://127.0.0.1:{server.port}/v1"
            settings = settings_for(url, proxy=proxy, ca_file=ca_file, client_cert=client_cert)
            sender = sender_type(settings)
            senders.callback(sender.dispose)
            return sender

        yield create


class Resolve(Protocol):
    def __call__(self, *targets: int | Sequence[object]) -> str: ...


@pytest.fixture
def resolve(monkeypatch: pytest.MonkeyPatch) -> Resolve:
    """
    Return a function that installs a name lookup and returns the URL of a host.

    A target is a port of 127.0.0.1, or a whole entry of `socket.getaddrinfo`.
    """

    def install(*targets: int | Sequence[object]) -> str:
        def lookup(*_: object, **__: object) -> list[Sequence[object]]:
            return [
                (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", target))
                if isinstance(target, int)
                else target
                for target in targets
            ]

        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        return "http://service.invalid/v1"

    return install


@pytest.fixture
def black_hole() -> Iterator[int]:
    """Port of a listener with a full backlog: connection attempts get no reaction."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        pending = [socket.socket() for _ in range(4)]
        for sock in pending:
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        yield port
        for sock in pending:
            sock.close()
