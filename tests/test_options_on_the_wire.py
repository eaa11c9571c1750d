"""Options, headers and API key functions of the real clients, over sockets."""

# ruff: noqa: ANN401 - each test runs the same code on sync and async clients

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from contextvars import ContextVar
from email.message import Message
from email.parser import BytesParser
from threading import Barrier
from typing import Any, Protocol

import pytest

import memsy
from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    AuthenticationError,
    MemsyClient,
    MemsyClientClosedError,
    MemsyControlClient,
    MemsyTimeoutError,
)
from memsy.testing import LocalServer, LocalService
from tests.faults.certificates import authority, ca_file_of, valid
from tests.support.platforms import needs_fork
from tests.support.raw_server import Peer, RawServer, Script, respond_with, response

CLIENTS = [MemsyClient, AsyncMemsyClient, MemsyControlClient, AsyncMemsyControlClient]
OK = response(b'{"status": "ok"}')
NO_RESULTS = response(b'{"results": [], "total": 0, "query_id": "q", "latency_ms": 1}')
UNAVAILABLE = response(b'{"detail": "busy"}', status="503 Service Unavailable")
CURRENT_KEY: ContextVar[str] = ContextVar("CURRENT_KEY")


class Connect(Protocol):
    """Create a client of the server; it closes at the end of the test."""

    def __call__(self, server: RawServer | str, **options: Any) -> Any: ...


@pytest.fixture
def serve() -> Iterator[Callable[[Script], RawServer]]:
    """Start raw servers. They stop at the end of the test."""
    with ExitStack() as servers:
        yield lambda script: servers.enter_context(RawServer(script))


Serve = Callable[[Script], RawServer]


@pytest.fixture
def run() -> Iterator[Callable[[Any], Any]]:
    """Return the result of a sync call, or await it in an event loop."""
    with closing(asyncio.new_event_loop()) as loop:
        yield (
            lambda result: (
                loop.run_until_complete(result) if inspect.isawaitable(result) else result
            )
        )


Run = Callable[[Any], Any]


