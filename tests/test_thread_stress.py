"""
Shared states under threads that change every microsecond.

`docs/platforms.md` lists the states and what protects them.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memsy import EventPayload, metered
from memsy.outbox import Outbox
from memsy.testing import FakeMemsyClient, LocalServer

THREADS = 8
CALLS = 25


@pytest.fixture(autouse=True)
def fast_switches() -> Iterator[None]:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def run_in_threads(work: Callable[[int], object]) -> None:
    """Call `work` with the number of the thread in all threads at once, and raise its errors."""
    barrier, errors = threading.Barrier(THREADS), list[BaseException]()

    def run(number: int) -> None:
        try:
            barrier.wait(30)
            work(number)
        except BaseException as error:  # noqa: BLE001 - raised below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    if errors:
        raise errors[0]


def event(number: int, call: int) -> EventPayload:
    return EventPayload("ann", f"s-{number}", "user_message", f"tea {number} {call}")


FIRST_USES = {
    "sync client": """
        client = memsy.MemsyClient(*sys.argv[1:])

        def work(number):
            client.with_options(headers={"X-Tenant": str(number)}).health()
            assert client.search("tea").results == []
        """,
    "async client": """
        client = memsy.AsyncMemsyClient(*sys.argv[1:])

        def work(number):
            async def main():
                assert (await client.search("tea")).results == []
            asyncio.run(main())
        """,
    "lazy names": """
        def work(number):
            for package in (memsy, memsy_testing, memsy_bulk, memsy_outbox):
                for name in package.__all__:
                    getattr(package, name)
        """,
    "models": """
        def work(number):
            value = {"results": [{"id": "1", "content": "tea", "score": 1.0, "metadata": {}}]}
            assert memsy.SearchResponse.from_dict(value).to_dict()["results"][0]["id"] == "1"
        """,
}


@pytest.mark.parametrize("name", FIRST_USES)
def test_first_use_from_many_threads(name: str) -> None:
    """The imports, transports, converters and connections of the process come into being once."""
    program = f"""
        import asyncio, sys, threading
        import memsy, memsy.bulk as memsy_bulk, memsy.outbox as memsy_outbox
        import memsy.testing as memsy_testing

        sys.setswitchinterval(1e-6)
        {{work}}
        barrier, done = threading.Barrier({THREADS}), []

        def run(number):
            barrier.wait(30)
            work(number)
            done.append(number)

        threads = [threading.Thread(target=run, args=(n,)) for n in range({THREADS})]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        print(len(done))
        """
    text = textwrap.dedent(program).replace("{work}", textwrap.dedent(FIRST_USES[name]))
    with LocalServer() as server:
        ended = subprocess.run(
            [sys.executable, "-c", text, server.base_url, server.api_key],
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert ended.stdout == f"{THREADS}\n", ended.stderr


def test_fake_and_meter_count_each_call_of_many_threads() -> None:
    with FakeMemsyClient() as client, metered() as meter:

        def work(number: int) -> None:
            with metered(meter):
                for call in range(CALLS):
                    client.ingest([event(number, call)])

        run_in_threads(work)
        assert len(client.service.events) == THREADS * CALLS
        assert len(client.calls.ingested) == THREADS * CALLS
        assert meter.responses == THREADS * CALLS


def test_outbox_delivers_each_event_of_many_threads_once(tmp_path: Path) -> None:
    client = FakeMemsyClient()
    with Outbox(client, tmp_path / "outbox.db") as outbox:

        def work(number: int) -> None:
            for call in range(CALLS):
                outbox.put(event(number, call))

        run_in_threads(work)
        assert outbox.flush() == 0
    contents = [stored.content for stored in client.service.events]
    assert len(contents) == len(set(contents)) == THREADS * CALLS
