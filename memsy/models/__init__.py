"""Models: immutable attrs classes for request values and decoded responses."""

from typing import TYPE_CHECKING

from memsy._lazy import lazy_exports

if TYPE_CHECKING:
    from memsy.models.account import MeResponse
    from memsy.models.actors import ActorListResponse, ActorResource, ActorSort
    from memsy.models.billing import BillingSummary, Invoice, PaymentMethod, UpcomingInvoice
    from memsy.models.connectors import (
        NON_OAUTH_PROVIDERS,
        ORG_SCOPED_PROVIDERS,
        USER_SCOPED_PROVIDERS,
        Connector,
        ConnectorConnection,
        ConnectorResourceItem,
        ConnectorStatus,
        PickerConfig,
        ResourceSelection,
        requires_org_admin,
    )
    from memsy.models.console_events import EventItemResponse, EventListResponse, EventSort
    from memsy.models.events import (
        ClearResponse,
        EventKind,
        EventPayload,
        IngestResponse,
        SourceEvent,
    )
    from memsy.models.health import HealthResponse
    from memsy.models.hierarchy import OrgResource, RoleResource, TeamResource
    from memsy.models.interest import ProInterestResponse
    from memsy.models.keys import ApiKeyInfo, ApiKeyListResponse, CreateKeyResponse, KeyScope
    from memsy.models.memories import (
        MemoryItemResource,
        MemoryKind,
        MemoryListResponse,
        MemoryScopeInfo,
        MemorySort,
        MemoryStatsResponse,
        MemoryStatus,
        MemoryType,
    )
    from memsy.models.search import SearchResponse, SearchResult
    from memsy.models.signup import AgentCredentials
    from memsy.models.status import StatusResponse
    from memsy.models.usage import RateLimitInfo, UsageInfo
    from memsy.models.usage_reports import (
        DimensionUsage,
        Granularity,
        TimeseriesPoint,
        UsageDimension,
        UsageSummaryResponse,
        UsageTimeseriesResponse,
    )

__all__ = [
    "NON_OAUTH_PROVIDERS",
    "ORG_SCOPED_PROVIDERS",
    "USER_SCOPED_PROVIDERS",
    "ActorListResponse",
    "ActorResource",
    "ActorSort",
    "AgentCredentials",
    "ApiKeyInfo",
    "ApiKeyListResponse",
    "BillingSummary",
    "ClearResponse",
    "Connector",
    "ConnectorConnection",
    "ConnectorResourceItem",
    "ConnectorStatus",
    "CreateKeyResponse",
    "DimensionUsage",
    "EventItemResponse",
    "EventKind",
    "EventListResponse",
    "EventPayload",
    "EventSort",
    "Granularity",
    "HealthResponse",
    "IngestResponse",
    "Invoice",
    "KeyScope",
    "MeResponse",
    "MemoryItemResource",
    "MemoryKind",
    "MemoryListResponse",
    "MemoryScopeInfo",
    "MemorySort",
    "MemoryStatsResponse",
    "MemoryStatus",
    "MemoryType",
    "OrgResource",
    "PaymentMethod",
    "PickerConfig",
    "ProInterestResponse",
    "RateLimitInfo",
    "ResourceSelection",
    "RoleResource",
    "SearchResponse",
    "SearchResult",
    "SourceEvent",
    "StatusResponse",
    "TeamResource",
    "TimeseriesPoint",
    "UpcomingInvoice",
    "UsageDimension",
    "UsageInfo",
    "UsageSummaryResponse",
    "UsageTimeseriesResponse",
    "requires_org_admin",
]

if not TYPE_CHECKING:
    # A client loads the models of its own plane: each model compiles methods when it is defined.
    __getattr__, __dir__ = lazy_exports(
        __name__,
        __all__,
        packages=(
            "memsy.models.usage",
            "memsy.models.events",
            "memsy.models.search",
            "memsy.models.status",
            "memsy.models.health",
            "memsy.models.memories",
            "memsy.models.actors",
            "memsy.models.hierarchy",
            "memsy.models.account",
            "memsy.models.billing",
            "memsy.models.connectors",
            "memsy.models.console_events",
            "memsy.models.interest",
            "memsy.models.keys",
            "memsy.models.signup",
            "memsy.models.usage_reports",
        ),
    )
