"""Overlapping connection attempts, socket options, and exhausted resources of the system."""

from __future__ import annotations

import gc
import socket
import time

import pytest

from memsy._transports.sockets import open_socket
from memsy.exceptions import MemsyConnectionError, MemsyTimeoutError
from tests._transports.conftest import Connect, Resolve, Serve
from tests._transports.test_processes import run
from tests.support.platforms import needs_resource
from tests.support.raw_server import OK, RawServer, respond_with

GRACE = 5.0
"""Seconds that a busy machine may take longer."""

UNROUTABLE = (socket.AF_INET6, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("100::1", 9, 0, 0))
"""An address of a family that this machine may lack. 100::/64 discards all packets."""


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def test_second_address_is_tried_while_the_first_does_not_react(
    serve: Serve, connect: Connect, resolve: Resolve, black_hole: int
) -> None:
    sender = connect(resolve(black_hole, serve(respond_with(OK)).port))
    started_at = time.monotonic()
    assert sender.send(timeout=60).status == 200
    assert time.monotonic() - started_at < 0.25 + GRACE


def test_many_addresses_without_reaction_delay_the_last_one_only(
    serve: Serve, connect: Connect, resolve: Resolve, black_hole: int
) -> None:
    sender = connect(
        resolve(black_hole, black_hole, black_hole, UNROUTABLE, serve(respond_with(OK)).port)
    )
    started_at = time.monotonic()
    assert sender.send(timeout=60).status == 200
    assert time.monotonic() - started_at < 4 * 0.25 + GRACE


def test_refusing_address_is_replaced_without_a_delay(
    serve: Serve, connect: Connect, resolve: Resolve
) -> None:
    server = serve(respond_with(OK))
    sender = connect(resolve(*[closed_port()] * 40, server.port))
    started_at = time.monotonic()
    assert sender.send(timeout=60).status == 200
    assert time.monotonic() - started_at < GRACE  # with delays, it would be 10 s
    assert server.connections == 1


def test_first_address_is_preferred(serve: Serve, connect: Connect, resolve: Resolve) -> None:
    first, second = serve(respond_with(OK)), serve(respond_with(OK))
    connect(resolve(first.port, second.port)).send()
    assert (first.connections, second.connections) == (1, 0)


def test_all_addresses_refuse(connect: Connect, resolve: Resolve) -> None:
    port = closed_port()
    sender = connect(resolve(port, port))
    with pytest.raises(MemsyConnectionError) as excinfo:
        sender.send()
    assert str(excinfo.value) == (
        "service.invalid refused the connection; check the base URL and the proxy"
    )
    assert not excinfo.value.maybe_processed


def test_no_address_reacts_within_the_connect_timeout(
    connect: Connect, resolve: Resolve, black_hole: int
) -> None:
    sender = connect(resolve(black_hole, closed_port(), black_hole))
    with pytest.raises(MemsyTimeoutError) as excinfo:
        sender.send(timeout=0.4)
    assert str(excinfo.value) == "no connection to service.invalid within 0.4 s"
    assert not excinfo.value.maybe_processed


def test_proxy_with_two_addresses(
    serve: Serve, connect: Connect, resolve: Resolve, black_hole: int
) -> None:
    proxy = serve(respond_with(OK))
    url = resolve(black_hole, proxy.port)
    sender = connect(url, proxy="http://proxy.invalid")
    assert sender.send(timeout=60).status == 200
    assert proxy.connections == 1


def test_connected_sockets_keep_alive(serve: Serve, connect: Connect) -> None:
    server = serve(respond_with(OK))
    sender = connect(server)
    sender.send()
    (sock,) = _sockets_connected_to(server)
    assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    for name, value in {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}.items():
        if hasattr(socket, name):
            assert sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) == value


def _sockets_connected_to(server: RawServer) -> list[socket.socket]:
    sockets = [value for value in gc.get_objects() if isinstance(value, socket.socket)]
    connected = (sock for sock in sockets if sock.family == socket.AF_INET)
    return [sock for sock in connected if _peer_port(sock) == server.port]


def _peer_port(sock: socket.socket) -> int | None:
    try:
        port: int = sock.getpeername()[1]
    except OSError:  # closed, or a listener
        return None
    return port


def test_socket_of_an_unknown_family_is_an_os_error() -> None:
    with pytest.raises(OSError, match="not supported"):
        open_socket((63, socket.SOCK_STREAM, 0, "", None))


@needs_resource
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "no-such-host.invalid"])
def test_missing_file_descriptors_are_the_reason(serve: Serve, host: str) -> None:
    """Without a file descriptor, the system can neither open a socket nor look a name up."""
    program = f"""
        import resource
        from memsy.exceptions import MemsyConnectionError

        transport = RequestsTransport(settings_for("http://{host}:9/v1"))
        resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
        files = []
        try:
            while True:
                files.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        try:
            transport.send(SEARCH, deadline_in(5))
        except MemsyConnectionError as error:
            message, maybe_processed = str(error), error.maybe_processed
        for file in files:
            os.close(file)
        print(maybe_processed, message)
        """
    assert run(serve(respond_with(OK)), program) == (
        f"False cannot connect to {host}:9: the process has no file descriptors left; close files"
        " and clients that are not used, or raise the limit (ulimit -n)\n"
    )
