"""Calls of real clients under HTTP mocks: responses, requests-mock, aioresponses and vcrpy."""

from __future__ import annotations

import asyncio
import functools
import gzip
import json
import subprocess
import sys
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, TypeAlias
from unittest import mock

import aiohttp
import pytest
import requests
import requests_mock
import responses
import vcr  # type: ignore[import-untyped]
from aioresponses import aioresponses
from attrs import frozen
from requests.adapters import HTTPAdapter
from typing_extensions import Self
from urllib3 import BaseHTTPResponse, HTTPConnectionPool

from memsy import (
    AsyncMemsyClient,
    AuthenticationError,
    EventPayload,
    MemsyClient,
    MemsyClientProtocol,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    MemsyTLSError,
    NotFoundError,
    RedirectError,
)
from memsy.local import LocalServer, LocalService
from memsy.testing.contract import as_sync
from tests.faults.secret_leaks import API_KEY, MARK, by_frames
from tests.support.raw_server import RawServer, respond_with, response

URL = "https://memsy.test/v1"
FOUND: dict[str, object] = {"results": []}
Headers = Mapping[str, str]
NO_HEADERS: Headers = {}
GZIP = {"content-encoding": "gzip"}
EVENT = EventPayload("ann", "chat-1", "user_message", "I like tea")


@frozen
class Seen:
    method: str
    url: str
    headers: Mapping[str, str]
    body: object


class HTTPMock(ABC):
    """Common interface of the tools."""

    def __init__(self, tool: Any) -> None:  # noqa: ANN401 - three libraries
        self._tool = tool

    def __enter__(self) -> Self:
        self._tool.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tool.stop()

    @abstractmethod
    def respond(
        self, method: str, path: str, body: bytes, status: int = 200, headers: Headers = NO_HEADERS
    ) -> None: ...

    @abstractmethod
    def fail(self, method: str, path: str, error: Exception) -> None: ...

    @abstractmethod
    def seen(self) -> Seen:
        """Return the last request."""


class ResponsesMock(HTTPMock):
    def __init__(self) -> None:
        super().__init__(responses.RequestsMock(assert_all_requests_are_fired=False))

    def respond(
        self, method: str, path: str, body: bytes, status: int = 200, headers: Headers = NO_HEADERS
    ) -> None:
        self._tool.add(method, URL + path, body=body, status=status, headers=headers)

    def fail(self, method: str, path: str, error: Exception) -> None:
        self._tool.add(method, URL + path, body=error)

    def seen(self) -> Seen:
        request = self._tool.calls[-1].request
        return Seen(request.method, request.url, request.headers, request.body)


class RequestsMockMock(HTTPMock):
    def __init__(self) -> None:
        super().__init__(requests_mock.Mocker(case_sensitive=True))

    def respond(
        self, method: str, path: str, body: bytes, status: int = 200, headers: Headers = NO_HEADERS
    ) -> None:
        self._tool.register_uri(
            method, URL + path, content=body, status_code=status, headers=headers
        )

    def fail(self, method: str, path: str, error: Exception) -> None:
        self._tool.register_uri(method, URL + path, exc=error)

    def seen(self) -> Seen:
        request = self._tool.last_request
        return Seen(request.method, request.url, request.headers, request.body)


class AioresponsesMock(HTTPMock):
    # aioresponses 0.7.9 does not know this argument of aiohttp 3.14.
    response_class = staticmethod(
        functools.partial(aiohttp.ClientResponse, stream_writer=mock.Mock(output_size=0))
    )

    def __init__(self) -> None:
        super().__init__(aioresponses())

    def respond(
        self, method: str, path: str, body: bytes, status: int = 200, headers: Headers = NO_HEADERS
    ) -> None:
        self._tool.add(
            URL + path,
            method,
            body=body,
            status=status,
            headers=headers,
            response_class=self.response_class,
        )

    def fail(self, method: str, path: str, error: Exception) -> None:
        self._tool.add(URL + path, method, exception=error)

    def seen(self) -> Seen:
        (((method, url), calls),) = self._tool.requests.items()
        options = calls[-1].kwargs
        return Seen(method, str(url), options["headers"], options["data"])


MOCKS: dict[str, Callable[[], HTTPMock]] = {
    "responses": ResponsesMock,
    "requests-mock": RequestsMockMock,
    "aioresponses": AioresponsesMock,
}


Key: TypeAlias = "str | Callable[[], str]"


@contextmanager
def sync_client(url: str = URL, key: Key = "msy_test") -> Iterator[MemsyClientProtocol]:
    with MemsyClient(url, key, max_retries=0) as memsy:
        yield memsy


