"""
Pytest plugin: fixtures, the marker `memsy`, failure reports and the network guard.

Installing the package registers the plugin. The plugin imports the fakes only if a test uses them.
"""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

import pytest

from memsy import testing

if TYPE_CHECKING:
    from memsy.testing._fake_registry import Fake, FakeRegistry
    from memsy.testing._pytest.report import FailureReport

FakeT = TypeVar("FakeT", bound="Fake")

# A failed contract test shows the compared values.
pytest.register_assert_rewrite("memsy.testing.contract")

_REPORT: pytest.StashKey[FailureReport] = pytest.StashKey()
_FAKES: pytest.StashKey[FakeRegistry] = pytest.StashKey()

_SERVICE = "memsy_service"

_MARKER = (
    "memsy(events=[...], **config): set up the service of the memsy fixtures with stored events "
    "and with fields of memsy.testing.ServiceConfig, such as plan or processing. If several marks "
    "give the same argument, the nearest mark takes precedence."
)


class MemsyMarkerWarning(pytest.PytestWarning):
    """Warning about a mark `memsy` that has no effect."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option `--memsy-forbid-network` and the setting of the same name."""
    purpose = (
        "Fail each test in which a real Memsy client connects to anything but a "
        "memsy.testing.LocalServer of the same process."
    )
    group = parser.getgroup("memsy")
    group.addoption("--memsy-forbid-network", action="store_true", help=purpose)
    parser.addini("memsy_forbid_network", purpose, type="bool", default=False)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Register the marker and, if the network is forbidden, install the guard."""
    # typeguard warns because pytest has imported `memsy` for this plugin. It still checks all other
    # modules, which are imported later.
    warnings.filterwarnings("ignore", "typeguard cannot check these packages .*: memsy$")
    config.addinivalue_line("markers", _MARKER)
    if config.getoption("memsy_forbid_network") or config.getini("memsy_forbid_network"):
        from memsy._core.hooks import install_in_process
        from memsy.testing._pytest.network_guard import NetworkGuard

        guard = NetworkGuard()
        config.pluginmanager.register(guard, "memsy-network-guard")
        installation = ExitStack()
        installation.enter_context(install_in_process(guard))
        config.add_cleanup(installation.close)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count the tests of marked classes and modules, for warnings about unused marks."""
    # With `file.py::test`, the other tests of the file are unknown.
    if any(item.get_closest_marker("memsy") for item in items) and "::" not in "".join(config.args):
        from memsy.testing._pytest.marker import count_tests

        count_tests(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object | None, object | None]:
    """Register the fakes that a test creates itself."""
    from memsy.testing._fake_registry import registering_fakes

    with registering_fakes() as registry:
        item.stash[_FAKES] = registry
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object | None, object | None]:
    """Apply the marks of a test to its service, before any other fixture of the test uses it."""
    if request.scope != "function":
        return (yield)
    if _SERVICE in fixturedef.argnames:
        _apply_marks(request.node, request.getfixturevalue(_SERVICE), is_new=False)
    value = yield
    if fixturedef.argname == _SERVICE:
        _apply_marks(request.node, value, is_new=True)
    return value


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object | None, object | None]:
    """Apply the marks of a test to a service that only the test itself uses."""
    result = yield
    fixture_values = getattr(item, "funcargs", {})
    if _SERVICE in fixture_values:
        _apply_marks(item, fixture_values[_SERVICE], is_new=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object | None, object | None]:
    """Warn about marks without an effect."""
    result = yield
    if item.get_closest_marker("memsy") is not None:
        from memsy.testing._pytest.marker import unused_marks

        for node, reason in unused_marks(item):
            node.warn(MemsyMarkerWarning(f"@pytest.mark.memsy has no effect: {reason}"))
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add the calls of the fakes and the content of their service to a failure report."""
    report = yield
    failure_report = item.stash.get(_REPORT, None)
    registry = item.stash.get(_FAKES, None)
    fakes = registry.alive() if report.failed and registry is not None else []
    if report.failed and (failure_report is not None or fakes):
        from memsy.testing._pytest.report import FailureReport

        report.sections.append(("memsy", (failure_report or FailureReport()).to_text(fakes)))
    if failure_report is not None and call.when == "teardown":
        # Close the report only now: a fixture that fails in its teardown needs the report, too.
        error = failure_report.close()
        if error:
            report.sections.append(("memsy", error))
        del item.stash[_REPORT]
    return report


@pytest.fixture
def memsy_clock() -> testing.Clock:
    """The clock of `memsy_service`. `memsy_clock.advance(61)` moves it by 61 seconds."""
    return testing.Clock()


@pytest.fixture
def memsy_service(
    request: pytest.FixtureRequest, memsy_clock: testing.Clock
) -> testing.LocalService:
    """A `LocalService` in memory, for one test, set up by the marker `memsy`."""
    service = testing.LocalService(clock=memsy_clock)
    _failure_report(request, service).take_ownership()
    return service


@pytest.fixture
def memsy_client(
    request: pytest.FixtureRequest, memsy_service: testing.LocalService
) -> testing.FakeMemsyClient:
    """A `FakeMemsyClient` on `memsy_service`."""
    return _with_report(request, testing.FakeMemsyClient(service=memsy_service))


@pytest.fixture
def async_memsy_client(
    request: pytest.FixtureRequest, memsy_service: testing.LocalService
) -> testing.FakeAsyncMemsyClient:
    """A `FakeAsyncMemsyClient` on `memsy_service`, for any plugin that runs asyncio tests."""
    return _with_report(request, testing.FakeAsyncMemsyClient(service=memsy_service))


@pytest.fixture
def memsy_control(
    request: pytest.FixtureRequest, memsy_service: testing.LocalService
) -> testing.FakeMemsyControlClient:
    """A `FakeMemsyControlClient` on `memsy_service`."""
    return _with_report(request, testing.FakeMemsyControlClient(service=memsy_service))


@pytest.fixture
def async_memsy_control(
    request: pytest.FixtureRequest, memsy_service: testing.LocalService
) -> testing.FakeAsyncMemsyControlClient:
    """A `FakeAsyncMemsyControlClient` on `memsy_service`."""
    return _with_report(request, testing.FakeAsyncMemsyControlClient(service=memsy_service))


@pytest.fixture
def memsy_server(
    request: pytest.FixtureRequest, memsy_service: testing.LocalService
) -> Iterator[testing.LocalServer]:
    """A running `LocalServer` that serves `memsy_service` on a socket."""
    with testing.LocalServer(memsy_service) as server:
        _failure_report(request, memsy_service)
        yield server


def _apply_marks(item: pytest.Item, service: object, *, is_new: bool) -> None:
    """Set up the service of `item`, or fail the test for an unusable mark."""
    if item.get_closest_marker("memsy") is None or item.config.getoption("setupplan", False):
        return
    from memsy.testing._pytest.marker import MarkerError, set_up_service

    try:
        set_up_service(item, service, is_new=is_new)
    except MarkerError as error:
        raise pytest.fail.Exception(f"{item.nodeid}: {error}", pytrace=False) from None


def _with_report(request: pytest.FixtureRequest, fake: FakeT) -> FakeT:
    """Return `fake`, the value of a fixture, after adding it to the failure report."""
    assert request.fixturename is not None
    _failure_report(request, fake.service).add_fixture(request.fixturename, fake.calls)
    return fake


def _failure_report(request: pytest.FixtureRequest, service: testing.LocalService) -> FailureReport:
    from memsy.testing._pytest.report import FailureReport

    stash: pytest.Stash = request.node.stash
    failure_report = stash.setdefault(_REPORT, FailureReport())
    failure_report.add_service(service)
    return failure_report
