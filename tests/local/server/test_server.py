"""Local server: start and stop, addresses, shared service, shutdown."""

from __future__ import annotations

import gc
import socket
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from weakref import ref

import pytest
from freezegun import freeze_time

from memsy import (
    AsyncMemsyClient,
    EventPayload,
    MemsyClient,
    MemsyConfigurationError,
    MemsyTimeoutError,
)
from memsy.local.server.server import is_local_server
from memsy.testing import LocalServer, LocalService
from tests.support.raw_http import (
    EVENT,
    connect,
    get_request,
    is_closed,
    post_request,
    read_response,
    request_head,
    send_request,
)

STARTS = 200


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_running_server_has_urls_and_an_api_key() -> None:
    with LocalServer() as server, MemsyClient(server.base_url, server.api_key) as memsy:
        assert server.base_url.startswith("http://127.0.0.1:")
        assert server.base_url.endswith("/v1")
        assert server.control_url == server.base_url.replace("/v1", "/api")
        assert memsy.health().status == "ok"


async def test_server_serves_the_event_loop_that_started_it() -> None:
    """The server runs in its own thread."""
    async with (
        LocalServer() as server,
        AsyncMemsyClient(server.base_url, server.api_key) as memsy,
    ):
        await memsy.ingest([EventPayload("ada", "s1", "user_message", "I like tea")])
        response = await memsy.search("tea", actor_id="ada")
    assert [result.content for result in response.results] == ["I like tea"]


def test_server_serves_the_given_service() -> None:
    """The test sees the data of the service after the server has stopped."""
    with LocalService(api_key="msy_mine") as service:
        with LocalServer(service) as server:
            send_request(server, post_request({"events": [EVENT]}, authorization="Bearer msy_mine"))
        assert (server.service, server.api_key) == (service, "msy_mine")
        assert [event.content for event in service.events] == ["I like tea"]


def test_server_can_be_started_again() -> None:
    server = LocalServer()
    for count in (1, 2):
        server.start()
        send_request(server, post_request({"events": [{**EVENT, "content": f"cup {count}"}]}))
        server.stop()
        assert len(server.service.events) == count


def test_stopped_server_has_no_address() -> None:
    server = LocalServer()
    with pytest.raises(RuntimeError, match=r"call start\(\) first"):
        _ = server.base_url


def test_running_server_cannot_be_started_again() -> None:
    with LocalServer() as server, pytest.raises(RuntimeError, match="already running"):
        server.start()


def test_second_stop_has_no_effect() -> None:
    with LocalServer() as server:
        server.stop()


def test_port_in_use_is_named_in_the_error() -> None:
    with LocalServer() as first:
        port = port_of(first)
        with pytest.raises(MemsyConfigurationError, match=f"port {port} .* in use; choose another"):
            LocalServer(port=port).start()


@pytest.mark.parametrize("host", ["198.51.100.1", "a..b", "\0", "127.1", "0", "0x7f.1", ""])
def test_unavailable_host_is_named_in_the_error(host: str) -> None:
    """The cases are an address of another machine, invalid names, and hosts that clients reject."""
    with pytest.raises(MemsyConfigurationError, match="cannot listen on port 0 of "):
        LocalServer(host=host).start()


def test_port_out_of_range_is_named_in_the_error() -> None:
    with pytest.raises(MemsyConfigurationError, match="0 to 65535, got 65536"):
        LocalServer(port=65_536).start()


def test_server_listens_on_one_address() -> None:
    with LocalServer() as server, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port_of(server)), 5)


def test_server_on_every_address_has_a_loopback_url() -> None:
    """Only loopback names are allowed hosts by default."""
    with LocalServer(host="0.0.0.0") as server:
        assert server.base_url.startswith("http://127.0.0.1:")
        assert send_request(server, get_request("/v1/health", host="0.0.0.0")).status == 403
        assert send_request(server, get_request("/v1/health")).status == 200


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_ipv6_address_has_brackets_in_the_url() -> None:
    with LocalServer(host="::1") as server:
        assert server.base_url.startswith("http://[::1]:")
        assert send_request(server, get_request("/v1/health", host="[::1]:80")).status == 200


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("memsy.test", False),
    ],
)
def test_is_loopback_is_false_if_other_machines_can_connect(host: str, is_loopback: bool) -> None:
    assert LocalServer(host=host).is_loopback == is_loopback


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("127.0.0.1", {"127.0.0.1", "localhost", "LOCALHOST", "::1"}),
        ("0.0.0.0", {"127.0.0.1", "localhost", "0.0.0.0", "::1"}),
        ("127.8.8.8", {"127.8.8.8"}),
    ],
)
def test_listens_on_accepts_all_names_of_the_server(host: str, names: set[str]) -> None:
    candidates = (
        "127.0.0.1",
        "localhost",
        "LOCALHOST",
        "::1",
        "0.0.0.0",
        "127.8.8.8",
        "api.memsy.io",
    )
    server = LocalServer(host=host)
    with server:
        port = port_of(server)
        assert names <= {name for name in candidates if server.listens_on(name, port)}
        assert not server.listens_on("api.memsy.io", port)
        assert not server.listens_on("127.0.0.9", port)
        assert not any(server.listens_on(name, port + 1) for name in candidates)
        assert all(is_local_server(name, port) for name in names)
    assert not any(
        server.listens_on(name, port) or is_local_server(name, port) for name in candidates
    )