@contextmanager
def async_client(url: str = URL, key: Key = "msy_test") -> Iterator[MemsyClientProtocol]:
    with closing(asyncio.new_event_loop()) as loop:
        memsy = AsyncMemsyClient(url, key, max_retries=0)
        try:
            yield as_sync(memsy, loop)
        finally:
            loop.run_until_complete(memsy.close())


CLIENTS: dict[str, Callable[..., AbstractContextManager[MemsyClientProtocol]]] = {
    "sync": sync_client,
    "async": async_client,
}
in_both_modes = pytest.mark.parametrize("connect", CLIENTS.values(), ids=CLIENTS)
with_every_mock = pytest.mark.parametrize("kind", MOCKS)


@contextmanager
def mocked(kind: str, key: Key = "msy_test") -> Iterator[tuple[HTTPMock, MemsyClientProtocol]]:
    connect = async_client if kind == "aioresponses" else sync_client
    with MOCKS[kind]() as http, connect(key=key) as memsy:
        yield http, memsy


@with_every_mock
def test_mock_sees_method_url_headers_and_body(kind: str) -> None:
    with mocked(kind) as (http, memsy):
        http.respond("POST", "/search", json.dumps(FOUND).encode())
        assert memsy.search("tea", actor_id="ann").results == []
        seen = http.seen()
    assert (seen.method, seen.url) == ("POST", f"{URL}/search")
    assert seen.headers["authorization"] == "Bearer msy_test"
    assert seen.headers["content-type"] == "application/json"
    assert {type(value) for value in seen.headers.values()} == {str}
    assert isinstance(seen.body, bytes)
    assert json.loads(seen.body)["query"] == "tea"


@with_every_mock
def test_mock_sees_options_and_the_key_of_a_function(kind: str) -> None:
    with mocked(kind, key=lambda: "msy_current") as (http, memsy):
        http.respond("POST", "/search", json.dumps(FOUND).encode())
        derived = memsy.with_options(headers={"X-Trace": "t1"})
        assert derived.search("tea").results == []
        seen = http.seen()
    assert (seen.headers["authorization"], seen.headers["x-trace"]) == ("Bearer msy_current", "t1")
    assert {type(value) for value in seen.headers.values()} == {str}


@with_every_mock
def test_mock_sees_the_encoded_path_and_the_query(kind: str) -> None:
    # aioresponses decodes the path of a URL that is a text.
    target = f"/actors/{'ann' if kind == 'aioresponses' else 'slack%3AT1'}?org_id=o+1"
    with mocked(kind) as (http, memsy):
        http.respond("GET", target, b'{"detail":"unknown actor"}', 404)
        with pytest.raises(NotFoundError, match="unknown actor"):
            memsy.actors.get("ann" if kind == "aioresponses" else "slack:T1", "o 1")
        assert http.seen().url == URL + target


@with_every_mock
def test_error_status_of_a_mock_raises_the_error_of_the_status(kind: str) -> None:
    with mocked(kind) as (http, memsy):
        http.respond("POST", "/search", b'{"detail":"revoked"}', 401)
        with pytest.raises(AuthenticationError, match="revoked"):
            memsy.search("tea")


@with_every_mock
def test_redirect_of_a_mock_is_not_followed(kind: str) -> None:
    with mocked(kind) as (http, memsy):
        http.respond("POST", "/search", b"", 302, {"location": "https://memsy.test/v2/search"})
        with pytest.raises(RedirectError, match="v2"):
            memsy.search("tea")


@with_every_mock
def test_compressed_body_of_a_mock_is_decoded(kind: str) -> None:
    body = gzip.compress(json.dumps(FOUND).encode())
    with mocked(kind) as (http, memsy):
        http.respond("POST", "/search", body, headers=GZIP)
        assert memsy.search("tea").results == []


@pytest.mark.parametrize("kind", ["responses", "requests-mock"])
def test_corrupt_body_of_a_mock_is_a_response_error(kind: str) -> None:
    with mocked(kind) as (http, memsy):
        http.respond("POST", "/search", b"tea", headers=GZIP)
        with pytest.raises(MemsyResponseError):
            memsy.search("tea")


