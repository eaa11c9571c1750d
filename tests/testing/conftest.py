"""The fixture `suite`: a generated test suite to run the pytest plugin on."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.testing.suites import Suite


@pytest.fixture(scope="session")
def imported_modules() -> None:
    """
    Import the modules that the generated suites use.

    `pytester` removes modules that a suite imports first, so each would exist twice afterwards.
    """
    for module in (
        *("_transports.aiohttp.transport", "_transports.requests.transport", "async_control"),
        *("async_client", "client", "control", "metering", "testing._pytest.marker"),
        *(
            "testing._pytest.network_guard",
            "testing._pytest.report",
            "testing.fakes",
            "local.server.server",
        ),
    ):
        import_module(f"memsy.{module}")


@pytest.fixture
def suite(imported_modules: None, pytester: pytest.Pytester) -> Suite:
    """A test suite of a project in which every warning is an error."""
    pytester.makeini("[pytest]\nfilterwarnings = error")
    return Suite(pytester)
