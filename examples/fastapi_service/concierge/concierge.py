"""Concierge that stores guests' messages and recalls memories."""

from __future__ import annotations

from collections.abc import AsyncIterator

from memsy import (
    AsyncMemsyClientProtocol,
    AuthenticationError,
    EventPayload,
    MemoryItemResource,
    MemsyConnectionError,
    MemsyError,
    UsageLimitExceeded,
)


class Concierge:
    """Concierge on an async memory client, real or fake."""

    def __init__(self, memory: AsyncMemsyClientProtocol) -> None:
        self._memory = memory

    async def chat(self, guest: str, stay: str, text: str) -> list[str]:
        """Recall the memories that match a message, then store the message."""
        try:
            memories = await self.recall(guest, text)
        except MemsyConnectionError:
            memories = []  # the guest gets a response without memories rather than an error
        await self.remember(guest, stay, text)
        return memories

    async def remember(
        self, guest: str, stay: str, *texts: str, role: str | None = None
    ) -> list[str]:
        """Store messages, shared with all staff of a role if one is given; return event ids."""
        events = [EventPayload(guest, stay, "user_message", text, role_id=role) for text in texts]
        return (await self._memory.ingest(events)).event_ids

    async def remember_letter(self, guest: str, stay: str, lines: list[str]) -> list[str]:
        """Store the lines of a letter until the quota is exhausted; return the lines not stored."""
        for number, line in enumerate(lines):
            try:
                await self.remember(guest, stay, line)
            except UsageLimitExceeded:
                return lines[number:]
        return []

    async def recall(self, guest: str, query: str, *, role: str | None = None) -> list[str]:
        """Search the memories of a guest, and those of a role if one is given."""
        role_ids = None if role is None else [role]
        response = await self._memory.search(query, actor_id=guest, role_ids=role_ids, limit=5)
        return [result.content for result in response.results]

    def list_memories(self, guest: str) -> AsyncIterator[MemoryItemResource]:
        """Return all memories of a guest, newest first."""
        return self._memory.memories.iterate(actor_id=guest)

    async def check_memory(self) -> str | None:
        """Return the problem of the memory service, or None if it is up."""
        try:
            await self._memory.health()
        except AuthenticationError:
            return "the memory service rejected the API key"
        except MemsyError as error:
            return f"the memory service is unavailable: {type(error).__name__}"
        return None
