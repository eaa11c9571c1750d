"""Connection attempts to several addresses that overlap (RFC 8305, "Happy Eyeballs")."""

from __future__ import annotations

import errno
import os
import selectors
import socket
from collections import deque
from collections.abc import Sequence
from itertools import chain, zip_longest

from typing_extensions import Self

from memsy._core.interrupts import is_interrupt
from memsy._core.timeout import Deadline
from memsy._transports.requests.state import socket_timeout
from memsy._transports.sockets import AddressInfo, open_socket

_ATTEMPT_DELAY = 0.25
"""Seconds from one attempt to the next, as in aiohttp."""

_MAX_WAIT = 3600.0
"""Seconds. The system calls overflow at much larger values."""

_IN_PROGRESS = {errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN}


def connect(host: str, port: int, deadline: Deadline) -> socket.socket:
    """
    Connect to the first address of a host that accepts, within the connect timeout.

    Raises:
        OSError: No address accepts, or the host name is unknown.
        UnicodeError: The host name is not valid.
    """
    addresses = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    deadline = deadline.capped_at(deadline.clock.monotonic() + deadline.connect_timeout())
    if len(addresses) == 1:
        sock = _connect_to(addresses[0], deadline)
    else:
        with _ConnectionAttempts() as attempts:
            sock = attempts.connect(_interleaved(addresses), deadline)
    try:
        sock.settimeout(socket_timeout(deadline.remaining()))
    except BaseException:
        sock.close()
        raise
    return sock


def _connect_to(address: AddressInfo, deadline: Deadline) -> socket.socket:
    sock = open_socket(address)
    try:
        sock.settimeout(socket_timeout(deadline.remaining()))
        sock.connect(address[4])
    except BaseException:
        sock.close()
        raise
    return sock


def _interleaved(addresses: Sequence[AddressInfo]) -> list[AddressInfo]:
    """Return the addresses with alternating families, in the order of the system otherwise."""
    by_family: dict[int, list[AddressInfo]] = {}
    for address in addresses:
        by_family.setdefault(address[0], []).append(address)
    return [address for address in chain(*zip_longest(*by_family.values())) if address]


class _ConnectionAttempts:
    """
    Sockets that connect at the same time.

    At the end of the `with` block, all sockets are closed except for the connected one.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._sockets: list[socket.socket] = []
        self._errors = [OSError("no address")]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._selector.close()
        for sock in self._sockets:
            sock.close()

    def connect(self, addresses: Sequence[AddressInfo], deadline: Deadline) -> socket.socket:
        """Start one attempt after the other, until one succeeds or all have failed."""
        waiting = deque(addresses)
        while waiting or self._sockets:
            if waiting and not self._start(waiting.popleft()):
                continue
            seconds = socket_timeout(deadline.remaining())
            sock = self._wait(min(seconds, _ATTEMPT_DELAY if waiting else _MAX_WAIT))
            if sock is not None:
                self._sockets.remove(sock)
                return sock
        refusals = (error for error in self._errors if isinstance(error, ConnectionRefusedError))
        raise next(refusals, self._errors[-1])

    def _start(self, address: AddressInfo) -> bool:
        """Start an attempt. Return False if it has failed already."""
        try:
            sock = open_socket(address)
        except OSError as error:
            if is_interrupt(error):
                raise
            self._errors.append(error)
            return False
        self._sockets.append(sock)
        sock.setblocking(False)
        number = sock.connect_ex(address[4])
        if number and number not in _IN_PROGRESS:
            self._discard(sock, number)
            return False
        self._selector.register(sock, selectors.EVENT_WRITE)
        return True

    def _wait(self, seconds: float) -> socket.socket | None:
        """Wait for the end of an attempt. Return its socket if the attempt was successful."""
        for key, _ in self._selector.select(seconds):
            sock = key.fileobj
            assert isinstance(sock, socket.socket)
            self._selector.unregister(sock)
            number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if not number:
                return sock
            self._discard(sock, number)
        return None

    def _discard(self, sock: socket.socket, number: int) -> None:
        self._errors.append(OSError(number, os.strerror(number)))
        self._sockets.remove(sock)
        sock.close()
