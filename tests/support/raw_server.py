"""TCP server that runs a script for each connection and sends any bytes, valid HTTP or not."""

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
    """Return an HTTP response with a correct content length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


class Peer:
    """Server side of one connection."""

    def __init__(self, server: RawServer, sock: socket.socket, number: int) -> None:
        self._server = server
        self._sock = sock
        self._ahead = b""
        self.number = number
        """Number of the connection among all of the server, from 1."""

    def read(self) -> bytes:
        """Return the bytes of the next request; end the script if the client closes."""
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
        """Return the next request up to the empty line; the body stays unread."""
        while b"\r\n\r\n" not in self._ahead:
            self._ahead += self._receive()
        head, empty, self._ahead = self._ahead.partition(b"\r\n\r\n")
        self._server.requests.append(head + empty)
        return head + empty

    def read_some(self) -> bytes:
        """Return the bytes that have arrived, at most 64 KiB."""
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

    def send_slowly(self, data: bytes, every: float) -> None:
        """Send `data` byte by byte, with a pause of `every` seconds after each."""
        for byte in data:
            self.send(bytes([byte]))
            self.pause(every)

    def pause(self, seconds: float = 10.0) -> None:
        """Wait for `seconds`, or until the server stops."""
        if self._server.stopped.wait(seconds):
            raise ConnectionError("the server has stopped")

    def wait_for_close(self) -> None:
        """Wait until the client closes the connection."""
        with suppress(ConnectionError):
            while True:
                self._receive()

    def tunnel_to(self, port: int) -> None:
        """Forward bytes to and from `port` until either side closes."""
        with socket.create_connection(("127.0.0.1", port)) as other:
            back = threading.Thread(target=_pump, args=(other, self._sock))
            back.start()
            _pump(self._sock, other)
            back.join(timeout=10)

    def finish(self) -> None:
        """Close the connection with a FIN, after the client has closed its side."""
        self._sock.shutdown(socket.SHUT_WR)
        self.wait_for_close()

    def reset(self) -> None:
        """Close the connection with a RST."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(2**16):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)


Script: TypeAlias = Callable[[Peer], None]


class RawServer:
    """Server on 127.0.0.1 that runs `script` for each connection, in a thread of its own."""

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.requests: list[bytes] = []
        self.stopped = threading.Event()

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        for sock in (self._listener, *self._sockets):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed when the server stops
            while True:
                sock, _ = self._listener.accept()
                self.connections += 1
                self._sockets.append(sock)
                thread = threading.Thread(target=self._run, args=(sock, self.connections))
                self._threads.append(thread)
                thread.start()

    def _run(self, sock: socket.socket, number: int) -> None:
        with suppress(OSError):  # the client has closed, or the server stops
            if self._context:
                sock = self._context.wrap_socket(sock, server_side=True)
                self._sockets.append(sock)
            self._script(Peer(self, sock, number))
        sock.close()


def respond_with(*responses: bytes) -> Script:
    """
    Return a script that sends one of `responses` to each request, and repeats the last one.

    All connections share the list.
    """
    remaining = list(responses)

    def script(peer: Peer) -> None:
        while True:
            peer.read()
            peer.send(remaining.pop(0) if len(remaining) > 1 else remaining[0])

    return script
