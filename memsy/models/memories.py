"""Memories: the responses of the endpoints under `/console/memories`."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from memsy._core.fields import optional
from memsy.models._model import Model

MemorySort: TypeAlias = Literal[
    "observed_at_desc", "observed_at_asc", "strength_desc", "confidence_desc", "created_at_desc"
]
"""Sort orders of `memories.list`."""

MemoryKind: TypeAlias = Literal["semantic", "episodic", "procedural"]
"""Known families of memories. A newer service may have more."""

MemoryType: TypeAlias = Literal["fact", "preference", "norm", "decision", "event"]
"""Known types of memories. The service has more."""

MemoryStatus: TypeAlias = Literal["active", "archived", "decayed", "superseded"]
"""Known statuses of memories. A newer service may have more."""


@frozen(slots=False)
class MemoryScopeInfo(Model):
    """Owner of a memory: an actor, a role, a team or the organisation."""

    level: str
    """`actor`, `role`, `team` or `org`."""
    actor_id: str | None = None
    """Owner at the level `actor`."""
    team_id: str | None = None
    """Team at the level `team`."""
    role_id: str | None = None
    """Role at the level `role`."""


@frozen(slots=False)
class MemoryItemResource(Model):
    """
    Memory with all its fields.

    Response of `GET /console/memories/{memory_id}` and item of `GET /console/memories` (wire
    contract, section 5.6).
    """

    memory_id: str
    """UUID of the memory."""
    org_id: str
    """Id of the organisation."""
    scope: MemoryScopeInfo
    """Owner of the memory."""
    type: str = field(metadata=optional(""))
    """Type, such as `fact`, `preference`, `norm`, `decision` or `event`."""
    kind: str = field(metadata=optional(""))
    """Kind, in the words of the service; `memory_kind` has the family."""
    memory_kind: str = field(metadata=optional(""))
    """Family: `semantic`, `episodic` or `procedural`."""
    status: str = field(metadata=optional(""))
    """`active`, `archived`, `decayed` or `superseded`."""
    text: str = field(metadata=optional(""))
    """Text of the memory."""
    confidence: float = field(metadata=optional(0.0))
    """0.0 to 1.0."""
    strength: float = field(metadata=optional(0.0))
    """0.0 to 5.0. Starts at 1.0, rises with each search that returns the memory, then decays."""
    recall_count: int = field(metadata=optional(0))
    """Number of searches that returned the memory."""
    decay_half_life_days: float = field(metadata=optional(0.0))
    """Days without a search after which `strength` is halved."""
    pinned: bool = field(metadata=optional(False))
    """True if `strength` never decays."""
    tags: list[str] = field(metadata=optional([]))
    """Key words of the memory."""
    entity_refs: list[dict[str, str]] = field(metadata=optional([]))
    """Entities that the memory mentions."""
    source_event_ids: list[str] = field(metadata=optional([]))
    """Ids of the events from which the service extracted the memory."""
    source_urls: list[str] = field(metadata=optional([]))
    """URLs of the sources, if any."""
    summary: str | None = None
    """Short form of the text."""
    payload: dict[str, Any] | None = None
    """Further data, in a shape of the service's own."""
    last_recalled_at: str | None = None
    """Time of the last search that returned the memory, ISO 8601."""
    effective_from: str | None = None
    """Start of validity, ISO 8601."""
    effective_to: str | None = None
    """End of validity, ISO 8601."""
    observed_at: str | None = None
    """Time of the observation, ISO 8601."""
    created_at: str | None = None
    """Time of creation, ISO 8601."""
    updated_at: str | None = None
    """Time of the last change, ISO 8601."""


@frozen(slots=False)
class MemoryListResponse(Model):
    """
    One page of memories.

    Response of `GET /console/memories` (wire contract, section 5.6).
    """

    items: list[MemoryItemResource] = field(metadata=optional([]))
    """Items of this page, in the requested order."""
    total: int
    """Number of memories on all pages."""
    limit: int
    """Maximum number of items of this page, as in the request."""
    offset: int
    """Number of items before this page, as in the request."""


@frozen(slots=False)
class MemoryStatsResponse(Model):
    """
    Statistics about all memories of the organisation.

    Response of `GET /console/memories/stats` (wire contract, section 5.6). The service does not
    document the keys of the objects in the last three fields. The local service uses the keys
    named here.
    """

    total: int
    """Number of memories, as `total_memories`."""
    total_memories: int
    """Number of memories. The service does not document the difference from `total`."""
    active_memories: int
    """Number of memories with status `active`."""
    by_type: dict[str, int] = field(metadata=optional({}))
    """Number of memories by `type`."""
    by_kind: dict[str, int] = field(metadata=optional({}))
    """Number of memories by family: `semantic`, `episodic`, `procedural`."""
    by_status: dict[str, int] = field(metadata=optional({}))
    """Number of memories by `status`."""
    avg_confidence: float
    """Average confidence, 0.0 to 1.0."""
    avg_strength: float
    """Average strength, 0.0 to 5.0."""
    top_entities: list[dict[str, Any]] = field(metadata=optional([]))
    """Most frequent entities, each with `name` and `count`."""
    confidence_buckets: list[dict[str, Any]] | None = None
    """Number of memories by confidence, each with `bucket` and `count`."""
    date_range: dict[str, str | None] | None = None
    """`earliest` and `latest` date, ISO 8601."""
