"""
Client calls of the fault cases, the same for sync and async clients.

Module-level functions can be pickled and sent to another process. This module imports only what
the official SDK has, too: `tests.official` runs these calls with it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from memsy import AsyncMemsyClient, MemsyClient
from memsy.models import EventPayload

Client: TypeAlias = "MemsyClient | AsyncMemsyClient"
ClientCall: TypeAlias = Callable[[Client], object]
"""Call of a client, without the `await` of the async one."""

_IDLE_TIME = 0.05


def search(memsy: Client) -> object:
    return memsy.search("tea")


def searching(query: str, **filters: object) -> ClientCall:
    """Return a search with these arguments, valid or not."""
    return partial(_search, query=query, filters=filters)


def _search(memsy: Client, query: str, filters: dict[str, object]) -> object:
    return memsy.search(query, **filters)  # type: ignore[arg-type]  # may be invalid


def ingest(memsy: Client) -> object:
    return memsy.ingest([EventPayload("u1", "s1", "user_message", "I like green tea.")])


def ingesting(*contents: object, **fields: object) -> ClientCall:
    """Return an ingest of one event for each of `contents`, valid or not."""
    return partial(_ingest, contents=contents, fields=fields)


def _ingest(memsy: Client, contents: tuple[object, ...], fields: dict[str, object]) -> object:
    return memsy.ingest(
        [
            EventPayload("u1", "s1", "user_message", content, **fields)  # type: ignore[arg-type]  # may be invalid
            for content in contents
        ]
    )


def ingest_8_mib(memsy: Client) -> object:
    return memsy.ingest([EventPayload("u1", "s1", "user_message", "x" * 2**23)])


def health(memsy: Client) -> object:
    return memsy.health()


def create(memsy: Client) -> object:
    return memsy.roles.create("o1", "Support", "Answers questions about tea.")


def list_roles(memsy: Client) -> object:
    return memsy.roles.list("o1")


def update(memsy: Client) -> object:
    return memsy.roles.update("r1", "o1", name="Support")


def delete(memsy: Client) -> object:
    return memsy.roles.delete("r1", "o1")


def idle(memsy: Client) -> object:
    """Send nothing for a moment, and let the event loop handle what arrives."""
    if isinstance(memsy, AsyncMemsyClient):
        return asyncio.sleep(_IDLE_TIME)
    time.sleep(_IDLE_TIME)
    return None


def clearing(container_tag: object) -> ClientCall:
    """Return a clear of `container_tag`, valid or not."""
    return partial(_clear, container_tag=container_tag)


def _clear(memsy: Client, container_tag: object) -> object:
    return memsy.clear(container_tag)  # type: ignore[arg-type]  # may be invalid
