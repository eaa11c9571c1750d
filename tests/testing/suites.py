"""Generated test suites, run by pytest within a test."""

from __future__ import annotations

from textwrap import dedent

import pytest
from attrs import frozen

PREAMBLE = """
import asyncio
import threading
import pytest
from memsy import (
    AsyncMemsyClient, AsyncMemsyControlClient, EventPayload, MemsyClient, MemsyConnectionError,
    MemsyControlClient,
)
from memsy.testing import LocalServer, LocalService

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")
TARGET = "http://127.0.0.1:9/v1", "msy_key"

"""

_OPTIONAL_PLUGINS = ("aiohttp", "anyio", "asyncio", "hypothesis", "xdist")
"""Plugins that most suites do not need. They are off to save time."""


@frozen
class Suite:
    """One test module, `test_module.py`, that starts with the preamble."""

    project: pytest.Pytester

    def run(self, code: str, *options: str) -> pytest.RunResult:
        """Run the suite in this process, with the memsy fixtures only."""
        self._write(code)
        disabled = [f"-pno:{plugin}" for plugin in _OPTIONAL_PLUGINS]
        return self.project.runpytest_inprocess("--strict-markers", *disabled, *options)

    def run_in_subprocess(
        self, code: str, *options: str, plugins: tuple[str, ...]
    ) -> pytest.RunResult:
        """Run the suite in a subprocess, with `plugins` that would affect this process."""
        self._write(code)
        disabled = [f"-pno:{plugin}" for plugin in _OPTIONAL_PLUGINS if plugin not in plugins]
        return self.project.runpytest_subprocess("--strict-markers", *disabled, *options)

    def line_of(self, text: str) -> int:
        """Return the line number of `text` in the module."""
        lines = (self.project.path / "test_module.py").read_text("utf-8").split("\n")
        (number,) = (number for number, line in enumerate(lines, 1) if text in line)
        return number

    def _write(self, code: str) -> None:
        self.project.path.joinpath("test_module.py").write_text(PREAMBLE + dedent(code), "utf-8")
