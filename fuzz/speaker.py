"""A server that answers whatever it is asked with the bytes that it was given last."""

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
"""Seconds between two pieces, so that they arrive as two."""

_PATIENCE = 2.0
"""Seconds for what should be done already, such as reading what was sent."""


class Speaker:
    """
    Listens on a port of this machine, in a thread of its own; one for any number of connections.

    It is made for one client that asks at a time: quick, and not clever.
    """

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=16)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._heard: dict[socket.socket, bytes] = {}
        self._waker, self._sleeper = socket.socketpair()
        self._selector.register(self._sleeper, selectors.EVENT_READ)
        self._pieces: Sequence[bytes] = ()
        self._hangs_up = True
        self._has_spoken = threading.Event()
        self._thread = threading.Thread(target=self._run, name="speaker", daemon=True)
        self._is_over = False
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over = True
        self._waker.send(b".")
        self._thread.join(timeout=10)
        for sock in (self._listener, self._waker, self._sleeper, *self._heard):
            sock.close()
        self._selector.close()

    def prepare(self, *pieces: bytes, hangs_up: bool) -> None:
        """Answer the next request with *pieces*, and close the connection then, or do not."""
        self._pieces, self._hangs_up = pieces, hangs_up
        self._has_spoken.clear()

    def has_spoken(self) -> bool:
        """Whether that was asked for and is all sent; it is waited for a little."""
        return self._has_spoken.wait(_PATIENCE)

    def _run(self) -> None:
        while not self._is_over:
            for key, _ in self._selector.select():
                if key.fileobj is self._listener:
                    self._accept()
                elif key.fileobj is not self._sleeper:
                    assert isinstance(key.fileobj, socket.socket)
                    with suppress(OSError):
                        self._hear(key.fileobj)

    def _accept(self) -> None:
        sock, _ = self._listener.accept()
        sock.settimeout(_PATIENCE)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._heard[sock] = b""
        self._selector.register(sock, selectors.EVENT_READ)

    def _hear(self, sock: socket.socket) -> None:
        try:
            said = sock.recv(65_536)
            self._heard[sock] += said
            if not said:
                self._forget(sock)
            elif _is_whole(self._heard[sock]):
                self._heard[sock] = b""
                self._speak(sock)
        except OSError:
            self._forget(sock)
            self._has_spoken.set()

    def _speak(self, sock: socket.socket) -> None:
        for number, piece in enumerate(self._pieces):
            if number:
                time.sleep(_PAUSE)
            sock.sendall(piece)
        if self._hangs_up:
            sock.shutdown(socket.SHUT_WR)
            self._forget(sock)
        self._has_spoken.set()

    def _forget(self, sock: socket.socket) -> None:
        if self._heard.pop(sock, None) is not None:
            self._selector.unregister(sock)
        sock.close()


def _is_whole(request: bytes) -> bool:
    head, empty, body = request.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    return bool(empty) and len(body) >= (int(length[1]) if length else 0)
