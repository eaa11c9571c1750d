"""Server that responds to every request with prepared bytes."""

from __future__ import annotations

import re
import selectors
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)

_PAUSE = 0.001
"""Seconds between two segments, so that they arrive separately."""

_SOCKET_TIMEOUT = 2.0
"""Seconds for operations that should not block, such as sending a short response."""


class ScriptedServer:
    """
    Server on a port of 127.0.0.1, in one thread for all connections.

    It serves one client at a time, and starts faster than `RawServer`.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._received: dict[socket.socket, bytes] = {}
        self._wake_sender, self._wake_receiver = socket.socketpair()
        self._selector.register(self._wake_receiver, selectors.EVENT_READ)
        self._segments: Sequence[bytes] = ()
        self._closes = True
        self._has_responded = threading.Event()
        self._thread = threading.Thread(target=self._run, name="scripted server", daemon=True)
        self._is_stopped = False
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_stopped = True
        self._wake_sender.send(b".")
        self._thread.join(timeout=10)
        for sock in (self._listener, self._wake_sender, self._wake_receiver, *self._received):
            sock.close()
        self._selector.close()

    def prepare(self, *segments: bytes, closes: bool) -> None:
        """Respond to the next request with `segments`, and close the connection if it `closes`."""
        self._segments, self._closes = segments, closes
        self._has_responded.clear()

    def has_responded(self) -> bool:
        """Return whether the prepared response was requested and sent, after a short wait."""
        return self._has_responded.wait(_SOCKET_TIMEOUT)

    def _run(self) -> None:
        while not self._is_stopped:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is not self._wake_receiver:
                    assert isinstance(key.fileobj, socket.socket)
                    with suppress(OSError):
                        self._receive(key.fileobj)

    def _accept(self) -> None:
        sock, _ = self._listener.accept()
        sock.settimeout(_SOCKET_TIMEOUT)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._received[sock] = b""
        self._selector.register(sock, selectors.EVENT_READ)

    def _receive(self, sock: socket.socket) -> None:
        try:
            data = sock.recv(65_536)
            self._received[sock] += data
            if not data:
                self._close(sock)
            elif _is_complete(self._received[sock]):
                self._received[sock] = b""
                self._respond(sock)
        except OSError:
            self._close(sock)
            self._has_responded.set()

    def _respond(self, sock: socket.socket) -> None:
        for number, segment in enumerate(self._segments):
            if number:
                time.sleep(_PAUSE)
            sock.sendall(segment)
        if self._closes:
            sock.shutdown(socket.SHUT_WR)
            self._close(sock)
        self._has_responded.set()

    def _close(self, sock: socket.socket) -> None:
        if self._received.pop(sock, None) is not None:
            self._selector.unregister(sock)
        sock.close()


def _is_complete(request: bytes) -> bool:
    head, empty, body = request.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(empty) and len(body) >= (int(length[1]) if length else 0)