SYNC_ERRORS: dict[str, tuple[Exception, type[MemsyError], bool]] = {
    "ConnectionError": (requests.ConnectionError("x"), MemsyConnectionError, True),
    "ConnectTimeout": (requests.ConnectTimeout("x"), MemsyTimeoutError, False),
    "ReadTimeout": (requests.ReadTimeout("x"), MemsyTimeoutError, True),
    "SSLError": (requests.exceptions.SSLError("x"), MemsyTLSError, False),
    "ConnectionRefusedError": (ConnectionRefusedError("x"), MemsyConnectionError, False),
}
ASYNC_ERRORS: dict[str, tuple[Exception, type[MemsyError], bool]] = {
    "ClientConnectionError": (aiohttp.ClientConnectionError("x"), MemsyConnectionError, True),
    "ServerDisconnectedError": (aiohttp.ServerDisconnectedError(), MemsyConnectionError, True),
    "ConnectionTimeoutError": (aiohttp.ConnectionTimeoutError(), MemsyTimeoutError, False),
    "TimeoutError": (asyncio.TimeoutError(), MemsyTimeoutError, True),
    "ConnectionRefusedError": (ConnectionRefusedError("x"), MemsyConnectionError, False),
}
ERRORS = [
    pytest.param(kind, *error, id=f"{kind}-{name}")
    for kind in MOCKS
    for name, error in (ASYNC_ERRORS if kind == "aioresponses" else SYNC_ERRORS).items()
]


@pytest.mark.parametrize(("kind", "raised", "expected", "maybe_processed"), ERRORS)
def test_network_error_of_a_mock_becomes_ours(
    kind: str, raised: Exception, expected: type[MemsyError], maybe_processed: bool
) -> None:
    with mocked(kind, API_KEY) as (http, memsy):
        http.fail("POST", "/search", raised)
        with pytest.raises(MemsyConnectionError) as excinfo:
            memsy.search("tea")
    assert type(excinfo.value) is expected
    assert excinfo.value.maybe_processed is maybe_processed
    trace = excinfo.value.__traceback__
    assert trace is not None
    assert MARK not in by_frames(excinfo.value.with_traceback(trace.tb_next))


@with_every_mock
def test_other_error_of_a_mock_passes_unchanged(kind: str) -> None:
    raised = ValueError("the callback of the test")
    with mocked(kind) as (http, memsy):
        http.fail("POST", "/search", raised)
        with pytest.raises(ValueError, match="callback") as excinfo:
            memsy.search("tea")
    assert excinfo.value is raised


@pytest.mark.parametrize("kind", ["responses", "aioresponses"])
def test_request_without_a_response_of_the_mock_is_named(kind: str) -> None:
    with mocked(kind) as (_, memsy), pytest.raises(MemsyConnectionError) as excinfo:
        memsy.health()
    assert "an HTTP mock raised " in str(excinfo.value)
    assert f"for GET {URL}/health; if the test does not expect this, give the mock a" in str(
        excinfo.value
    )


def test_request_without_a_response_of_requests_mock_raises_its_error() -> None:
    with (
        mocked("requests-mock") as (_, memsy),
        pytest.raises(requests_mock.NoMockAddress, match=f"GET {URL}/health"),
    ):
        memsy.health()


@with_every_mock
def test_no_request_leaves_under_a_mock(kind: str) -> None:
    """The client has an idle connection to the server, from before the mock."""
    service = LocalService()
    connect = async_client if kind == "aioresponses" else sync_client
    with LocalServer(service) as server, connect(server.base_url, service.api_key) as memsy:
        memsy.health()
        with MOCKS[kind](), pytest.raises((MemsyConnectionError, requests_mock.NoMockAddress)):
            memsy.health()
        assert len(service.requests) == 1
        memsy.health()
    assert len(service.requests) == 2


def test_request_that_a_mock_lets_through_uses_the_connections_of_the_client() -> None:
    with (
        RawServer(respond_with(response(b'{"results":[]}'), response(b'{"results":[]}'))) as server,
        sync_client(f"http://127.0.0.1:{server.port}/v1") as memsy,
        responses.RequestsMock() as http,
    ):
        http.add_passthru("http://127.0.0.1")
        assert memsy.search("tea").results == []
    assert len(server.requests) == 1


