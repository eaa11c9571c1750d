"""Hundreds of calls at once, or in vain: they take turns, give up, and leave nothing behind."""

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
from tests.matrix.calls import Client, found
from tests.matrix.clients import KEY, REAL, Colour, Witness, awaiting, blocking
from tests.matrix.crowd import Crowd, until
from tests.matrix.faults import repeated
from tests.raw_server import OK, Peer, RawServer, answering, response

CONNECTIONS = 256
"""As many as an awaiting client makes at most in one loop."""

GRACE = 2.0
"""Seconds that a busy machine may take longer."""

in_both_colours = pytest.mark.parametrize("colour", REAL, ids=lambda colour: colour.value)


def questions(number: int, word: str = "tea") -> list[str]:
    return [f"{word} {one}" for one in range(number)]


@pytest.mark.proves("X03")
async def test_six_hundred_calls_at_once_take_turns() -> None:
    """There are not so many connections; whoever waits for one is in time all the same."""
    with Crowd(delay=0.25) as crowd:
        async with AsyncMemsyClient(crowd.base_url, KEY, timeout=5.0, max_retries=0) as memsy:
            answers = await asyncio.gather(*map(memsy.search, questions(600)))
    assert answers == [found(question) for question in questions(600)]
    assert crowd.connections <= CONNECTIONS


@pytest.mark.proves("X03")
def test_two_hundred_threads_need_not_take_turns() -> None:
    with (
        Crowd(together=200) as crowd,
        MemsyClient(crowd.base_url, KEY, timeout=10.0, max_retries=0) as memsy,
        ThreadPoolExecutor(200) as pool,
    ):
        answers = list(pool.map(memsy.search, questions(200, "together")))
    assert answers == [found(question) for question in questions(200, "together")]
    assert crowd.connections == 200


@pytest.mark.proves("X04")
async def test_a_storm_of_cancellations_leaves_nothing_behind() -> None:
    """Before they begin, on their way, waiting for an answer, a connection or a better time."""
    with Crowd(together=CONNECTIONS) as crowd:
        async with AsyncMemsyClient(crowd.base_url, KEY, timeout=60.0) as memsy:
            before = asyncio.all_tasks()
            words = ["busy", "half", *["never"] * 18]
            calls = [asyncio.create_task(memsy.search(f"{words[n % 20]} {n}")) for n in range(400)]
            for call in calls[:50]:
                call.cancel()
                await asyncio.sleep(0)
            await until(lambda: len(crowd.waiting) > CONNECTIONS - 20)
            for call in calls[50:]:
                call.cancel()
            ends = await asyncio.gather(*calls, return_exceptions=True)
            assert {type(end) for end in ends} == {asyncio.CancelledError}

            began = time.monotonic()
            answers = await asyncio.gather(*map(memsy.search, questions(20)))
            assert time.monotonic() - began < 0.5 + GRACE
            assert answers == [found(question) for question in questions(20)]
            assert asyncio.all_tasks() == before
            await until(lambda: not crowd.waiting)

            # Each of these needs a connection of its own: nobody else has one.
            await asyncio.gather(*map(memsy.search, questions(CONNECTIONS, "together")))


@pytest.mark.proves("Q01")
@in_both_colours
@pytest.mark.parametrize(
    ("word", "error", "most"),
    [("busy", ServerError, 1036), ("throttled", RateLimitExceeded, 1101)],
)
def test_a_dead_service_is_not_stormed(
    colour: Colour, word: str, error: type[MemsyAPIError], most: int
) -> None:
    """Although it is asked a thousand times, and by many at once."""
    with Crowd() as crowd:
        memsy = watched(colour, crowd.base_url, Witness())
        ends = ends_of_all(memsy, questions(1000, word))
        assert {type(end) for end in ends} == {error}
        assert 1000 < crowd.requests <= most


