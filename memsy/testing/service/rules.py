"""What a Memsy service could be set up to do, and what the local one does unless told otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from attrs import field, frozen

DIMENSIONS = ("api_calls", "events_ingested", "memories_stored", "llm_tokens", "search_queries")
"""What is counted, month by month."""

# Far beyond any test or demonstration, yet there: clients see the headers that tell of limits.
_AMPLE = 10_000_000


def _frozen_copy(limits: Mapping[str, int]) -> Mapping[str, int]:
    unknown = sorted(set(limits).difference(DIMENSIONS))
    if unknown:
        raise ValueError(
            f"no such dimension: {', '.join(unknown)}; there are {', '.join(DIMENSIONS)}"
        )
    return MappingProxyType(dict(limits))


@frozen(kw_only=True)
class Rules:
    """
    The settings of a `LocalService`; `LocalService.rules` may be replaced while it runs.

    They are not stored: a file that is opened again obeys the rules it is opened with.
    """

    org_id: str = "org_local"
    """The organisation of the service's own key."""
    plan: str = "free"
    """On `free`, an `org_id` in the body of an ingest or a search is refused."""
    limits: Mapping[str, int] = field(
        factory=lambda: dict.fromkeys(DIMENSIONS, _AMPLE), converter=_frozen_copy
    )
    """The monthly limit of each dimension; one that is not named has none, and no header."""
    processing: Literal["immediate", "manual"] = "immediate"
    """`manual`: events stay pending until `LocalService.process()` or `.fail()` is called."""
    process_delay: float = 0.0
    """How many seconds an event stays pending when processing is not manual."""
    dedup_window: float = 60.0
    """For how many seconds after its first sighting an equal event is the same event."""
    max_batch: int = 500
    """How many events one ingest may carry."""
    gateway_auth: bool = False
    """Refuse a bad key as the production gateway does: 403 `{"message": "Forbidden"}`."""
    clear_status: Literal[501, 404] = 501
    """What `DELETE /clear/{container_tag}` answers: it was a stub first, and then removed."""
