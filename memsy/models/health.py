"""How the service feels."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.decode import NOT_IN_BODY, optional
from memsy.models._model import Model
from memsy.models.usage import RateLimitInfo, UsageInfo


@frozen
class HealthResponse(Model):
    """*status* is `ok` where all is well; *components* says it of each part."""

    status: str = field(metadata=optional("unknown"))
    version: str = ""
    billing_enabled: bool | None = None
    components: dict[str, str] | None = None
    usage: UsageInfo | None = field(default=None, metadata=NOT_IN_BODY)
    rate_limit: RateLimitInfo | None = field(default=None, metadata=NOT_IN_BODY)
