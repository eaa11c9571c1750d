"""Connection limit and idle connections of the transports."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from threading import Barrier, Event, Semaphore, Thread
from typing import TypeAlias
from weakref import ref

import pytest
from attrs import frozen

from memsy._core.http import HTTPResponse
from memsy._core.settings import Settings
from memsy._core.time_source import SystemTimeSource
from memsy._core.timeout import MAX_IDLE_SECONDS, Deadline, Timeout
from memsy._transports.aiohttp.connection import StaleCheckConnector
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy._transports.requests.pool import ConnectionLimit
from memsy._transports.requests.state import RequestState, Ticket
from memsy._transports.requests.transport import RequestsTransport
from memsy.exceptions import MemsyClientClosedError, MemsyConnectionError, MemsyTimeoutError
from tests._transports.conftest import Serve
from tests._transports.senders import SEARCH, Sender, deadline_in, limit_connections, settings_for
from tests.chaos.clients import loop_in_thread
from tests.support.raw_server import OK, Peer, RawServer, Script, respond_with

THREADS = 20


@frozen
class ConcurrentSender:
    """A transport that sends in threads of its own, or in an event loop of its own."""

    submit: Callable[[float | Timeout], Future[HTTPResponse]]
    """Sends SEARCH with a timeout."""
    close: Callable[[], None]


@contextmanager
def open_sync(settings: Settings) -> Iterator[ConcurrentSender]:
    transport = RequestsTransport(settings)
    with ThreadPoolExecutor(THREADS + 1) as threads:

        def submit(timeout: float | Timeout) -> Future[HTTPResponse]:
            return threads.submit(transport.send, SEARCH, deadline_in(timeout))

        yield ConcurrentSender(submit, transport.close)
    transport.close()


@contextmanager
def open_async(settings: Settings) -> Iterator[ConcurrentSender]:
    transport = AiohttpTransport(settings)
    with loop_in_thread() as run:

        async def start(timeout: float | Timeout) -> asyncio.Task[HTTPResponse]:
            return asyncio.create_task(transport.send(SEARCH, deadline_in(timeout)))

        async def result_of(task: asyncio.Task[HTTPResponse]) -> HTTPResponse:
            return await task

        with ThreadPoolExecutor(THREADS + 1) as threads:

            def submit(timeout: float | Timeout) -> Future[HTTPResponse]:
                task = run(start(timeout))
                return threads.submit(lambda: run(result_of(task)))

            yield ConcurrentSender(submit, lambda: run(transport.close()))
        run(transport.close())


Open: TypeAlias = Callable[[Settings], AbstractContextManager[ConcurrentSender]]


@pytest.fixture(params=[open_sync, open_async], ids=["sync", "async"])
def open_sender(request: pytest.FixtureRequest) -> Open:
    param: Open = request.param
    return param


def limited(server: RawServer, max_connections: int) -> Settings:
    return limit_connections(settings_for(f"http://127.0.0.1:{server.port}/v1"), max_connections)


def respond_after(event: Event, requested: Semaphore) -> Script:
    """Return a script that responds only after `event`."""

    def script(peer: Peer) -> None:
        while True:
            peer.read()
            requested.release()
            event.wait(30)
            peer.send(OK)

    return script


@pytest.mark.usefixtures("in_both_adapter_modes")
def test_requests_beyond_the_limit_wait_for_a_free_connection(
    serve: Serve, open_sender: Open
) -> None:
    requested, may_respond = Semaphore(0), Event()
    server = serve(respond_after(may_respond, requested))
    with open_sender(limited(server, 2)) as sender:
        results = [sender.submit(20) for _ in range(10)]
        assert requested.acquire(timeout=10)
        assert requested.acquire(timeout=10)
        assert not requested.acquire(timeout=0.2)
        may_respond.set()
        assert {result.result().status for result in results} == {200}
    assert server.connections <= 2


def test_timeout_of_a_wait_for_a_free_connection_names_the_limit(
    serve: Serve, open_sender: Open
) -> None:
    requested, may_respond = Semaphore(0), Event()
    server = serve(respond_after(may_respond, requested))
    with open_sender(limited(server, 1)) as sender:
        first = sender.submit(20)
        assert requested.acquire(timeout=10)
        with pytest.raises(MemsyTimeoutError) as excinfo:
            sender.submit(0.2).result()
        may_respond.set()
        assert first.result().status == 200
        assert sender.submit(20).result().status == 200
    assert str(excinfo.value) == (
        "no free connection within 0.2 s: all connections of the client were in use "
        "(max_connections=1); make fewer calls at the same time, or raise the limit"
    )
    assert not excinfo.value.maybe_processed
    assert (len(server.requests), server.connections) == (2, 1)


def test_connect_timeout_does_not_limit_the_wait_for_a_free_connection(
    serve: Serve, open_sender: Open
) -> None:
    requested, may_respond = Semaphore(0), Event()
    timeout = Timeout(total=20, connect=0.1)
    with open_sender(limited(serve(respond_after(may_respond, requested)), 1)) as sender:
        results = [sender.submit(timeout) for _ in range(2)]
        assert requested.acquire(timeout=10)
        time.sleep(0.3)
        may_respond.set()
        assert [result.result().status for result in results] == [200, 200]


def test_close_ends_the_wait_for_a_free_connection(serve: Serve, open_sender: Open) -> None:
    requested, may_respond = Semaphore(0), Event()
    with open_sender(limited(serve(respond_after(may_respond, requested)), 1)) as sender:
        first = sender.submit(20)
        assert requested.acquire(timeout=10)
        waiting = [sender.submit(20) for _ in range(3)]
        sender.close()
        for result in waiting:
            with pytest.raises(MemsyClientClosedError):
                result.result(timeout=10)
        may_respond.set()
        first.exception(timeout=10)  # the async client closes the connection


def test_errors_that_the_caller_keeps_hold_no_connection(sender_type: type[Sender]) -> None:
    with RawServer(respond_with(OK)) as server:
        settings = limited(server, 1)
    sender = sender_type(settings)  # nothing listens any longer
    errors = []
    for _ in range(3):
        with pytest.raises(MemsyConnectionError) as excinfo:
            sender.send(timeout=1)
        errors.append(excinfo.value)
    assert {str(error).partition(" ")[2] for error in errors} == {
        "refused the connection; check the base URL and the proxy"
    }
    sender.dispose()


class ShiftedClock(SystemTimeSource):
    """The system clock plus `shift` seconds."""

    shift = 0.0

    def monotonic(self) -> float:
        return super().monotonic() + self.shift


@pytest.mark.usefixtures("in_both_adapter_modes")
def test_sync_connection_closes_after_its_maximum_idle_time(serve: Serve) -> None:
    first_closed = Event()

    def script(peer: Peer) -> None:
        try:
            respond_with(OK)(peer)
        finally:
            if peer.number == 1:
                first_closed.set()

    server, clock = serve(script), ShiftedClock()
    transport = RequestsTransport(limited(server, 1), clock)
    for shift, connections in [(0, 1), (MAX_IDLE_SECONDS - 1, 1), (MAX_IDLE_SECONDS + 1, 2)]:
        clock.shift += shift
        transport.send(SEARCH, Deadline.start(clock, Timeout()))
        assert server.connections == connections
    assert first_closed.wait(10)
    transport.close()


def test_async_connector_has_the_limit_and_the_maximum_idle_time() -> None:
    async def limits() -> tuple[int, object]:
        connector = StaleCheckConnector(None, 3)
        await connector.close()
        return connector.limit, connector._keepalive_timeout

    assert asyncio.run(limits()) == (3, MAX_IDLE_SECONDS)


def test_next_use_closes_the_idle_connections_that_the_server_has_closed(
    serve: Serve, open_sender: Open
) -> None:
    all_connected, may_finish, finishing = Barrier(THREADS), Event(), Semaphore(0)
    closed = Semaphore(0)

    def script(peer: Peer) -> None:
        peer.read()
        if peer.number > THREADS:
            peer.send(OK)
            return peer.wait_for_close()
        all_connected.wait(20)
        peer.send(OK)
        may_finish.wait(20)
        Thread(target=finishing.release).start()
        peer.finish()
        return closed.release()

    with open_sender(limited(serve(script), 256)) as sender:
        for result in [sender.submit(20) for _ in range(THREADS)]:
            assert result.result().status == 200
        may_finish.set()
        for _ in range(THREADS):
            assert finishing.acquire(timeout=10)
        time.sleep(0.2)  # for the FINs
        assert sender.submit(20).result().status == 200
        for _ in range(THREADS):
            assert closed.acquire(timeout=10)


def enter(limit: ConnectionLimit, timeout: float = 20.0) -> Ticket:
    ticket = Ticket()
    limit.enter(RequestState(deadline_in(timeout), "/search", ref(ticket)))
    return ticket


def enter_in_thread(limit: ConnectionLimit, admitted: list[int], number: int) -> Thread:
    """Let a thread wait for its admission, after which it leaves at once."""

    def wait() -> None:
        ticket = enter(limit)
        admitted.append(number)
        del ticket
        limit.notify()

    thread = Thread(target=wait)
    thread.start()
    while len(limit._queue) < number + 1:
        time.sleep(0.001)
    return thread


def test_waiting_requests_are_admitted_in_the_order_of_their_arrival() -> None:
    limit, admitted = ConnectionLimit(1), list[int]()
    ticket = enter(limit)
    threads = [enter_in_thread(limit, admitted, number) for number in range(1, 6)]
    del ticket
    limit.notify()
    for thread in threads:
        thread.join(10)
    assert admitted == [1, 2, 3, 4, 5]


def test_waiting_request_does_not_depend_on_a_notification() -> None:
    """An exception of a signal handler may prevent `notify()`."""
    limit, admitted = ConnectionLimit(1), list[int]()
    ticket = enter(limit)
    thread = enter_in_thread(limit, admitted, 1)
    del ticket
    thread.join(10)
    assert admitted == [1]
