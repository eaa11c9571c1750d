"""What the processes of a pool do with a client that they are sent."""

from __future__ import annotations

import asyncio
import os

from memsy import MemsyClient
from tests.matrix.calls import Client


def ask(memsy: Client, query: str) -> tuple[str, int]:
    """What the service finds, and by which process it was asked; the client is closed then."""
    if isinstance(memsy, MemsyClient):
        with memsy:
            return memsy.search(query).results[0].content, os.getpid()

    async def ask() -> str:
        async with memsy:
            return (await memsy.search(query)).results[0].content

    return asyncio.run(ask()), os.getpid()
