"""An asynchronous client is nobody's property: any loop may use it, and any task may give up."""

from __future__ import annotations

import asyncio
import gc
import threading
import warnings

import pytest

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy.exceptions import MemsyClientClosedError, MemsyTimeoutError
from tests._transports.colours import SEARCH, settings_for, within
from tests._transports.conftest import Serve
from tests.support.raw_server import OK, Peer, RawServer, respond_with, response


def transport_to(server: RawServer) -> AiohttpTransport:
    return AiohttpTransport(settings_for(f"http://127.0.0.1:{server.port}/v1"))


async def ask(transport: AiohttpTransport, request: HTTPRequest = SEARCH) -> HTTPResponse:
    return await transport.send(request, within(5.0))


def echoing(peer: Peer) -> None:
    """Answers each request with its target."""
    while True:
        peer.send(response(b'"%s"' % peer.read().split()[1]))


def test_one_client_serves_one_loop_after_the_other(serve: Serve) -> None:
    """X05: made before any of them, never closed, and without a warning."""
    server = serve(respond_with(OK))
    transport = transport_to(server)
    for _ in range(4):
        assert asyncio.run(ask(transport)).status == 200
    assert server.connections == 4
    del transport


def test_one_client_serves_two_loops_at_once(serve: Serve) -> None:
    """X05: each gets its own answers."""
    server = serve(echoing)
    transport = transport_to(server)
    wrong: list[str] = []

    async def many(name: str) -> None:
        for number in range(50):
            reply = await ask(transport, HTTPRequest("GET", f"/{name}/{number}"))
            if reply.text != f'"/v1/{name}/{number}"':
                wrong.append(reply.text)

    threads = [threading.Thread(target=asyncio.run, args=(many(name),)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert wrong == []
    assert len(server.requests) == 100
    assert server.connections == 2


async def test_tasks_share_connections(serve: Serve) -> None:
    server = serve(echoing)
    transport = transport_to(server)
    for _ in range(5):
        replies = await asyncio.gather(
            *(ask(transport, HTTPRequest("GET", f"/{number}")) for number in range(10))
        )
        assert [reply.text for reply in replies] == [f'"/v1/{number}"' for number in range(10)]
    assert server.connections <= 10
    await transport.close()


async def test_a_cancelled_request_is_cancelled(serve: Serve) -> None:
    """X06: and what it waited for is nobody else's answer."""

    def script(peer: Peer) -> None:
        while True:
            target = peer.read().split()[1]
            if target == b"/v1/slow":
                asked.set()
                peer.pause(0.2)
            peer.send(response(b'"%s"' % target))

    asked = threading.Event()
    transport = transport_to(serve(script))
    task = asyncio.ensure_future(ask(transport, HTTPRequest("GET", "/slow")))
    await asyncio.get_running_loop().run_in_executor(None, asked.wait)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await ask(transport, HTTPRequest("GET", "/fast"))).text == '"/v1/fast"'
    await transport.close()


async def test_a_request_cancelled_from_outside_is_not_one_that_timed_out(serve: Serve) -> None:
    transport = transport_to(serve(Peer.pause))
    with pytest.raises(asyncio.TimeoutError) as caught:
        await asyncio.wait_for(ask(transport), 0.05)
    assert not isinstance(caught.value, MemsyTimeoutError)
    await transport.close()


async def test_a_storm_of_cancellations_leaves_nothing_behind(serve: Serve) -> None:
    server = serve(echoing)
    transport = transport_to(server)
    before = asyncio.all_tasks()
    for _ in range(10):
        tasks = [asyncio.ensure_future(ask(transport)) for _ in range(20)]
        await asyncio.sleep(0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert (await ask(transport)).status == 200
    await transport.close()
    assert asyncio.all_tasks() == before


async def test_more_tasks_than_connections_take_turns(serve: Serve) -> None:
    """X03, on a small scale: nobody is turned away."""
    server = serve(echoing)
    transport = transport_to(server)
    replies = await asyncio.gather(*(ask(transport) for _ in range(600)))
    assert {reply.status for reply in replies} == {200}
    assert server.connections <= 256
    await transport.close()


async def test_closing_ends_what_is_under_way(serve: Serve) -> None:
    transport = transport_to(serve(Peer.pause))
    task = asyncio.ensure_future(transport.send(SEARCH, within(30.0)))
    await asyncio.sleep(0.05)
    await transport.close()
    with pytest.raises(Exception, match="without an answer"):
        await task


async def test_a_client_closed_in_one_loop_is_closed_in_all(serve: Serve) -> None:
    server = serve(respond_with(OK))
    transport = transport_to(server)
    other = asyncio.new_event_loop()
    thread = threading.Thread(target=other.run_forever)
    thread.start()
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(ask(transport), other))
    await ask(transport)
    await transport.close()
    with pytest.raises(MemsyClientClosedError):
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(ask(transport), other))
    # What was opened in the other loop is closed there, by the loop's own hand.
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(until_alone(), other))
    other.call_soon_threadsafe(other.stop)
    thread.join(timeout=10)
    other.close()


async def until_alone() -> None:
    """Until all other tasks of this loop are done."""
    for _ in range(100):
        if len(asyncio.all_tasks()) == 1:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(asyncio.all_tasks())


def test_a_loop_that_is_at_rest_keeps_its_connections(serve: Serve) -> None:
    """Two loops may run by turns, as those do who know nothing of asyncio.run."""
    server = serve(echoing)
    transport = transport_to(server)
    loops = asyncio.new_event_loop(), asyncio.new_event_loop()
    for _ in range(3):
        for loop in loops:
            loop.run_until_complete(ask(transport))
    assert server.connections == 2
    loops[0].run_until_complete(transport.close())
    for loop in loops:
        loop.run_until_complete(until_alone())
        loop.close()


def test_a_loop_that_was_closed_in_haste_takes_its_connections_along(serve: Serve) -> None:
    """Closing the client in another loop drops them, without a word from below."""
    transport = transport_to(serve(respond_with(OK)))
    loop = asyncio.new_event_loop()
    loop.run_until_complete(ask(transport))
    loop.close()
    asyncio.run(transport.close())
    gc.collect()


def test_nor_does_a_second_loop_mind_how_the_first_one_ended(serve: Serve) -> None:
    server = serve(respond_with(OK))
    transport = transport_to(server)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(ask(transport))
    loop.close()
    assert asyncio.run(ask(transport)).status == 200
    gc.collect()


async def test_who_forgets_to_close_is_told_once(serve: Serve) -> None:
    server = serve(respond_with(OK))
    transport = transport_to(server)
    await ask(transport)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del transport
        gc.collect()
        await until_alone()
        gc.collect()
    (warning,) = caught
    client = f"client of http://127.0.0.1:{server.port}/v1"
    words = "await close(), or use it as a context manager"
    assert str(warning.message) == f"unclosed {client}: {words}"
    assert warning.category is ResourceWarning


def test_who_never_opened_anything_need_not_close() -> None:
    transport = AiohttpTransport(settings_for("http://127.0.0.1:9/v1"))
    del transport
    gc.collect()
