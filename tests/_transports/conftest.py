"""A server that does as it is told, and a sender of either colour."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Protocol

import pytest

from tests._transports.colours import Awaiting, Blocking, Sender, settings_for
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
    """Starts servers, which stop with the test."""
    with ExitStack() as servers:

        def start(script: Script, context: ssl.SSLContext | None = None) -> RawServer:
            return servers.enter_context(RawServer(script, context))

        yield start


@pytest.fixture(params=[Blocking, Awaiting])
def colour(request: pytest.FixtureRequest) -> type[Sender]:
    kind: type[Sender] = request.param
    return kind


@pytest.fixture
def connect(colour: type[Sender]) -> Iterator[Connect]:
    """Makes senders to a server or a URL, which are closed with the test."""
    with ExitStack() as senders:

        def make(
            server: RawServer | str,
            *,
            proxy: str | None = None,
            ca_file: str | None = None,
            client_cert: str | tuple[str, str] | None = None,
        ) -> Sender:
            url = server if isinstance(server, str) else f"http://127.0.0.1:{server.port}/v1"
            settings = settings_for(url, proxy=proxy, ca_file=ca_file, client_cert=client_cert)
            sender = colour(settings)
            senders.callback(sender.end)
            return sender

        yield make
