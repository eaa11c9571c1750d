"""State of the service: the response of `GET /health`."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.fields import NOT_IN_BODY, optional
from memsy.models._model import Model
from memsy.models.usage import RateLimitInfo, UsageInfo


@frozen(slots=False)
class HealthResponse(Model):
    """
    State of the service.

    Response of `GET /health` on both planes (wire contract, section 5.4).
    """

    status: str = field(metadata=optional("unknown"))
    """`ok` if the service works; `unknown` if the response has no status."""
    version: str = ""
    """Version of the service; empty if the response has no version."""
    billing_enabled: bool | None = None
    """True if the organisation has billing. Only the control plane reports it."""
    components: dict[str, str] | None = None
    """State of each component, by name."""
    usage: UsageInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Usage of the plan, from the headers of the response. None if they are missing."""
    rate_limit: RateLimitInfo | None = field(default=None, eq=False, metadata=NOT_IN_BODY)
    """Limit of API calls, from the headers of the response. None if they are missing."""
    request_id: str | None = field(default=None, kw_only=True, eq=False, metadata=NOT_IN_BODY)
    """Id of the request, which the support of the service asks for."""
