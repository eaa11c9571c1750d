"""Functions for the processes of a pool, each of which creates a client of its own."""

from __future__ import annotations

import asyncio
import os

from memsy import AsyncMemsyClient, MemsyClient
from tests.faults.calls import Client

_clients = list[Client]()
"""The one client of this process, once it is created."""


def create_client(client: type[Client], url: str, key: str) -> None:
    """Create the client of this process, as the initializer of a pool."""
    _clients.append(client(url, key))


def search(query: str) -> tuple[str, int]:
    """Return the content of the first result, and the id of this process."""
    (memsy,) = _clients
    if isinstance(memsy, MemsyClient):
        return memsy.search(query).results[0].content, os.getpid()
    return asyncio.run(_search(memsy, query)), os.getpid()


async def _search(memsy: AsyncMemsyClient, query: str) -> str:
    return (await memsy.search(query)).results[0].content