def test_tracing_wrapper_is_not_a_mock(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client has no session of requests, so a tracing tool does not see its requests."""
    send = requests.Session.send

    @functools.wraps(send)
    def traced(*args: object, **options: object) -> requests.Response:
        raise AssertionError

    monkeypatch.setattr(requests.Session, "send", traced)
    service = LocalService()
    with LocalServer(service) as server, sync_client(server.base_url, service.api_key) as memsy:
        assert memsy.health().status == "ok"


def test_tool_that_wraps_the_adapter_sees_request_and_response(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    send = HTTPAdapter.send
    seen: list[tuple[str | None, int]] = []

    @functools.wraps(send)
    def traced(
        adapter: HTTPAdapter, request: requests.PreparedRequest, stream: bool
    ) -> requests.Response:
        result = send(adapter, request, stream)
        seen.append((request.url, result.status_code))
        return result

    service = LocalService()
    with LocalServer(service) as server, sync_client(server.base_url, service.api_key) as memsy:
        memsy.health()
        with monkeypatch.context() as patch:
            patch.setattr(HTTPAdapter, "send", traced)
            assert memsy.search("tea").results == []
        memsy.health()
        assert seen == [(f"{server.base_url}/search", 200)]


def test_tool_that_wraps_the_pool_sees_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    urlopen = HTTPConnectionPool.urlopen
    seen: list[tuple[str, int]] = []

    @functools.wraps(urlopen)
    def traced(
        pool: HTTPConnectionPool,
        method: str,
        url: str,
        *args: Any,  # noqa: ANN401 - as in urllib3
        **options: Any,  # noqa: ANN401
    ) -> BaseHTTPResponse:
        result = urlopen(pool, method, url, *args, **options)
        seen.append((f"{method} {url}", result.status))
        return result

    monkeypatch.setattr(HTTPConnectionPool, "urlopen", traced)
    service = LocalService()
    with LocalServer(service) as server, sync_client(server.base_url, service.api_key) as memsy:
        assert memsy.search("tea").results == []
    assert seen == [("POST /v1/search", 200)]


def test_response_that_a_test_builds_itself_is_decoded() -> None:
    built = requests.Response()
    built.status_code = 200
    built._content = b'{"results":[]}'
    with mock.patch.object(HTTPAdapter, "send", return_value=built), sync_client() as memsy:
        assert memsy.search("tea").results == []


@pytest.mark.parametrize(
    ("owner", "method", "connect"),
    [
        (HTTPAdapter, "send", sync_client),
        (requests.Session, "send", sync_client),
        (aiohttp.ClientSession, "_request", async_client),
    ],
)
@pytest.mark.parametrize("autospec", [True, False])
def test_mock_that_returns_no_http_response_is_refused(
    owner: type,
    method: str,
    connect: Callable[[], AbstractContextManager[MemsyClientProtocol]],
    autospec: bool,
) -> None:
    options: dict[str, Any] = {"autospec": True} if autospec else {}
    with (
        mock.patch.object(owner, method, return_value={"results": []}, **options),
        connect() as memsy,
        pytest.raises(MemsyConfigurationError, match="mock returned a dict, which is not an HTTP"),
    ):
        memsy.search("tea")


needs_current_vcrpy = pytest.mark.skipif(
    sys.version_info < (3, 11),
    reason="the last vcrpy for Python 3.10 does not support this version of aiohttp",
)


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    return tmp_path / "cassette.yaml"


@needs_current_vcrpy
@in_both_modes
@pytest.mark.parametrize("replay", CLIENTS.values(), ids=[f"replayed-{mode}" for mode in CLIENTS])
def test_vcrpy_records_and_replays(
    connect: Callable[..., AbstractContextManager[MemsyClientProtocol]],
    replay: Callable[..., AbstractContextManager[MemsyClientProtocol]],
    cassette: Path,
) -> None:
    service = LocalService()
    with LocalServer(service) as server, connect(server.base_url, service.api_key) as memsy:
        url = server.base_url
        memsy.health()
        with vcr.use_cassette(cassette):
            recorded = [memsy.ingest([EVENT]), memsy.search("tea")]
            with connect(url, "msy_wrong") as other, pytest.raises(AuthenticationError):
                other.health()
        memsy.health()
    assert "!!" not in cassette.read_text("utf-8")
    count = len(service.requests)
    with vcr.use_cassette(cassette, record_mode="none") as tape:
        with replay(url, service.api_key) as memsy:
            assert [memsy.ingest([EVENT]), memsy.search("tea")] == recorded
            with pytest.raises(AuthenticationError):
                memsy.health()
        assert tape.all_played
    assert len(service.requests) == count


@in_both_modes
def test_vcrpy_sends_no_request_that_a_cassette_lacks(
    connect: Callable[..., AbstractContextManager[MemsyClientProtocol]], cassette: Path
) -> None:
    """The client has an idle connection to the server, from before the cassette."""
    service = LocalService()
    with LocalServer(service) as server, connect(server.base_url, service.api_key) as memsy:
        memsy.health()
        with (
            vcr.use_cassette(cassette, record_mode="none"),
            pytest.raises(vcr.errors.CannotOverwriteExistingCassetteException),
        ):
            memsy.health()
        assert len(service.requests) == 1


@needs_current_vcrpy
@pytest.mark.parametrize("client", [MemsyClient, AsyncMemsyClient])
@pytest.mark.parametrize("url", [URL, URL.replace("https", "http")])
@pytest.mark.parametrize("proxy", [None, "http://127.0.0.1:9"])
def test_vcrpy_replays_without_a_connection(
    client: type[MemsyClient | AsyncMemsyClient], url: str, proxy: str | None, cassette: Path
) -> None:
    recorded = {
        "request": {"method": "GET", "uri": f"{url}/orgs", "body": "", "headers": {}},
        "response": {
            "status": {"code": 200, "message": "OK"},
            "headers": {"Transfer-Encoding": ["chunked"]},
            "body": {"string": "[]"},
        },
    }
    cassette.write_text(json.dumps({"version": 1, "interactions": [recorded]}), encoding="utf-8")

    async def orgs() -> object:
        memsy = client(url, "msy_test", proxy=proxy)
        if isinstance(memsy, MemsyClient):
            with memsy:
                return memsy.orgs.list()
        async with memsy:
            return await memsy.orgs.list()

    with vcr.use_cassette(cassette, record_mode="none"):
        assert asyncio.run(orgs()) == []


@needs_current_vcrpy
@in_both_modes
@pytest.mark.parametrize("replay", CLIENTS.values(), ids=[f"replayed-{mode}" for mode in CLIENTS])
def test_vcrpy_replays_a_compressed_response(
    connect: Callable[..., AbstractContextManager[MemsyClientProtocol]],
    replay: Callable[..., AbstractContextManager[MemsyClientProtocol]],
    cassette: Path,
) -> None:
    body = gzip.compress(b'{"results":[]}')
    with (
        RawServer(respond_with(response(body, "Content-Encoding: gzip"))) as server,
        connect(url := f"http://127.0.0.1:{server.port}/v1") as memsy,
        vcr.use_cassette(cassette),
    ):
        assert memsy.search("tea").results == []
    with vcr.use_cassette(cassette, record_mode="none"), replay(url) as memsy:
        assert memsy.search("tea").results == []


@pytest.mark.parametrize("name", ["MemsyClient", "AsyncMemsyClient"])
def test_client_that_is_first_used_within_a_cassette_works_after_it(
    name: str, cassette: Path
) -> None:
    """The transport is imported while vcrpy has replaced classes of urllib3."""
    program = f"""
        import asyncio, inspect, vcr
        from memsy import {name}
        from memsy.local import LocalServer, LocalService

        async def health(url):
            memsy = {name}(url, "msy_local")
            result = memsy.health()
            if inspect.isawaitable(result):
                await result
            await memsy.close() if inspect.iscoroutinefunction(memsy.close) else memsy.close()

        service = LocalService()
        with LocalServer(service) as server:
            with vcr.use_cassette({str(cassette)!r}) as tape:
                asyncio.run(health(server.base_url))
            asyncio.run(health(server.base_url))
            print(len(tape), len(service.requests))
    """
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(program)]
    output = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert (output.stdout, output.stderr) == ("1 2\n", "")


@pytest.mark.parametrize(
    ("name", "mock", "add"),
    [
        (
            "MemsyClient",
            "responses.RequestsMock()",
            "mock.add('GET', url, body=KeyError('mocked'))",
        ),
        (
            "AsyncMemsyClient",
            "aioresponses.aioresponses()",
            "mock.get(url, exception=KeyError('mocked'))",
        ),
    ],
)
def test_client_that_is_first_used_within_a_mock_works_after_it(
    name: str, mock: str, add: str
) -> None:
    """The HTTP library is loaded while the mock has replaced functions of it."""
    program = f"""
        import aioresponses, asyncio, inspect, responses
        from memsy import {name}
        from memsy.local import LocalServer, LocalService

        async def health(memsy):
            result = memsy.health()
            return await result if inspect.isawaitable(result) else result

        with LocalServer(LocalService()) as server:
            memsy = {name}(server.base_url, "msy_local")
            url = server.base_url + "/health"
            with {mock} as mock:
                {add}
                try:
                    asyncio.run(health(memsy))
                except KeyError as error:
                    print(error)
            print(asyncio.run(health(memsy)).status)
            closed = memsy.close()
            if inspect.isawaitable(closed):
                asyncio.run(closed)
    """
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(program)]
    output = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert (output.stdout, output.stderr) == ("'mocked'\nok\n", "")
