"""What the concierge does with a memory, whichever client it is given."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from memsy import (
    AsyncMemsyClientProtocol,
    AuthenticationError,
    EventPayload,
    MemsyConnectionError,
    MemsyError,
    UsageLimitExceeded,
)

_PAGE = 50


class Concierge:
    """
    Remembers what guests say, and answers from it.

    *pause* lets seconds pass, where it has to wait for the service.
    """

    def __init__(
        self,
        memory: AsyncMemsyClientProtocol,
        *,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._memory = memory
        self._pause = pause

    async def chat(self, guest: str, stay: str, words: str) -> list[str]:
        """What the concierge can say to *words*, which are remembered from now on."""
        try:
            known = await self.recall(guest, words)
        except MemsyConnectionError:
            known = []  # no guest waits at the desk for as long as a network may take
        await self.hear(guest, stay, words)
        return known

    async def hear(self, guest: str, stay: str, *words: str, desk: str | None = None) -> list[str]:
        """Remember what was said; where a *desk* is named, for all who work there."""
        said = [EventPayload(guest, stay, "user_message", text, role_id=desk) for text in words]
        return (await self._memory.ingest(said)).event_ids

    async def read(self, guest: str, stay: str, letter: list[str]) -> list[str]:
        """Remember the lines of a *letter*, as far as the plan allows; gives those left over."""
        for number, line in enumerate(letter):
            try:
                await self.hear(guest, stay, line)
            except UsageLimitExceeded:
                return letter[number:]
        return []

    async def recall(self, guest: str, about: str, *, desk: str | None = None) -> list[str]:
        """What is known *about* something from the guest, and to those at the *desk*."""
        desks = None if desk is None else [desk]
        found = await self._memory.search(about, actor_id=guest, role_ids=desks, limit=5)
        return [memory.content for memory in found.results]

    async def has_learnt(self, event_ids: list[str], *, looks: int = 10) -> bool:
        """Whether all that was said can be recalled, after 2 s between one look and the next."""
        for _ in range(looks):
            status = await self._memory.status(event_ids)
            if not status.pending_ids:
                return not status.failed_ids
            await self._pause(2.0)
        return False

    async def everything(self, guest: str) -> AsyncIterator[str]:
        """All that is known of a guest, the newest first."""
        offset, total = 0, 1
        while offset < total:
            page = await self._memory.memories.list(actor_id=guest, limit=_PAGE, offset=offset)
            for memory in page.items:
                yield memory.text
            offset, total = offset + _PAGE, page.total

    async def trouble(self) -> str | None:
        """Why the concierge cannot work, for those who can mend it."""
        try:
            await self._memory.health()
        except AuthenticationError:
            return "the memory does not know our key"
        except MemsyError as error:
            return f"the memory does not answer: {type(error).__name__}"
        return None
