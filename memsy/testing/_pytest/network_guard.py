"""Observer and pytest plugin: fail a test whose client connects to anything but a `LocalServer`."""

from __future__ import annotations

import inspect
import sys
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from typing import TypeVar

import pytest

from memsy._core.events import AttemptStart
from memsy._core.hooks import CallObserver, ObservedCall
from memsy._core.plane import Plane

ReportT = TypeVar("ReportT", pytest.TestReport, pytest.CollectReport)

_CLIENTS: Mapping[tuple[Plane, bool], tuple[str, str]] = {
    (Plane.DATA, False): ("MemsyClient", "memsy_client"),
    (Plane.DATA, True): ("AsyncMemsyClient", "async_memsy_client"),
    (Plane.CONTROL, False): ("MemsyControlClient", "memsy_control"),
    (Plane.CONTROL, True): ("AsyncMemsyControlClient", "async_memsy_control"),
}
"""Client and the fixture that replaces it, by plane and `is_async`."""

_TITLE = "memsy network guard"


class NetworkGuard(CallObserver):
    """
    An observer that refuses attempts to connect to the network, and a pytest plugin.

    The exception of the guard passes through `except Exception`. If the application catches the
    exception anyway, or if a background thread or task raises it, the next report fails.
    """

    def __init__(self) -> None:
        self._location = "outside of any test"
        self._unreported = deque[str]()

    def guard_attempt(self, event: AttemptStart, call: ObservedCall) -> None:
        """Fail the test if the peer is not a local server of this process."""
        peer = call.peer
        if peer is None:
            return
        from memsy.local.server.server import is_local_server  # noqa: PLC0415 - loads aiohttp, which few suites need

        if not is_local_server(*peer):
            message = f"{self._location}: {_refusal_message(peer, event, call)}"
            self._unreported.append(message)
            raise pytest.fail.Exception(message, pytrace=False)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item
    ) -> Generator[None, object | None, object | None]:
        """Record the running test."""
        previous_location, self._location = self._location, item.nodeid
        try:
            return (yield)
        finally:
            self._location = previous_location

    # The first wrapper runs last, so it also overrides an expected failure (xfail).
    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        return self._fail_if_unreported((yield))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        """Guard the import of test modules, too."""
        previous_location, self._location = self._location, collector.nodeid
        try:
            return self._fail_if_unreported((yield))
        finally:
            self._location = previous_location

    # The last wrapper finishes before the wrapper of pytest-xdist, which sends the worker output.
    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, None]:
        """Fail the run for attempts after the last report."""
        yield
        worker_output = vars(session.config).get("workeroutput")
        if worker_output is not None:
            worker_output[_TITLE] = [*self._drain_messages()]
        elif self._unreported and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: object) -> None:
        """Collect the messages of an xdist worker. A crashed worker has none."""
        self._unreported.extend(vars(node).get("workeroutput", {}).get(_TITLE, ()))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._unreported:
            terminalreporter.section(_TITLE)
            for message in dict.fromkeys(self._unreported):
                terminalreporter.line(message)

    def _fail_if_unreported(self, report: ReportT) -> ReportT:
        """Return `report`, failed if there are unreported messages."""
        messages = list(dict.fromkeys(self._drain_messages()))
        is_reported = report.failed and all(text in str(report.longrepr) for text in messages)
        if messages and not is_reported:
            # Another failure is likely a consequence: the guard interrupted the application.
            if report.failed:
                report.sections.append(("original failure", str(report.longrepr)))
            report.outcome = "failed"
            report.longrepr = "\n".join(messages)
        return report

    def _drain_messages(self) -> Iterator[str]:
        while self._unreported:
            yield self._unreported.popleft()


def _refusal_message(peer: tuple[str, int], event: AttemptStart, call: ObservedCall) -> str:
    """Return the refused attempt and the fix, in one line."""
    client, fixture = _CLIENTS[call.plane, call.is_async]
    path = call.request.target.partition("?")[0]
    host, port = peer
    return (
        f"a real {client} tried to connect to {host}:{port} for {event.operation} "
        f"({call.request.method} {path}{_call_site()}), but memsy_forbid_network is set. "
        f"Use the fixture {fixture}, or connect the client to memsy_server"
    )


def _call_site() -> str:
    """Return file and line of the call in the application; empty in a bare thread or task."""
    frame = inspect.currentframe()
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if not f"{module}.".startswith("memsy."):
            is_stdlib = module.partition(".")[0] in sys.stdlib_module_names
            return "" if is_stdlib else f", {frame.f_code.co_filename}:{frame.f_lineno}"
        frame = frame.f_back
    return ""
