"""Outboxes of several processes, forks, and kills, over a local server."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memsy import MemsyClient
from memsy.outbox import Outbox
from memsy.testing import LocalServer, LocalService
from tests.outbox.outboxes import event
from tests.support.platforms import needs_fork, needs_posix_signals

pytestmark = [needs_fork, needs_posix_signals]

PRELUDE = """
import asyncio, os, signal, sys, threading, time
from memsy import AsyncMemsyClient, EventPayload, MemsyClient
from memsy.outbox import AsyncOutbox, Outbox, OutboxError

url, key, path = sys.argv[1:4]
client = MemsyClient(url, key)
def event(content):
    return EventPayload("actor", "session", "user_message", str(content))
"""


@pytest.fixture
def service() -> LocalService:
    return LocalService()


@pytest.fixture
def server(service: LocalService) -> Iterator[LocalServer]:
    with LocalServer(service) as server:
        yield server


@pytest.fixture
def start(server: LocalServer, path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []

    def start(program: str) -> subprocess.Popen[str]:
        code = PRELUDE + textwrap.dedent(program)
        arguments = [sys.executable, "-W", "error", "-c", code, server.base_url]
        process = subprocess.Popen(
            [*arguments, server.api_key, str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def output_of(process: subprocess.Popen[str]) -> str:
    stdout, stderr = process.communicate(timeout=60)
    assert (stderr, process.returncode) == ("", 0)
    return stdout


def stored(service: LocalService) -> list[str]:
    return [item.content for item in service.events]


def test_a_killed_producer_loses_nothing(
    service: LocalService,
    server: LocalServer,
    path: Path,
    start: Callable[[str], subprocess.Popen[str]],
) -> None:
    acknowledged: list[str] = []
    for turn in range(4):
        process = start(
            f"""
            with Outbox(client, path) as outbox:
                for number in range(100_000):
                    outbox.put(event(f"{turn}-{{number}}"))
                    os.write(1, f"{turn}-{{number}}\\n".encode())
            """
        )
        assert process.stdout is not None
        lines = 50 * (turn + 1)
        acknowledged += [process.stdout.readline().strip() for _ in range(lines)]
        process.kill()
        acknowledged += process.stdout.read().split("\n")[:-1]
        process.wait(10)
    with MemsyClient(server.base_url, server.api_key) as client, Outbox(client, path) as outbox:
        assert outbox.flush() == 0
    contents = stored(service)
    assert set(acknowledged) <= set(contents)
    assert max(Counter(contents).values()) == 1


def test_three_processes_share_a_file(
    service: LocalService, path: Path, start: Callable[[str], subprocess.Popen[str]]
) -> None:
    processes = [
        start(
            f"""
            with Outbox(client, path) as outbox:
                for number in range(200):
                    outbox.put(event(f"{writer}-{{number}}"))
                assert outbox.close() == 0
            """
        )
        for writer in range(3)
    ]
    for process in processes:
        output_of(process)
    contents = stored(service)
    assert len(contents) == len(set(contents)) == 600
    for writer in range(3):
        own = [content for content in contents if content.startswith(f"{writer}-")]
        assert own == [f"{writer}-{number}" for number in range(200)]


def test_another_process_takes_over_from_a_killed_sender(
    service: LocalService,
    server: LocalServer,
    path: Path,
    start: Callable[[str], subprocess.Popen[str]],
) -> None:
    process = start(
        """
        outbox = Outbox(client, path)
        outbox.open()
        while outbox.status().sender_pid is None:
            time.sleep(0.01)
        print("ready", flush=True)
        time.sleep(60)
        """
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    with MemsyClient(server.base_url, server.api_key) as client, Outbox(client, path) as outbox:
        assert outbox.status().sender_pid == process.pid
        outbox.put(event("first"))
        assert outbox.flush() == 0, "the other process sends"
        process.kill()
        process.wait(10)
        outbox.put(event("second"))
        assert outbox.flush() == 0
        assert outbox.status().sender_pid == os.getpid()
    assert stored(service) == ["first", "second"]


FORK = """
{before}
outbox = Outbox(client, path)
{open}
child = os.fork()
for number in range(20):
    outbox.put(event(f"{{'child' if child == 0 else 'parent'}} {{number}}"))
