"""Test suites that are made for a test, and what becomes of them."""

from __future__ import annotations

from textwrap import dedent

import pytest
from attrs import frozen

HEAD = """
import asyncio
import threading
import pytest
from memsy import (
    AsyncMemsyClient, AsyncMemsyControlClient, EventPayload, MemsyClient, MemsyConnectionError,
    MemsyControlClient,
)
from memsy.testing import LocalServer, LocalService

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")
PLACE = "http://127.0.0.1:9/v1", "msy_key"

"""

_OTHERS = ("aiohttp", "anyio", "asyncio", "hypothesis", "xdist")
"""Plugins that most suites can do without, and time is saved."""


@frozen
class Suite:
    """One file of tests, `test_it.py`, which begins with the names above."""

    project: pytest.Pytester

    def run(self, code: str, *options: str) -> pytest.RunResult:
        """In this process, as what it needs there are our own fixtures."""
        self._write(code)
        without = [f"-pno:{plugin}" for plugin in _OTHERS]
        return self.project.runpytest_inprocess("--strict-markers", *without, *options)

    def run_apart(self, code: str, *options: str, plugins: tuple[str, ...]) -> pytest.RunResult:
        """In a process of its own, with some *plugins*, which do things to ours."""
        self._write(code)
        without = [f"-pno:{plugin}" for plugin in _OTHERS if plugin not in plugins]
        return self.project.runpytest_subprocess("--strict-markers", *without, *options)

    def line_of(self, text: str) -> int:
        """Where in the file *text* stands."""
        lines = (self.project.path / "test_it.py").read_text("utf-8").split("\n")
        (number,) = (number for number, line in enumerate(lines, 1) if text in line)
        return number

    def _write(self, code: str) -> None:
        self.project.path.joinpath("test_it.py").write_text(HEAD + dedent(code), "utf-8")
