"""How clients end: closed or forgotten, interrupted, or with the program that they were part of."""

from __future__ import annotations

import re
import signal
import threading
import time
from collections.abc import Callable

import pytest

from tests.matrix.faults import repeated
from tests.matrix.program import MADE, end, run, start
from tests.raw_server import Peer, RawServer, Script, response

GRACE = 2.0
"""Seconds that a busy machine may take longer."""

in_both_colours = pytest.mark.parametrize("colour", MADE)


def repeating(peer: Peer) -> None:
    while True:
        peer.send(repeated(peer.read()))


FORGETTING = {
    "blocking": (
        "call close(), or use it as a context manager",
        """
        def forget():
            MemsyClient(url, key).search("tea")

        forget()
        """,
    ),
    "awaiting": (
        "await close(), or use it as a context manager",
        """
        async def forget():
            await AsyncMemsyClient(url, key).search("tea")
            gc.collect()
            await asyncio.sleep(0.01)

        asyncio.run(forget())
        """,
    ),
    "awaiting, in a loop that was closed in haste": (
        "await close(), or use it as a context manager",
        """
        def forget():
            loop = asyncio.new_event_loop()
            memsy = AsyncMemsyClient(url, key)
            loop.run_until_complete(memsy.search("tea"))
            loop.close()

        forget()
        """,
    ),
}


@pytest.mark.proves("X07")
@pytest.mark.parametrize("warning", ["error", "always"])
@pytest.mark.parametrize("how", FORGETTING)
def test_who_forgets_to_close_a_client_is_told_once(how: str, warning: str) -> None:
    """By us, and by nobody below us; in a destructor even an error is no more than printed."""
    words, program = FORGETTING[how]
    with RawServer(repeating) as server:
        done = end(server, program, "gc.collect()", "print('still here')", filters=warning)
    assert re.findall(r"\w*Warning: (?!Enable tracemalloc).*", done.stderr) == [
        f"ResourceWarning: unclosed client of http://127.0.0.1:{server.port}/v1: {words}"
    ]
    assert done.stderr.count("Exception ignored") == (1 if warning == "error" else 0)
    assert (done.stdout, done.returncode) == ("still here\n", 0)


@pytest.mark.proves("X07")
@in_both_colours
def test_a_closed_client_says_so_and_nothing_else(colour: str) -> None:
    program = """
        ask("tea")
        close()
        close()
        try:
            ask("more tea")
        except MemsyClientClosedError as error:
            print(error)
        """
    with RawServer(repeating) as server:
        assert run(server, MADE[colour], program) == "the client was used after close()\n"
    assert len(server.requests) == 1


def _silent(asked: threading.Event) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        asked.set()
        peer.wait_for_end()

    return script


def _busy(asked: threading.Event) -> Script:
    def script(peer: Peer) -> None:
        peer.read()
        peer.send(response(b"{}", "Retry-After: 15", status="503 Service Unavailable"))
        asked.set()
        peer.send(repeated(peer.read()))
        peer.wait_for_end()

    return script


@pytest.mark.proves("X08")
@in_both_colours
@pytest.mark.parametrize("waiting", [_silent, _busy], ids=["in a recv", "in a pause"])
def test_an_interrupt_ends_a_call_at_once(
    colour: str, waiting: Callable[[threading.Event], Script]
) -> None:
    """As what it is, KeyboardInterrupt; who catches it can go on with the client."""
    program = """
        try:
            ask("tea")
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        assert ask("more tea") == "more tea"
        close()
        print("well")
        """
    asked = threading.Event()
    first = waiting(asked)

    def script(peer: Peer) -> None:
        if asked.is_set():
            repeating(peer)
        else:
            first(peer)

    with RawServer(script) as server, start(server, MADE[colour], program) as process:
        assert asked.wait(30)
        time.sleep(0.1)  # so that the client, too, has come as far as its server
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        assert process.stdout
        assert process.stdout.readline() == "interrupted\n"
        assert time.monotonic() - began < 0.5 + GRACE
        # Not communicate(), which knows nothing of what came together with the first line.
        assert process.stderr
        assert (process.stdout.read(), process.stderr.read()) == ("well\n", "")
        assert process.wait(30) == 0


ENDS = {
    "in a function registered with atexit": """
        ask("tea")
        atexit.register(ask, "bye")
        """,
    "closed by a function registered with atexit": """
        atexit.register(close)
        ask("tea")
        """,
    "closed by a destructor": """
        class Agent:
            def __init__(self):
                self.close, self.cycle = close, self

            def __del__(self):
                self.close()

        agent = Agent()
        ask("tea")
        """,
    "in a destructor, as far as that is possible": """
        class Agent:
            def __init__(self):
                self.ask, self.error, self.cycle = ask, MemsyError, self

            def __del__(self):
                try:
                    self.ask("bye")
                except self.error:
                    pass

        agent = Agent()
        ask("tea")
        """,
    "in threads that nobody waits for": """
        ask("tea")

        def keep_asking():
            while True:
                ask("tea")

        for _ in range(4):
            threading.Thread(target=keep_asking, daemon=True).start()
        time.sleep(0.1)
        """,
    "in a thread that waits for an answer": """
        ask("tea")
        threading.Thread(target=ask, args=["never"], daemon=True).start()
        time.sleep(0.1)
        """,
}


@pytest.mark.proves("X09")
@in_both_colours
@pytest.mark.parametrize("how", ENDS)
def test_the_end_of_a_program_is_silent(how: str, colour: str) -> None:
    """Wherever its client still is, or is still at work."""

    def script(peer: Peer) -> None:
        while True:
            request = peer.read()
            if b'"never"' not in request:
                peer.send(repeated(request))

    with RawServer(script) as server:
        assert run(server, MADE[colour], ENDS[how]) == ""
    assert server.requests != []
