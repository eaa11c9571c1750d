"""Fuzz targets for requests: the local service responds in time, and rejects without a change."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from memsy._core.http import HTTPRequest
from memsy.testing import LocalServer
from tests.fuzz import http_mutations
from tests.fuzz.examples import RecordingService, examples, populate
from tests.fuzz.mutations import damaged, damaged_json, mutate, noise
from tests.fuzz.target import PropertyViolated

_VERSION_NOT_SUPPORTED = 505
_HANG_TIMEOUT = 10.0
"""Seconds after which a silent server counts as hanging."""
_TIMEOUT = 0.05
"""Seconds that the server waits for missing bytes."""
_MAX_REQUESTS = 300
"""Requests to one service; more would slow it down."""

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


class FileService:
    """Service with its state in files of its own, so that any change is visible."""

    def __init__(self) -> None:
        with ExitStack() as stack:
            folder = stack.enter_context(TemporaryDirectory(prefix="memsy-fuzz-"))
            self._folder = Path(folder)
            self.service = stack.enter_context(RecordingService(str(self._folder / "memsy.db")))
            populate(self.service)
            self._stack = stack.pop_all()

    @property
    def state(self) -> list[bytes]:
        """All bytes of the files."""
        return [path.read_bytes() for path in sorted(self._folder.iterdir())]

    def close(self) -> None:
        self._stack.close()


class ServerRequests:
    """Bytes on a connection to a `LocalServer`, which closes it in time."""

    def __init__(self) -> None:
        self._requests = _MAX_REQUESTS
        self._stack = ExitStack()

    @property
    def seeds(self) -> Sequence[bytes]:
        return [_to_bytes(example.request) for example in examples()]

    def random_input(self, random: Random) -> bytes:
        return _random_request(random)

    def mutated(self, data: bytes, random: Random) -> bytes:
        return mutate((*http_mutations.MUTATIONS, _with_odd_target, damaged, damaged), data, random)

    def check(self, data: bytes) -> None:
        self._requests += 1
        if self._requests > _MAX_REQUESTS:
            self._restart()
        before = self._file_service.state
        started_at = time.monotonic()
        statuses = self._statuses(data)
        if time.monotonic() - started_at > _HANG_TIMEOUT:
            raise PropertyViolated("the server hangs", f"statuses {statuses}")
        if any(status >= 500 and status != _VERSION_NOT_SUPPORTED for status in statuses):
            raise PropertyViolated("the server fails", f"statuses {statuses}")
        if self._file_service.state != before and not any(
            200 <= status < 300 for status in statuses
        ):
            raise PropertyViolated("a rejected request changed the state", f"statuses {statuses}")

    def close(self) -> None:
        self._stack.close()

    def _restart(self) -> None:
        self._stack.close()
        self._requests = 0
        self._file_service = FileService()
        self._stack.callback(self._file_service.close)
        self._server = self._stack.enter_context(
            LocalServer(self._file_service.service, body_timeout=_TIMEOUT, idle_timeout=_TIMEOUT)
        )

    def _statuses(self, data: bytes) -> list[int]:
        """Return the statuses of all responses to `data`."""
        received = b""
        host, _, port = self._server.base_url.split("/")[2].partition(":")
        with socket.create_connection((host, int(port)), _HANG_TIMEOUT) as connection:
            with suppress(OSError):
                connection.sendall(data)
            with suppress(OSError):
                while part := connection.recv(65_536):
                    received += part
        return [int(status) for status in re.findall(rb"HTTP/1\.[01] (\d+) \w", received)]


class ServiceRequests:
    """Requests to a `LocalService` without a socket: the bytes are parsed leniently."""

    def __init__(self) -> None:
        self._requests = _MAX_REQUESTS
        self._file_service: FileService | None = None

    @property
    def seeds(self) -> Sequence[bytes]:
        return [_to_bytes(example.request) for example in examples()]

    def random_input(self, random: Random) -> bytes:
        return _random_request(random)

    def mutated(self, data: bytes, random: Random) -> bytes:
        head, empty, body = data.partition(b"\r\n\r\n")
        if body and random.random() < 0.6:
            with suppress(ValueError, RecursionError):
                return head + empty + damaged_json(body, random)
        return mutate((_with_odd_target, http_mutations.with_odd_value, damaged), data, random)

    def check(self, data: bytes) -> None:
        file_service = self._open()
        before = file_service.state
        response = file_service.service.handle(_parse_request(data))
        if response.status >= 500:
            raise PropertyViolated("the service fails", f"{response.status}, {response.text!r}")
        if file_service.state != before and not 200 <= response.status < 300:
            raise PropertyViolated(
                "a rejected request changed the state", f"status {response.status}"
            )

    def close(self) -> None:
        if self._file_service is not None:
            self._file_service.close()

    def _open(self) -> FileService:
        self._requests += 1
        if self._file_service is None or self._requests > _MAX_REQUESTS:
            self.close()
            self._requests, self._file_service = 0, FileService()
        return self._file_service


def _to_bytes(request: HTTPRequest) -> bytes:
    """Return the bytes that a client sends."""
    return http_mutations.message(
        f"{request.method} {request.target} HTTP/1.1".encode("latin-1"),
        {"host": "127.0.0.1", **request.headers},
        request.body or b"",
    )


def _parse_request(data: bytes) -> HTTPRequest:
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("utf-8", "surrogateescape").split("\r\n")
    method, _, target = first.removesuffix(" HTTP/1.1").partition(" ")
    headers = {
        name.strip(): value.strip() for name, _, value in (li.partition(":") for li in lines)
    }
    return HTTPRequest(method, target, body or None, headers)


def _random_request(random: Random) -> bytes:
    """Return bytes that derive from a valid request."""
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
        body = http_mutations.chunked(body, random)
    elif body:
        headers["content-length"] = str(len(body))
    start = f"{request.method} {request.target} HTTP/1.1".encode("latin-1")
    data = http_mutations.message(start, headers, body)
    if random.random() < 0.3:
        data = _with_odd_target(data, random)
    if random.random() < 0.35:
        data = mutate(http_mutations.MUTATIONS, data, random)
    if random.random() < 0.15:
        data = damaged(data, random)
    return data + _to_bytes(random.choice(examples()).request) if random.random() < 0.05 else data


def _with_odd_target(data: bytes, random: Random) -> bytes:
    """Change the method, the target, the query or the version."""
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
