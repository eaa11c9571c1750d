"""Clients in several processes: after a fork, and pickled."""

from __future__ import annotations

import multiprocessing

import pytest

from tests.faults.child_program import SETUP, output
from tests.support.platforms import needs_fork
from tests.support.raw_server import Peer, RawServer, respond_with, response
from tests.support.search_responses import echo_query

NOT_FOUND = response(b'{"detail":"memory not found"}', status="404 Not Found")
BUSY = response(b"{}", status="503 Service Unavailable")


def echo_or_fail(peer: Peer) -> None:
    """Echo each query; "missing" gets a 404, and "again" a 503 the first time."""
    refused = set[bytes]()
    while True:
        request = peer.read()
        if b'"missing' in request:
            peer.send(NOT_FOUND)
        elif b'"again' in request and request not in refused:
            refused.add(request)
            peer.send(BUSY)
        else:
            peer.send(echo_query(request))


CALLS_OF_PARENT_AND_CHILD = {
    "sync": """
        memsy = MemsyClient(url, key, timeout=20)
        memsy.search("warm")

        def make_calls():
            for number in range(200):
                text = f"{number} of {os.getpid()}"
                assert memsy.search(text).results[0].content == text

        in_the_child = in_the_parent = lambda: (make_calls(), memsy.close())
        """,
    "async": """
        memsy = AsyncMemsyClient(url, key, timeout=20)
        loop = asyncio.new_event_loop()
        loop.run_until_complete(memsy.search("warm"))

        async def make_calls():
            for number in range(200):
                text = f"{number} of {os.getpid()}"
                assert (await memsy.search(text)).results[0].content == text
            await memsy.close()

        # The child needs a loop of its own.
        in_the_child = lambda: asyncio.run(make_calls())
        in_the_parent = lambda: (loop.run_until_complete(make_calls()), loop.close())
        """,
}


@needs_fork
@pytest.mark.covers("X02")
@pytest.mark.parametrize("mode", CALLS_OF_PARENT_AND_CHILD)
def test_forked_processes_get_their_own_responses(mode: str) -> None:
    """Parent and children share a client that had open connections before the fork."""
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
    with RawServer(echo_or_fail) as server:
        assert output(server, CALLS_OF_PARENT_AND_CHILD[mode], forking) == ""
    assert len(server.requests) == 1 + 3 * 200
    assert server.connections == 3


@needs_fork
@pytest.mark.covers("X02")
def test_forked_child_in_the_loop_of_its_parent_opens_its_own_connections() -> None:
    program = """
        memsy = AsyncMemsyClient(url, key, timeout=20)
        loop = asyncio.new_event_loop()

        def search(text):
            return loop.run_until_complete(memsy.search(text)).results[0].content

        assert search("tea") == "tea"
        child = os.fork()
        if not child:
            assert search("tea of the child") == "tea of the child"
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert search("more tea") == "more tea"
        loop.run_until_complete(memsy.close())
        loop.close()
        """
    with RawServer(echo_or_fail) as server:
        assert output(server, program) == ""
    assert server.connections == 2


@needs_fork
@pytest.mark.covers("X02")
@pytest.mark.parametrize("mode", SETUP)
def test_forked_child_does_not_wait_for_threads_of_its_parent(mode: str) -> None:
    """The threads were in the middle of calls at the fork, and do not exist in the child."""
    program = """
        def keep_searching():
            while running:
                search("again and again")

        running = True
        threads = [threading.Thread(target=keep_searching, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(20):
            child = os.fork()
            if not child:
                signal.alarm(10)
                assert search(f"again {os.getpid()}") == f"again {os.getpid()}"
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        running = False
        for thread in threads:
            thread.join()
        close()
        """
    setup = SETUP[mode].replace("timeout=20", "timeout=20, retry_backoff=0.001")
    with RawServer(echo_or_fail) as server:
        # From 3.12 on, Python itself warns of a fork with threads.
        assert output(server, setup, program, filters="ignore::DeprecationWarning") == ""


@needs_fork
@pytest.mark.covers("Q02")
def test_forked_children_have_different_backoff() -> None:
    """A fork copies the state of the random generator."""
    program = """
        from tests.faults.clients import AttemptRecorder, ClientKind, sync_client

        recorder = AttemptRecorder()
        memsy = sync_client(ClientKind.SYNC, recorder, {"base_url": url, "api_key": key})
        for _ in range(4):
            child = os.fork()
            if not child:
                try:
                    memsy.search("tea")
                except ServerError:
                    print(*recorder.clock.pauses, flush=True)
                os._exit(0)
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        """
    with RawServer(respond_with(BUSY)) as server:
        pauses = output(server, program).split()
    assert len(pauses) == 12
    assert len(set(pauses)) == 12


@pytest.mark.slow
@pytest.mark.covers("X02", "Z02")
@pytest.mark.parametrize("method", multiprocessing.get_all_start_methods())
@pytest.mark.parametrize("client", ["MemsyClient", "AsyncMemsyClient"])
def test_pool_processes_create_their_own_client_and_return_errors(client: str, method: str) -> None:
    program = f"""
        from concurrent.futures import ProcessPoolExecutor
        from multiprocessing import get_context
        from tests.faults.pool_worker import create_client, search

        options = {{"initializer": create_client, "initargs": ({client}, url, key)}}
        with ProcessPoolExecutor(2, get_context({method!r}), **options) as pool:
            texts = [f"text {{number}}" for number in range(6)]
            found = list(pool.map(search, texts))
            assert [text for text, _ in found] == texts
            assert os.getpid() not in {{process for _, process in found}}
            error = pool.submit(search, "missing").exception()
        assert type(error) is NotFoundError
        assert (error.status_code, error.attempts) == (404, 1)
        assert error.response.content == b'{{"detail":"memory not found"}}'
        """
    with RawServer(echo_or_fail) as server:
        assert output(server, program) == ""


@pytest.mark.covers("Z01")
@pytest.mark.parametrize("client", ["MemsyClient", "AsyncMemsyClient"])
def test_pickling_client_for_pool_raises_type_error_with_fix(client: str) -> None:
    program = f"""
        from concurrent.futures import ProcessPoolExecutor

        with ProcessPoolExecutor(1) as pool:
            error = pool.submit(repr, {client}(url, key)).exception()
        assert type(error) is TypeError
        assert str(error).startswith("{client} does not pickle: make one client in each process")
        assert key not in str(error)
        """
    with RawServer(echo_or_fail) as server:
        assert output(server, program) == ""
    assert server.connections == 0
