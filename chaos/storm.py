"""When hundreds of calls are cancelled, wherever they are, the client is as good as before."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from random import Random

from attrs import frozen

from chaos.clients import Awaiting
from chaos.figure import AWAITING, Figure
from tests.matrix.calls import found
from tests.matrix.faults import repeated
from tests.raw_server import Peer, RawServer

CANCELLED = 400
"""More than a client makes connections: some still wait for one."""
AFTERWARDS = 20
MOST_TIME = 0.5
_LONGEST = 0.3
_SLOW = "slow"


@frozen
class Aftermath:
    """What there is when the storm is over."""

    untouched: int
    """Calls that were cancelled, and ended in any other way."""
    failed: int
    """Calls after it that got no answer, or a wrong one."""
    seconds: float
    """That those took together."""
    tasks: int
    """That nobody waits for."""


def _answer_the_quick(peer: Peer) -> None:
    while True:
        asked = peer.read()
        if _SLOW.encode() in asked:
            peer.wait_for_end()
        peer.send(repeated(asked))


def aftermath(seed: int, cancelled: int = CANCELLED) -> Aftermath:
    """Cancel so many calls, at moments that *seed* decides, and then ask again."""
    with RawServer(_answer_the_quick) as server:
        return asyncio.run(_weather(f"http://127.0.0.1:{server.port}/v1", Random(seed), cancelled))


async def _weather(url: str, random: Random, cancelled: int) -> Aftermath:
    async def cancel(call: asyncio.Task[object]) -> bool:
        await asyncio.sleep(random.uniform(0, _LONGEST))
        call.cancel()
        await asyncio.wait([call])
        return call.cancelled()

    async with Awaiting(url) as memsy:

        async def is_answered(text: str) -> bool:
            return await memsy.search(text) == found(text)

        calls = [asyncio.create_task(memsy.search(_SLOW)) for _ in range(cancelled)]
        touched = await asyncio.gather(*map(cancel, calls))
        began = time.monotonic()
        questions = [f"tea {number}" for number in range(AFTERWARDS)]
        answered = await asyncio.gather(*map(is_answered, questions), return_exceptions=True)
        seconds = time.monotonic() - began
    return Aftermath(
        untouched=touched.count(False),
        failed=AFTERWARDS - answered.count(True),
        seconds=seconds,
        tasks=len(asyncio.all_tasks()) - 1,
    )


def figures(seed: int) -> Iterator[Figure]:
    after = aftermath(seed)
    yield Figure(
        f"of {CANCELLED} cancelled calls, not ended by that", 0, {AWAITING: after.untouched}
    )
    yield Figure(f"of {AFTERWARDS} calls after that, not answered", 0, {AWAITING: after.failed})
    yield Figure(
        f"{AFTERWARDS} calls after that: all answered in", MOST_TIME, {AWAITING: after.seconds}, "s"
    )
    yield Figure("tasks left by that", 0, {AWAITING: after.tasks})
