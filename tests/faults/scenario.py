"""Scenarios: the servers and the environment that a client meets in a fault case."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

from attrs import field, frozen

from memsy import HTTPResponse
from tests.support.raw_server import Peer, RawServer, Script, respond_with
from tests.support.search_responses import FOUND_BYTES, FOUND_JSON


def do_nothing() -> None:
    """Return at once."""


@frozen(kw_only=True)
class Endpoint:
    """Base URL of a running scenario, with its servers."""

    base_url: str
    servers: Sequence[RawServer] = ()
    """Servers that the client may contact."""
    forbidden_servers: Sequence[RawServer] = ()
    """Servers that the client must not contact."""
    options: Mapping[str, Any] = field(factory=dict[str, Any])
    """Options of the client that depend on the scenario."""
    environment: Mapping[str, str] = field(factory=dict[str, str])
    """Environment variables that depend on the scenario."""
    between_calls: Callable[[], object] = do_nothing
    """Called between two calls."""


Scenario: TypeAlias = Callable[[], "AbstractContextManager[Endpoint]"]
"""Starts the servers of a case, anew for each run."""


def http_url(server: RawServer, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{server.port}/v1"


def https_url(server: RawServer, host: str = "127.0.0.1") -> str:
    return f"https://{host}:{server.port}/v1"


def with_new_script(make_script: Callable[[], Script]) -> Scenario:
    """One server, whose script `make_script` makes anew for each run."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        with RawServer(make_script()) as server:
            yield Endpoint(base_url=http_url(server), servers=[server])

    return scenario


def every_connection(script: Script) -> Scenario:
    """One server that runs `script` on every connection."""
    return with_new_script(lambda: script)


def first_connections(*scripts: Script) -> Scenario:
    """One server that runs `scripts` on its first connections, and responds well afterwards."""

    def script(peer: Peer) -> None:
        if peer.number <= len(scripts):
            scripts[peer.number - 1](peer)
        else:
            respond_with(FOUND_BYTES)(peer)

    return every_connection(script)


def raw_responses(*responses: bytes) -> Scenario:
    """One server that sends one of `responses` to each request, and repeats the last one."""
    return with_new_script(lambda: respond_with(*responses))


@frozen
class Responses:
    """Valid HTTP responses, one to each request; the last one repeats. Fakes return them, too."""

    responses: Sequence[HTTPResponse]

    def __call__(self) -> AbstractContextManager[Endpoint]:
        return raw_responses(*map(_to_bytes, self.responses))()


def responses(*sequence: HTTPResponse) -> Responses:
    return Responses(sequence)


def http_response(status: int, body: object = b"", **headers: str) -> HTTPResponse:
    """Return a response; a `body` other than bytes is JSON, `retry_after` is `Retry-After`."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTTPResponse(status, {"content-length": str(len(content)), **named}, content)


def _to_bytes(response: HTTPResponse) -> bytes:
    lines = [f"{name}: {value}" for name, value in response.headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {response.status} Reason", *lines])
    return head.encode("latin-1") + b"\r\n\r\n" + response.content


FOUND_RESPONSE = http_response(200, FOUND_JSON, content_type="application/json")


def no_server(base_url: str) -> Scenario:
    """A base URL without a local server."""

    @contextmanager
    def scenario() -> Iterator[Endpoint]:
        yield Endpoint(base_url=base_url)

    return scenario


@contextmanager
def closed_port() -> Iterator[Endpoint]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield Endpoint(base_url=f"http://127.0.0.1:{port}/v1")


@contextmanager
def full_backlog() -> Iterator[Endpoint]:
    """A listener whose backlog is full: the system accepts no further connection."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(address)
        yield Endpoint(base_url=f"http://127.0.0.1:{address[1]}/v1")
        for sock in waiting:
            sock.close()
