"""How far the service has come with events: pending, completed, failed."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.decode import NOT_IN_BODY, optional, wire_name
from memsy.models._model import Model
from memsy.models.usage import RateLimitInfo, UsageInfo


@frozen
class StatusResponse(Model):
    """
    The events that were asked about, by what became of them.

    Completed ones can be found by search, failed ones never will be, pending ones are on their way.
    *total* counts all ids asked about, also those that the service does not know, which stand
    in *statuses* (id to word) as `unknown`, and in no list.
    """

    completed_ids: list[str] = field(metadata={**wire_name("completedIds"), **optional([])})
    failed_ids: list[str] = field(metadata={**wire_name("failedIds"), **optional([])})
    pending_ids: list[str] = field(metadata={**wire_name("pendingIds"), **optional([])})
    total: int = field(metadata=optional(0))
    statuses: dict[str, str] | None = None
    usage: UsageInfo | None = field(default=None, metadata=NOT_IN_BODY)
    rate_limit: RateLimitInfo | None = field(default=None, metadata=NOT_IN_BODY)
