"""Where a fault is met: whom the client talks to, and what lies around there."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, TypeAlias

from attrs import field, frozen

from memsy import HTTPResponse
from tests.matrix.calls import FOUND_JSON
from tests.raw_server import Peer, RawServer, Script, answering, response


def nothing() -> None:
    """Happens between two calls, as a rule."""


@frozen(kw_only=True)
class Place:
    """What is there, as long as a row is played."""

    base_url: str
    servers: Sequence[RawServer] = ()
    """Who may be asked."""
    bystanders: Sequence[RawServer] = ()
    """Who may not."""
    options: Mapping[str, Any] = field(factory=dict[str, Any])
    """Of the client, as far as they depend on the place."""
    environment: Mapping[str, str] = field(factory=dict[str, str])
    """Variables that are set when the client is made, and when it calls, beside the row's own."""
    between: Callable[[], object] = nothing
    """What happens between two calls."""


Stage: TypeAlias = Callable[[], "AbstractContextManager[Place]"]
"""Makes a place; anew for each who plays there."""


def http(server: RawServer, host: str = "127.0.0.1") -> str:
    return f"http://{host}:{server.port}/v1"


def https(server: RawServer, host: str = "127.0.0.1") -> str:
    return f"https://{host}:{server.port}/v1"


def serving(make: Callable[[], Script]) -> Stage:
    """One server, with a script that is made anew for each who plays there."""

    @contextmanager
    def stage() -> Iterator[Place]:
        with RawServer(make()) as server:
            yield Place(base_url=http(server), servers=[server])

    return stage


def always(script: Script) -> Stage:
    """A server that does *script* on every connection."""
    return serving(lambda: script)


def first(*scripts: Script) -> Stage:
    """A server that does these on its first connections, one on each, and then answers well."""

    def script(peer: Peer) -> None:
        if peer.number <= len(scripts):
            scripts[peer.number - 1](peer)
        else:
            answering(FINE)(peer)

    return always(script)


def saying(*answers: bytes) -> Stage:
    """A server that says this, one to each request, and the last for ever, whether HTTP or not."""
    return serving(lambda: answering(*answers))


@frozen
class Replies:
    """A server that answers in good HTTP, whatever it says; a fake can be told to say the same."""

    replies: Sequence[HTTPResponse]

    def __call__(self) -> AbstractContextManager[Place]:
        return saying(*map(_on_the_wire, self.replies))()


def replies(*said: HTTPResponse) -> Replies:
    """A service that answers so, the last for ever."""
    return Replies(said)


def says(status: int, body: object = b"", **headers: str) -> HTTPResponse:
    """A reply; what is no bytes is said in JSON. `retry_after` is the header `Retry-After`."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HTTPResponse(status, {"content-length": str(len(content)), **named}, content)


def _on_the_wire(reply: HTTPResponse) -> bytes:
    lines = [f"{name}: {value}" for name, value in reply.headers.items()]
    head = "\r\n".join([f"HTTP/1.1 {reply.status} Said", *lines])
    return head.encode("latin-1") + b"\r\n\r\n" + reply.content


FINE = response(FOUND_JSON, "Content-Type: application/json")
GOOD = says(200, FOUND_JSON, content_type="application/json")
"""The answer to a search, as it stands on the wire, and as it is read there."""


def at(base_url: str) -> Stage:
    """Nobody's server."""

    @contextmanager
    def stage() -> Iterator[Place]:
        yield Place(base_url=base_url)

    return stage


@contextmanager
def a_closed_port() -> Iterator[Place]:
    with socket.create_server(("127.0.0.1", 0)) as closed_soon:
        port = closed_soon.getsockname()[1]
    yield Place(base_url=f"http://127.0.0.1:{port}/v1")


@contextmanager
def a_full_backlog() -> Iterator[Place]:
    """One who takes no more connections: further ones are never answered at all."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(address)
        yield Place(base_url=f"http://127.0.0.1:{address[1]}/v1")
        for sock in waiting:
            sock.close()
