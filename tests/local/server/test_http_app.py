"""HTTP application of the local server: bad requests, allowed hosts, limits, logs."""

from __future__ import annotations

import gzip
import json
import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy.testing import LocalServer, LocalService
from tests.support.raw_http import (
    EVENT,
    RawResponse,
    connect,
    get_request,
    is_closed,
    post_request,
    read_response,
    read_statuses,
    request_head,
    send_request,
)

MEBIBYTE = 1024 * 1024
RESOURCES = "/api/connectors/c1/resources"


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalService() as service, LocalServer(service) as running:
        yield running


def with_content(content: object) -> bytes:
    return post_request({"events": [{**EVENT, "content": content}]})


def put(body: object, **headers: str | int | None) -> bytes:
    return post_request(body, RESOURCES, **headers).replace(b"POST", b"PUT", 1)


BAD_INPUT: dict[str, tuple[bytes, int]] = {
    # malformed HTTP
    "a TLS handshake": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\xaa" * 500, 400),
    "a line of text": (b"hello\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "HTTP/9.9": (b"GET /v1/health HTTP/9.9\r\nhost: localhost\r\n\r\n", 400),
    "an unknown method": (request_head(method="FROB"), 400),
    "a header without a colon": (b"GET / HTTP/1.1\r\nhost: localhost\r\nnothing\r\n\r\n", 400),
    "a space before the colon": (b"GET / HTTP/1.1\r\nhost : localhost\r\n\r\n", 400),
    "a folded header": (b"GET / HTTP/1.1\r\nhost: localhost\r\na: b\r\n c\r\n\r\n", 400),
    "NUL in a header": (get_request("/v1/health", x="a\0b"), 400),
    "a header of 10 kB": (get_request("/v1/health", x="a" * 10_000), 400),
    "200 headers": (get_request("/v1/health", **{f"x{n}": "a" for n in range(200)}), 400),
    "a target of 9 kB": (get_request("/v1/" + "a" * 9_000), 400),
    "a target with control characters": (get_request("/v1/a\x01b"), 400),
    "a target that is not ASCII": (get_request("/v1/actors/\xff\xfe"), 400),
    # addressed to another server
    "no Host": (get_request("/v1/health", host=None), 400),
    "two Hosts": (get_request("/v1/health", HOST="localhost"), 400),
    "a foreign Host": (get_request("/v1/health", host="evil.example"), 403),
    "a Host with a user": (get_request("/v1/health", host="localhost@evil.example"), 403),
    "a Host that begins like ours": (get_request("/v1/health", host="localhost.evil.example"), 403),
    "a foreign Origin": (get_request("/v1/health", origin="https://evil.example"), 403),
    "the Origin of a sandbox": (get_request("/v1/health", origin="null"), 403),
    "an absolute target": (get_request("http://127.0.0.1/v1/health"), 400),
    "CONNECT": (request_head("evil.example:443", "CONNECT"), 400),
    "OPTIONS *": (request_head("*", "OPTIONS"), 400),
    # incomplete or oversized bodies
    "a negative length": (request_head(content_length=-1), 400),
    "a length that is not a number": (request_head(content_length="ten"), 400),
    "two lengths": (request_head(content_length=5, CONTENT_LENGTH=6) + b"123456", 400),
    "a length and chunks": (
        request_head(content_length=5, transfer_encoding="chunked") + b"0\r\n\r\n",
        400,
    ),
    "a chunk without a size": (
        request_head(transfer_encoding="chunked") + b"zz\r\n12\r\n0\r\n\r\n",
        400,
    ),
    "a chunk longer than it says": (
        request_head(transfer_encoding="chunked") + b"1\r\n12\r\n0\r\n\r\n",
        400,
    ),
    "a chunk of 2**68 bytes": (
        request_head(transfer_encoding="chunked") + b"f" * 17 + b"\r\n12",
        400,
    ),
    "an unknown transfer encoding": (request_head(transfer_encoding="identity"), 400),
    "a body that never arrives": (request_head(content_length=10), 408),
    "an incomplete body": (request_head(content_length=10) + b'{"ev', 408),
    "chunks that never end": (request_head(transfer_encoding="chunked") + b"2\r\n{}\r\n", 408),
    "a length of 11 MiB": (request_head(content_length=11 * MEBIBYTE), 413),
    "11 MiB": (post_request(b" " * 11 * MEBIBYTE), 413),
    "11 MiB in chunks": (
        request_head(transfer_encoding="chunked")
        + (b"100000\r\n" + b" " * MEBIBYTE + b"\r\n") * 11,
        413,
    ),
    "a gzip bomb": (
        post_request(gzip.compress(bytes(20 * MEBIBYTE)), content_encoding="gzip"),
        415,
    ),
    # bodies that are not JSON, or not the JSON of an ingest
    "no body": (request_head(content_length=0), 422),
    "text/plain": (post_request({"events": [EVENT]}, content_type="text/plain"), 415),
    "no content type": (post_request({"events": [EVENT]}, content_type=None), 415),
    "a form": (post_request(b"events=1", content_type="application/x-www-form-urlencoded"), 415),
    "not JSON": (post_request(b"events"), 422),
    "incomplete JSON": (post_request(b'{"events": ['), 422),
    "two JSON values": (post_request(b"{} {}"), 422),
    "bytes that are not UTF-8": (post_request(b'{"events": "\xff"}'), 422),
    "UTF-16": (post_request('{"events": []}'.encode("utf-16")), 422),
    "a byte order mark": (post_request(b"\xef\xbb\xbf{}"), 422),
    "NaN": (post_request(b'{"events": NaN}'), 422),
    "Infinity": (post_request(b'{"events": -Infinity}'), 422),
    "a lone surrogate": (with_content("\ud800"), 422),
    "a number of 5000 digits": (post_request(b'{"events": ' + b"9" * 5000 + b"}"), 422),
    "100,000 brackets": (post_request(b"[" * 100_000), 422),
    "null": (post_request(None), 422),
    "a list": (post_request([EVENT]), 422),
    "a number": (post_request(1), 422),
    "events that are not a list": (post_request({"events": EVENT}), 422),
    "an event that is null": (post_request({"events": [None]}), 422),
    "no events": (post_request({"events": []}), 422),
    "501 events": (post_request({"events": [EVENT] * 501}), 422),
    "a good event and a bad one": (post_request({"events": [EVENT, {}]}), 422),
    "a content that is blank": (with_content(" \n"), 422),
    "a content of NUL": (with_content("\0\0"), 422),
    "a content that is too long": (with_content("a" * 32_001), 422),
    "a content that is a number": (with_content(1), 422),
    "an unknown kind": (post_request({"events": [{**EVENT, "kind": "note"}]}), 422),
    "an impossible ts": (post_request({"events": [{**EVENT, "ts": "2026-02-30"}]}), 422),
    # unauthorized, or not found
    "no key": (post_request({"events": [EVENT]}, authorization=None), 401),
    "a wrong key": (post_request({"events": [EVENT]}, authorization="Bearer msy_wrong"), 401),
    "a key that is not ASCII": (
        post_request({"events": [EVENT]}, authorization="Bearer \xff"),
        401,
    ),
    "two keys": (post_request({"events": [EVENT]}, AUTHORIZATION="Bearer msy_wrong"), 401),
    "another scheme": (post_request({"events": [EVENT]}, authorization="Basic bXN5"), 401),
    "no route": (get_request("/v1/nothing"), 404),
    "the root": (get_request("/"), 404),
    "a trailing slash": (get_request("/v1/health/"), 404),
    "a double slash": (get_request("//v1/health"), 404),
    "a dot segment": (get_request("/v1/../v1/health"), 404),
    "a bad percent-encoding": (get_request("/v1/actors/%zz"), 404),
    "an encoded NUL": (get_request("/v1/actors/%00"), 404),
    "an unknown parameter": (get_request("/v1/actors?shade=blue"), 422),
    "a limit of 5000 digits": (get_request("/v1/actors?limit=" + "9" * 5000), 422),
    "an unsupported method": (request_head("/v1/ingest", "GET"), 405),
    "TRACE": (request_head("/v1/health", "TRACE"), 405),
    "OPTIONS": (request_head("/v1/health", "OPTIONS"), 405),
    # on the control plane
    "a PUT of a form": (put(b"resources=1", content_type="application/x-www-form-urlencoded"), 415),
    "a PUT without a content type": (put({"resources": []}, content_type=None), 415),
    "a PUT without a body": (request_head(RESOURCES, "PUT", content_length=0), 422),
    "a PUT to an unknown connector": (put({"resources": []}), 404),
    "a key without a name": (post_request({}, "/api/keys"), 422),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_invalid_input_is_a_4xx_in_json_and_changes_nothing(name: str) -> None:
    """The server responds at once or after the body timeout, and serves the next request."""
    request, status = BAD_INPUT[name]
    with LocalServer(body_timeout=0.1 if status == 408 else 10.0) as server:
        before = state_of(server)
        response = send_request(server, request)
        assert (response.status, response.headers["content-type"]) == (status, "application/json")
        assert response.json()
        assert state_of(server) == before
        assert send_request(server, get_request("/v1/health")).status == 200


def state_of(server: LocalServer) -> list[object]:
    """Return all data that a request can change."""
    data = (get_request(f"/v1/{noun}") for noun in ("orgs", "roles", "teams", "actors"))
    control = (get_request(f"/api/{noun}") for noun in ("connectors", "interest/pro/status"))
    return [
        server.service.events,
        server.service.memories,
        *(send_request(server, request).content for request in (*data, *control)),
    ]


@settings(max_examples=40, deadline=None)
@given(noise=st.binary(max_size=40), data=st.data())
def test_corrupt_request_is_rejected_or_accepted_consistently(
    noise: bytes, data: st.DataObject
) -> None:
    """Random bytes replace a part of a good request; an event is stored only with a 200."""
    whole = post_request({"events": [EVENT]}, connection="close")
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    with LocalServer() as server:
        with connect(server) as connection:
            connection.sendall(whole[:start] + noise + whole[end:])
            connection.shutdown(socket.SHUT_WR)
            statuses = read_statuses(connection)
        assert all(status < 500 for status in statuses)
        # A client that closes early may miss the response.
        assert 200 in statuses or not statuses or not server.service.events
        assert send_request(server, get_request("/v1/health")).status == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1", "[::1]", "[::1]:8765"])
def test_every_loopback_name_is_an_allowed_host(server: LocalServer, host: str) -> None:
    assert send_request(server, get_request("/v1/health", host=host)).status == 200


def test_further_hosts_and_origins_can_be_allowed() -> None:
    with LocalServer(
        allowed_hosts=["Memsy.test", "::ffff:1"], allowed_origins=["http://app.test"]
    ) as server:
        for host in ("memsy.test", "[::ffff:1]:80"):
            assert send_request(server, get_request("/v1/health", host=host)).status == 200
        assert (
            send_request(server, get_request("/v1/health", origin="http://app.test")).status == 200
        )
        assert (
            send_request(server, get_request("/v1/health", origin="http://app.test:81")).status
            == 403
        )


def test_responses_have_no_cors_headers(server: LocalServer) -> None:
    """The `Server` header has only the name and the version."""
    response = send_request(server, get_request("/v1/health"))
    assert not [name for name in response.headers if name.startswith("access-control-")]
    assert response.headers["server"].startswith("memsy-local/")


def test_trailing_slash_does_not_redirect(server: LocalServer) -> None:
    """The official client treats a redirect as an error."""
    assert send_request(server, get_request("/v1/orgs")).status == 200
    assert send_request(server, get_request("/v1/orgs/")).status == 404


def test_encoded_slash_is_part_of_an_id(server: LocalServer) -> None:
    send_request(server, post_request({"events": [{**EVENT, "actor_id": "a/b?c#d"}]}))
    response = send_request(server, get_request("/v1/actors/a%2Fb%3Fc%23d"))
    assert (response.status, response.json()["actor_id"]) == (200, "a/b?c#d")


def test_both_planes_are_served(server: LocalServer) -> None:
    path = urlsplit(server.control_url).path
    assert send_request(server, get_request(f"{path}/me")).json()["org_id"] == "org_local"


def test_connection_is_reused(server: LocalServer) -> None:
    with connect(server) as connection:
        for _ in range(3):
            connection.sendall(get_request("/v1/health"))
            assert read_response(connection).status == 200


def test_pipelined_requests_get_responses_in_order(server: LocalServer) -> None:
    with connect(server) as connection:
        connection.sendall(
            get_request("/v1/nothing") + get_request("/v1/health", connection="close")
        )
        assert read_statuses(connection) == [404, 200]


def test_chunked_body_is_accepted(server: LocalServer) -> None:
    body = json.dumps({"events": [EVENT]}).encode()
    chunks = b"".join(b"%x\r\n%b\r\n" % (1, body[n : n + 1]) for n in range(len(body)))
    assert (
        send_request(
            server, request_head(transfer_encoding="chunked") + chunks + b"0\r\n\r\n"
        ).status
        == 200
    )


def test_body_of_10_mib_is_accepted_and_a_larger_one_is_a_413(server: LocalServer) -> None:
    spaces = b" " * (10 * MEBIBYTE - 2)
    assert send_request(server, post_request(b"{" + spaces + b"}")).status == 422
    assert send_request(server, post_request(b"{ " + spaces + b"}")).status == 413


def test_expect_100_continue_is_confirmed(server: LocalServer) -> None:
    """curl sends it with a body of more than a megabyte, and waits a second for a response."""
    body = json.dumps({"events": [EVENT]}).encode()
    with connect(server) as connection:
        connection.sendall(request_head(content_length=len(body), expect="100-continue"))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        assert read_response(connection).status == 200


def test_expect_100_continue_with_a_large_body_is_a_413(server: LocalServer) -> None:
    with connect(server) as connection:
        connection.sendall(request_head(content_length=11 * MEBIBYTE, expect="100-continue"))
        assert read_response(connection).status == 413


def test_dripping_request_body_is_a_408() -> None:
    """Bytes keep arriving, but the body is never complete; the connection is closed at once."""
    with LocalServer(body_timeout=0.2) as server, connect(server) as connection:
        connection.sendall(request_head(content_length=10_000))
        connection.settimeout(0.02)
        response = drip(connection)
        connection.settimeout(1)
        assert (response.status, is_closed(connection)) == (408, True)


def drip(connection: socket.socket) -> RawResponse:
    """Send single bytes until a response arrives, and return the response."""
    for _ in range(100):
        connection.sendall(b" ")
        try:
            connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            continue
        return read_response(connection)
    raise AssertionError("the server read 100 bytes without a response")


def test_idle_connection_is_closed() -> None:
    """The connection has sent nothing, half a request, or a complete request."""
    with LocalServer(idle_timeout=0.1) as server:
        for data in (b"", b"GET /v1/health HTTP/1.1\r\nhost: loc", get_request("/v1/health")):
            with connect(server) as connection:
                connection.sendall(data)
                if data.endswith(b"\r\n\r\n"):
                    read_response(connection)
                assert is_closed(connection)


def test_257th_concurrent_body_is_a_503_with_retry_after() -> None:
    """Requests that are complete on arrival are still served."""
    body = json.dumps({"events": [EVENT]}).encode()
    half = request_head(content_length=len(body)) + body[:-1]
    with LocalServer() as server, ExitStack() as stack:
        connections = [stack.enter_context(connect(server)) for _ in range(256)]
        for connection in connections:
            connection.sendall(half)
        response = send_request(server, half)
        assert (response.status, response.headers["retry-after"]) == (503, "1")
        assert send_request(server, get_request("/v1/health")).status == 200
        for connection in connections:
            connection.sendall(body[-1:])
        assert {read_response(connection).status for connection in connections} == {200}
        assert send_request(server, half + body[-1:]).status == 200


class BrokenService(LocalService):
    """A service with a bug."""

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        raise ZeroDivisionError("an internal secret")


def test_internal_error_is_a_500_without_details(caplog: pytest.LogCaptureFixture) -> None:
    """The cause is only in the log."""
    with LocalServer(BrokenService()) as server:
        response = send_request(server, get_request("/v1/health"))
    assert (response.status, response.json()["error"]) == (500, "internal_error")
    assert b"secret" not in response.content
    assert b"Traceback" not in response.content
    assert "ZeroDivisionError" in caplog.text


def test_api_keys_are_not_logged(server: LocalServer, caplog: pytest.LogCaptureFixture) -> None:
    """Valid keys, wrong keys and keys in malformed requests stay out of the log."""
    with caplog.at_level(logging.DEBUG):
        for key in ("msy_local", "msy_wrong", "msy_odd\0"):
            send_request(server, post_request({"events": [EVENT]}, authorization=f"Bearer {key}"))
        send_request(server, b"Bearer msy_odd\r\n\r\n")
    assert "POST /v1/ingest" in caplog.text
    for key in ("msy_local", "msy_wrong", "msy_odd"):
        assert key not in caplog.text


@pytest.mark.parametrize(
    ("sent", "logged"),
    [
        (b"curl/8.5.0", "curl/8.5.0"),
        (b"a\xc2\x9b31mb", r"a\x9b31mb"),
        (b"a\x9b31mb", r"a\udc9b31mb"),
        ("a\u202eb\u2028c".encode(), r"a\u202eb c"),
        (b"a\tb", "a b"),
        (b"a" * 5_000, "a" * 196 + " ..."),
    ],
)
def test_user_agent_is_logged_without_control_characters(
    server: LocalServer, caplog: pytest.LogCaptureFixture, sent: bytes, logged: str
) -> None:
    """C1 controls, overrides of the text direction and line separators are escaped."""
    request = get_request("/v1/health", user_agent="UA", connection="close")
    with caplog.at_level(logging.INFO, "memsy.local"), connect(server) as connection:
        connection.sendall(request.replace(b"UA", sent))
        assert read_statuses(connection) == [200]  # the server logs before it closes
    (record,) = caplog.records
    assert record.getMessage().startswith('127.0.0.1 "GET /v1/health" 200 ')
    assert record.getMessage().endswith(f' "{logged}"')
