"""What `import memsy` gives."""

from __future__ import annotations

import types
from importlib import import_module

import pytest

import memsy
from memsy import exceptions, models, protocols, resources

OFFICIAL = {
    *("MemsyClient", "AsyncMemsyClient"),
    *("EventPayload", "IngestResponse", "SearchResponse", "SearchResult", "SourceEvent"),
    *("StatusResponse", "HealthResponse", "UsageInfo", "RateLimitInfo"),
    *("OrgResource", "RoleResource", "TeamResource", "ActorResource", "ActorListResponse"),
    *("MemoryItemResource", "MemoryListResponse", "MemoryScopeInfo", "MemoryStatsResponse"),
    *("MemsyError", "MemsyConnectionError", "MemsyAPIError", "AuthenticationError"),
    *("AuthorizationError", "FeatureNotAvailable", "OrgIdNotAllowedError", "SeatRequiredError"),
    *("OrgLimitReachedError", "KeyLimitReachedError", "BillingNotEnabledError"),
    *("SeatLimitReachedError", "RateLimitExceeded", "UsageLimitExceeded"),
}
"""The names of the official client's hot path."""


@pytest.mark.parametrize("package", [memsy, exceptions, models, protocols, resources])
def test_public_names_are_sorted_and_exist(package: types.ModuleType) -> None:
    assert package.__all__ == sorted(set(package.__all__))
    assert all(hasattr(package, name) for name in package.__all__)


def test_code_for_the_official_client_finds_its_names() -> None:
    assert set(memsy.__all__) >= OFFICIAL


@pytest.mark.parametrize("package", [exceptions, models, protocols])
def test_what_callers_name_can_be_imported_from_the_top(package: types.ModuleType) -> None:
    for name in package.__all__:
        assert getattr(memsy, name) is getattr(package, name)
        assert name in memsy.__all__


@pytest.mark.parametrize(
    "name",
    ["client", "async_client", "exceptions", "models", "resources"],
)
def test_modules_stand_where_the_official_client_has_them(name: str) -> None:
    assert import_module(f"memsy.{name}").__doc__
