"""
Program that loads 400 events with a ledger, and is interrupted in the middle.

The arguments are the path of the ledger, the URL and the key of the service, the mode (`sync` or
`async`) and the moment of the interrupt:

- `sent`: SIGINT before the sixth call sends its request
- `acknowledged`: SIGINT between the response to the sixth call and its record in the ledger
- `twice`: two SIGINT before the sixth call sends its request
- `paused`: the source waits for a line on stdin after 200 events
- `none`

It prints the positions of each result that is not skipped, and an error of the ledger.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

from memsy import AsyncMemsyClient, EventPayload, MemsyClient
from memsy.bulk import BatchResult, Ledger, LedgerError, async_stream_ingest, stream_ingest
from tests.bulk.loads import make_events

OPTIONS: dict[str, Any] = {"batch_size": 10, "max_in_flight": 4}
INTERRUPTED_CALL = 5
TIMEOUT = 30.0


class Interrupter:
    """Number of all calls so far, and the moment of the interrupt."""

    def __init__(self, moment: str) -> None:
        self.moment = moment
        self.numbers = count()
        self.handled = threading.Semaphore(0)

    def handle(self, *_: object) -> None:
        self.handled.release()
        raise KeyboardInterrupt

    def signals_at(self, moment: str, number: int) -> int:
        """Return the number of signals at this moment of a call."""
        moments = {"sent": {"sent": 1, "twice": 2}, "acknowledged": {"acknowledged": 1}}
        return moments[moment].get(self.moment, 0) if number == INTERRUPTED_CALL else 0


class InterruptingClient:
    """Client whose sixth call is interrupted."""

    def __init__(self, client: Any, interrupter: Interrupter) -> None:  # noqa: ANN401
        self.client = client
        self.interrupter = interrupter

    def with_options(self, **options: Any) -> InterruptingClient:  # noqa: ANN401
        return type(self)(self.client.with_options(**options), self.interrupter)

    def ingest(self, events: Sequence[EventPayload]) -> object:
        number = next(self.interrupter.numbers)
        self.interrupt("sent", number)
        response: object = self.client.ingest(events)
        self.interrupt("acknowledged", number)
        return response

    def interrupt(self, moment: str, number: int) -> None:
        for _ in range(self.interrupter.signals_at(moment, number)):
            os.kill(os.getpid(), signal.SIGINT)
            self.interrupter.handled.acquire(timeout=TIMEOUT)


class AsyncInterruptingClient(InterruptingClient):
    """Async client whose sixth call is interrupted, by the thread that writes the ledger."""

    async def ingest(self, events: Sequence[EventPayload]) -> object:
        number = next(self.interrupter.numbers)
        self.interrupt("sent", number)
        response: object = await self.client.ingest(events)
        self.interrupt("acknowledged", number)
        return response

    def interrupt(self, moment: str, number: int) -> None:
        for _ in range(self.interrupter.signals_at(moment, number)):
            asyncio.get_running_loop().run_in_executor(None, self.kill)

    def kill(self) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.1)


def events(moment: str) -> Iterator[EventPayload]:
    for number, event in enumerate(make_events(400, sessions=40)):
        if moment == "paused" and number == 200:
            sys.stdin.readline()
        yield event


def report(result: BatchResult) -> None:
    if not result.skipped:
        print(*result.positions, flush=True)  # noqa: T201 - read by the test


def load(path: str, url: str, key: str, moment: str) -> None:
    interrupter = Interrupter(moment)
    signal.signal(signal.SIGINT, interrupter.handle)
    with Ledger(path) as ledger, MemsyClient(url, key) as memsy:
        client: Any = InterruptingClient(memsy, interrupter)
        for result in stream_ingest(client, events(moment), ledger=ledger, **OPTIONS):
            report(result)


async def load_async(path: str, url: str, key: str, moment: str) -> None:
    interrupter = Interrupter(moment)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
    with Ledger(path) as ledger:
        async with AsyncMemsyClient(url, key) as memsy:
            client: Any = AsyncInterruptingClient(memsy, interrupter)
            async for result in async_stream_ingest(
                client, events(moment), ledger=ledger, **OPTIONS
            ):
                report(result)


def main(path: str, url: str, key: str, mode: str, moment: str) -> None:
    try:
        if mode == "sync":
            load(path, url, key, moment)
        else:
            asyncio.run(load_async(path, url, key, moment))
    except LedgerError as error:
        print(error)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(*sys.argv[1:])
