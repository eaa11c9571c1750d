"""Search results: the response of `POST /search`."""

from __future__ import annotations

import builtins
from typing import Any, TypeVar

from attrs import field, frozen

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.fields import NOT_IN_BODY, optional
from memsy.models._model import Model
from memsy.models.events import SourceEvent
from memsy.models.usage import RateLimitInfo, UsageInfo

ValueT = TypeVar("ValueT")


@frozen(slots=False)
class SearchResult(Model):
    """
    Memory that matches a search.

    Item of `POST /search` (wire contract, section 5.2). The properties read well-known keys of
    `metadata`. A property is None or empty if its key is absent or has a value of another type.
    """

    id: str
    """UUID of the memory, for `client.memories.get`."""
    content: str
    """Text of the memory."""
    score: float
    """0.0 to 1.0; a higher score is a better match. Compare scores only within one response."""
    metadata: dict[str, Any] | None = None
    """All further keys of the memory, unchanged."""

    @property
    def title(self) -> str | None:
        """Title of the memory."""
        return self._text("title")

    @property
    def summary(self) -> str | None:
        """Short form of the content."""
        return self._text("summary")

    @property
    def tags(self) -> list[str]:
        """Key words of the memory."""
        return self._items("tags", str)

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Entities that the memory mentions, each with a `name`."""
        return self._items("entities", dict)

    @property
    def actor_id(self) -> str | None:
        """Actor of the memory. A memory promoted to a role, a team or the organisation has None."""
        return self._text("actor_id")

    @property
    def session_id(self) -> str | None:
        """Session of the memory. A promoted memory has None."""
        return self._text("session_id")

    @property
    def source_event_ids(self) -> list[str]:
        """Ids of the events from which the service extracted the memory."""
        return self._items("source_event_ids", str)

    @property
    def source_events(self) -> list[SourceEvent]:
        """Source events of the memory. Empty without `include_source_events` in the search."""
        events = (
            _structure_or_none(item, SourceEvent) for item in self._items("source_events", dict)
        )
        return [event for event in events if event is not None]

    @property
    def source_metadata(self) -> list[dict[str, Any]]:
        """
        Metadata of the source events of the memory, at most 5 entries.

        Each entry has `event_id`, and either `metadata` (a JSON object) or `raw` (any other text).
        """
        return self._items("source_metadata", dict)

    @property
    def kind(self) -> str | None:
        """Family: `semantic`, `episodic` or `procedural`."""
        return self._text("kind")

    @property
    def type(self) -> str | None:
        """Type, such as `fact`, `preference` or `decision`."""
        return self._text("type")

    @property
    def strength(self) -> float | None:
        """
        Strength, 0.0 to 5.0.

        Starts at 1.0, rises with each search that returns the memory, then decays.
        """
        return self._number("strength")

    @property
    def confidence(self) -> float | None:
        """Confidence, 0.0 to 1.0."""
        return self._number("confidence")

    @property
    def observed_at(self) -> str | None:
        """Time of the observation, ISO 8601."""
        return self._text("observed_at")

    def _get(self, key: str) -> object:
        return (self.metadata or {}).get(key)

    def _text(self, key: str) -> str | None:
        return _structure_or_none(self._get(key), str)

    def _number(self, key: str) -> float | None:
        return _structure_or_none(self._get(key), float)

    def _items(self, key: str, shape: builtins.type[ValueT]) -> list[ValueT]:
        values = self._get(key)
        if not isinstance(values, list):
            return []
        return [item for item in values if isinstance(item, shape)]


def _structure_or_none(value: object, shape: builtins.type[ValueT]) -> ValueT | None:
    try:
        return structure(value, shape)
    except SchemaMismatch:
        return None


@frozen(slots=False)
class SearchResponse(Model):
    """
    Results of a search.

    Response of `POST /search` (wire contract, section 5.2).
    """

    results: list[SearchResult] = field(metadata=optional([]))
    """Best match first. The list can be shorter than `limit`, or empty."""
    usage: UsageInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Usage of the plan, from the headers of the response. None if they are missing."""
    rate_limit: RateLimitInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Limit of API calls, from the headers of the response. None if they are missing."""
    request_id: str | None = field(default=None, kw_only=True, eq=False, metadata=NOT_IN_BODY)
    """Id of the request, which the support of the service asks for."""
