"""Actors: whoever the organisation has memories of."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from memsy._core.decode import optional
from memsy.models._model import Model

ActorSort: TypeAlias = Literal[
    "first_memory_desc", "first_memory_asc", "last_memory_desc", "actor_id_asc"
]
"""The orders in which actors can be listed."""


@frozen
class ActorResource(Model):
    """
    An actor, as its memories show it: nobody creates one.

    *first_memory_at* and *last_memory_at* (ISO 8601) are when the earliest and the latest of its
    memories were written. *scope_levels*, *role_ids* and *team_ids* gather those of its memories.
    """

    actor_id: str
    first_memory_at: str | None = field(metadata=optional(None))
    last_memory_at: str | None = field(metadata=optional(None))
    memory_count: int = field(metadata=optional(0))
    active_memory_count: int = field(metadata=optional(0))
    scope_levels: list[str] = field(metadata=optional([]))
    role_ids: list[str] = field(metadata=optional([]))
    team_ids: list[str] = field(metadata=optional([]))


@frozen
class ActorListResponse(Model):
    """
    One page of actors.

    *total* counts all that match. If *truncated*, the service did not look at every memory: the
    list may be incomplete, and counts too low.
    """

    items: list[ActorResource] = field(metadata=optional([]))
    total: int
    limit: int
    offset: int
    truncated: bool = False
