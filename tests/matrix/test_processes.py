"""Clients in several processes: after a fork, and in the processes of a pool."""

from __future__ import annotations

import multiprocessing
import os

import pytest

from tests.matrix.faults import repeated
from tests.matrix.program import MADE, run
from tests.raw_server import Peer, RawServer, answering, response

NOT_FOUND = response(b'{"detail":"nobody of that name"}', status="404 Not Found")
BUSY = response(b"{}", status="503 Service Unavailable")

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="nobody forks here")


def obliging(peer: Peer) -> None:
    """To each search its query; at first, in vain, to one that says "again"."""
    refused = set[bytes]()
    while True:
        request = peer.read()
        if b'"nobody' in request:
            peer.send(NOT_FOUND)
        elif b'"again' in request and request not in refused:
            refused.add(request)
            peer.send(BUSY)
        else:
            peer.send(repeated(request))


CONVERSATIONS = {
    "blocking": """
        memsy = MemsyClient(url, key, timeout=20)
        memsy.search("warm")

        def converse():
            for number in range(200):
                text = f"{number} of {os.getpid()}"
                assert memsy.search(text).results[0].content == text

        in_the_child = in_the_parent = lambda: (converse(), memsy.close())
        """,
    "awaiting": """
        memsy = AsyncMemsyClient(url, key, timeout=20)
        loop = asyncio.new_event_loop()
        loop.run_until_complete(memsy.search("warm"))

        async def converse():
            for number in range(200):
                text = f"{number} of {os.getpid()}"
                assert (await memsy.search(text)).results[0].content == text
            await memsy.close()

        # The loop of a parent is its own, whatever runs in it.
        in_the_child = lambda: asyncio.run(converse())
        in_the_parent = lambda: (loop.run_until_complete(converse()), loop.close())
        """,
}


@needs_fork
@pytest.mark.proves("X02")
@pytest.mark.parametrize("colour", CONVERSATIONS)
def test_processes_that_fork_get_their_own_answers(colour: str) -> None:
    """From a client whose connections were warm when they parted, and that all of them use."""
    forking = """
        children = []
        for _ in range(2):
            child = os.fork()
            if not child:
                in_the_child()
                os._exit(0)
            children.append(child)
        in_the_parent()
        for child in children:
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        """
    with RawServer(obliging) as server:
        assert run(server, CONVERSATIONS[colour], forking) == ""
    assert len(server.requests) == 1 + 3 * 200
    assert server.connections == 3


@needs_fork
@pytest.mark.proves("X02")
def test_a_child_in_the_loop_of_its_parent_makes_connections_of_its_own() -> None:
    program = """
        memsy = AsyncMemsyClient(url, key, timeout=20)
        loop = asyncio.new_event_loop()

        def ask(text):
            return loop.run_until_complete(memsy.search(text)).results[0].content

        assert ask("tea") == "tea"
        child = os.fork()
        if not child:
            assert ask("tea of the child") == "tea of the child"
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert ask("more tea") == "more tea"
        loop.run_until_complete(memsy.close())
        loop.close()
        """
    with RawServer(obliging) as server:
        assert run(server, program) == ""
    assert server.connections == 2


@needs_fork
@pytest.mark.proves("X02")
@pytest.mark.parametrize("colour", MADE)
def test_a_child_is_not_held_up_by_threads_that_it_does_not_have(colour: str) -> None:
    """They were in the middle of calls when it parted from them; it goes on alone."""
    program = """
        def keep_asking():
            while is_going_on:
                ask("again and again")

        is_going_on = True
        threads = [threading.Thread(target=keep_asking, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(20):
            child = os.fork()
            if not child:
                signal.alarm(10)
                assert ask(f"again {os.getpid()}") == f"again {os.getpid()}"
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        is_going_on = False
        for thread in threads:
            thread.join()
        close()
        """
    patient = MADE[colour].replace("timeout=20", "timeout=20, retry_backoff=0.001")
    with RawServer(obliging) as server:
        # Python itself warns of such forks, from 3.12 on.
        assert run(server, patient, program, filters="ignore::DeprecationWarning") == ""


@needs_fork
@pytest.mark.proves("X02")
def test_nor_by_a_lock_that_one_of_them_held() -> None:
    """What the budget for retries costs is taken under a lock, in the middle of which we fork."""
    program = """
        from memsy._core.retry import RetryBudget

        class Slow(int):
            def __le__(self, other):
                is_inside.set()
                may_leave.wait()
                return True

        is_inside, may_leave = threading.Event(), threading.Event()
        budget = RetryBudget()
        thread = threading.Thread(target=budget.take, args=[Slow(1)], daemon=True)
        thread.start()
        is_inside.wait()
        child = os.fork()
        if not child:
            signal.alarm(10)
            assert budget.take(1)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        may_leave.set()
        thread.join()
        """
    with RawServer(obliging) as server:
        assert run(server, program, filters="ignore::DeprecationWarning") == ""


@needs_fork
@pytest.mark.proves("Q02")
def test_children_that_fail_together_do_not_return_together() -> None:
    """Although they have their dice, too, from the same parent."""
    program = """
        from tests.matrix.clients import Colour, Witness, blocking

        witness = Witness()
        memsy = blocking(Colour.BLOCKING, witness, {"base_url": url, "api_key": key}, None)
        for _ in range(4):
            child = os.fork()
            if not child:
                try:
                    memsy.search("tea")
                except ServerError:
                    print(*witness.clock.pauses, flush=True)
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        """
    with RawServer(answering(BUSY)) as server:
        pauses = run(server, program).split()
    assert len(pauses) == 12
    assert len(set(pauses)) == 12


@pytest.mark.proves("X02", "Z02")
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize("client", ["MemsyClient", "AsyncMemsyClient"])
def test_processes_of_a_pool_each_make_a_client_and_errors_come_back(
    client: str, method: str
) -> None:
    program = f"""
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context
        from tests.matrix.pooled import make_client, search

        made = {{"initializer": make_client, "initargs": ({client}, url, key)}}
        with ProcessPoolExecutor(2, get_context({method!r}), **made) as pool:
            texts = [f"text {{number}}" for number in range(6)]
            answers = list(pool.map(search, texts))
            assert [text for text, _ in answers] == texts
            assert os.getpid() not in {{process for _, process in answers}}
            refusal = pool.submit(search, "nobody").exception()
        assert type(refusal) is NotFoundError
        assert (refusal.status_code, refusal.attempts) == (404, 1)
        assert refusal.response.content == b'{{"detail":"nobody of that name"}}'
        """
    with RawServer(obliging) as server:
        assert run(server, program) == ""


@pytest.mark.proves("Z01")
@pytest.mark.parametrize("client", ["MemsyClient", "AsyncMemsyClient"])
def test_a_client_sent_to_a_pool_is_refused_with_what_to_do(client: str) -> None:
    program = f"""
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(1) as pool:
            refusal = pool.submit(repr, {client}(url, key)).exception()
        assert type(refusal) is TypeError
        assert str(refusal).startswith("{client} does not pickle: make one client in each process")
        assert key not in str(refusal)
        """
    with RawServer(obliging) as server:
        assert run(server, program) == ""
    assert server.connections == 0
