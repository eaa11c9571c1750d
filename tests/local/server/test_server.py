"""The life of a local server: where it listens, who sees what it holds, and how it ends."""

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

from memsy import (
    AsyncMemsyClient,
    EventPayload,
    MemsyClient,
    MemsyConfigurationError,
    MemsyTimeoutError,
)
from memsy.local.server.server import is_local_server
from memsy.testing import LocalServer, LocalService
from tests.support.raw_http import EVENT, connect, get, head, is_closed, post, read, send

STARTS = 200


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_it_says_where_it_is_and_what_lets_one_in() -> None:
    with LocalServer() as server, MemsyClient(server.base_url, server.api_key) as memsy:
        assert server.base_url.startswith("http://127.0.0.1:")
        assert server.base_url.endswith("/v1")
        assert server.control_url == server.base_url.replace("/v1", "/api")
        assert memsy.health().status == "ok"


async def test_it_serves_the_loop_that_started_it() -> None:
    """For it has a thread of its own."""
    async with (
        LocalServer() as server,
        AsyncMemsyClient(server.base_url, server.api_key) as memsy,
    ):
        await memsy.ingest([EventPayload("ada", "s1", "user_message", "I like tea")])
        found = await memsy.search("tea", actor_id="ada")
    assert [result.content for result in found.results] == ["I like tea"]


def test_its_service_is_the_one_it_was_given() -> None:
    """What comes in over HTTP can be looked at without, also when the server has stopped."""
    with LocalService(api_key="msy_mine") as service:
        with LocalServer(service) as server:
            send(server, post({"events": [EVENT]}, authorization="Bearer msy_mine"))
        assert (server.service, server.api_key) == (service, "msy_mine")
        assert [event.content for event in service.events] == ["I like tea"]


def test_a_server_can_be_started_again() -> None:
    server = LocalServer()
    for count in (1, 2):
        server.start()
        send(server, post({"events": [{**EVENT, "content": f"cup {count}"}]}))
        server.stop()
        assert len(server.service.events) == count


def test_a_server_that_is_not_running_has_no_address() -> None:
    server = LocalServer()
    with pytest.raises(RuntimeError, match="until it is started"):
        _ = server.base_url


def test_a_running_server_is_not_started_twice() -> None:
    with LocalServer() as server, pytest.raises(RuntimeError, match="running already"):
        server.start()


def test_to_stop_twice_does_no_harm() -> None:
    with LocalServer() as server:
        server.stop()


def test_a_port_that_is_taken_is_named() -> None:
    with LocalServer() as first:
        port = port_of(first)
        with pytest.raises(MemsyConfigurationError, match=f"port {port} .* taken; choose another"):
            LocalServer(port=port).start()


@pytest.mark.parametrize("host", ["198.51.100.1", "a..b", "\0"])
def test_a_place_where_nobody_can_listen_is_named(host: str) -> None:
    """An address of another machine, and what is no name at all."""
    with pytest.raises(MemsyConfigurationError, match="cannot listen on port 0 of "):
        LocalServer(host=host).start()


def test_a_port_that_does_not_exist_is_named() -> None:
    with pytest.raises(MemsyConfigurationError, match="0 to 65535, got 65536"):
        LocalServer(port=65_536).start()


def test_only_the_one_address_is_listened_on() -> None:
    with LocalServer() as server, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port_of(server)), 5)


def test_a_server_for_every_address_is_reached_by_loopback() -> None:
    """And by that name alone, unless more are allowed."""
    with LocalServer(host="0.0.0.0") as server:
        assert server.base_url.startswith("http://127.0.0.1:")
        assert send(server, get("/v1/health", host="0.0.0.0")).status == 403
        assert send(server, get("/v1/health")).status == 200


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_the_address_of_ipv6_stands_in_brackets() -> None:
    with LocalServer(host="::1") as server:
        assert server.base_url.startswith("http://[::1]:")
        assert send(server, get("/v1/health", host="[::1]:80")).status == 200


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
def test_it_knows_whether_other_machines_can_reach_it(host: str, is_loopback: bool) -> None:
    assert LocalServer(host=host).is_loopback == is_loopback


