"""Transports at a fork, at an interrupt, at interpreter shutdown, and in several threads."""

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
from tests._transports.conftest import Serve
from tests._transports.senders import SEARCH, Sender, deadline_in, settings_for
from tests.support.platforms import needs_fork, needs_posix_signals
from tests.support.raw_server import OK, Peer, RawServer, respond_with, response

PREAMBLE = """
import asyncio, os, signal, sys
from tests._transports.senders import *

url = sys.argv[1]
settings = settings_for(url)
"""

SEND_ONCE = {
    "sync": """
        transport = RequestsTransport(settings)
        transport.send(SEARCH, deadline_in(5))
        """,
    "async": """
        transport = AiohttpTransport(settings)
        asyncio.run(transport.send(SEARCH, deadline_in(5)))
        """,
}


def command(program: str, filters: str = "error") -> list[str]:
    return [sys.executable, "-W", filters, "-c", PREAMBLE + textwrap.dedent(program)]


def run(server: RawServer, program: str, filters: str = "error") -> str:
    """Return the output of a program that succeeds without warnings."""
    url = f"http://127.0.0.1:{server.port}/v1"
    completed = subprocess.run(
        [*command(program, filters), url], capture_output=True, text=True, timeout=30, check=False
    )
    assert (completed.stderr, completed.returncode) == ("", 0)
    return completed.stdout


def echo_targets(peer: Peer) -> None:
    while True:
        peer.send(response(b'"%s"' % peer.read().split()[1]))


SEND_AND_LEAVE_LOOP_OPEN = """
    transport = AiohttpTransport(settings)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(transport.send(SEARCH, deadline_in(5)))
    """


CLOSE = {
    "sync": "transport.close()",
    "async": "asyncio.run(transport.close())",
}


@pytest.mark.parametrize("mode", SEND_ONCE)
def test_unclosed_transport_is_silent_at_interpreter_shutdown(serve: Serve, mode: str) -> None:
    """A client at module level is never closed."""
    assert run(serve(respond_with(OK)), SEND_ONCE[mode]) == ""


@pytest.mark.parametrize("first", ["", "transport.send(SEARCH, deadline_in(5))"])
def test_sync_request_in_a_destructor_at_interpreter_shutdown(serve: Serve, first: str) -> None:
    """An open connection suffices. A new connection would need imports, which fail by then."""
    program = f"""
        class Agent:
            def __init__(self):
                self.transport, self.error, self.cycle = transport, MemsyClientClosedError, self
                self.arguments, self.print = (SEARCH, deadline_in(20)), print

            def __del__(self):
                try:
                    self.print(self.transport.send(*self.arguments).status)
                except self.error as error:
                    self.print(error)

        from memsy import MemsyClientClosedError

        transport = RequestsTransport(settings)
        agent = Agent()
        {first}
        """
    expected = (
        "200\n"
        if first
        else "the client was used at interpreter shutdown; finish all calls before\n"
    )
    assert run(serve(respond_with(OK, OK)), program) == expected


def test_unclosed_event_loop_is_silent_at_interpreter_shutdown(serve: Serve) -> None:
    """Only asyncio itself warns of the loop and its sockets, as a `ResourceWarning`."""
    assert run(serve(respond_with(OK)), SEND_AND_LEAVE_LOOP_OPEN, "ignore::ResourceWarning") == ""


@pytest.mark.parametrize("mode", SEND_ONCE)
def test_close_at_the_end_of_a_program_is_silent(serve: Serve, mode: str) -> None:
    program = textwrap.dedent(SEND_ONCE[mode]) + CLOSE[mode]
    assert run(serve(respond_with(OK)), program) == ""


@needs_fork
def test_parent_and_forked_child_share_no_connection(serve: Serve) -> None:
    """The pool holds an open connection at the time of the fork."""
    server = serve(echo_targets)
    program = """
        transport = RequestsTransport(settings)
        transport.send(SEARCH, deadline_in(5))
        children = []
        for child in range(2):
            process = os.fork()
            if not process:
                children.clear()
                break
            children.append(process)
        own_id = os.getpid()
        for number in range(100):
            received = transport.send(HTTPRequest("GET", f"/{own_id}/{number}"), deadline_in(5))
            assert received.text == f'"/v1/{own_id}/{number}"', received.text
        transport.close()
        for process in children:
            assert os.waitpid(process, 0)[1] == 0
        """
    assert run(server, program) == ""
    assert server.connections == 3


@needs_fork
def test_forked_child_uses_its_own_event_loops(serve: Serve) -> None:
    """The parent has an open loop at the time of the fork."""
    server = serve(echo_targets)
    program = """
        transport = AiohttpTransport(settings)

        async def send_many():
            own_id = os.getpid()
            for number in range(20):
                request = HTTPRequest("GET", f"/{own_id}/{number}")
                received = await transport.send(request, deadline_in(5))
                assert received.text == f'"/v1/{own_id}/{number}"', received.text

        loop = asyncio.new_event_loop()
        loop.run_until_complete(send_many())
        child = os.fork()
        if child:
            loop.run_until_complete(send_many())
            assert os.waitpid(child, 0)[1] == 0
            loop.run_until_complete(transport.close())
            loop.close()
        else:
            asyncio.run(send_many())
            os._exit(0)
        """
    assert run(server, program) == ""
    assert server.connections == 2


def test_threads_share_the_connection_pool(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """Each thread gets its own responses, and urllib3 discards no connection."""
    server = serve(echo_targets)
    transport = RequestsTransport(settings_for(f"http://127.0.0.1:{server.port}/v1"))
    wrong: list[str] = []

    def send_many(name: int) -> None:
        for number in range(30):
            target = f"/{name}/{number}"
            received = transport.send(HTTPRequest("GET", target), deadline_in(5.0))
            if received.text != f'"/v1{target}"':
                wrong.append(received.text)

    threads = [threading.Thread(target=send_many, args=(name,)) for name in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    transport.close()
    assert wrong == []
    assert server.connections <= 16
    assert caplog.records == []


@needs_posix_signals
@pytest.mark.parametrize("mode", SEND_ONCE)
def test_interrupt_ends_a_waiting_request(serve: Serve, mode: str) -> None:
    request_received = threading.Event()

    def script(peer: Peer) -> None:
        peer.read()
        request_received.set()
        peer.pause()

    server = serve(script)
    program = SEND_ONCE[mode].replace("deadline_in(5)", "deadline_in(30)")
    url = f"http://127.0.0.1:{server.port}/v1"
    with subprocess.Popen([*command(program), url], stderr=subprocess.PIPE, text=True) as process:
        assert request_received.wait(30)
        process.send_signal(signal.SIGINT)
        started_at = time.monotonic()
        assert process.wait(10) in (-signal.SIGINT, 130)
        assert time.monotonic() - started_at < 2
        assert process.stderr
        assert process.stderr.read().rstrip().endswith("KeyboardInterrupt")


def test_unclosed_transport_warns_once(serve: Serve) -> None:
    server = serve(respond_with(OK))
    url = f"http://127.0.0.1:{server.port}/v1"
    transport = RequestsTransport(settings_for(url))
    transport.send(SEARCH, deadline_in(5.0))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        del transport
    assert [str(warning.message) for warning in caught] == [
        f"unclosed client of {url}: call close(), or use it as a context manager"
    ]
    assert caught[0].category is ResourceWarning


def test_unused_transport_does_not_warn(sender_type: type[Sender]) -> None:
    sender = sender_type(settings_for("http://127.0.0.1:9/v1"))
    sender.dispose()
