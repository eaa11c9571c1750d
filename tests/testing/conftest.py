"""A test suite of somebody else's, to try the pytest plugin on."""

from __future__ import annotations

from importlib import import_module

import pytest

from tests.testing.suites import Suite


@pytest.fixture(scope="session")
def ours() -> None:
    """
    All modules of ours that such suites make use of are loaded.

    For `pytester` forgets those that were loaded first under its eyes, and there would be two of
    each in the end.
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
def suite(ours: None, pytester: pytest.Pytester) -> Suite:
    """Of a project in which every warning is an error."""
    pytester.makeini("[pytest]\nfilterwarnings = error")
    return Suite(pytester)
