"""What stands on the wire, byte for byte."""

from __future__ import annotations

import pytest

from memsy._core.http import HTTPRequest
from memsy._version import __version__
from tests._transports.colours import KEY
from tests._transports.conftest import Connect, Serve
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


def test_a_body_is_said_to_be_json_of_its_length(serve: Serve, connect: Connect) -> None:
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
def test_nothing_is_said_of_a_body_that_nobody_expects(
    serve: Serve, connect: Connect, method: str
) -> None:
    server = serve(respond_with(OK))
    connect(server).send(HTTPRequest(method, "/roles/1"))
    assert server.requests == [on_the_wire(server, f"{method} /v1/roles/1")]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_where_one_is_expected_its_absence_is_said(
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
def test_the_target_is_sent_as_it_stands(serve: Serve, connect: Connect, target: str) -> None:
    server = serve(respond_with(OK))
    connect(server).send(HTTPRequest("GET", target))
    assert server.requests == [on_the_wire(server, f"GET /v1{target}")]


def test_a_request_has_the_last_word_on_its_headers(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    connect(server).send(HTTPRequest("GET", "/health", None, {"Accept": "text/plain"}))
    assert b"\r\naccept: text/plain\r\n" in server.requests[0]
    assert b"application/json" not in server.requests[0]


def test_an_answer_comes_back_as_it_was_given(serve: Serve, connect: Connect) -> None:
    server = serve(
        respond_with(response(b"[1]", "X-A: 1", "x-a: 2", "X-B: tea ", status="418 I'm a teapot"))
    )
    reply = connect(server).send()
    assert (reply.status, reply.content) == (418, b"[1]")
    assert reply.headers == {"content-length": "3", "x-a": "1, 2", "x-b": "tea"}


def test_many_requests_share_a_connection(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    sender = connect(server)
    for _ in range(5):
        sender.send()
    assert (len(server.requests), server.connections) == (5, 1)


def test_a_long_body_arrives_whole(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    body = b"[" + b"1," * 2_000_000 + b"1]"
    connect(server).send(HTTPRequest("POST", "/ingest", body))
    assert server.requests[0].endswith(b"\r\n\r\n" + body)