@pytest.fixture(params=CLIENTS)
def client_type(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def connect(client_type: Any, run: Run) -> Iterator[Connect]:
    with ExitStack() as clients:

        def create(server: RawServer | str, **options: Any) -> Any:
            options = {"api_key": "msy_key", "retry_backoff": 0.0, **options}
            client = client_type(server if isinstance(server, str) else url_of(server), **options)
            clients.callback(lambda: run(client.close()))
            return client

        yield create


def url_of(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


def headers_of(request: bytes) -> Message:
    return BytesParser().parsebytes(request.partition(b"\r\n")[2])


def keys_sent_to(server: RawServer) -> list[str | None]:
    return [headers_of(request)["authorization"] for request in server.requests]


def test_headers_of_a_client_are_sent_once(serve: Serve, connect: Connect, run: Run) -> None:
    server = serve(respond_with(OK))
    client = connect(
        server,
        default_headers={"X-Tenant": "acme", "Cookie": "a=b; c=d"},
        app_info=("shop", "1.4"),
        surface="mcp/claude-code",
        capture_mode="explicit",
    )
    run(client.with_options(headers={"x-tenant": "umbrella", "X-Trace": "a, b"}).health())
    run(client.health())
    derived, original = map(headers_of, server.requests)
    for headers in (derived, original):
        names = [name.lower() for name in headers]
        assert len(names) == len(set(names))
        assert headers["authorization"] == "Bearer msy_key"
        assert headers["host"] == f"127.0.0.1:{server.port}"
        assert headers["user-agent"] == f"memsy-python/{memsy.__version__} shop/1.4"
        assert headers["x-memsy-surface"] == "mcp/claude-code"
        assert headers["x-memsy-capture"] == "explicit"
        assert headers["cookie"] == "a=b; c=d"
    assert (derived["x-tenant"], derived["x-trace"]) == ("umbrella", "a, b")
    assert (original["x-tenant"], original["x-trace"]) == ("acme", None)


def test_client_without_options_sends_no_further_headers(
    serve: Serve, connect: Connect, run: Run
) -> None:
    server = serve(respond_with(OK))
    run(connect(server).health())
    assert sorted(name.lower() for name in headers_of(server.requests[0])) == [
        *("accept", "accept-encoding", "authorization", "host", "user-agent")
    ]


@pytest.mark.parametrize("client_type", [MemsyClient, AsyncMemsyClient], indirect=True)
def test_request_with_a_body_has_the_headers(serve: Serve, connect: Connect, run: Run) -> None:
    server = serve(respond_with(NO_RESULTS))
    client = connect(server, default_headers={"X-Tenant": "acme"}, api_key=lambda: "msy_current")
    assert run(client.search("tea")).results == []
    headers = headers_of(server.requests[0])
    assert headers["x-tenant"] == "acme"
    assert headers["authorization"] == "Bearer msy_current"
    assert headers["content-type"] == "application/json"
    assert server.requests[0].endswith(b"}")


def test_retry_has_the_key_of_its_own_attempt(serve: Serve, connect: Connect, run: Run) -> None:
    server = serve(respond_with(UNAVAILABLE, UNAVAILABLE, OK))
    keys = iter(["msy_first", "msy_second", "msy_third", "msy_fourth"])
    client = connect(server, api_key=lambda: next(keys))
    run(client.health())
    run(client.with_options(headers={"X-Tenant": "acme"}).health())
    assert keys_sent_to(server) == [
        *("Bearer msy_first", "Bearer msy_second", "Bearer msy_third", "Bearer msy_fourth")
    ]
    assert server.connections == 1


def test_rejected_key_is_not_retried(serve: Serve, connect: Connect, run: Run) -> None:
    server = serve(respond_with(response(b'{"detail": "expired"}', status="401 Unauthorized")))
    keys = iter(["msy_first", "msy_second"])
    with pytest.raises(AuthenticationError):
        run(connect(server, api_key=lambda: next(keys)).health())
    assert keys_sent_to(server) == ["Bearer msy_first"]


@pytest.mark.parametrize("client_type", CLIENTS[:2], indirect=True)
def test_key_is_rotated_at_the_service_between_two_attempts(connect: Connect, run: Run) -> None:
    """The service accepts only the key of the second attempt."""
    service = LocalService()
    service.faults.fail_next("search", 503)
    keys = iter(["msy_old_key", service.api_key])
    with LocalServer(service) as server:
        client = connect(server.base_url, api_key=lambda: next(keys))
        assert run(client.search("tea")).results == []
    assert next(keys, None) is None


def test_derived_clients_share_the_connection(serve: Serve, connect: Connect, run: Run) -> None:
    server = serve(respond_with(OK))
    client = connect(server)
    derived = client.with_options(timeout=5.0)
    child = derived.with_options(headers={"X-Tenant": "acme"})
    for each in (client, derived, child, client):
        run(each.health())
    run(derived.close())
    with pytest.raises(MemsyClientClosedError):
        run(derived.health())
    for each in (client, child):
        run(each.health())
    assert (len(server.requests), server.connections) == (6, 1)


def test_closing_the_original_closes_the_connections(
    serve: Serve, connect: Connect, run: Run
) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(OK)
        peer.wait_for_close()
        closed.release()

    closed = threading.Semaphore(0)
    server = serve(script)
    client = connect(server)
    derived = client.with_options(timeout=5.0)
    run(derived.health())
    run(client.close())
    with pytest.raises(MemsyClientClosedError):
        run(derived.health())
    assert closed.acquire(timeout=5)


def test_timeout_of_a_derived_client_ends_only_its_call(
    serve: Serve, connect: Connect, run: Run
) -> None:
    def script(peer: Peer) -> None:
        while b"x-slow" in peer.read():
            peer.pause()
        peer.send(OK)

    client = connect(serve(script))
    slow = client.with_options(timeout=0.2, max_retries=0, headers={"X-Slow": "1"})
    with pytest.raises(MemsyTimeoutError, match=r"within 0\.2 s"):
        run(slow.health())
    assert run(client.health()).status == "ok"


def matching_tenants(server: RawServer) -> set[tuple[str, str]]:
    headers = map(headers_of, server.requests)
    return {(each["authorization"], each["x-tenant"]) for each in headers}


EXPECTED_TENANTS = {(f"Bearer msy_key_{n}", f"tenant-{n}") for n in range(8)}


@pytest.mark.parametrize("client_class", [MemsyClient, MemsyControlClient])
def test_threads_use_their_own_keys_and_one_connection_limit(
    serve: Serve, client_class: Any
) -> None:
    def call(number: int) -> None:
        CURRENT_KEY.set(f"msy_key_{number}")
        derived = client.with_options(headers={"X-Tenant": f"tenant-{number}"})
        barrier.wait(30)
        for _ in range(5):
            derived.health()

    server, barrier = serve(respond_with(OK)), Barrier(8)
    with (
        client_class(url_of(server), CURRENT_KEY.get, max_connections=2) as client,
        ThreadPoolExecutor(8) as threads,
    ):
        list(threads.map(call, range(8)))
    assert matching_tenants(server) == EXPECTED_TENANTS
    assert server.connections <= 2


@pytest.mark.parametrize("client_class", [AsyncMemsyClient, AsyncMemsyControlClient])
async def test_tasks_use_their_own_keys_and_one_connection_limit(
    serve: Serve, client_class: Any
) -> None:
    async def call(number: int) -> None:
        CURRENT_KEY.set(f"msy_key_{number}")
        derived = client.with_options(headers={"X-Tenant": f"tenant-{number}"})
        for _ in range(5):
            await derived.health()

    server = serve(respond_with(OK))
    async with client_class(url_of(server), CURRENT_KEY.get, max_connections=2) as client:
        await asyncio.gather(*map(call, range(8)))
    assert matching_tenants(server) == EXPECTED_TENANTS
    assert server.connections <= 2


@pytest.mark.parametrize("client_class", [AsyncMemsyClient, AsyncMemsyControlClient])
def test_derived_client_shares_the_connections_of_each_event_loop(
    serve: Serve, client_class: Any
) -> None:
    async def call_each() -> None:
        for each in (client, derived):
            await each.health()

    server = serve(respond_with(OK))
    client = client_class(url_of(server), "msy_key")
    derived = client.with_options(headers={"X-Tenant": "acme"})
    with closing(asyncio.new_event_loop()) as first, closing(asyncio.new_event_loop()) as second:
        for loop in (first, second, first):
            loop.run_until_complete(call_each())
        first.run_until_complete(derived.close())
        second.run_until_complete(client.health())
        second.run_until_complete(client.close())
        first.run_until_complete(asyncio.sleep(0))  # it closes its own connection
    assert (len(server.requests), server.connections) == (7, 2)
    assert [headers_of(request)["x-tenant"] for request in server.requests[:2]] == [None, "acme"]


FORK = {
    "sync": """
        client = memsy.MemsyClient(sys.argv[1], lambda: f"msy_{os.getpid()}")
        derived = client.with_options(headers={"X-Tenant": "acme"})
        derived.health()
        child = os.fork()
        for each in (client, derived):
            each.health()
        client.close()
        """,
    "async": """
        client = memsy.AsyncMemsyClient(sys.argv[1], lambda: f"msy_{os.getpid()}")
        derived = client.with_options(headers={"X-Tenant": "acme"})

        async def call_all():
            for each in (client, derived):
                await each.health()

        loop = asyncio.new_event_loop()
        loop.run_until_complete(derived.health())
        child = os.fork()
        if child:
            loop.run_until_complete(call_all())
            loop.run_until_complete(client.close())
            loop.close()
        else:
            asyncio.run(call_all())
        """,
}


@needs_fork
@pytest.mark.parametrize("mode", FORK)
def test_derived_client_after_a_fork_has_the_connections_of_its_process(
    serve: Serve, mode: str
) -> None:
    end = "os.waitpid(child, 0) if child else os._exit(0)"
    program = f"import asyncio, os, sys, memsy\n{textwrap.dedent(FORK[mode])}\n{end}"
    server = serve(respond_with(OK))
    completed = subprocess.run(
        [sys.executable, "-W", "error", "-c", program, url_of(server)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (completed.stderr, completed.returncode) == ("", 0)
    assert (len(server.requests), server.connections) == (5, 2)
    requests = [
        (headers["authorization"], headers["x-tenant"])
        for headers in map(headers_of, server.requests)
    ]
    parent, child = dict.fromkeys(key for key, _ in requests)
    assert sorted(requests, key=str) == sorted(
        [
            (parent, "acme"),
            *((key, tenant) for key in (parent, child) for tenant in (None, "acme")),
        ],
        key=str,
    )


def test_proxy_does_not_receive_the_headers_of_a_request(connect: Connect, run: Run) -> None:
    def tunnel(peer: Peer) -> None:
        peer.read()
        peer.send(b"HTTP/1.1 200 Connection established\r\n\r\n")
        peer.tunnel_to(server.port)

    with (
        RawServer(respond_with(OK), valid()) as server,
        RawServer(tunnel) as proxy,
        ca_file_of(authority()) as ca_file,
    ):
        client = connect(
            f"https://127.0.0.1:{server.port}/v1",
            api_key=lambda: "msy_current",
            proxy=f"http://127.0.0.1:{proxy.port}",
            ca_file=ca_file,
            default_headers={"X-Tenant": "acme"},
            surface="mcp",
        )
        run(client.with_options(headers={"X-Gateway-Key": "hunter22"}).health())
        run(client.close())
        (connect_request,), (request,) = proxy.requests, server.requests
    assert headers_of(request)["x-gateway-key"] == "hunter22"
    assert headers_of(request)["authorization"] == "Bearer msy_current"
    for text in (b"msy_current", b"acme", b"hunter22", b"x-memsy"):
        assert text not in connect_request.lower()
