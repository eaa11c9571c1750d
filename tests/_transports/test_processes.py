"""A client in a process that forks, is interrupted, or comes to its end."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
import warnings

import pytest

from memsy._core.http import HTTPRequest
from memsy._transports.requests.transport import RequestsTransport
from tests._transports.colours import SEARCH, Sender, settings_for, within
from tests._transports.conftest import Serve
from tests.support.raw_server import OK, Peer, RawServer, respond_with, response

PREAMBLE = """
import asyncio, os, signal, sys
from tests._transports.colours import *

url = sys.argv[1]
settings = settings_for(url)
"""

USED = {
    "Blocking": """
        transport = RequestsTransport(settings)
        transport.send(SEARCH, within(5))
        """,
    "Awaiting": """
        transport = AiohttpTransport(settings)
        asyncio.run(transport.send(SEARCH, within(5)))
        """,
}


def script_of(text: str, filters: str = "error") -> list[str]:
    return [sys.executable, "-W", filters, "-c", PREAMBLE + textwrap.dedent(text)]


def run(server: RawServer, text: str, filters: str = "error") -> str:
    """What a program prints, if it ends well and complains of nothing."""
    url = f"http://127.0.0.1:{server.port}/v1"
    done = subprocess.run(
        [*script_of(text, filters), url], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.stderr, done.returncode) == ("", 0)
    return done.stdout


def echoing(peer: Peer) -> None:
    while True:
        peer.send(response(b'"%s"' % peer.read().split()[1]))


USED_AT_REST = """
    transport = AiohttpTransport(settings)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(transport.send(SEARCH, within(5)))
    """


CLOSED = {
    "Blocking": "transport.close()",
    "Awaiting": "asyncio.run(transport.close())",
}


@pytest.mark.parametrize("colour", USED)
def test_the_end_of_a_program_is_silent(serve: Serve, colour: str) -> None:
    """X09: although a client at the top of a module is never closed."""
    assert run(serve(respond_with(OK)), USED[colour]) == ""


def test_so_it_is_if_an_event_loop_is_left_as_it_is(serve: Serve) -> None:
    """But for what asyncio says of the loop itself and of its sockets, to those who ask."""
    assert run(serve(respond_with(OK)), USED_AT_REST, "ignore::ResourceWarning") == ""


@pytest.mark.parametrize("colour", USED)
def test_a_client_can_be_closed_at_the_end(serve: Serve, colour: str) -> None:
    text = textwrap.dedent(USED[colour]) + CLOSED[colour]
    assert run(serve(respond_with(OK)), text) == ""


def test_parent_and_child_share_no_connection(serve: Serve) -> None:
    """X02: with a pool that is warm when they part."""
    server = serve(echoing)
    text = """
        transport = RequestsTransport(settings)
        transport.send(SEARCH, within(5))
        children = []
        for child in range(2):
            process = os.fork()
            if not process:
                children.clear()
                break
            children.append(process)
        me = os.getpid()
        for number in range(100):
            reply = transport.send(HTTPRequest("GET", f"/{me}/{number}"), within(5))
            assert reply.text == f'"/v1/{me}/{number}"', reply.text
        transport.close()
        for process in children:
            assert os.waitpid(process, 0)[1] == 0
        """
    assert run(server, text) == ""
    assert server.connections == 3


def test_a_child_has_event_loops_of_its_own(serve: Serve) -> None:
    """Even where it parted from its parent in the middle of one."""
    server = serve(echoing)
    text = """
        transport = AiohttpTransport(settings)

        async def many():
            me = os.getpid()
            for number in range(20):
                reply = await transport.send(HTTPRequest("GET", f"/{me}/{number}"), within(5))
                assert reply.text == f'"/v1/{me}/{number}"', reply.text

        loop = asyncio.new_event_loop()
        loop.run_until_complete(many())
        child = os.fork()
        if child:
            loop.run_until_complete(many())
            assert os.waitpid(child, 0)[1] == 0
            loop.run_until_complete(transport.close())
            loop.close()
        else:
            asyncio.run(many())
            os._exit(0)
        """
    assert run(server, text) == ""
    assert server.connections == 2


def test_threads_share_connections_without_losing_any(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    """X01, on a small scale."""
    server = serve(echoing)
    transport = RequestsTransport(settings_for(f"http://127.0.0.1:{server.port}/v1"))
    wrong: list[str] = []

    def many(name: int) -> None:
        for number in range(30):
            target = f"/{name}/{number}"
            reply = transport.send(HTTPRequest("GET", target), within(5.0))
            if reply.text != f'"/v1{target}"':
                wrong.append(reply.text)

    threads = [threading.Thread(target=many, args=(name,)) for name in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    transport.close()
    assert wrong == []
    assert server.connections <= 16
    assert caplog.records == []


@pytest.mark.parametrize("colour", USED)
def test_an_interrupt_is_not_ours_to_catch(serve: Serve, colour: str) -> None:
    asked = threading.Event()

    def script(peer: Peer) -> None:
        peer.read()
        asked.set()
        peer.pause()

    server = serve(script)
    text = USED[colour].replace("within(5)", "within(30)")
    url = f"http://127.0.0.1:{server.port}/v1"
    with subprocess.Popen([*script_of(text), url], stderr=subprocess.PIPE, text=True) as process:
        assert asked.wait(30)
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        assert process.wait(10) in (-signal.SIGINT, 130)
        assert time.monotonic() - began < 2
        assert process.stderr
        assert process.stderr.read().rstrip().endswith("KeyboardInterrupt")


def test_who_forgets_to_close_is_told_once(serve: Serve) -> None:
    server = serve(respond_with(OK))
    url = f"http://127.0.0.1:{server.port}/v1"
    transport = RequestsTransport(settings_for(url))
    transport.send(SEARCH, within(5.0))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del transport
    assert [str(warning.message) for warning in caught] == [
        f"unclosed client of {url}: call close(), or use it as a context manager"
    ]
    assert caught[0].category is ResourceWarning


def test_who_never_opened_anything_need_not_close(colour: type[Sender]) -> None:
    sender = colour(settings_for("http://127.0.0.1:9/v1"))
    sender.end()
