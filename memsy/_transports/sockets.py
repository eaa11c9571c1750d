"""Socket options of both transports."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from typing import Any, TypeAlias

AddressInfo: TypeAlias = tuple[int, int, int, str, Any]
"""Family, type, protocol, canonical name and address, as `socket.getaddrinfo` returns them."""

_KEEP_ALIVE_OPTIONS = {
    "TCP_KEEPIDLE": 30,  # seconds without data until the first probe
    "TCP_KEEPALIVE": 30,  # the name of TCP_KEEPIDLE on macOS
    "TCP_KEEPINTVL": 10,  # seconds between probes
    "TCP_KEEPCNT": 3,  # probes without a reply until the connection is lost
}
"""Values by the names in `socket`. A platform lacks some of the names."""


def _socket_options() -> Iterable[tuple[int, int, int]]:
    yield socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    # A NAT drops idle connections without a notice, even while a request waits for its response.
    yield socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1
    for name, value in _KEEP_ALIVE_OPTIONS.items():
        if hasattr(socket, name):
            yield socket.IPPROTO_TCP, getattr(socket, name), value


_SOCKET_OPTIONS = tuple(_socket_options())


def open_socket(address: AddressInfo) -> socket.socket:
    """
    Return a new socket for a connection to `address`, with the options of the transports.

    Raises:
        OSError: The system has no socket of this kind, or no free file descriptor.
    """
    family, kind, protocol, _, _ = address
    sock = socket.socket(family, kind, protocol)
    try:
        for option in _SOCKET_OPTIONS:
            sock.setsockopt(*option)
    except BaseException:
        sock.close()
        raise
    return sock