if child == 0:
    left = outbox.close()
    os._exit(left)
{order}
"""


@pytest.mark.parametrize(
    "open_", ["", "outbox.open()", "outbox.put(event('before'))"], ids=["new", "open", "put"]
)
@pytest.mark.parametrize(
    "order",
    [
        "assert outbox.close() == 0; assert os.waitpid(child, 0)[1] == 0",
        "assert os.waitpid(child, 0)[1] == 0; assert outbox.close() == 0",
    ],
    ids=["parent-first", "child-first"],
)
def test_parent_and_child_of_a_fork_use_the_outbox(
    service: LocalService,
    start: Callable[[str], subprocess.Popen[str]],
    open_: str,
    order: str,
) -> None:
    output_of(start(FORK.format(before="", open=open_, order=order)))
    contents = stored(service)
    assert len(contents) == len(set(contents)) == 40 + ("before" in open_)
    for process in ("parent", "child"):
        own = [content for content in contents if content.startswith(process)]
        assert own == [f"{process} {number}" for number in range(20)]


def test_a_child_sends_after_its_parent_was_killed(
    service: LocalService, start: Callable[[str], subprocess.Popen[str]]
) -> None:
    process = start(
        """
        outbox = Outbox(client, path)
        outbox.open()
        outbox.put(event("parent"))
        outbox.flush()
        parent = os.getpid()
        if os.fork() == 0:
            os.kill(parent, signal.SIGKILL)
            outbox.put(event("child"))
            print(outbox.flush(), outbox.status().sender_pid == os.getpid(), flush=True)
            os._exit(0)
        time.sleep(60)
        """
    )
    stdout, _ = process.communicate(timeout=60)
    assert stdout == "0 True\n"
    assert stored(service) == ["parent", "child"]


def test_forks_while_threads_put(
    service: LocalService, start: Callable[[str], subprocess.Popen[str]]
) -> None:
    program = """
        outbox = Outbox(client, path)
        outbox.open()
        def work(name):
            for number in range(100):
                outbox.put(event(f"{name} {number}"))
        threads = [threading.Thread(target=work, args=(name,)) for name in "abc"]
        for thread in threads:
            thread.start()
        children = []
        for number in range(8):
            child = os.fork()
            if child == 0:
                outbox.put(event(f"child {number}"))
                os._exit(0)
            children.append(child)
        for child in children:
            assert os.waitpid(child, 0)[1] == 0
        for thread in threads:
            thread.join()
        assert outbox.close() == 0
    """
    output_of(start(program))
    contents = stored(service)
    assert len(contents) == len(set(contents)) == 308


def test_an_async_outbox_after_a_fork(
    service: LocalService, start: Callable[[str], subprocess.Popen[str]]
) -> None:
    program = """
        async def main(outbox, name):
            for number in range(5):
                await outbox.put(event(f"{name} {number}"))
            assert await outbox.flush() == 0
        outbox = AsyncOutbox(AsyncMemsyClient(url, key), path)
        asyncio.run(main(outbox, "parent"))
        child = os.fork()
        asyncio.run(main(outbox, "child" if child == 0 else "parent again"))
        if child == 0:
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    """
    process = start(program)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(stored(service)) == len(set(stored(service))) == 15


def test_the_interpreter_ends_without_a_close(
    service: LocalService,
    server: LocalServer,
    path: Path,
    start: Callable[[str], subprocess.Popen[str]],
) -> None:
    service.faults.delay_next("ingest", 30, times=None)
    started = time.monotonic()
    output_of(start('outbox = Outbox(client, path)\noutbox.put(event("x"))\ntime.sleep(0.3)'))
    assert time.monotonic() - started < 25, "the request in flight does not delay the end"
    service.faults.clear()
    with MemsyClient(server.base_url, server.api_key) as client, Outbox(client, path) as outbox:
        assert outbox.flush() == 0
    assert stored(service)[-1] == "x"


def test_processes_of_multiprocessing_put(
    service: LocalService, start: Callable[[str], subprocess.Popen[str]]
) -> None:
    program = """
        import multiprocessing
        outbox = Outbox(client, path)
        outbox.put(event("parent"))
        def work(name):
            for number in range(20):
                outbox.put(event(f"{name} {number}"))
            assert outbox.close() == 0
        context = multiprocessing.get_context("fork")
        children = [context.Process(target=work, args=(name,)) for name in "abc"]
        for child in children:
            child.start()
        for child in children:
            child.join()
            assert child.exitcode == 0
        assert outbox.close() == 0
    """
    process = start(program)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert len(stored(service)) == len(set(stored(service))) == 61


@pytest.mark.parametrize("is_used", [True, False], ids=["used", "new"])
@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_put_at_the_end_of_the_interpreter_is_stored(
    server: LocalServer,
    service: LocalService,
    path: Path,
    start: Callable[[str], subprocess.Popen[str]],
    kind: str,
    is_used: bool,
) -> None:
    program = f"""
        import atexit
        if "{kind}" == "sync":
            outbox = Outbox(client, path)
            put = outbox.put
        else:
            outbox = AsyncOutbox(AsyncMemsyClient(url, key), path)
            def put(event):
                asyncio.run(outbox.put(event))
        if {is_used}:
            put(event("first"))
        atexit.register(lambda: put(event("last")))
    """
    process = start(program)
    _, stderr = process.communicate(timeout=60)
    assert (process.returncode, "Traceback" in stderr) == (0, False), stderr
    with MemsyClient(server.base_url, server.api_key) as client, Outbox(client, path) as outbox:
        assert outbox.flush() == 0
    assert stored(service) == ["first", "last"][0 if is_used else 1 :]
