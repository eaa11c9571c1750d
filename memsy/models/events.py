"""Events: what an agent saw or said, on its way to the service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from attrs import field, frozen

from memsy._core.decode import NOT_IN_BODY
from memsy._core.encode import preview
from memsy._core.json_codec import dump
from memsy.exceptions import MemsyConfigurationError
from memsy.models._model import Model
from memsy.models.usage import RateLimitInfo, UsageInfo

EventKind: TypeAlias = Literal["user_message", "assistant_message", "tool_result", "app_event"]
"""What an event may be; the service refuses any other word."""


def _as_json_text(metadata: str | Mapping[str, Any] | None) -> str | None:
    if metadata is None or isinstance(metadata, str):
        return metadata
    if not isinstance(metadata, Mapping):
        raise MemsyConfigurationError(
            f"EventPayload: metadata must be a JSON string or a mapping, got {preview(metadata)}"
        )
    return dump(dict(metadata), "EventPayload: metadata")


@frozen
class EventPayload:
    """
    One event, to be ingested.

    *actor_id* is whose memories it may become, *session_id* the conversation; both have 1 to 256
    characters. *content* has 1 to 32,000 characters, not only white space. *role_id* and *team_id*
    let the memory be promoted to that role or team. *ts* is when it happened (ISO 8601; now, if
    absent). *metadata* is a JSON text of at most 4,096 characters, or a mapping, which is
    written as one; it comes back as `SearchResult.source_metadata`.

    The limits are the service's (section 4 of the wire contract): it answers 422 to what is
    outside of them.

    Raises:
        MemsyConfigurationError: *metadata* that JSON cannot say.
    """

    actor_id: str
    session_id: str
    kind: EventKind
    content: str
    role_id: str | None = None
    team_id: str | None = None
    ts: str | None = None
    metadata: str | None = field(default=None, converter=_as_json_text)

    def __repr__(self) -> str:
        given = (f"{name}={value!r}" for name, value in self.to_dict().items())
        return f"{type(self).__name__}({', '.join(given)})"

    def to_dict(self) -> dict[str, Any]:
        """As it is sent: what is None is left out."""
        every = {
            "actor_id": self.actor_id,
            "session_id": self.session_id,
            "kind": self.kind,
            "content": self.content,
        }
        given = {
            "role_id": self.role_id,
            "team_id": self.team_id,
            "ts": self.ts,
            "metadata": self.metadata,
        }
        return every | {name: value for name, value in given.items() if value is not None}


@frozen
class IngestResponse(Model):
    """
    The ids of the stored events, one for each that was sent, in their order.

    Equal events of one actor and session within 60 s are stored once: the later ones get the id
    of the first.
    """

    event_ids: list[str]
    usage: UsageInfo | None = field(default=None, metadata=NOT_IN_BODY)
    rate_limit: RateLimitInfo | None = field(default=None, metadata=NOT_IN_BODY)

    @property
    def deduplicated(self) -> int:
        """How many events of this call were taken for repetitions of others of it."""
        return len(self.event_ids) - len(set(self.event_ids))


@frozen
class ClearResponse(Model):
    """How many memories were deleted: what `clear` would answer, if the service had it."""

    deleted: int = 0
    usage: UsageInfo | None = field(default=None, metadata=NOT_IN_BODY)
    rate_limit: RateLimitInfo | None = field(default=None, metadata=NOT_IN_BODY)


@frozen
class SourceEvent(Model):
    """An event that a memory was drawn from. *ts* is ISO 8601."""

    event_id: str
    kind: str
    content: str
    ts: str | None = None
