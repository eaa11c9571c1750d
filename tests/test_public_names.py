"""Public names of the packages, and lazy imports."""

from __future__ import annotations

import subprocess
import sys
import types
from importlib import import_module

import pytest

import memsy
from memsy import bulk, control_resources, exceptions, hooks, models, protocols, resources, testing

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
"""Public names of the official client."""


def sort_key(name: str) -> tuple[bool, bool, str]:
    """Sort constants first, then classes, then functions, each in alphabetical order."""
    return not name.isupper(), not name[0].isupper(), name


@pytest.mark.parametrize(
    "package",
    [memsy, bulk, exceptions, hooks, models, protocols, resources, control_resources, testing],
)
def test_public_names_are_sorted_and_exist(package: types.ModuleType) -> None:
    assert package.__all__ == sorted(set(package.__all__), key=sort_key)
    assert all(hasattr(package, name) for name in package.__all__)


@pytest.mark.parametrize("package", [memsy, testing])
def test_dir_has_the_lazy_names_before_they_are_loaded(package: types.ModuleType) -> None:
    """A shell with name completion calls `dir`."""
    code = f"import {package.__name__} as p; print(sorted(set(p.__all__) - set(dir(p))))"
    completed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert completed.stdout.strip() == "[]"


@pytest.mark.parametrize("package", [memsy, testing])
def test_dir_has_only_public_names_and_modules(package: types.ModuleType) -> None:
    """Imported helpers such as `lazy_exports` are not listed."""
    listed = {name for name in dir(package) if not name.startswith("__")}
    modules = {name for name in listed if isinstance(getattr(package, name), types.ModuleType)}
    assert listed - modules == {name for name in package.__all__ if not name.startswith("__")}
    assert not any(name.startswith("_") for name in modules)


@pytest.mark.parametrize("package", [memsy, testing])
def test_unknown_name_is_an_attribute_error(package: types.ModuleType) -> None:
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
        *(
            "memsy.control_resources",
            "memsy.exceptions",
            "memsy.hooks",
            "memsy.metering",
            "memsy.models",
        ),
        *("memsy.parity", "memsy.protocols", "memsy.resources", "memsy.testing"),
        *("memsy.local.clock", "memsy.testing.contract", "memsy.testing.fakes"),
        *("memsy.local", "memsy.local.server", "memsy.local.service"),
    ],
)
def test_module_is_an_attribute_of_its_package(module: str) -> None:
    """The package imports the module on first use."""
    package, _, name = module.rpartition(".")
    load = vars(import_module(package))["__getattr__"]
    assert load(name) is import_module(module)


def test_package_has_the_names_of_the_official_client() -> None:
    """4 clients, 39 models, 3 names about connectors and 14 exceptions: 60 names."""
    assert len(OFFICIAL) == 60
    assert set(memsy.__all__) >= OFFICIAL


@pytest.mark.parametrize("package", [exceptions, models, protocols])
def test_exceptions_models_and_protocols_are_names_of_the_package(
    package: types.ModuleType,
) -> None:
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
def test_modules_have_the_paths_of_the_official_client(name: str) -> None:
    assert import_module(f"memsy.{name}").__doc__


def test_module_has_the_names_of_the_official_module() -> None:
    assert import_module("memsy.resources.actors").ActorSort is memsy.ActorSort
    connectors = import_module("memsy.control_resources.connectors")
    for name in ("NON_OAUTH_PROVIDERS", "ORG_SCOPED_PROVIDERS", "USER_SCOPED_PROVIDERS"):
        assert getattr(connectors, name) is getattr(memsy, name)
    assert connectors.requires_org_admin is memsy.requires_org_admin
