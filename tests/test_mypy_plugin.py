"""The mypy plugin in the project of a user, with a client class of the user."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from mypy import api

from tests._parity.project import Project

CLIENT_CLASS = """
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
TABLE_ROWS = """
from memsy.parity import implements
from surfaces import Rows

@implements(Rows)
class TableRows:
    def count(self) -> int:
        return 0
"""
CLIENT = """
from table_rows import TableRows

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


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project(tmp_path, tmp_path_factory.getbasetemp() / "mypy")


def test_client_class_with_equal_members_is_accepted(project: Project) -> None:
    project.write(own_client=CLIENT_CLASS)
    assert not project.check()


def test_different_parameter_is_reported_on_its_line(project: Project) -> None:
    """mypy alone accepts a further parameter with a default value."""
    changed = "async def health(self, deep: bool = False)"
    project.write(own_client=CLIENT_CLASS.replace("async def health(self)", changed))
    assert project.check().endswith(
        'own_client.py:9: error: "health" of "CountingClient": parameter 1 is '
        '"deep: bool = ...", but absent in "AsyncMemsyClientProtocol": remove it  [parity]\n'
    )


def test_undeclared_public_member_is_reported(project: Project) -> None:
    project.write(own_client=CLIENT_CLASS.replace(', more=("calls",)', ""))
    assert (
        '"calls" of "CountingClient" is public but not in "AsyncMemsyClientProtocol": '
        "add it to `more=(...)` or make it private" in project.check()
    )


@pytest.mark.parametrize("workers", [0, 2])
def test_change_in_module_that_is_not_imported_is_reported_with_warm_cache(
    project: Project, workers: int
) -> None:
    """`async_client` does not import the changed module, and `client` does not change."""
    option = f"--num-workers={workers}"
    project.write(
        surfaces=SURFACES, table_rows=TABLE_ROWS, client=CLIENT, async_client=ASYNC_CLIENT
    )
    assert not project.check(option)
    project.write(table_rows=TABLE_ROWS.replace("@implements(Rows)", ""))
    assert (
        '"rows" of "AsyncClient" is "AsyncRows", but "TableRows" in "Client": use the'
        in project.check(option)
    )


def test_default_values_are_kept_in_the_cache(project: Project) -> None:
    """The cache of mypy itself has no default values."""
    with_limit = "(self, limit: int = 10)"
    limited = TABLE_ROWS.replace("(self)", with_limit)
    project.write(surfaces=SURFACES.replace("(self)", with_limit), table_rows=limited)
    assert not project.check()
    project.write(table_rows=limited.replace("10", "1000"))
    assert 'the default of "limit" is 1000, but 10 in "Rows": use the same' in project.check()


NAMESPACE_PACKAGE = {
    "surfaces.py": """
from typing import Protocol

class Reader(Protocol):
    def get(self, key: int) -> int: ...
""",
    "store.py": """
from memsy.parity import implements
from own.data.surfaces import Reader
from .surfaces import Reader as SameReader

@implements(Reader)
class Store:
    def get(self, other: int) -> int:
        return other

@implements(SameReader)
class OtherStore:
    def get(self, other: int) -> int:
        return other
""",
    "stubbed.py": "class Stubbed: ...\n",
    "stubbed.pyi": """
from memsy.parity import implements
from own.data.surfaces import Reader

@implements(Reader)
class Stubbed:
    def get(self, other: int) -> int: ...
""",
}
NAMESPACE_CONFIGURATION = """
[mypy]
strict = True
plugins = memsy.mypy_plugin
mypy_path = $MYPY_CONFIG_FILE_DIR/src
namespace_packages = True
explicit_package_bases = True
disallow_any_decorated = True
disallow_any_expr = True
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        "src",
        "-p own",
        "-p own.data",
        "-m own.data.store -m own.data.stubbed",
        "--python-version 3.10 src",
    ],
)
def test_namespace_package_in_a_directory_with_spaces_is_checked(
    arguments: str,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = tmp_path / "own project"
    package = root / "src" / "own" / "data"
    package.mkdir(parents=True)
    for name, text in NAMESPACE_PACKAGE.items():
        (package / name).write_text(text)
    (root / "mypy.ini").write_text(NAMESPACE_CONFIGURATION)
    monkeypatch.chdir(root)
    cache = str(tmp_path_factory.getbasetemp() / "mypy-namespace")
    output, failure, _ = api.run(["--cache-dir", cache, "--no-error-summary", *arguments.split()])
    message = 'parameter 1 is "other: int", but "key: int" in "Reader"'
    places = {"store.py:13": "OtherStore", "store.py:8": "Store", "stubbed.pyi:7": "Stubbed"}
    assert not failure
    assert sorted(output.splitlines()) == [
        f'src/own/data/{place}: error: "get" of "{cls}": {message}: use the same  [parity]'
        for place, cls in places.items()
    ]


def test_package_does_not_import_mypy() -> None:
    program = "import sys, memsy.testing, memsy.parity; assert 'mypy' not in sys.modules"
    subprocess.run([sys.executable, "-c", program], check=True)
