"""Bytes of requests on the wire, and the responses that the transports return."""

from __future__ import annotations

import pytest

from memsy._core.http import HTTPRequest
from memsy._version import __version__
from tests._transports.conftest import Connect, Serve
from tests._transports.senders import KEY
from tests.support.raw_server import OK, RawServer, respond_with, response

COMMON = (
    f"authorization: Bearer {KEY}\r\n"
    "accept: application/json\r\n"
    "accept-encoding: gzip, deflate\r\n"
    f"user-agent: memsy-python/{__version__}\r\n"
)


def on_the_wire(server: RawServer, first_line: str, framing: str = "", body: str = "") -> bytes:
    host = f"Host: 127.0.0.1:{server.port}\r\n"
    return f"{first_line} HTTP/1.1\r\n{host}{COMMON}{framing}\r\n{body}".encode()


def test_request_body_is_sent_as_json_with_its_length(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    connect(server).send(HTTPRequest("POST", "/search", b'{"query":"tea"}'))
    assert server.requests == [
        on_the_wire(
            server,
            "POST /v1/search",
            "content-type: application/json\r\ncontent-length: 15\r\n",
            '{"query":"tea"}',
        )
    ]


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_get_and_delete_send_no_body_headers(serve: Serve, connect: Connect, method: str) -> None:
    server = serve(respond_with(OK))
    connect(server).send(HTTPRequest(method, "/roles/1"))
    assert server.requests == [on_the_wire(server, f"{method} /v1/roles/1")]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_post_put_and_patch_without_body_send_content_length_zero(
    serve: Serve, connect: Connect, method: str
) -> None:
    server = serve(respond_with(OK))
    connect(server).send(HTTPRequest(method, "/roles/1/prompt"))
    assert server.requests == [
        on_the_wire(server, f"{method} /v1/roles/1/prompt", "content-length: 0\r\n")
    ]


@pytest.mark.parametrize(
    "target",
    ["/a%2Fb", "/%2e%2e/%2E", "/a//b", "/t?x=%20+%7c&y", "/caf%c3%a9", "/a'(b)|~"],
)
def test_target_is_sent_byte_for_byte(serve: Serve, connect: Connect, target: str) -> None:
    server = serve(respond_with(OK))
    connect(server).send(HTTPRequest("GET", target))
    assert server.requests == [on_the_wire(server, f"GET /v1{target}")]


def test_header_of_a_request_replaces_the_default(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    connect(server).send(HTTPRequest("GET", "/health", None, {"Accept": "text/plain"}))
    assert b"\r\naccept: text/plain\r\n" in server.requests[0]
    assert b"application/json" not in server.requests[0]


def test_status_headers_and_content_are_returned(serve: Serve, connect: Connect) -> None:
    server = serve(
        respond_with(response(b"[1]", "X-A: 1", "x-a: 2", "X-B: tea ", status="418 I'm a teapot"))
    )
    received = connect(server).send()
    assert (received.status, received.content) == (418, b"[1]")
    assert received.headers == {"content-length": "3", "x-a": "1, 2", "x-b": "tea"}


def test_sequential_requests_reuse_one_connection(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    sender = connect(server)
    for _ in range(5):
        sender.send()
    assert (len(server.requests), server.connections) == (5, 1)


@pytest.mark.parametrize("size", [2**15, 2**15 + 1, 2**20 + 1, 4_000_000])
def test_large_request_body_is_sent_completely(serve: Serve, connect: Connect, size: int) -> None:
    server = serve(respond_with(OK))
    body = b"[" + b"1" * (size - 2) + b"]"
    connect(server).send(HTTPRequest("POST", "/ingest", body))
    assert server.requests[0].endswith(b"\r\n\r\n" + body)
