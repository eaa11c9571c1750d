"""What a search finds."""

from __future__ import annotations

import builtins
from typing import Any, TypeVar

from attrs import field, frozen

from memsy._core.decode import NOT_IN_BODY, SchemaMismatch, optional, structure
from memsy.models._model import Model
from memsy.models.events import SourceEvent
from memsy.models.usage import RateLimitInfo, UsageInfo

V = TypeVar("V")


@frozen
class SearchResult(Model):
    """
    One memory that was found.

    *id* can be given to `client.memories.get`. *score* lies in 0.0 to 1.0, higher is closer,
    and compares only within one answer. *metadata* is all else that the service said of
    the memory; its well-known keys are properties here. A property whose key is absent, or
    holds something else than it should, is None or empty.
    """

    id: str
    content: str
    score: float
    metadata: dict[str, Any] | None = None

    @property
    def title(self) -> str | None:
        return self._text("title")

    @property
    def summary(self) -> str | None:
        return self._text("summary")

    @property
    def tags(self) -> list[str]:
        return self._items("tags", str)

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Whom and what the memory is about; each has a `name`."""
        return self._items("entities", dict)

    @property
    def session_id(self) -> str | None:
        """The conversation it comes from; None for promoted knowledge, which comes from many."""
        return self._text("session_id")

    @property
    def source_event_ids(self) -> list[str]:
        return self._items("source_event_ids", str)

    @property
    def source_events(self) -> list[SourceEvent]:
        """The events it was drawn from; empty unless asked for by `include_source_events`."""
        found = (_read(item, SourceEvent) for item in self._items("source_events", dict))
        return [event for event in found if event is not None]

    @property
    def source_metadata(self) -> list[dict[str, Any]]:
        """
        What its events carried as metadata, at most 5.

        Each has an `event_id`, and either `metadata` (an object) or `raw` (a text that is none).
        """
        return self._items("source_metadata", dict)

    @property
    def kind(self) -> str | None:
        return self._text("kind")

    @property
    def type(self) -> str | None:
        """Such as `fact`, `preference`, `decision`; the list is open."""
        return self._text("type")

    @property
    def strength(self) -> float | None:
        """0.0 to 5.0: begins at 1.0, rises when the memory is found, decays when it is not."""
        return self._number("strength")

    @property
    def confidence(self) -> float | None:
        """0.0 to 1.0."""
        return self._number("confidence")

    @property
    def observed_at(self) -> str | None:
        """When it happened, in ISO 8601."""
        return self._text("observed_at")

    def _get(self, key: str) -> object:
        return (self.metadata or {}).get(key)

    def _text(self, key: str) -> str | None:
        return _read(self._get(key), str)

    def _number(self, key: str) -> float | None:
        return _read(self._get(key), float)

    def _items(self, key: str, kind: builtins.type[V]) -> list[V]:
        value = self._get(key)
        return [item for item in value if isinstance(item, kind)] if isinstance(value, list) else []


def _read(value: object, shape: builtins.type[V]) -> V | None:
    try:
        return structure(value, shape)
    except SchemaMismatch:
        return None


@frozen
class SearchResponse(Model):
    """What was found, best first; fewer than were asked for, or none, is a good answer too."""

    results: list[SearchResult] = field(metadata=optional([]))
    usage: UsageInfo | None = field(default=None, metadata=NOT_IN_BODY)
    rate_limit: RateLimitInfo | None = field(default=None, metadata=NOT_IN_BODY)
