"""HTTP by hand: bytes that no client would send, and what comes back."""

from __future__ import annotations

import http.client
import json
import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from attrs import frozen

from memsy.testing import LocalServer

PATIENCE = 8.0
"""Seconds after which a server that says nothing counts as hanging."""

EVENT = {"actor_id": "ada", "session_id": "s1", "kind": "user_message", "content": "I like tea"}


@frozen
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict[str, object]:
        said = json.loads(self.content)
        assert isinstance(said, dict)
        return said


def connect(server: LocalServer) -> socket.socket:
    parts = urlsplit(server.base_url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), PATIENCE)


def head(target: str = "/v1/ingest", method: str = "POST", **headers: str | int | None) -> bytes:
    """
    A request up to the empty line. A header that is None is left out.

    In the names of *headers* underscores are hyphens, and capitals add a header of the same name.
    """
    usual: dict[str, str | int | None] = {
        "host": "127.0.0.1",
        "authorization": "Bearer msy_local",
        "content-type": "application/json",
    }
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in (usual | given).items() if value is not None]
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("latin-1")


def post(body: object, target: str = "/v1/ingest", **headers: str | int | None) -> bytes:
    """A whole request; *body* is sent as it is if it is bytes, and as JSON otherwise."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return head(target, "POST", **(headers | {"content_length": len(content)})) + content


def get(target: str, **headers: str | int | None) -> bytes:
    return head(target, "GET", **headers)


def read(connection: socket.socket) -> Answer:
    """The answer on *connection*; there must not be another one after it yet."""
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())


def read_statuses(connection: socket.socket) -> list[int]:
    """Those of all answers on *connection*, until the other side hangs up."""
    said = b""
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            said += part
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", said)]


def ask(server: LocalServer, sent: bytes) -> Answer:
    with connect(server) as connection:
        connection.sendall(sent)
        return read(connection)


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side has hung up; it is waited for."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
