"""What a caller asks for: written once, for clients of all colours."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from memsy import AsyncMemsyClient, MemsyClient
from memsy.models import EventPayload, SearchResponse, SearchResult

Client: TypeAlias = "MemsyClient | AsyncMemsyClient"
Call: TypeAlias = Callable[[Client], object]
"""As one writes it, but for the `await`. Functions of this module can be sent to a process."""

_A_WHILE = 0.05

FOUND = SearchResponse([SearchResult("m1", "Likes green tea.", 0.5)])
FOUND_JSON = b'{"results":[{"id":"m1","content":"Likes green tea.","score":0.5}]}'
"""How the service says FOUND."""


def search(memsy: Client) -> object:
    return memsy.search("tea")


def searching(query: str, **narrowing: object) -> Call:
    return partial(_search, query=query, narrowing=narrowing)


def _search(memsy: Client, query: str, narrowing: dict[str, object]) -> object:
    return memsy.search(query, **narrowing)  # type: ignore[arg-type]  # careless


def found(content: str) -> SearchResponse:
    """What a server answers that repeats the question."""
    return SearchResponse([SearchResult("m1", content, 0.5)])


def ingest(memsy: Client) -> object:
    return memsy.ingest([EventPayload("u1", "s1", "user_message", "I like green tea.")])


def ingesting(*contents: object, **more: object) -> Call:
    return partial(_ingest, contents=contents, more=more)


def _ingest(memsy: Client, contents: tuple[object, ...], more: dict[str, object]) -> object:
    return memsy.ingest(
        [
            EventPayload("u1", "s1", "user_message", content, **more)  # type: ignore[arg-type]  # careless
            for content in contents
        ]
    )


def ingest_8_mib(memsy: Client) -> object:
    return memsy.ingest([EventPayload("u1", "s1", "user_message", "x" * 2**23)])


def health(memsy: Client) -> object:
    return memsy.health()


def create(memsy: Client) -> object:
    return memsy.roles.create("o1", "Support", "Answers questions about tea.")


def update(memsy: Client) -> object:
    return memsy.roles.update("r1", "o1", name="Support")


def delete(memsy: Client) -> object:
    return memsy.roles.delete("r1", "o1")


def rest(memsy: Client) -> object:
    """Ask for nothing for a while, and let an event loop look at what else there is."""
    if isinstance(memsy, AsyncMemsyClient):
        return asyncio.sleep(_A_WHILE)
    time.sleep(_A_WHILE)
    return None


def clear(container_tag: object) -> Call:
    return partial(_clear, container_tag=container_tag)


def _clear(memsy: Client, container_tag: object) -> object:
    return memsy.clear(container_tag)  # type: ignore[arg-type]  # careless