@pytest.mark.proves("Q02")
@in_both_colours
def test_clients_that_fail_together_do_not_return_together(colour: Colour) -> None:
    """Of the sixty pauses of twenty clients, next to none are of the same length."""
    witness = Witness()
    with RawServer(answering(response(b"{}", status="503 Service Unavailable"))) as server:
        for _ in range(20):
            with pytest.raises(ServerError):
                asked(watched(colour, url_of(server), witness), "tea")
    assert len(witness.clock.pauses) == 60
    assert len(set(witness.clock.pauses)) >= 55


class Date:
    """What `time.time` says, where somebody sets the date in the middle of a call."""

    def __init__(self, jump: float) -> None:
        self._now = time.time()
        self._jump = jump
        self.max_polls = 0

    def __call__(self) -> float:
        self.max_polls += 1
        return self._now

    def jump(self) -> None:
        self._now += self._jump


@pytest.fixture(params=[7200.0, -7200.0], ids=["two hours on", "two hours back"])
def date(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Date:
    date = Date(request.param)
    monkeypatch.setattr(time, "time", date)
    return date


@pytest.mark.proves("Q03")
@in_both_colours
def test_a_date_that_is_set_meanwhile_delays_no_retry(colour: Colour, date: Date) -> None:
    """Not even one for which the service names a date: it is read against its own."""
    far = "Sun, 20 Nov 2099 12:00:00 GMT"
    refusals = [
        response(b"{}", f"Date: {far}", f"Retry-After: {far}", status="429 Too Many Requests"),
        response(b"{}", status="503 Service Unavailable"),
    ]

    def script(peer: Peer) -> None:
        for refusal in refusals:
            peer.read()
            date.jump()
            peer.send(refusal)
        peer.send(repeated(peer.read()))
        peer.wait_for_end()

    with RawServer(script) as server:
        began = time.monotonic()
        memsy = colourful(colour, url_of(server), timeout=20.0, retry_backoff=0.01)
        assert asked(memsy, "tea") == found("tea")
        assert time.monotonic() - began < GRACE
    assert date.max_polls > 0


@pytest.mark.proves("Q03")
@in_both_colours
def test_nor_does_it_move_the_deadline(colour: Colour, date: Date) -> None:
    def script(peer: Peer) -> None:
        peer.read()
        date.jump()
        peer.drip(OK * 20, every=0.03)

    with RawServer(script) as server:
        began = time.monotonic()
        with pytest.raises(MemsyTimeoutError):
            asked(colourful(colour, url_of(server), timeout=0.2), "tea")
        assert 0.2 <= time.monotonic() - began < 0.2 + GRACE


def url_of(server: RawServer) -> str:
    return f"http://127.0.0.1:{server.port}/v1"


def colourful(colour: Colour, base_url: str, **options: float) -> Client:
    kind = MemsyClient if colour is Colour.BLOCKING else AsyncMemsyClient
    return kind(base_url, KEY, **options)  # type: ignore[arg-type]  # none of them is a whole number


def watched(colour: Colour, base_url: str, witness: Witness) -> Client:
    """One whose pauses pass at once; all of them together are no reason to give up."""
    make = blocking if colour is Colour.BLOCKING else awaiting
    return make(colour, witness, {"base_url": base_url, "api_key": KEY, "timeout": 100_000.0}, None)


def asked(memsy: Client, query: str) -> SearchResponse:
    """What the only call of a client is answered."""
    if isinstance(memsy, MemsyClient):
        with memsy:
            return memsy.search(query)

    async def ask() -> SearchResponse:
        async with memsy:
            return await memsy.search(query)

    return asyncio.run(ask())


def ends_of_all(memsy: Client, queries: list[str]) -> list[object]:
    """What becomes of many calls at once."""
    if isinstance(memsy, MemsyClient):
        with memsy, ThreadPoolExecutor(8) as pool:
            return [call.exception() for call in [pool.submit(memsy.search, q) for q in queries]]

    async def ask() -> list[object]:
        async with memsy:
            return list(await asyncio.gather(*map(memsy.search, queries), return_exceptions=True))

    return asyncio.run(ask())
