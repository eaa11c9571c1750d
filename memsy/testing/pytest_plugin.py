"""
The pytest plugin: fakes as fixtures, a marker that sets up their service, a guard for the network.

pytest finds it by itself where memsy is installed. Nothing is loaded before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from memsy.local import LocalService
    from memsy.local.clock import Clock
    from memsy.local.server.server import LocalServer
    from memsy.testing._fake_registry import Fake, FakeRegistry
    from memsy.testing._pytest.report import FailureReport
    from memsy.testing.fakes import (
        FakeAsyncMemsyClient,
        FakeAsyncMemsyControlClient,
        FakeMemsyClient,
        FakeMemsyControlClient,
    )

F = TypeVar("F", bound="Fake")

# A promise that somebody's client breaks is to say what was compared.
pytest.register_assert_rewrite("memsy.testing.contract")

_PROPS: pytest.StashKey[FailureReport] = pytest.StashKey()
_FAKES: pytest.StashKey[FakeRegistry] = pytest.StashKey()

_MARKER = (
    "memsy(events=[...], **rules): what the service of the memsy fixtures holds when the test "
    "begins, and its config (fields of memsy.testing.ServiceConfig, such as plan or processing); "
    "of several such marks the nearest counts, argument by argument"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer to forbid the network, on the command line or for good."""
    purpose = (
        "fail each test in which a real Memsy client is about to connect to anything but a "
        "memsy.testing.LocalServer of the same process"
    )
    group = parser.getgroup("memsy")
    group.addoption("--memsy-forbid-network", action="store_true", help=purpose)
    parser.addini("memsy_forbid_network", purpose, type="bool", default=False)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and let the network be guarded if that is asked for."""
    config.addinivalue_line("markers", _MARKER)
    if config.getoption("memsy_forbid_network") or config.getini("memsy_forbid_network"):
        from memsy._core.hooks import install_in_process
        from memsy.testing._pytest.network_guard import NetworkGuard

        guard = NetworkGuard()
        config.pluginmanager.register(guard, "memsy-network-guard")
        installation = ExitStack()
        installation.enter_context(install_in_process(guard))
        config.add_cleanup(installation.close)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object | None, object | None]:
    """Register the fakes that a test creates itself."""
    from memsy.testing._fake_registry import registering_fakes

    with registering_fakes() as registry:
        item.stash[_FAKES] = registry
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a failure tell what was asked of the fakes, and what their service held."""
    report = yield
    props = item.stash.get(_PROPS, None)
    fakes = item.stash[_FAKES].alive() if report.failed else []
    if report.failed and (props is not None or fakes):
        from memsy.testing._pytest.report import FailureReport

        report.sections.append(("memsy", (props or FailureReport()).told(fakes)))
    if props is not None and call.when == "teardown":
        # Only now, for what a fixture of the test's own finds amiss at its end is to be told, too.
        props.clear_away()
        del item.stash[_PROPS]
    return report


@pytest.fixture
def memsy_clock() -> Clock:
    """The clock of `memsy_service`: `memsy_clock.advance(61)` lets a minute pass."""
    from memsy.local.clock import Clock

    return Clock()


@pytest.fixture
def memsy_service(request: pytest.FixtureRequest, memsy_clock: Clock) -> LocalService:
    """A `LocalService` in memory, for one test, set up as the marks `memsy` of the test say."""
    from memsy.local import LocalService
    from memsy.testing._pytest.marker import MarkerError, read_markers

    try:
        asked = read_markers(request.node.iter_markers("memsy"))
        service = LocalService(config=asked.config, clock=memsy_clock)
        asked.seed(service)
    except MarkerError as unusable:
        told = f"{request.node.nodeid}: {unusable}"
        raise pytest.fail.Exception(told, pytrace=False) from None
    _props_of(request, service).own()
    return service


@pytest.fixture
def memsy_client(request: pytest.FixtureRequest, memsy_service: LocalService) -> FakeMemsyClient:
    """A `FakeMemsyClient` on `memsy_service`."""
    from memsy.testing.fakes import FakeMemsyClient

    return _noted(request, FakeMemsyClient(service=memsy_service))


@pytest.fixture
def async_memsy_client(
    request: pytest.FixtureRequest, memsy_service: LocalService
) -> FakeAsyncMemsyClient:
    """A `FakeAsyncMemsyClient` on `memsy_service`, for any plugin that runs `asyncio` tests."""
    from memsy.testing.fakes import FakeAsyncMemsyClient

    return _noted(request, FakeAsyncMemsyClient(service=memsy_service))


@pytest.fixture
def memsy_control(
    request: pytest.FixtureRequest, memsy_service: LocalService
) -> FakeMemsyControlClient:
    """A `FakeMemsyControlClient` on `memsy_service`."""
    from memsy.testing.fakes import FakeMemsyControlClient

    return _noted(request, FakeMemsyControlClient(service=memsy_service))


@pytest.fixture
def async_memsy_control(
    request: pytest.FixtureRequest, memsy_service: LocalService
) -> FakeAsyncMemsyControlClient:
    """A `FakeAsyncMemsyControlClient` on `memsy_service`."""
    from memsy.testing.fakes import FakeAsyncMemsyControlClient

    return _noted(request, FakeAsyncMemsyControlClient(service=memsy_service))


@pytest.fixture
def memsy_server(
    request: pytest.FixtureRequest, memsy_service: LocalService
) -> Iterator[LocalServer]:
    """A `LocalServer` that runs, with `memsy_service` behind it: for what needs a real socket."""
    from memsy.local.server.server import LocalServer

    with LocalServer(memsy_service) as server:
        _props_of(request, memsy_service)
        yield server


def _noted(request: pytest.FixtureRequest, fake: F) -> F:
    """*fake*, which is a fixture, and what it is asked is to be told of."""
    assert request.fixturename is not None
    _props_of(request, fake.service).note(request.fixturename, fake.calls)
    return fake


def _props_of(request: pytest.FixtureRequest, service: LocalService) -> FailureReport:
    from memsy.testing._pytest.report import FailureReport

    stash: pytest.Stash = request.node.stash
    props = stash.setdefault(_PROPS, FailureReport())
    props.serve(service)
    return props
