"""Fixtures: scripted raw servers, and senders of either transport that connect to them."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest

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
