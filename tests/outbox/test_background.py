# ruff: noqa: ANN401 - one interface for both outboxes
"""Background sender over real clients: threads, tasks, loops, interrupts and hanging requests."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from memsy import AsyncMemsyClient, MemsyClient
from memsy.outbox import AsyncOutbox, Outbox, OutboxError
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalServer, LocalService
from tests.outbox.outboxes import event, served
from tests.support.platforms import needs_sigalrm


@pytest.fixture
def service() -> LocalService:
    return LocalService()


@pytest.fixture(params=["sync", "async"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def outbox(kind: str, service: LocalService, path: Path) -> Iterator[Any]:
    with served(kind, service, path) as outbox:
        yield outbox


def contents(service: LocalService) -> list[str]:
    return [stored.content for stored in service.events]


def test_the_background_sender_sends_in_order(outbox: Any, service: LocalService) -> None:
    for number in range(50):
        outbox.put(event(number))
    assert outbox.flush() == 0
    assert contents(service) == [str(number) for number in range(50)]
    assert outbox.status().sender_pid is not None
    assert outbox.pump() == 0


def test_open_sends_what_an_earlier_run_left(kind: str, service: LocalService, path: Path) -> None:
    with Outbox(FakeMemsyClient(service=service), path, background=False) as earlier:
        earlier.put(event("x"))
        assert earlier.close(0) == 1
    with served(kind, service, path) as outbox:
        outbox.open()
        outbox.open()
        while outbox.status().pending:
            pass
        assert contents(service) == ["x"]
        outbox.close()
        with pytest.raises(OutboxError, match="is closed"):
            outbox.open()


def test_a_flush_ends_a_backoff(outbox: Any, service: LocalService) -> None:
    service.faults.fail_next("ingest", 503, times=3)
    outbox.put(event("x"))
    assert outbox.flush() == 0
    service.faults.fail_next("ingest", 401, times=None)
    outbox.put(event("y"))
    assert outbox.flush(1) == 1, "a flush does not wait for the next attempt after a pause"
    assert outbox.status().paused is not None
    service.faults.clear()
    assert outbox.flush() == 0
    assert contents(service) == ["x", "y"]


def test_refused_events_end_in_the_dead_letters(outbox: Any, service: LocalService) -> None:
    outbox.put_many(event(number if number % 7 else "") for number in range(30))
    assert outbox.flush() == 0
    assert outbox.status().dead == 5
    assert contents(service) == [str(number) for number in range(30) if number % 7]


def test_flush_and_close_end_while_a_request_hangs(
    outbox: Any, service: LocalService, path: Path, kind: str
) -> None:
    service.faults.delay_next("ingest", 20, times=None)
    outbox.put(event("x"))
    started = time.monotonic()
    assert outbox.flush(0.3) == 1
    assert outbox.close(0.3) == 1
    assert outbox.close() == 1
    assert time.monotonic() - started < 15
    with pytest.raises(OutboxError, match="is closed"):
        outbox.put(event("y"))


def test_a_flush_without_a_background_sender_ends_while_a_request_hangs(
    kind: str, service: LocalService, path: Path
) -> None:
    service.faults.delay_next("ingest", 60, times=None)
    with served(kind, service, path, background=False) as outbox:
        outbox.put(event("x"))
        started = time.monotonic()
        assert outbox.flush(0.3) == 1
        assert time.monotonic() - started < 30
        service.faults.clear()
        assert outbox.flush() == 0
    assert contents(service) == ["x"]


def test_many_threads_put(service: LocalService, path: Path) -> None:
    with (
        LocalServer(service) as server,
        MemsyClient(server.base_url, server.api_key) as client,
        Outbox(client, path) as outbox,
    ):

        def put(name: int) -> None:
            for number in range(50):
                outbox.put(event(f"{name}-{number}"))

        threads = [threading.Thread(target=put, args=(name,)) for name in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    stored = contents(service)
    assert len(stored) == len(set(stored)) == 400
    for name in range(8):
        own = [content for content in stored if content.startswith(f"{name}-")]
        assert own == [f"{name}-{number}" for number in range(50)]


def test_no_thread_runs_before_the_first_use_and_after_the_close(
    service: LocalService, path: Path
) -> None:
    def senders() -> list[str]:
        return [thread.name for thread in threading.enumerate() if thread.name == "memsy-outbox"]

    outbox = Outbox(FakeMemsyClient(service=service), path)
    assert senders() == []
    outbox.put(event("x"))
    assert senders() == ["memsy-outbox"]
    assert outbox.close() == 0
    assert senders() == []


def test_an_error_of_the_clients_author_pauses_the_sender(path: Path) -> None:
    class Client(FakeMemsyClient):
        is_broken = True

        def ingest(self, events: Any) -> Any:
            if self.is_broken:
                raise ZeroDivisionError
            return super().ingest(events)

    client = Client()
    with Outbox(client, path) as outbox:
        outbox.put(event("x"))
        for _ in range(100):
            assert outbox.flush(0.05) == 1
            if outbox.status().last_error:
                break
        assert outbox.status().last_error == "ZeroDivisionError in the sender"
        client.is_broken = False
        assert outbox.flush() == 0


# The exception ends the thread, and pytest reports it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_sender_that_died_starts_again_with_the_next_call(path: Path) -> None:
    class Client(FakeMemsyClient):
        is_broken = True

        def ingest(self, events: Any) -> Any:
            if self.is_broken:
                self.is_broken = False
                raise KeyboardInterrupt
            return super().ingest(events)

    client = Client()
    with Outbox(client, path) as outbox:
        [first] = [thread for thread in threading.enumerate() if thread.name == "memsy-outbox"]
        outbox.put(event("x"))
        first.join(60)
        assert not first.is_alive()
        assert outbox.status().pending == 1
        outbox.put(event("y"))
        assert outbox.flush() == 0
    assert contents(client.service) == ["x", "y"]


async def test_a_busy_default_executor_does_not_delay_an_async_outbox(path: Path) -> None:
    loop, release = asyncio.get_running_loop(), threading.Event()
    blockers = [loop.run_in_executor(None, release.wait, 60) for _ in range(100)]
    try:
        async with AsyncOutbox(FakeAsyncMemsyClient(), path) as outbox:
            await outbox.put(event("x"))
            assert await outbox.flush() == 0
            assert (await outbox.status()).pending == 0
            assert await outbox.close() == 0
        assert not any(blocker.done() for blocker in blockers)
    finally:
        release.set()
        await asyncio.gather(*blockers)


def test_no_thread_of_an_async_outbox_is_left_after_its_close(path: Path) -> None:
    async def main() -> list[threading.Thread]:
        outbox = AsyncOutbox(FakeAsyncMemsyClient(), path)
        await outbox.put(event("x"))
        own = [t for t in threading.enumerate() if t.name.startswith("memsy-outbox")]
        assert await outbox.close() == 0
        return own

    own = asyncio.run(main())
    assert own
    for thread in own:
        thread.join(60)
        assert not thread.is_alive()


def close(outbox: Outbox, results: list[int]) -> None:
    results.append(outbox.close(5))


def test_two_threads_close_at_once(service: LocalService, path: Path) -> None:
    service.faults.fail_next("ingest", 401, times=None)
    with LocalServer(service) as server, MemsyClient(server.base_url, server.api_key) as client:
        for turn in range(5):
            outbox = Outbox(client, path)
            outbox.put(event(turn))
            results: list[int] = []
            threads = [threading.Thread(target=close, args=(outbox, results)) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert results == [turn + 1] * 3


async def test_two_tasks_close_at_once(path: Path) -> None:
    client = FakeAsyncMemsyClient()
    client.service.faults.fail_next("ingest", 401, times=None)
    for turn in range(5):
        outbox = AsyncOutbox(client, path)
        await outbox.put(event(turn))
        assert await asyncio.gather(*(outbox.close(5) for _ in range(3))) == [turn + 1] * 3


def test_a_close_after_a_failed_close_returns_the_number(
    kind: str, service: LocalService, path: Path
) -> None:
    with served(kind, service, path, background=False) as outbox:
        outbox.put(event("x"))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(OutboxError, match="database is locked"):
                outbox.close(0.1)
            other.execute("ROLLBACK")
        assert (outbox.close(), outbox.close()) == (1, 1)
        with pytest.raises(OutboxError, match="is closed"):
            outbox.put(event("y"))


def test_a_closed_client_pauses_the_outbox(path: Path) -> None:
    client = FakeMemsyClient()
    outbox = Outbox(client, path)
    client.close()
    outbox.put(event("x"))
    assert outbox.close() == 1


def test_an_async_outbox_serves_several_loops(service: LocalService, path: Path) -> None:
    with LocalServer(service) as server:
        outbox = AsyncOutbox(AsyncMemsyClient(server.base_url, server.api_key), path)

        async def put(name: str) -> int:
            for number in range(10):
                await outbox.put(event(f"{name}-{number}"))
            return await outbox.flush()

        assert asyncio.run(put("first")) == 0
        assert asyncio.run(put("second")) == 0
        results: list[int] = []
        threads = [
            threading.Thread(target=lambda name=name: results.append(asyncio.run(put(name))))
            for name in ("third", "fourth")
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == [0, 0]
        assert asyncio.run(outbox.close()) == 0
    stored = contents(service)
    assert len(stored) == len(set(stored)) == 40


def test_a_new_loop_takes_over_from_an_abandoned_loop(path: Path) -> None:
    client = FakeAsyncMemsyClient()
    outbox = AsyncOutbox(client, path)
    abandoned = asyncio.new_event_loop()
    abandoned.run_until_complete(outbox.put(event("a")))
    abandoned.run_until_complete(outbox.flush())

    async def use() -> int:
        await outbox.put(event("b"))
        return await outbox.close()

    assert asyncio.run(use()) == 0
    assert [stored.content for stored in client.service.events] == ["a", "b"]
    for task in asyncio.all_tasks(abandoned):
        abandoned.run_until_complete(task)
    abandoned.run_until_complete(abandoned.shutdown_default_executor())
    abandoned.close()


def test_a_cancelled_put_is_stored_or_not(path: Path) -> None:
    client = FakeAsyncMemsyClient()

    async def main() -> None:
        outbox = AsyncOutbox(client, path)
        for number in range(60):
            task = asyncio.create_task(outbox.put(event(number)))
            for _ in range(number % 4):
                await asyncio.sleep(0)
            task.cancel()
            await asyncio.wait({task})
        await outbox.put(event("last"))
        assert await outbox.close() == 0

    asyncio.run(main())
    stored = [stored.content for stored in client.service.events]
    assert "last" in stored
    assert len(stored) == len(set(stored))


def test_a_cancelled_flush_and_close_leave_the_file_free(path: Path) -> None:
    client = FakeAsyncMemsyClient()

    async def main() -> None:
        for steps in range(12):
            outbox = AsyncOutbox(client, path)
            await outbox.put(event(steps))
            for method in (outbox.flush, outbox.close):
                task = asyncio.create_task(method())
                for _ in range(steps):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait({task})
        assert await AsyncOutbox(client, path).close() == 0

    asyncio.run(main())
    stored = [stored.content for stored in client.service.events]
    assert stored == [str(number) for number in range(12)]


@needs_sigalrm
# Python drops an exception of a signal handler in the callback of a weak set or dict, such as the
# set of all threads, and in the callback of hypothesis for garbage collections.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <function (Weak|gc_):pytest.PytestUnraisableExceptionWarning",
    # From Python 3.13 on, such an exception right after sqlite3.connect() causes a warning.
    "ignore:Exception ignored in. <sqlite3.Connection:pytest.PytestUnraisableExceptionWarning",
    # An exception in `Thread.start()` lets the new thread end with a KeyError of `threading`.
    "ignore:Exception ignored in thread started by:pytest.PytestUnraisableExceptionWarning",
)
@pytest.mark.parametrize("background", [True, False])
def test_a_signal_handler_that_raises_leaves_the_outbox_usable(
    path: Path, background: bool
) -> None:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    client = FakeMemsyClient()
    acknowledged: list[str] = []
    started = interrupts = 0

    def interrupt(number: int, frame: FrameType | None) -> None:
        nonlocal interrupts
        interrupts += 1
        raise TimeoutError

    former = signal.signal(signal.SIGALRM, interrupt)
    with Outbox(client, path, background=background) as outbox:
        try:
            for turn in range(150):
                try:
                    signal.setitimer(signal.ITIMER_REAL, 0.0002 + turn % 15 * 0.0001)
                    while interrupts <= turn:
                        started += 1
                        outbox.put(event(started))
                        acknowledged.append(str(started))
                        if not background:
                            outbox.pump()
                except TimeoutError:  # noqa: PERF203 - each turn ends with it
                    pass
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, former)
        outbox.put(event("last"))
        assert outbox.flush() == 0, outbox.status()
    stored = [stored.content for stored in client.service.events]
    assert stored[-1] == "last"
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))


@needs_sigalrm
def test_a_signal_handler_may_put(path: Path) -> None:
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    client = FakeMemsyClient()
    counts = {"handler": 0, "main": 0}
    with Outbox(client, path) as outbox:

        def put(number: int, frame: FrameType | None) -> None:
            counts["handler"] += 1  # before the put, which the next signal may interrupt
            outbox.put(event(f"handler {counts['handler']}"))

        former = signal.signal(signal.SIGALRM, put)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        try:
            while counts["handler"] < 50:
                outbox.put(event(f"main {counts['main']}"))
                counts["main"] += 1
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, former)
        assert outbox.flush() == 0
    assert len(client.service.events) == sum(counts.values())
