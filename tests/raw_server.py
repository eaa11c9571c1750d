"""A server of bytes: says what its script says, whether or not it is HTTP."""

from __future__ import annotations

import re
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import Self

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'


def response(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """A response with its true length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Peer:
    """One connection, seen from the server's side."""

    def __init__(self, server: RawServer, sock: socket.socket, number: int) -> None:
        self._server = server
        self._sock = sock
        self._ahead = b""
        self.number = number
        """Counted from 1, over all connections of the server."""

    def read(self) -> bytes:
        """The next request, whole, as it stood on the wire; ends the script if there is none."""
        data = self.read_head()
        length = _LENGTH.search(data)
        missing = int(length.group(1)) if length else 0
        while len(self._ahead) < missing:
            self._ahead += self._receive()
        data += self._ahead[:missing]
        self._ahead = self._ahead[missing:]
        self._server.requests[-1] = data
        return data

    def read_head(self) -> bytes:
        """The next request up to the empty line; what follows that is left unread."""
        while b"\r\n\r\n" not in self._ahead:
            self._ahead += self._receive()
        head, empty, self._ahead = self._ahead.partition(b"\r\n\r\n")
        self._server.requests.append(head + empty)
        return head + empty

    def read_some(self) -> bytes:
        """What has come so far, but no more than 64 KiB."""
        data, self._ahead = self._ahead, b""
        return data or self._receive()

    def _receive(self) -> bytes:
        data = self._sock.recv(2**16)
        if not data:
            raise ConnectionError("the client has closed the connection")
        return data

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            self._sock.sendall(piece)

    def drip(self, data: bytes, every: float) -> None:
        """Byte by byte."""
        for byte in data:
            self.send(bytes([byte]))
            self.pause(every)

    def pause(self, seconds: float = 10.0) -> None:
        """Do nothing for so long, or until the test is over."""
        if self._server.is_over.wait(seconds):
            raise ConnectionError("the test is over")

    def wait_for_end(self) -> None:
        """Until the client closes the connection."""
        with suppress(ConnectionError):
            while True:
                self._receive()

    def become_a_tunnel_to(self, port: int) -> None:
        """Pass on whatever comes, both ways, until either side ends it."""
        with socket.create_connection(("127.0.0.1", port)) as other:
            back = threading.Thread(target=_pump, args=(other, self._sock))
            back.start()
            _pump(self._sock, other)
            back.join(timeout=10)

    def finish(self) -> None:
        """Close the connection in good order."""
        self._sock.shutdown(socket.SHUT_WR)
        self.wait_for_end()

    def reset(self) -> None:
        """Close it as a crash would."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(2**16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


Script: TypeAlias = Callable[[Peer], None]


class RawServer:
    """Runs *script* for each connection, in a thread of its own, until the client has gone."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.requests: list[bytes] = []
        self.is_over = threading.Event()

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        for sock in (self._listener, *self._sockets):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self) -> None:
        with suppress(OSError):  # closed, for the test is over
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._sockets.append(sock)
                thread = threading.Thread(target=self._run, args=(sock, self.connections))
                self._threads.append(thread)
                thread.start()

    def _run(self, sock: socket.socket, number: int) -> None:
        with suppress(OSError):  # the client has gone, or the test is over
            if self._context:
                sock = self._context.wrap_socket(sock, server_side=True)
                self._sockets.append(sock)
            self._script(Peer(self, sock, number))
        sock.close()


def answering(*answers: bytes) -> Script:
    """To each request the next of *answers*, over all connections; the last one for ever."""
    left = list(answers)

    def script(peer: Peer) -> None:
        while True:
            peer.read()
            peer.send(left.pop(0) if len(left) > 1 else left[0])

    return script
