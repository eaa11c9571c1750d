"""What `import memsy` gives."""

from __future__ import annotations

import types
from importlib import import_module

import pytest

import memsy
from memsy import control_resources, exceptions, models, protocols, resources

OFFICIAL = {
    *("MemsyClient", "AsyncMemsyClient", "MemsyControlClient", "AsyncMemsyControlClient"),
    *("EventPayload", "IngestResponse", "SearchResponse", "SearchResult", "SourceEvent"),
    *("StatusResponse", "HealthResponse", "UsageInfo", "RateLimitInfo"),
    *("OrgResource", "RoleResource", "TeamResource", "ActorResource", "ActorListResponse"),
    *("MemoryItemResource", "MemoryListResponse", "MemoryScopeInfo", "MemoryStatsResponse"),
    *("MeResponse", "DimensionUsage", "UsageSummaryResponse", "TimeseriesPoint"),
    *("UsageTimeseriesResponse", "PaymentMethod", "UpcomingInvoice", "BillingSummary", "Invoice"),
    *("ApiKeyInfo", "ApiKeyListResponse", "CreateKeyResponse", "EventItemResponse"),
    *("EventListResponse", "ProInterestResponse", "ConnectorConnection", "Connector"),
    *("ConnectorResourceItem", "ResourceSelection", "ConnectorStatus", "PickerConfig"),
    *("requires_org_admin", "USER_SCOPED_PROVIDERS", "ORG_SCOPED_PROVIDERS"),
    *("MemsyError", "MemsyConnectionError", "MemsyAPIError", "AuthenticationError"),
    *("AuthorizationError", "FeatureNotAvailable", "OrgIdNotAllowedError", "SeatRequiredError"),
    *("OrgLimitReachedError", "KeyLimitReachedError", "BillingNotEnabledError"),
    *("SeatLimitReachedError", "RateLimitExceeded", "UsageLimitExceeded"),
}
"""The names of the official client."""


def rank(name: str) -> tuple[bool, bool, str]:
    """Constants come first, then classes, then functions; each in the order of the alphabet."""
    return not name.isupper(), not name[0].isupper(), name


@pytest.mark.parametrize(
    "package", [memsy, exceptions, models, protocols, resources, control_resources]
)
def test_public_names_are_sorted_and_exist(package: types.ModuleType) -> None:
    assert package.__all__ == sorted(set(package.__all__), key=rank)
    assert all(hasattr(package, name) for name in package.__all__)


def test_code_for_the_official_client_finds_its_names() -> None:
    """There are 60 of them: 4 clients, 39 models, 3 names about connectors, 14 exceptions."""
    assert len(OFFICIAL) == 60
    assert set(memsy.__all__) >= OFFICIAL


@pytest.mark.parametrize("package", [exceptions, models, protocols])
def test_what_callers_name_can_be_imported_from_the_top(package: types.ModuleType) -> None:
    for name in package.__all__:
        assert getattr(memsy, name) is getattr(package, name)
        assert name in memsy.__all__


@pytest.mark.parametrize(
    "name",
    [
        *("client", "async_client", "control", "async_control"),
        *("exceptions", "models", "resources", "control_resources"),
    ],
)
def test_modules_stand_where_the_official_client_has_them(name: str) -> None:
    assert import_module(f"memsy.{name}").__doc__


def test_some_names_stand_only_beside_what_they_are_about_in_the_official_client() -> None:
    assert import_module("memsy.resources.actors").ActorSort is memsy.ActorSort
    about_connectors = import_module("memsy.control_resources.connectors")
    for name in ("NON_OAUTH_PROVIDERS", "ORG_SCOPED_PROVIDERS", "USER_SCOPED_PROVIDERS"):
        assert getattr(about_connectors, name) is getattr(memsy, name)
    assert about_connectors.requires_org_admin is memsy.requires_org_admin
