"""HTTP over a plain socket: any bytes to a local server, and its responses."""

from __future__ import annotations

import http.client
import json
import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from attrs import frozen

from memsy.testing import LocalServer

SOCKET_TIMEOUT = 8.0
"""Seconds after which a silent server counts as hanging."""

EVENT = {"actor_id": "ada", "session_id": "s1", "kind": "user_message", "content": "I like tea"}


@frozen
class RawResponse:
    """Response of a local server."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict[str, object]:
        body = json.loads(self.content)
        assert isinstance(body, dict)
        return body


def connect(server: LocalServer) -> socket.socket:
    parts = urlsplit(server.base_url)
    return socket.create_connection((parts.hostname or "", parts.port or 0), SOCKET_TIMEOUT)


def request_head(
    target: str = "/v1/ingest", method: str = "POST", **headers: str | int | None
) -> bytes:
    """
    Return a request up to the empty line.

    Args:
        target: Path and query.
        method: HTTP method.
        headers: Headers beside the usual ones, with underscores for hyphens. None removes a
            header. A name in capitals adds a second header of that name.
    """
    usual: dict[str, str | int | None] = {
        "host": "127.0.0.1",
        "authorization": "Bearer msy_local",
        "content-type": "application/json",
    }
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in (usual | given).items() if value is not None]
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("latin-1")


def post_request(body: object, target: str = "/v1/ingest", **headers: str | int | None) -> bytes:
    """Return a whole request; a `body` other than bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return request_head(target, "POST", **(headers | {"content_length": len(content)})) + content


def get_request(target: str, **headers: str | int | None) -> bytes:
    return request_head(target, "GET", **headers)


def read_response(connection: socket.socket) -> RawResponse:
    """Read one response; no other response may follow yet."""
    with http.client.HTTPResponse(connection) as response:
        response.begin()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return RawResponse(response.status, headers, response.read())


def read_statuses(connection: socket.socket) -> list[int]:
    """Return the statuses of all responses until the server closes the connection."""
    received = b""
    with suppress(ConnectionError):
        while part := connection.recv(65_536):
            received += part
    return [int(status) for status in re.findall(rb"HTTP/1.1 (\d+)", received)]


def send_request(server: LocalServer, request: bytes) -> RawResponse:
    with connect(server) as connection:
        connection.sendall(request)
        return read_response(connection)


def is_closed(connection: socket.socket) -> bool:
    """Wait for the server to close the connection, and return whether it did."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
