"""Hundreds of concurrent calls, cancelled or failing: connection limits, retry budget, jitter."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from memsy import (
    AsyncMemsyClient,
    MemsyAPIError,
    MemsyClient,
    MemsyTimeoutError,
    RateLimitExceeded,
    ServerError,
)
from memsy.models import SearchResponse
from tests.faults.calls import Client
from tests.faults.clients import (
    KEY,
    REAL,
    AttemptRecorder,
    ClientKind,
    async_client,
    sync_client,
)
from tests.faults.echo_server import EchoServer, wait_until
from tests.support.raw_server import OK, Peer, RawServer, respond_with, response
from tests.support.search_responses import echo_query, found

MAX_CONNECTIONS = 256
"""Connections that an async client opens at most in one loop."""

GRACE = 2.0
"""Seconds that a busy machine may take longer."""

in_both_modes = pytest.mark.parametrize("kind", REAL, ids=lambda kind: kind.value)


def queries(number: int, word: str = "tea") -> list[str]:
    return [f"{word} {n}" for n in range(number)]


@pytest.mark.covers("X03")
async def test_600_concurrent_async_calls_share_256_connections() -> None:
    """A call that waits for a connection still meets its deadline."""
    with EchoServer(delay=0.25) as server:
        async with AsyncMemsyClient(server.base_url, KEY, timeout=5.0, max_retries=0) as memsy:
            results = await asyncio.gather(*map(memsy.search, queries(600)))
    assert results == [found(query) for query in queries(600)]
    assert server.connections <= MAX_CONNECTIONS


@pytest.mark.covers("X03")
def test_each_of_200_threads_has_its_own_connection() -> None:
    with (
        EchoServer(together=200) as server,
        MemsyClient(server.base_url, KEY, timeout=10.0, max_retries=0) as memsy,
        ThreadPoolExecutor(200) as pool,
    ):
        results = list(pool.map(memsy.search, queries(200, "together")))
    assert results == [found(query) for query in queries(200, "together")]
    assert server.connections == 200


@pytest.mark.covers("X04")
async def test_400_cancelled_calls_leak_no_tasks_and_no_connections() -> None:
    """Calls are cancelled before they start, while sending, waiting, pausing and queueing."""
    with EchoServer(together=MAX_CONNECTIONS) as server:
        async with AsyncMemsyClient(server.base_url, KEY, timeout=60.0) as memsy:
            before = asyncio.all_tasks()
            words = ["busy", "half", *["never"] * 18]
            calls = [asyncio.create_task(memsy.search(f"{words[n % 20]} {n}")) for n in range(400)]
            for call in calls[:50]:
                call.cancel()
                await asyncio.sleep(0)
            await wait_until(lambda: len(server.waiting) > MAX_CONNECTIONS - 20)
            for call in calls[50:]:
                call.cancel()
            errors = await asyncio.gather(*calls, return_exceptions=True)
            assert {type(error) for error in errors} == {asyncio.CancelledError}

            started_at = time.monotonic()
            results = await asyncio.gather(*map(memsy.search, queries(20)))
            assert time.monotonic() - started_at < 0.5 + GRACE
            assert results == [found(query) for query in queries(20)]
            assert asyncio.all_tasks() == before
            await wait_until(lambda: not server.waiting)

            # Each of these calls needs a connection of its own, so none may have leaked.
            await asyncio.gather(*map(memsy.search, queries(MAX_CONNECTIONS, "together")))


@pytest.mark.covers("Q01")
@in_both_modes
@pytest.mark.parametrize(
    ("word", "error", "max_requests"),
    [("busy", ServerError, 1036), ("throttled", RateLimitExceeded, 1101)],
)
def test_retry_budget_limits_the_requests_to_a_dead_service(
    kind: ClientKind, word: str, error: type[MemsyAPIError], max_requests: int
) -> None:
    with EchoServer() as server:
        memsy = skipping_client(kind, server.base_url, AttemptRecorder())
        errors = errors_of_concurrent_searches(memsy, queries(1000, word))
        assert {type(raised) for raised in errors} == {error}
        assert 1000 < server.requests <= max_requests


@pytest.mark.covers("Q02")
@in_both_modes
def test_clients_that_fail_together_have_different_backoff(kind: ClientKind) -> None:
    recorder = AttemptRecorder()
    with RawServer(respond_with(response(b"{}", status="503 Service Unavailable"))) as server:
        for _ in range(20):
            with pytest.raises(ServerError):
                search_and_close(skipping_client(kind, url_of(server), recorder), "tea")
    assert len(recorder.clock.pauses) == 60
    assert len(set(recorder.clock.pauses)) >= 55


class WallClock:
    """Replacement for `time.time` whose date can jump."""

    def __init__(self, jump: float) -> None:
        self._now = time.time()
        self._jump = jump
        self.reads = 0

    def __call__(self) -> float:
        self.reads += 1
        return self._now

    def jump(self) -> None:
        self._now += self._jump


@pytest.fixture(params=[7200.0, -7200.0], ids=["two-hours-forward", "two-hours-back"])
def wall_clock(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> WallClock:
    clock = WallClock(request.param)
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.mark.covers("Q03")
@in_both_modes
def test_wall_clock_jump_delays_no_retry(kind: ClientKind, wall_clock: WallClock) -> None:
    """A Retry-After date counts from the Date header of the same response."""
    date = "Sun, 20 Nov 2099 12:00:00 GMT"
    errors = [
        response(b"{}", f"Date: {date}", f"Retry-After: {date}", status="429 Too Many Requests"),
        response(b"{}", status="503 Service Unavailable"),
    ]

    def script(peer: Peer) -> None:
        for error in errors:
            peer.read()
            wall_clock.jump()
            peer.send(error)
        peer.send(echo_query(peer.read()))
        peer.wait_for_close()

    with RawServer(script) as server:
        started_at = time.monotonic()
        memsy = client_of(kind, url_of(server), timeout=20.0, retry_backoff=0.01)
        assert search_and_close(memsy, "tea") == found("tea")
        assert time.monotonic() - started_at < GRACE
    assert wall_clock.reads > 0


@pytest.mark.covers("Q03")
@in_both_modes
def test_wall_clock_jump_does_not_move_the_deadline(
    kind: ClientKind, wall_clock: WallClock
) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        wall_clock.jump()
        peer.send_slowly(OK * 20, every=0.03)

    with RawServer(script) as server:
        started_at = time.monotonic()
        with pytest.raises(MemsyTimeoutError):
            search_and_close(client_of(kind, url_of(server), timeout=0.2), "tea")
        assert 0.2 <= time.monotonic() - started_at < 0.2 + GRACE


def url_of(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


def client_of(kind: ClientKind, base_url: str, **options: float) -> Client:
    cls = MemsyClient if kind is ClientKind.SYNC else AsyncMemsyClient
    return cls(base_url, KEY, **options)  # type: ignore[arg-type]  # no option is an int


def skipping_client(kind: ClientKind, base_url: str, recorder: AttemptRecorder) -> Client:
    """Return a client whose pauses take no time, with a deadline that allows for all of them."""
    make_client = sync_client if kind is ClientKind.SYNC else async_client
    return make_client(kind, recorder, {"base_url": base_url, "api_key": KEY, "timeout": 100_000.0})


def search_and_close(memsy: Client, query: str) -> SearchResponse:
    if isinstance(memsy, MemsyClient):
        with memsy:
            return memsy.search(query)

    async def search() -> SearchResponse:
        async with memsy:
            return await memsy.search(query)

    return asyncio.run(search())


def errors_of_concurrent_searches(memsy: Client, queries: list[str]) -> list[object]:
    if isinstance(memsy, MemsyClient):
        with memsy, ThreadPoolExecutor(8) as pool:
            return [call.exception() for call in [pool.submit(memsy.search, q) for q in queries]]

    async def search() -> list[object]:
        async with memsy:
            return list(await asyncio.gather(*map(memsy.search, queries), return_exceptions=True))

    return asyncio.run(search())