@pytest.mark.parametrize(
    ("host", "names"),
    [
        ("127.0.0.1", {"127.0.0.1", "localhost", "LOCALHOST", "::1"}),
        ("0.0.0.0", {"127.0.0.1", "localhost", "0.0.0.0", "::1"}),
        ("127.8.8.8", {"127.8.8.8"}),
    ],
)
def test_it_knows_which_connections_would_be_its_own(host: str, names: set[str]) -> None:
    every = ("127.0.0.1", "localhost", "LOCALHOST", "::1", "0.0.0.0", "127.8.8.8", "api.memsy.io")
    server = LocalServer(host=host)
    with server:
        port = port_of(server)
        assert names <= {name for name in every if server.listens_at(name, port)}
        assert not server.listens_at("api.memsy.io", port)
        assert not server.listens_at("127.0.0.9", port)
        assert not any(server.listens_at(name, port + 1) for name in every)
        assert all(is_local_server(name, port) for name in names)
    assert not any(server.listens_at(name, port) or is_local_server(name, port) for name in every)


def test_a_server_that_has_stopped_is_held_by_nobody() -> None:
    with LocalServer() as server:
        held = ref(server)
    del server
    gc.collect()
    assert held() is None


def test_it_shows_where_it_is() -> None:
    with LocalServer() as server:
        assert repr(server) == f"<LocalServer at http://127.0.0.1:{port_of(server)}>"
    assert repr(server) == "<LocalServer that is not running>"


def test_stopping_closes_every_connection() -> None:
    """Idle ones and half-sent requests alike, within two seconds."""
    with LocalServer() as server, connect(server) as idle, connect(server) as busy:
        idle.sendall(get("/v1/health"))
        read(idle)
        busy.sendall(head(content_length=10))
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 2
        assert is_closed(idle)
        assert is_closed(busy)


def test_an_answer_that_is_on_its_way_arrives_whole() -> None:
    """Though the server is told to stop while the other side is still reading."""
    long = [{**EVENT, "content": f"tea {number} " + "x" * 31_000} for number in range(100)]
    with LocalServer() as server, ThreadPoolExecutor() as pool, socket.socket() as slow:
        send(server, post({"events": long}))
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        slow.settimeout(5)
        slow.connect(("127.0.0.1", port_of(server)))
        slow.sendall(post({"query": "tea", "limit": 100}, "/v1/search"))
        slow.recv(1, socket.MSG_PEEK)
        stopped = pool.submit(server.stop)
        answer = read(slow)
        stopped.result()
    assert len(answer.content) > 3_000_000
    assert len(answer.content) == int(answer.headers["content-length"])


def test_two_hundred_servers_leave_nothing_behind() -> None:
    """No thread, no open file, no warning that something was left open."""
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
        assert send(server, get("/v1/health")).status == 200


def open_files() -> int:
    listing = Path("/proc/self/fd")
    return len(list(listing.iterdir())) if listing.exists() else 0


def port_of(server: LocalServer) -> int:
    return int(server.base_url.rpartition(":")[2].partition("/")[0])


def test_who_waits_for_an_answer_that_never_comes_does_not_hold_it_up() -> None:
    with LocalServer() as server:
        server.service.faults.fail_next("health", MemsyTimeoutError)
        with connect(server) as connection:
            connection.sendall(get("/v1/health"))
            while not server.service.requests:
                time.sleep(0.001)
            began = time.monotonic()
            server.stop()
            assert time.monotonic() - began < 3.0
            assert is_closed(connection)


def test_who_gives_up_waiting_is_forgotten() -> None:
    with LocalServer() as server:
        server.service.faults.fail_next("health", MemsyTimeoutError)
        with connect(server) as connection:
            connection.sendall(get("/v1/health"))
            while not server.service.requests:
                time.sleep(0.001)
        began = time.monotonic()
        server.stop()
        assert time.monotonic() - began < 0.4