def test_stopped_server_is_freed() -> None:
    with LocalServer() as server:
        reference = ref(server)
    del server
    gc.collect()
    assert reference() is None


def test_repr_shows_the_address() -> None:
    with LocalServer() as server:
        assert repr(server) == f"<LocalServer at http://127.0.0.1:{port_of(server)}>"
    assert repr(server) == "<LocalServer not running>"


def test_stopping_closes_every_connection() -> None:
    """Idle connections and half-sent requests are closed within two seconds."""
    with LocalServer() as server, connect(server) as idle, connect(server) as busy:
        idle.sendall(get_request("/v1/health"))
        read_response(idle)
        busy.sendall(request_head(content_length=10))
        started_at = time.monotonic()
        server.stop()
        assert time.monotonic() - started_at < 2
        assert is_closed(idle)
        assert is_closed(busy)


def test_response_in_progress_is_completed_on_stop() -> None:
    """The client is still reading when the server stops."""
    long = [{**EVENT, "content": f"tea {number} " + "x" * 31_000} for number in range(100)]
    with LocalServer() as server, ThreadPoolExecutor() as pool, socket.socket() as slow:
        send_request(server, post_request({"events": long}))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        slow.settimeout(5)
        slow.connect(("127.0.0.1", port_of(server)))
        slow.sendall(post_request({"query": "tea", "limit": 100}, "/v1/search"))
        slow.recv(1, socket.MSG_PEEK)
        stopped = pool.submit(server.stop)
        response = read_response(slow)
        stopped.result()
    assert len(response.content) > 3_000_000
    assert len(response.content) == int(response.headers["content-length"])


def test_200_starts_leak_no_threads_and_no_files() -> None:
    """The starts give no `ResourceWarning` either."""
    with warnings.catch_warnings(), LocalService() as service:
        warnings.simplefilter("error")
        start_and_stop(service)
        threads, files = threading.active_count(), open_files()
        for _ in range(STARTS):
            start_and_stop(service)
        gc.collect()
        assert (threading.active_count(), open_files()) == (threads, files)


def start_and_stop(service: LocalService) -> None:
    with LocalServer(service) as server:
        assert send_request(server, get_request("/v1/health")).status == 200


def open_files() -> int:
    listing = Path("/proc/self/fd")
    return len(list(listing.iterdir())) if listing.exists() else 0


def port_of(server: LocalServer) -> int:
    return int(server.base_url.rpartition(":")[2].partition("/")[0])


def test_silent_response_does_not_delay_stop() -> None:
    with LocalServer() as server:
        server.service.faults.fail_next("health", MemsyTimeoutError)
        with connect(server) as connection:
            connection.sendall(get_request("/v1/health"))
            while not server.service.requests:
                time.sleep(0.001)
            started_at = time.monotonic()
            server.stop()
            assert time.monotonic() - started_at < 3.0
            assert is_closed(connection)


def test_disconnected_client_does_not_delay_stop() -> None:
    with LocalServer() as server:
        server.service.faults.fail_next("health", MemsyTimeoutError)
        with connect(server) as connection:
            connection.sendall(get_request("/v1/health"))
            while not server.service.requests:
                time.sleep(0.001)
        started_at = time.monotonic()
        server.stop()
        assert time.monotonic() - started_at < 0.4


def test_stop_keeps_its_bound_while_time_is_frozen() -> None:
    """freezegun stops `time.monotonic()`, the usual clock of an event loop."""
    with freeze_time("2026-04-14"):
        server = LocalServer()
        server.start()
        server.service.faults.fail_next("health", MemsyTimeoutError)
        with connect(server) as connection:
            connection.sendall(get_request("/v1/health"))
            while not server.service.requests:
                time.sleep(0.001)
            stopping = threading.Thread(target=server.stop, daemon=True)
            stopping.start()
            stopping.join(5)
            assert not stopping.is_alive()
            assert is_closed(connection)


def test_timeouts_and_delays_pass_while_time_is_frozen() -> None:
    with LocalServer(body_timeout=0.05) as server, freeze_time("2026-04-14"):
        server.service.faults.delay_next("health", 0.05)
        assert send_request(server, get_request("/v1/health")).status == 200
        with connect(server) as connection:
            connection.sendall(request_head(content_length=10))
            assert read_response(connection).status == 408
