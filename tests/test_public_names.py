"""What `import memsy` gives."""

from __future__ import annotations

import subprocess
import sys
import types
from importlib import import_module

import pytest

import memsy
from memsy import control_resources, exceptions, models, protocols, resources, testing

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
    "package", [memsy, exceptions, models, protocols, resources, control_resources, testing]
)
def test_public_names_are_sorted_and_exist(package: types.ModuleType) -> None:
    assert package.__all__ == sorted(set(package.__all__), key=rank)
    assert all(hasattr(package, name) for name in package.__all__)


@pytest.mark.parametrize("package", [memsy, testing])
def test_what_is_loaded_on_demand_is_shown_before(package: types.ModuleType) -> None:
    """To whoever asks what there is: a shell that completes names, say."""
    code = f"import {package.__name__} as p; print(sorted(set(p.__all__) - set(dir(p))))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize("package", [memsy, testing])
def test_nothing_else_is_shown(package: types.ModuleType) -> None:
    """Not what the package is made with: who sees `on_demand` might take it for a part of ours."""
    shown = {name for name in dir(package) if not name.startswith("__")}
    modules = {name for name in shown if isinstance(getattr(package, name), types.ModuleType)}
    assert shown - modules == {name for name in package.__all__ if not name.startswith("__")}
    assert not any(name.startswith("_") for name in modules)


@pytest.mark.parametrize("package", [memsy, testing])
def test_a_name_that_is_none_is_an_attribute_error(package: types.ModuleType) -> None:
    with pytest.raises(
        AttributeError, match=f"module '{package.__name__}' has no attribute 'Nope'"
    ):
        _ = package.Nope
    with pytest.raises(ImportError, match="cannot import name 'Nope'"):
        exec(f"from {package.__name__} import Nope")


@pytest.mark.parametrize(
    "module",
    [
        *("memsy.async_client", "memsy.async_control", "memsy.client", "memsy.control"),
        *("memsy.control_resources", "memsy.exceptions", "memsy.metering", "memsy.models"),
        *("memsy.parity", "memsy.protocols", "memsy.resources", "memsy.testing"),
        *("memsy.local.clock", "memsy.testing.contract", "memsy.testing.fakes"),
        *("memsy.local", "memsy.local.server", "memsy.local.service"),
    ],
)
def test_a_module_can_be_reached_through_its_package(module: str) -> None:
    """Also when nobody has imported it by name."""
    package, _, name = module.rpartition(".")
    load = vars(import_module(package))["__getattr__"]
    assert load(name) is import_module(module)


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
