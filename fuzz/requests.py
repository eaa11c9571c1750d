"""Any bytes for a request to the local service: an end in time, and no change but a granted one."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from fuzz import heads
from fuzz.examples import Noting, examples, inhabit
from fuzz.mutations import damaged, damaged_json, noise, some_of
from fuzz.target import Broken
from memsy._core.http import HTTPRequest
from memsy.testing import LocalServer

_PATIENCE = 10.0
"""Seconds after which a server that neither speaks nor hangs up counts as hanging."""
_TIMEOUT = 0.05
"""Seconds that the server waits for what does not come."""
_MOST = 300
"""Requests to one service, before there is too much in it to be quick."""

_METHODS = (b"GET", b"POST", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS", b"TRACE", b"CONNECT")
_ODD_TARGETS = (
    *(b"*", b"/", b"//", b"http://127.0.0.1/v1/health", b"/v1/../api/keys", b"/v1/%2e%2e/api/keys"),
    *(
        b"/v1/actors/%00",
        b"/v1/actors/%zz",
        b"/v1/actors/%ff",
        b"/v1/actors/\xff",
        b"/v1/actors/a?b",
    ),
    *(b"/v1/actors?limit=" + b"9" * 5000, b"/v1/actors?limit=1&limit=2", b"/v1/actors?=&&=#"),
    *(
        b"/v1/console/memories?search=%22OR%22&limit=1",
        b"/api/console/events?offset=-1",
        b"?",
        b"#",
    ),
    *(
        b"/v1/actors?limit=%D9%A1",
        b"/v1/roles?org_id=%ED%A0%80",
        b"/v1/" + b"a" * 9000,
        b"/v1/\x01",
    ),
)
_QUERIES = (b"&limit=0", b"&offset=99999999999999999999", b"&unknown=1", b"&sort=%00", b"&=", b"?a")


class Cellar:
    """A service that keeps all it has in files of its own, so that any change can be seen."""

    def __init__(self) -> None:
        with ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory(prefix="memsy-fuzz-"))
            self._folder = Path(folder)
            self.service = stack.enter_context(Noting(str(self._folder / "memsy.db")))
            inhabit(self.service)
            self._stack = stack.pop_all()

    @property
    def state(self) -> list[bytes]:
        """Every byte that it keeps."""
        return [path.read_bytes() for path in sorted(self._folder.iterdir())]

    def close(self) -> None:
        self._stack.close()


class Requests:
    """Bytes on a connection to a `LocalServer`, which ends it by itself."""

    def __init__(self) -> None:
        self._tried = _MOST
        self._stack = ExitStack()

    @property
    def seeds(self) -> Sequence[bytes]:
        return [_wire(example.request) for example in examples()]

    def drawn(self, random: Random) -> bytes:
        return _drawn(random)

    def mutated(self, data: bytes, random: Random) -> bytes:
        return some_of((*heads.DAMAGES, _with_odd_target, damaged, damaged), data, random)

    def check(self, data: bytes) -> None:
        self._tried += 1
        if self._tried > _MOST:
            self._start_anew()
        before = self._cellar.state
        began = time.monotonic()
        statuses = self._statuses(data)
        if time.monotonic() - began > _PATIENCE:
            raise Broken("the server hangs", f"it said {statuses}")
        if any(status >= 500 for status in statuses):
            raise Broken("the server fails", f"it said {statuses}")
        if self._cellar.state != before and not any(200 <= status < 300 for status in statuses):
            raise Broken("a change was not granted", f"it said {statuses}")

    def close(self) -> None:
        self._stack.close()

    def _start_anew(self) -> None:
        self._stack.close()
        self._tried = 0
        self._cellar = Cellar()
        self._stack.callback(self._cellar.close)
        self._server = self._stack.enter_context(
            LocalServer(self._cellar.service, body_timeout=_TIMEOUT, idle_timeout=_TIMEOUT)
        )

    def _statuses(self, data: bytes) -> list[int]:
        """Those of all answers to *data*, until the server hangs up."""
        said = b""
        host, _, port = self._server.base_url.split("/")[2].partition(":")
        with socket.create_connection((host, int(port)), _PATIENCE) as connection:
            with suppress(OSError):
                connection.sendall(data)
            with suppress(OSError):
                while part := connection.recv(65_536):
                    said += part
        return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d+) \w", said)]


class Answers:
    """
    The same without a socket: `LocalService.answer` is given what the first line, the headers
    and the rest of the bytes say.
    """

    def __init__(self) -> None:
        self._tried = _MOST
        self._cellar: Cellar | None = None

    @property
    def seeds(self) -> Sequence[bytes]:
        return [_wire(example.request) for example in examples()]

    def drawn(self, random: Random) -> bytes:
        return _drawn(random)

    def mutated(self, data: bytes, random: Random) -> bytes:
        head, empty, body = data.partition(b"\r\n\r\n")
        if body and random.random() < 0.6:
            with suppress(ValueError, RecursionError):
                return head + empty + damaged_json(body, random)
        return some_of((_with_odd_target, heads.with_odd_value, damaged), data, random)

    def check(self, data: bytes) -> None:
        cellar = self._open()
        before = cellar.state
        response = cellar.service.handle(_request(data))
        if response.status >= 500:
            raise Broken("the service fails", f"it said {response.status}, {response.text!r}")
        if cellar.state != before and not 200 <= response.status < 300:
            raise Broken("a change was not granted", f"it said {response.status}")

    def close(self) -> None:
        if self._cellar is not None:
            self._cellar.close()

    def _open(self) -> Cellar:
        self._tried += 1
        if self._cellar is None or self._tried > _MOST:
            self.close()
            self._tried, self._cellar = 0, Cellar()
        return self._cellar


def _wire(request: HTTPRequest) -> bytes:
    """As a client sends it."""
    return heads.message(
        f"{request.method} {request.target} HTTP/1.1".encode("latin-1"),
        {"host": "127.0.0.1", **request.headers},
        request.body or b"",
    )


def _request(data: bytes) -> HTTPRequest:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    method, _, target = first.removesuffix(" HTTP/1.1").partition(" ")
    headers = {
        name.strip(): value.strip() for name, _, value in (li.partition(":") for li in lines)
    }
    return HTTPRequest(method, target, body or None, headers)


def _drawn(random: Random) -> bytes:
    """Bytes that began as a good request."""
    if random.random() < 0.02:
        return noise(random)
    request = random.choice(examples()).request
    body = request.body or b""
    if body and random.random() < 0.6:
        body = damaged_json(body, random)
    if random.random() < 0.05:
        body = damaged(body, random)
    headers = {"host": "127.0.0.1", **request.headers}
    if random.random() < 0.8:
        headers["connection"] = "close"
    if body and random.random() < 0.15:
        headers.pop("content-length", None)
        headers["transfer-encoding"] = "chunked"
        body = heads.chunked(body, random)
    elif body:
        headers["content-length"] = str(len(body))
    start = f"{request.method} {request.target} HTTP/1.1".encode("latin-1")
    wire = heads.message(start, headers, body)
    if random.random() < 0.3:
        wire = _with_odd_target(wire, random)
    if random.random() < 0.35:
        wire = some_of(heads.DAMAGES, wire, random)
    if random.random() < 0.15:
        wire = damaged(wire, random)
    return wire + _wire(random.choice(examples()).request) if random.random() < 0.05 else wire


def _with_odd_target(data: bytes, random: Random) -> bytes:
    """Another method, another target, or an odd query."""
    line, end, rest = data.partition(b"\r\n")
    method, _, target = line.partition(b" ")
    target, _, version = target.rpartition(b" ")
    match random.randrange(5):
        case 0:
            method = random.choice(_METHODS)
        case 1:
            target = random.choice(_ODD_TARGETS)
        case 2:
            target += random.choice(_QUERIES)
        case 3:
            version = random.choice(
                (b"HTTP/1.0", b"HTTP/2", b"HTTP/1.2", b"http/1.1", b"", b"X/1.1")
            )
        case _:
            target = damaged(target, random)
    return b" ".join((method, target, version)) + end + rest
