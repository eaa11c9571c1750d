"""Processing states of events: the response of `POST /status`."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.fields import NOT_IN_BODY, optional, wire_name
from memsy.models._model import Model
from memsy.models.usage import RateLimitInfo, UsageInfo


@frozen(slots=False)
class StatusResponse(Model):
    """
    Event ids by processing state.

    Response of `POST /status` (wire contract, section 5.3).
    """

    completed_ids: list[str] = field(metadata={**wire_name("completedIds"), **optional([])})
    """Processed events. `search` finds their memories."""
    failed_ids: list[str] = field(metadata={**wire_name("failedIds"), **optional([])})
    """Events whose processing failed permanently."""
    pending_ids: list[str] = field(metadata={**wire_name("pendingIds"), **optional([])})
    """Events that wait for processing."""
    total: int = field(metadata=optional(0))
    """Number of ids in the request, unknown ids included."""
    statuses: dict[str, str] | None = None
    """State by id: `completed`, `failed`, `pending` or `unknown`."""
    usage: UsageInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Usage of the plan, from the headers of the response. None if they are missing."""
    rate_limit: RateLimitInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Limit of API calls, from the headers of the response. None if they are missing."""
    request_id: str | None = field(default=None, kw_only=True, eq=False, metadata=NOT_IN_BODY)
    """
    Id of the request, which the support of the service asks for.

    Of a call with several requests, it is the id of the last one.
    """
