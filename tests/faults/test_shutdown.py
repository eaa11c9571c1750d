"""End of clients: closed, unclosed, interrupted, or at the end of the program."""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Callable

import pytest

from tests.faults.child_program import SETUP, complete, output, start
from tests.support.platforms import needs_posix_signals
from tests.support.raw_server import Peer, RawServer, Script, response
from tests.support.search_responses import echo_query
from tests.support.server_scripts import echo_queries

GRACE = 2.0
"""Seconds that a busy machine may take longer."""

in_both_modes = pytest.mark.parametrize("mode", SETUP)


UNCLOSED = {
    "sync": (
        "call close(), or use it as a context manager",
        """
        def leave_unclosed():
            MemsyClient(url, key).search("tea")

        leave_unclosed()
        """,
    ),
    "async": (
        "await close(), or use it as a context manager",
        """
        async def leave_unclosed():
            await AsyncMemsyClient(url, key).search("tea")
            gc.collect()
            await asyncio.sleep(0.01)

        asyncio.run(leave_unclosed())
        """,
    ),
    "async-in-closed-loop": (
        "await close(), or use it as a context manager",
        """
        def leave_unclosed():
            loop = asyncio.new_event_loop()
            memsy = AsyncMemsyClient(url, key)
            loop.run_until_complete(memsy.search("tea"))
            loop.close()

        leave_unclosed()
        """,
    ),
}


@pytest.mark.covers("X07")
@pytest.mark.parametrize("warning", ["error", "always"])
@pytest.mark.parametrize("ending", UNCLOSED)
def test_unclosed_client_gives_exactly_one_resource_warning(ending: str, warning: str) -> None:
    """The libraries below give none. In a destructor, Python only prints an error."""
    advice, program = UNCLOSED[ending]
    with RawServer(echo_queries) as server:
        done = complete(server, program, "gc.collect()", "print('still here')", filters=warning)
    assert re.findall(r"\w*Warning: (?!Enable tracemalloc).*", done.stderr) == [
        f"ResourceWarning: unclosed client of http://127.0.0.1:{server.port}/v1: {advice}"
    ]
    assert done.stderr.count("Exception ignored") == (1 if warning == "error" else 0)
    assert (done.stdout, done.returncode) == ("still here\n", 0)


@pytest.mark.covers("X07")
@in_both_modes
def test_call_after_close_raises_client_closed_error(mode: str) -> None:
    program = """
        search("tea")
        close()
        close()
        try:
            search("more tea")
        except MemsyClientClosedError as error:
            print(error)
        """
    with RawServer(echo_queries) as server:
        assert output(server, SETUP[mode], program) == (
            "the client was used after close(); create a new client\n"
        )
    assert len(server.requests) == 1


def _never_respond(requested: threading.Event) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        requested.set()
        peer.wait_for_close()

    return script


def _respond_503_first(requested: threading.Event) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(response(b"{}", "Retry-After: 15", status="503 Service Unavailable"))
        requested.set()
        peer.send(echo_query(peer.read()))
        peer.wait_for_close()

    return script


@needs_posix_signals
@pytest.mark.covers("X08")
@in_both_modes
@pytest.mark.parametrize(
    "make_script", [_never_respond, _respond_503_first], ids=["in-recv", "in-pause"]
)
def test_interrupt_ends_a_call_at_once(
    mode: str, make_script: Callable[[threading.Event], Script]
) -> None:
    """The call raises KeyboardInterrupt, and the client stays usable."""
    program = """
        try:
            search("tea")
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        assert search("more tea") == "more tea"
        close()
        print("done")
        """
    requested = threading.Event()
    first = make_script(requested)

    def script(peer: Peer) -> None:
        if requested.is_set():
            echo_queries(peer)
        else:
            first(peer)

    with RawServer(script) as server, start(server, SETUP[mode], program) as process:
        assert requested.wait(30)
        time.sleep(0.1)  # the client needs a moment to receive the response and begin the pause
        started_at = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout
        assert process.stdout.readline() == "interrupted\n"
        assert time.monotonic() - started_at < 0.5 + GRACE
        # communicate() would miss what readline() has already buffered.
        assert process.stderr
        assert (process.stdout.read(), process.stderr.read()) == ("done\n", "")
        assert process.wait(30) == 0


PROGRAM_ENDS = {
    "call-in-atexit-function": """
        search("tea")
        atexit.register(search, "bye")
        """,
    "close-in-atexit-function": """
        atexit.register(close)
        search("tea")
        """,
    "close-in-destructor": """
        class Agent:
            def __init__(self):
                self.close, self.cycle = close, self

            def __del__(self):
                self.close()

        agent = Agent()
        search("tea")
        """,
    "call-in-destructor": """
        class Agent:
            def __init__(self):
                self.search, self.error, self.cycle = search, MemsyError, self

            def __del__(self):
                try:
                    self.search("bye")
                except self.error:
                    pass

        agent = Agent()
        search("tea")
        """,
    "calls-in-daemon-threads": """
        search("tea")

        def keep_searching():
            while True:
                search("tea")

        for _ in range(4):
            threading.Thread(target=keep_searching, daemon=True).start()
        time.sleep(0.1)
        """,
    "daemon-thread-waits-for-response": """
        search("tea")
        threading.Thread(target=search, args=["never"], daemon=True).start()
        time.sleep(0.1)
        """,
}


@pytest.mark.slow
@pytest.mark.covers("X09")
@in_both_modes
@pytest.mark.parametrize("ending", PROGRAM_ENDS)
def test_program_ends_without_output(ending: str, mode: str) -> None:
    """The client may still be open, or in the middle of a call."""

    def script(peer: Peer) -> None:
        while True:
            request = peer.read()
            if b'"never"' not in request:
                peer.send(echo_query(request))

    with RawServer(script) as server:
        assert output(server, SETUP[mode], PROGRAM_ENDS[ending]) == ""
    assert server.requests != []


def test_first_call_at_interpreter_shutdown_raises_client_closed_error() -> None:
    """The HTTP library is not loaded yet, and cannot be loaded any more."""
    program = """
        class Agent:
            def __init__(self):
                self.memsy, self.error, self.print = memsy, MemsyClientClosedError, print
                self.cycle = self

            def __del__(self):
                try:
                    self.memsy.health()
                except self.error as error:
                    self.print(error)

        agent = Agent()
        """
    with RawServer(echo_queries) as server:
        assert output(server, SETUP["sync"], program) == (
            "the client was used at interpreter shutdown; finish all calls before\n"
        )
