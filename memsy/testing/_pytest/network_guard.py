"""Fails each test in which a real client sets out for anything but a local server of ours."""

from __future__ import annotations

import inspect
import sys
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from typing import TypeVar

import pytest

from memsy._core.hooks import AttemptStart, Hook
from memsy._core.plane import Plane

R = TypeVar("R", pytest.TestReport, pytest.CollectReport)

_CLIENTS: Mapping[tuple[Plane, bool], tuple[str, str]] = {
    (Plane.DATA, False): ("MemsyClient", "memsy_client"),
    (Plane.DATA, True): ("AsyncMemsyClient", "async_memsy_client"),
    (Plane.CONTROL, False): ("MemsyControlClient", "memsy_control"),
    (Plane.CONTROL, True): ("AsyncMemsyControlClient", "async_memsy_control"),
}
"""Client and the fixture that replaces it, by plane and `is_async`."""

_TITLE = "memsy network guard"


class NetworkGuard(Hook):
    """
    A hook that refuses attempts to connect to the network, and a pytest plugin.

    What it raises passes through `except Exception`. What is swallowed all the same, or raised
    in a thread or a task that nobody waits for, fails whatever is reported next.
    """

    def __init__(self) -> None:
        self._where = "outside of any test"
        self._untold = deque[str]()

    def guard_attempt(self, event: AttemptStart) -> None:
        """Fail the test if the peer is not a local server of this process."""
        if event.peer is None:
            return
        from memsy.local.server.server import is_local_server  # noqa: PLC0415 - loads aiohttp, which few suites need

        if not is_local_server(*event.peer):
            told = f"{self._where}: {_told(event.peer, event)}"
            self._untold.append(told)
            raise pytest.fail.Exception(told, pytrace=False)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item
    ) -> Generator[None, object | None, object | None]:
        """Know which test runs."""
        before, self._where = self._where, item.nodeid
        try:
            return (yield)
        finally:
            self._where = before

    # The first wrapper has the last word: also over a failure that was expected.
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        return self._judged((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Modules use clients when they are imported, too."""
        before, self._where = self._where, collector.nodeid
        try:
            return self._judged((yield))
        finally:
            self._where = before

    # The last wrapper is done before that of pytest-xdist, which sends what a worker has to say.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        """Let nothing pass that happened after the last report."""
        yield
        said_by_worker = vars(session.config).get("workeroutput")
        if said_by_worker is not None:
            said_by_worker[_TITLE] = [*self._taken()]
        elif self._untold and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Hear what a worker has to say; one that broke down says nothing."""
        self._untold.extend(vars(node).get("workeroutput", {}).get(_TITLE, ()))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._untold:
            terminalreporter.section(_TITLE)
            for told in dict.fromkeys(self._untold):
                terminalreporter.line(told)

    def _judged(self, report: R) -> R:
        told = list(dict.fromkeys(self._taken()))
        is_told = report.failed and all(one in str(report.longrepr) for one in told)
        if told and not is_told:
            # Whatever else failed failed because of it, if only an application that was cut short.
            if report.failed:
                report.sections.append(("what came of it", str(report.longrepr)))
            report.outcome = "failed"
            report.longrepr = "\n".join(told)
        return report

    def _taken(self) -> Iterator[str]:
        while self._untold:
            yield self._untold.popleft()


def _told(peer: tuple[str, int], attempt: AttemptStart) -> str:
    """Return what the attempt was about to do, and the fix."""
    from memsy.local.http.routing_table import ROUTES  # noqa: PLC0415 - loads the whole service

    request, plane = attempt.request, attempt.call.plane
    client, fixture = _CLIENTS[plane, attempt.call.is_async]
    operation = ROUTES.operation_name(request.method, plane.prefix + request.target)
    path = request.target.partition("?")[0]
    host, port = peer
    return (
        f"a real {client} was about to connect to {host}:{port} for {operation} "
        f"({request.method} {path}{_caller()}), which memsy_forbid_network forbids. Take the "
        f"fixture {fixture} in its place, or let it talk to memsy_server"
    )


def _caller() -> str:
    """The line of the application that made the call, unless there is only a task or a thread."""
    frame = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if not f"{module}.".startswith("memsy."):
            is_foreign = module.partition(".")[0] in sys.stdlib_module_names
            return "" if is_foreign else f", line {frame.f_lineno} of {frame.f_code.co_filename}"
        frame = frame.f_back
    return ""
