"""The mypy plugin in somebody else's project, where it holds their own stand-ins to the surface."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api

CONFIGURATION = """
[mypy]
strict = True
plugins = memsy.mypy_plugin
"""

STAND_IN = """
from memsy import AsyncMemsyClient, AsyncMemsyClientProtocol, HealthResponse
from memsy.parity import implements

@implements(AsyncMemsyClientProtocol, more=("calls",))
class CountingClient(AsyncMemsyClient):
    calls: int = 0

    async def health(self) -> HealthResponse:
        self.calls += 1
        return await super().health()
"""

SURFACES = """
from typing import Protocol
from memsy.parity import mirrors

class Rows(Protocol):
    def count(self) -> int: ...

@mirrors(Rows)
class AsyncRows(Protocol):
    async def count(self) -> int: ...
"""
FAR_AWAY = """
from memsy.parity import implements
from surfaces import Rows

@implements(Rows)
class TableRows:
    def count(self) -> int:
        return 0
"""
CLIENT = """
from far_away import TableRows

class Client:
    rows: TableRows
"""
ASYNC_CLIENT = """
from client import Client
from memsy.parity import mirrors
from surfaces import AsyncRows

@mirrors(Client)
class AsyncClient:
    rows: AsyncRows
"""


class Project:
    """A directory with some modules; `check()` says what mypy says of them."""

    def __init__(self, root: Path, cache: Path) -> None:
        self._root, self._cache = root, cache
        (root / "mypy.ini").write_text(CONFIGURATION)

    def write(self, **modules: str) -> None:
        for name, text in modules.items():
            (self._root / f"{name}.py").write_text(text)

    def check(self, *options: str) -> str:
        options += ("--config-file", str(self._root / "mypy.ini"), "--cache-dir", str(self._cache))
        output, failure, _ = api.run([*options, "--no-error-summary", str(self._root)])
        assert not failure
        return output


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path, tmp_path_factory.getbasetemp() / "mypy")


def test_a_stand_in_that_is_like_the_surface_is_accepted(project: Project) -> None:
    project.write(stand_in=STAND_IN)
    assert not project.check()


def test_a_stand_in_that_drifts_is_refused_on_the_line_that_drifts(project: Project) -> None:
    """mypy alone would accept this one: whatever calls the surface can call it too."""
    drifting = "async def health(self, deep: bool = False)"
    project.write(stand_in=STAND_IN.replace("async def health(self)", drifting))
    assert project.check().endswith(
        'stand_in.py:9: error: "health" drifts from "AsyncMemsyClientProtocol": '
        'parameter 1 is "deep: bool = False" here, absent there  [parity]\n'
    )


def test_what_a_stand_in_has_more_must_be_declared(project: Project) -> None:
    project.write(stand_in=STAND_IN.replace(', more=("calls",)', ""))
    assert '"calls" drifts from "AsyncMemsyClientProtocol": it is not there' in project.check()


@pytest.mark.parametrize("workers", [0, 2])
def test_a_change_far_away_is_noticed_with_a_warm_cache(project: Project, workers: int) -> None:
    """`async_client` does not import the module that changes, and `client` stays the same."""
    option = f"--num-workers={workers}"
    project.write(surfaces=SURFACES, far_away=FAR_AWAY, client=CLIENT, async_client=ASYNC_CLIENT)
    assert not project.check(option)
    project.write(far_away=FAR_AWAY.replace("@implements(Rows)", ""))
    assert '"rows" drifts from "Client": is "AsyncRows" here, "TableRows" there' in project.check(
        option
    )


def test_default_values_outlive_the_cache(project: Project) -> None:
    """mypy itself keeps none of a module that it need not read again."""
    with_limit = "(self, limit: int = 10)"
    limited = FAR_AWAY.replace("(self)", with_limit)
    project.write(surfaces=SURFACES.replace("(self)", with_limit), far_away=limited)
    assert not project.check()
    project.write(far_away=limited.replace("10", "1000"))
    assert '"limit: int = 1000" here, "limit: int = 10" there' in project.check()


def test_the_package_itself_does_not_need_mypy() -> None:
    program = "import sys, memsy.testing, memsy.parity; assert 'mypy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
