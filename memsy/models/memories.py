"""Memories, as the console shows them."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen

from memsy._core.decode import optional
from memsy.models._model import Model


@frozen
class MemoryScopeInfo(Model):
    """Whose memory it is: *level* is `actor`, `role`, `team` or `org`, with the id for it."""

    level: str
    actor_id: str | None = None
    team_id: str | None = None
    role_id: str | None = None


@frozen
class MemoryItemResource(Model):
    """
    All that the service keeps of one memory.

    *strength* lies in 0.0 to 5.0, *confidence* in 0.0 to 1.0; times are ISO 8601.
    """

    memory_id: str
    org_id: str
    scope: MemoryScopeInfo
    type: str = field(metadata=optional(""))
    kind: str = field(metadata=optional(""))
    memory_kind: str = field(metadata=optional(""))
    status: str = field(metadata=optional(""))
    text: str = field(metadata=optional(""))
    confidence: float = field(metadata=optional(0.0))
    strength: float = field(metadata=optional(0.0))
    recall_count: int = field(metadata=optional(0))
    decay_half_life_days: float = field(metadata=optional(0.0))
    pinned: bool = field(metadata=optional(False))
    tags: list[str] = field(metadata=optional([]))
    entity_refs: list[dict[str, str]] = field(metadata=optional([]))
    source_event_ids: list[str] = field(metadata=optional([]))
    source_urls: list[str] = field(metadata=optional([]))
    summary: str | None = None
    payload: dict[str, Any] | None = None
    last_recalled_at: str | None = None
    effective_from: str | None = None
    effective_to: str | None = None
    observed_at: str | None = None
    created_at: str | None = None
    updated_at: str | None = None


@frozen
class MemoryListResponse(Model):
    """One page of memories; *total* counts all that match."""

    items: list[MemoryItemResource] = field(metadata=optional([]))
    total: int
    limit: int
    offset: int


@frozen
class MemoryStatsResponse(Model):
    """
    The organisation's memories in numbers.

    The objects in *top_entities* (`name`, `count`), *confidence_buckets* (`bucket`, `count`) and
    *date_range* (`earliest`, `latest`) are the service's to define.
    """

    total: int
    total_memories: int
    active_memories: int
    by_type: dict[str, int] = field(metadata=optional({}))
    by_kind: dict[str, int] = field(metadata=optional({}))
    by_status: dict[str, int] = field(metadata=optional({}))
    avg_confidence: float
    avg_strength: float
    top_entities: list[dict[str, Any]] = field(metadata=optional([]))
    confidence_buckets: list[dict[str, Any]] | None = None
    date_range: dict[str, str | None] | None = None
