"""One aiohttp session for each event loop. A session closes when its event loop does."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

from aiohttp import ClientSession
from attrs import field, frozen

from memsy._core.event_loop import running_loop
from memsy._transports.aiohttp.connection import StaleCheckConnector


class Sessions:
    """
    The sessions of one client.

    An async generator holds each session. `asyncio.run` closes the generators of its loop before
    it closes the loop, and a running loop closes a generator without references. So the session
    closes in both cases: if the loop ends before the client, and if the client ends first.
    """

    def __init__(self) -> None:
        self._by_loop: dict[asyncio.AbstractEventLoop, _LoopSession] = {}

    @property
    def has_open_session(self) -> bool:
        """True if a session is open."""
        return any(entry.is_open for entry in self._by_loop.values())

    async def for_running_loop(self, create: Callable[[], ClientSession]) -> ClientSession:
        """Return the session of the running loop. Without an open session, call `create`."""
        loop = asyncio.get_running_loop()
        entry = self._by_loop.get(loop)
        if entry is None or not entry.is_open:
            self._discard_closed()
            lifetime = _lifetime(create())
            entry = self._by_loop[loop] = _LoopSession(await lifetime.__anext__(), lifetime)
        return entry.session

    async def close(self) -> None:
        """Close the session of the running loop. Other running loops close their own sessions."""
        loop = running_loop()
        entry = self._by_loop.pop(loop, None) if loop is not None else None
        if entry is not None and entry.is_open:
            await entry.lifetime.aclose()
        self.release_all()

    def release_all(self) -> None:
        """Drop the references to all sessions, and abandon sessions of loops that do not run."""
        for loop, entry in list(self._by_loop.items()):
            self._by_loop.pop(loop, None)
            if not (entry.is_open and loop.is_running()):
                entry.abandon(loop)

    def _discard_closed(self) -> None:
        for loop, entry in list(self._by_loop.items()):
            if loop.is_closed() or not entry.is_open:
                self._by_loop.pop(loop, None)
                entry.abandon(loop)


async def _lifetime(session: ClientSession) -> AsyncGenerator[ClientSession]:
    try:
        yield session
    finally:
        await session.close()


@frozen
class _LoopSession:
    session: ClientSession
    lifetime: AsyncGenerator[ClientSession]
    process: int = field(factory=os.getpid)

    @property
    def is_open(self) -> bool:
        return not self.session.closed and self.process == os.getpid()

    def abandon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Release a session that its loop will not close, without a warning of aiohttp."""
        connector = self.session.connector
        if not isinstance(connector, StaleCheckConnector):
            return  # the session is closed
        self.session.detach()
        # RuntimeError: the loop closes it already, in another thread or before a fork.
        with suppress(StopIteration, RuntimeError):
            # Without its connector, the session closes in one step.
            self.lifetime.aclose().send(None)
        if self.process != os.getpid():
            return  # the sockets belong to the parent process
        try:
            loop.call_soon_threadsafe(connector.abort)
        except RuntimeError:  # the loop is closed
            connector.close_sockets()
