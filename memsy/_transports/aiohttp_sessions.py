"""One aiohttp session for each event loop that asks for one; it ends when the loop does."""

from __future__ import annotations

import asyncio
import gc
import os
import warnings
from typing import TYPE_CHECKING

from attrs import field, frozen

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable

    from aiohttp import ClientSession


class Sessions:
    """
    The sessions of one client.

    Each lives in an asynchronous generator. `asyncio.run` closes those that began in its loop
    before it closes the loop, and every loop closes one that nobody refers to any more: so a
    client can outlive its loops, and a loop its client.
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
            generator = _lifetime(start())
            held = _Held(await generator.__anext__(), generator)
            self._by_loop[loop] = held
        return held.session

    async def close(self) -> None:
        """Close that of the running loop now; the loops of the others see to theirs."""
        held = self._by_loop.pop(asyncio.get_running_loop(), None)
        if held is not None and held.is_open:
            await held.generator.aclose()
        self.let_go()

    def let_go(self) -> None:
        """Refer to no session any more."""
        self._forget_the_dead()
        self._by_loop.clear()

    def _forget_the_dead(self) -> None:
        for loop, held in list(self._by_loop.items()):
            if not (held.is_open and loop.is_running()):
                self._by_loop.pop(loop, None)
                if not held.session.closed:
                    # Nothing else will close it: its loop is over, or is our parent's.
                    _silence(held.session, loop)


def _silence(session: ClientSession, loop: asyncio.AbstractEventLoop) -> None:
    """Let a session die without a word from aiohttp or asyncio; we have said it in our own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        session.detach()
        if loop.is_closed():
            gc.collect()  # its sockets are in reference cycles, and close when these are found


async def _lifetime(session: ClientSession) -> AsyncGenerator[ClientSession]:
    try:
        yield session
    finally:
        await session.close()


@frozen
class _Held:
    session: ClientSession
    generator: AsyncGenerator[ClientSession]
    process: int = field(factory=os.getpid)

    @property
    def is_open(self) -> bool:
        return not self.session.closed and self.process == os.getpid()
