"""Actors of an organisation: the responses of `GET /actors` and `GET /actors/{actor_id}`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from memsy._core.fields import optional
from memsy.models._model import Model

ActorSort: TypeAlias = Literal[
    "first_memory_desc", "first_memory_asc", "last_memory_desc", "actor_id_asc"
]
"""Sort orders of `actors.list`."""


@frozen(slots=False)
class ActorResource(Model):
    """
    Actor, derived from its memories.

    Response of `GET /actors/{actor_id}` and item of `GET /actors` (wire contract, section 5.7).
    """

    actor_id: str
    """Id of the actor, as in its events."""
    first_memory_at: str | None = field(metadata=optional(None))
    """Earliest `created_at` of its memories, ISO 8601."""
    last_memory_at: str | None = field(metadata=optional(None))
    """Latest `created_at` of its memories, ISO 8601. Reads do not change it."""
    memory_count: int = field(metadata=optional(0))
    """Number of its memories, in any status."""
    active_memory_count: int = field(metadata=optional(0))
    """Number of its memories with status `active`."""
    scope_levels: list[str] = field(metadata=optional([]))
    """Levels of its memories: `actor`, `role`, `team`, `org`."""
    role_ids: list[str] = field(metadata=optional([]))
    """Roles of its memories."""
    team_ids: list[str] = field(metadata=optional([]))
    """Teams of its memories."""


@frozen(slots=False)
class ActorListResponse(Model):
    """
    One page of actors.

    Response of `GET /actors` (wire contract, section 5.7).
    """

    items: list[ActorResource] = field(metadata=optional([]))
    """Items of this page, in the requested order."""
    total: int
    """Number of actors on all pages."""
    limit: int
    """Maximum number of items of this page, as in the request."""
    offset: int
    """Number of items before this page, as in the request."""
    truncated: bool = False
    """True if the service did not scan all memories. Items may be missing, and counts too low."""
