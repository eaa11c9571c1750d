"""What goes to the service and what comes back: immutable values, one file a noun."""

from memsy.models.actors import ActorListResponse, ActorResource, ActorSort
from memsy.models.events import ClearResponse, EventKind, EventPayload, IngestResponse, SourceEvent
from memsy.models.health import HealthResponse
from memsy.models.hierarchy import OrgResource, RoleResource, TeamResource
from memsy.models.memories import (
    MemoryItemResource,
    MemoryListResponse,
    MemoryScopeInfo,
    MemoryStatsResponse,
)
from memsy.models.search import SearchResponse, SearchResult
from memsy.models.status import StatusResponse
from memsy.models.usage import RateLimitInfo, UsageInfo

__all__ = [
    "ActorListResponse",
    "ActorResource",
    "ActorSort",
    "ClearResponse",
    "EventKind",
    "EventPayload",
    "HealthResponse",
    "IngestResponse",
    "MemoryItemResource",
    "MemoryListResponse",
    "MemoryScopeInfo",
    "MemoryStatsResponse",
    "OrgResource",
    "RateLimitInfo",
    "RoleResource",
    "SearchResponse",
    "SearchResult",
    "SourceEvent",
    "StatusResponse",
    "TeamResource",
    "UsageInfo",
]
