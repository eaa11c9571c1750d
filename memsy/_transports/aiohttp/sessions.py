"""One aiohttp session for each event loop that asks for one; it ends when the loop does."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import warnings
from contextlib import suppress
from typing import TYPE_CHECKING

from attrs import field, frozen

from memsy._transports.aiohttp.connection import Connector

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from aiohttp import ClientSession


class Sessions:
    """
    The sessions of one client.

    Each lives in an asynchronous generator. `asyncio.run` closes those that began in its loop
    before it closes the loop, and a running loop closes one that nobody refers to any more: so
    a client can outlive its loops, and a loop its client.
    """

    def __init__(self) -> None:
        self._by_loop: dict[asyncio.AbstractEventLoop, _Held] = {}

    @property
    def are_open(self) -> bool:
        """Whether one of them is."""
        return any(held.is_open for held in self._by_loop.values())

    async def here(self, start: Callable[[], ClientSession]) -> ClientSession:
        """The session of the running loop; *start* makes one, if there is none yet."""
        loop = asyncio.get_running_loop()
        held = self._by_loop.get(loop)
        if held is None or not held.is_open:
            self._forget_the_dead()
            lifetime = _lifetime(start())
            held = self._by_loop[loop] = _Held(await lifetime.__anext__(), lifetime)
        return held.session

    async def close(self) -> None:
        """Close that of the running loop now; the loops of the others see to theirs."""
        held = self._by_loop.pop(asyncio.get_running_loop(), None)
        if held is not None and held.is_open:
            await held.lifetime.aclose()
        self.let_go()

    def let_go(self) -> None:
        """Refer to no session any more."""
        for loop, held in list(self._by_loop.items()):
            self._by_loop.pop(loop, None)
            if not (held.is_open and loop.is_running()):
                held.abandon(loop)

    def _forget_the_dead(self) -> None:
        for loop, held in list(self._by_loop.items()):
            if loop.is_closed() or not held.is_open:
                self._by_loop.pop(loop, None)
                held.abandon(loop)


async def _lifetime(session: ClientSession) -> AsyncGenerator[ClientSession]:
    try:
        yield session
    finally:
        await session.close()


@frozen
class _Held:
    session: ClientSession
    lifetime: AsyncGenerator[ClientSession]
    process: int = field(factory=os.getpid)

    @property
    def is_open(self) -> bool:
        return not self.session.closed and self.process == os.getpid()

    def abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let go of a session that its loop will not close, without a word from below."""
        connector = self.session.connector
        if not isinstance(connector, Connector):
            return  # closed in good order
        self.session.detach()
        # A RuntimeError: its own loop, in another thread or before a fork, is about to close it.
        with suppress(StopIteration, RuntimeError):
            # Without its connector, the session closes with nothing to wait for.
            self.lifetime.aclose().send(None)
        if self.process != os.getpid():
            return  # its sockets are our parent's
        if not loop.is_closed():
            with suppress(RuntimeError):  # it has been closed meanwhile
                loop.call_soon_threadsafe(connector.abort)
        elif not sys.is_finalizing():
            del connector
            _collect()


def _collect() -> None:
    """Close sockets whose loop is closed: being in cycles, they do so when these are found."""
    with warnings.catch_warnings():
        # asyncio would complain of them; we have done so in our own words.
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
