"""Requests that a tracing tool or a mock expects in `aiohttp.ClientSession`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
import wrapt

from memsy._core.http import HTTPRequest
from memsy.exceptions import MemsyConnectionError, MemsyResponseError, MemsyTimeoutError
from tests._transports.conftest import Serve
from tests._transports.senders import AsyncSender, settings_for
from tests.support.raw_server import OK, Peer, RawServer, Script, respond_with, response

Seen = list[tuple[str, str]]
"""Methods and URLs, in the order of the requests."""


def trace_every_session(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    """Add a trace config to new sessions, as Sentry and OpenTelemetry do."""
    create = aiohttp.ClientSession.__init__

    async def record(
        session: aiohttp.ClientSession,
        context: SimpleNamespace,
        params: aiohttp.TraceRequestStartParams,
    ) -> None:
        seen.append((params.method, str(params.url)))

    @functools.wraps(create)
    def traced(self: aiohttp.ClientSession, **options: Any) -> None:  # noqa: ANN401
        config = aiohttp.TraceConfig()
        config.on_request_start.append(record)
        create(self, **options, trace_configs=[config])

    monkeypatch.setattr(aiohttp.ClientSession, "__init__", traced)


def wrap_the_method(monkeypatch: pytest.MonkeyPatch, seen: Seen) -> None:
    """Wrap the method that sends requests, as ddtrace and New Relic do."""

    def record(
        wrapped: Callable[..., Any],
        instance: object,
        args: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Any:  # noqa: ANN401
        seen.append((args[0], str(args[1])))
        return wrapped(*args, **options)

    method = vars(aiohttp.ClientSession)["_request"]
    monkeypatch.setattr(aiohttp.ClientSession, "_request", wrapt.FunctionWrapper(method, record))


@pytest.fixture(params=[trace_every_session, wrap_the_method])
def seen(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Seen:
    requests: Seen = []
    request.param(monkeypatch, requests)
    return requests


@pytest.fixture
def connect() -> Iterator[Callable[[RawServer], AsyncSender]]:
    senders: list[AsyncSender] = []

    def create(server: RawServer) -> AsyncSender:
        senders.append(AsyncSender(settings_for(f"http://127.0.0.1:{server.port}/v1")))
        return senders[-1]

    yield create
    for sender in senders:
        sender.dispose()


Connect = Callable[[RawServer], AsyncSender]


def close_after_request(peer: Peer) -> None:
    peer.read()
    peer.finish()


def never_respond(peer: Peer) -> None:
    peer.read()
    peer.wait_for_close()


def test_tool_sees_each_request(serve: Serve, connect: Connect, seen: Seen) -> None:
    server = serve(respond_with(OK))
    sender = connect(server)
    assert [sender.send().content for _ in range(2)] == [b'{"ok":true}'] * 2
    assert seen == [("POST", f"http://127.0.0.1:{server.port}/v1/search")] * 2
    assert server.connections == 1


def test_tool_that_starts_later_sees_the_requests_of_an_open_session(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, seen = serve(respond_with(OK)), Seen()
    sender = connect(server)
    sender.send()
    wrap_the_method(monkeypatch, seen)
    sender.send()
    assert (len(seen), server.connections) == (1, 1)


@pytest.mark.parametrize("size", [0, 2**15, 2**20 + 1])
def test_traced_request_has_the_same_bytes(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    server = serve(respond_with(OK))
    sender = connect(server)
    request = HTTPRequest("POST", "/ingest", bytes(size) or None)
    sender.send(request)
    wrap_the_method(monkeypatch, [])
    sender.send(request)
    first, second = server.requests
    assert first == second


@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_traced_request_is_never_sent_twice(
    serve: Serve, connect: Connect, seen: Seen, method: str
) -> None:
    server = serve(close_after_request)
    with pytest.raises(MemsyConnectionError, match="without a response") as excinfo:
        connect(server).send(HTTPRequest(method, "/a"))
    assert excinfo.value.maybe_processed
    assert (len(seen), len(server.requests)) == (1, 1)


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        (never_respond, "no response within"),
        (respond_with(OK[:-1]), "no complete response within"),
    ],
)
def test_traced_request_has_a_deadline(
    serve: Serve, connect: Connect, seen: Seen, script: Script, problem: str
) -> None:
    with pytest.raises(MemsyTimeoutError, match=problem) as excinfo:
        connect(serve(script)).send(timeout=0.1)
    assert excinfo.value.maybe_processed
    assert len(seen) == 1


def test_damaged_body_of_a_traced_response_is_a_retryable_error(
    serve: Serve, connect: Connect, seen: Seen
) -> None:
    damaged = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"
    with pytest.raises(MemsyResponseError) as excinfo:
        connect(serve(respond_with(damaged))).send()
    assert excinfo.value.is_retryable
    assert len(seen) == 1


def test_replaced_request_method_gets_the_request(
    serve: Serve, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A test may replace `request`, the public method of the session."""
    calls = Seen()

    async def fail(self: object, method: str, url: object, **options: object) -> None:
        calls.append((method, str(url)))
        raise aiohttp.ClientConnectionError("no network in this test")

    monkeypatch.setattr(aiohttp.ClientSession, "request", fail)
    server = serve(respond_with(response(b"{}")))
    with pytest.raises(MemsyConnectionError, match="an HTTP mock raised ClientConnectionError"):
        connect(server).send()
    assert calls == [("POST", f"http://127.0.0.1:{server.port}/v1/search")]
    assert server.requests == []
