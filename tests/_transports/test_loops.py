"""`AiohttpTransport` with several event loops, cancelled tasks, and without `close()`."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._transports.aiohttp.connection import _StrictResponseHandler
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy.exceptions import MemsyClientClosedError, MemsyTimeoutError
from tests._transports.conftest import Serve
from tests._transports.senders import SEARCH, deadline_in, settings_for
from tests.faults.certificates import authority, ca_file_of, valid
from tests.support.platforms import needs_dev_fd
from tests.support.raw_server import OK, Peer, RawServer, Script, respond_with, response


def transport_to(server: RawServer) -> AiohttpTransport:
    return AiohttpTransport(settings_for(f"http://127.0.0.1:{server.port}/v1"))


async def send(transport: AiohttpTransport, request: HTTPRequest = SEARCH) -> HTTPResponse:
    return await transport.send(request, deadline_in(5.0))


def echo_targets(peer: Peer) -> None:
    """Respond to each request with its target."""
    while True:
        peer.send(response(b'"%s"' % peer.read().split()[1]))


def test_transport_works_in_sequential_loops(serve: Serve) -> None:
    """The transport is created before the first loop and never closed, without a warning."""
    server = serve(respond_with(OK))
    transport = transport_to(server)
    for _ in range(4):
        assert asyncio.run(send(transport)).status == 200
    assert server.connections == 4
    del transport


def test_transport_works_in_concurrent_loops(serve: Serve) -> None:
    """Each loop gets the responses to its own requests."""
    server = serve(echo_targets)
    transport = transport_to(server)
    wrong: list[str] = []

    async def send_many(name: str) -> None:
        for number in range(50):
            received = await send(transport, HTTPRequest("GET", f"/{name}/{number}"))
            if received.text != f'"/v1/{name}/{number}"':
                wrong.append(received.text)

    threads = [threading.Thread(target=asyncio.run, args=(send_many(name),)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert wrong == []
    assert len(server.requests) == 100
    assert server.connections == 2


async def test_tasks_reuse_connections(serve: Serve) -> None:
    server = serve(echo_targets)
    transport = transport_to(server)
    for _ in range(5):
        responses = await asyncio.gather(
            *(send(transport, HTTPRequest("GET", f"/{number}")) for number in range(10))
        )
        assert [received.text for received in responses] == [
            f'"/v1/{number}"' for number in range(10)
        ]
    assert server.connections <= 10
    await transport.close()


async def test_response_of_a_cancelled_request_is_discarded(serve: Serve) -> None:
    """The next request does not get the response of the cancelled one."""

    def script(peer: Peer) -> None:
        while True:
            target = peer.read().split()[1]
            if target == b"/v1/slow":
                request_received.set()
                peer.pause(0.2)
            peer.send(response(b'"%s"' % target))

    request_received = threading.Event()
    transport = transport_to(serve(script))
    task = asyncio.ensure_future(send(transport, HTTPRequest("GET", "/slow")))
    await asyncio.get_running_loop().run_in_executor(None, request_received.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await send(transport, HTTPRequest("GET", "/fast"))).text == '"/v1/fast"'
    await transport.close()


@pytest.mark.parametrize("loop_runs", [False, True])
async def test_extra_response_on_an_idle_connection_is_discarded(
    serve: Serve, loop_runs: bool
) -> None:
    """The loop reads it before the next request, or is blocked until then."""
    first_received, extra_sent = threading.Event(), threading.Event()

    def script(peer: Peer) -> None:
        while True:
            peer.send(response(b'"%s"' % peer.read().split()[1]))
            if peer.number == 1:
                assert first_received.wait(5)
                peer.send(response(b'"extra"'))
                extra_sent.set()

    server = serve(script)
    transport = transport_to(server)
    assert (await send(transport, HTTPRequest("GET", "/1"))).text == '"/v1/1"'
    first_received.set()
    assert extra_sent.wait(5)
    for _ in range(3 * loop_runs):
        await asyncio.sleep(0)
    assert (await send(transport, HTTPRequest("GET", "/2"))).text == '"/v1/2"'
    assert server.connections == 2
    await transport.close()


def test_lost_connection_closes_its_transport() -> None:
    """Python 3.10 warns of a TLS transport that only the peer has closed."""
    loop = asyncio.new_event_loop()
    connected = ClosableTransport()
    protocol = _StrictResponseHandler(loop=loop)
    protocol.connection_made(connected)
    protocol.connection_lost(None)
    assert connected.is_closed
    loop.close()


class ClosableTransport(asyncio.Transport):
    is_closed = False

    def close(self) -> None:
        self.is_closed = True


async def test_asyncio_wait_for_raises_its_own_timeout_error(serve: Serve) -> None:
    transport = transport_to(serve(Peer.pause))
    with pytest.raises(asyncio.TimeoutError) as excinfo:
        await asyncio.wait_for(send(transport), 0.05)
    assert not isinstance(excinfo.value, MemsyTimeoutError)
    await transport.close()


def open_files() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


@needs_dev_fd
async def test_idle_connections_that_the_peer_closes_are_closed_at_once(serve: Serve) -> None:
    """No further request is necessary, and no socket stays half closed."""
    server_closes = threading.Event()
    arrived = threading.Barrier(20)

    def script(peer: Peer) -> None:
        peer.read()
        arrived.wait(10)  # so that each request needs a connection of its own
        peer.send(OK)
        assert server_closes.wait(10)

    server = serve(script)
    transport = transport_to(server)
    before = open_files()
    await asyncio.gather(*(send(transport) for _ in range(20)))
    assert server.connections == 20
    server_closes.set()
    for _ in range(500):
        if open_files() <= before:
            break
        await asyncio.sleep(0.01)
    assert open_files() <= before
    await transport.close()


async def test_many_cancellations_leave_no_tasks(serve: Serve) -> None:
    server = serve(echo_targets)
    transport = transport_to(server)
    before = asyncio.all_tasks()
    for _ in range(10):
        tasks = [asyncio.ensure_future(send(transport)) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert (await send(transport)).status == 200
    await transport.close()
    assert asyncio.all_tasks() == before


async def test_tasks_beyond_the_connection_limit_wait(serve: Serve) -> None:
    """Every request gets a response."""
    server = serve(echo_targets)
    transport = transport_to(server)
    responses = await asyncio.gather(*(send(transport) for _ in range(600)))
    assert {received.status for received in responses} == {200}
    assert server.connections <= 256
    await transport.close()


async def test_close_ends_a_request_in_progress(serve: Serve) -> None:
    transport = transport_to(serve(Peer.pause))
    task = asyncio.ensure_future(transport.send(SEARCH, deadline_in(30.0)))
    await asyncio.sleep(0.05)
    await transport.close()
    with pytest.raises(Exception, match="without a response"):
        await task


async def test_close_in_one_loop_closes_the_transport_in_all_loops(serve: Serve) -> None:
    server = serve(respond_with(OK))
    transport = transport_to(server)
    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever)
    thread.start()
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(send(transport), other))
    await send(transport)
    await transport.close()
    with pytest.raises(MemsyClientClosedError):
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(send(transport), other))
    # The other loop closes its own session.
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(wait_for_other_tasks(), other))
    other.call_soon_threadsafe(other.stop)
    thread.join(timeout=10)
    other.close()


async def wait_for_other_tasks() -> None:
    """Wait until all other tasks of this loop are done."""
    for _ in range(100):
        if len(asyncio.all_tasks()) == 1:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(asyncio.all_tasks())


def test_paused_loop_keeps_its_connections(serve: Serve) -> None:
    """Two loops may run alternately, without `asyncio.run`."""
    server = serve(echo_targets)
    transport = transport_to(server)
    loops = asyncio.new_event_loop(), asyncio.new_event_loop()
    for _ in range(3):
        for loop in loops:
            loop.run_until_complete(send(transport))
    assert server.connections == 2
    loops[0].run_until_complete(transport.close())
    for loop in loops:
        loop.run_until_complete(wait_for_other_tasks())
        loop.close()


def test_close_after_an_abruptly_closed_loop_does_not_warn(serve: Serve) -> None:
    """Neither aiohttp nor asyncio warns of the connections of the closed loop."""
    transport = transport_to(serve(respond_with(OK)))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(send(transport))
    loop.close()
    asyncio.run(transport.close())
    gc.collect()


def test_close_in_one_loop_aborts_the_connections_of_a_paused_loop(serve: Serve) -> None:
    """The paused loop aborts them when it runs again."""
    ended = threading.Event()

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(OK)
        peer.wait_for_close()
        ended.set()

    transport = transport_to(serve(script))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(send(transport))
    asyncio.run(transport.close())
    loop.run_until_complete(wait_for_other_tasks())
    assert ended.wait(5)
    loop.close()


def test_second_loop_works_after_an_abruptly_closed_loop(serve: Serve) -> None:
    server = serve(respond_with(OK))
    transport = transport_to(server)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(send(transport))
    loop.close()
    assert asyncio.run(send(transport)).status == 200
    gc.collect()


@pytest.fixture(params=["http", "https"])
def make_transport(
    request: pytest.FixtureRequest, serve: Serve
) -> Iterator[Callable[[Script], AiohttpTransport]]:
    """Create transports to a server with the script of the test."""
    with ca_file_of(authority()) as ca_file:

        def create(script: Script) -> AiohttpTransport:
            is_https = request.param == "https"
            server = serve(script, valid() if is_https else None)
            url = f"{request.param}://127.0.0.1:{server.port}/v1"
            return AiohttpTransport(settings_for(url, ca_file=ca_file if is_https else None))

        yield create


@pytest.fixture
def collections() -> Iterator[list[str]]:
    """Collect garbage on request only, and list the collections."""
    phases = list[str]()

    def record(phase: str, _: dict[str, int]) -> None:
        phases.append(phase)

    gc.collect()
    gc.disable()
    gc.callbacks.append(record)
    yield phases
    gc.callbacks.remove(record)
    gc.enable()
    gc.collect()  # a warning of a destructor fails the test


def test_connections_of_a_closed_loop_are_closed_without_a_garbage_collection(
    make_transport: Callable[[Script], AiohttpTransport], collections: list[str]
) -> None:
    """A program may create and close a loop for each call."""
    ended = threading.Semaphore(0)

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(OK)
        peer.wait_for_close()
        ended.release()

    transport = make_transport(script)
    for _ in range(5):
        loop = asyncio.new_event_loop()
        assert loop.run_until_complete(send(transport)).status == 200
        loop.close()
    asyncio.run(transport.close())
    assert all(ended.acquire(timeout=5) for _ in range(5))
    assert collections == []


@pytest.mark.parametrize("turns", range(4))
def test_loop_that_closes_soon_after_the_transport_does_not_warn(
    make_transport: Callable[[Script], AiohttpTransport], collections: list[str], turns: int
) -> None:
    """The loop ends before a TLS connection has closed."""
    transport = make_transport(respond_with(OK))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(send(transport))
    loop.run_until_complete(transport.close())
    for _ in range(turns):
        loop.run_until_complete(asyncio.sleep(0))
    loop.close()


async def test_unclosed_transport_warns_once(serve: Serve) -> None:
    server = serve(respond_with(OK))
    transport = transport_to(server)
    await send(transport)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del transport
        gc.collect()
        await wait_for_other_tasks()
        gc.collect()
    (warning,) = caught
    client = f"client of http://127.0.0.1:{server.port}/v1"
    advice = "await close(), or use it as a context manager"
    assert str(warning.message) == f"unclosed {client}: {advice}"
    assert warning.category is ResourceWarning


def test_unused_transport_does_not_warn() -> None:
    transport = AiohttpTransport(settings_for("http://127.0.0.1:9/v1"))
    del transport
    gc.collect()
