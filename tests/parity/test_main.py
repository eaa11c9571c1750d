"""Command `python -m memsy.parity`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

STORES = """
from typing import Protocol
from memsy.parity import implements

class Store(Protocol):
    def get(self, key: str) -> int: ...

@implements(Store)
class MemoryStore:
    def get(self, key: str) -> int:
        return 0
"""


def run(directory: Path, *arguments: str) -> tuple[int, str, str]:
    process = subprocess.run(
        [sys.executable, "-W", "error", "-m", "memsy.parity", *arguments],
        cwd=directory,
        capture_output=True,
        text=True,
        check=False,
    )
    return process.returncode, process.stdout, process.stderr


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A package with a marked class in a submodule and a program in another one."""
    package = tmp_path / "shop"
    (package / "data").mkdir(parents=True)
    for folder in (package, package / "data"):
        (folder / "__init__.py").touch()
    (package / "data" / "stores.py").write_text(STORES)
    (package / "__main__.py").write_text("raise SystemExit('started')")
    return tmp_path


def test_module_without_drift(shop: Path) -> None:
    assert run(shop, "shop.data.stores") == (0, "1 marked class checked: no drift\n", "")


def test_package_with_its_submodules(shop: Path) -> None:
    assert run(shop, "shop", "--recursive") == (0, "1 marked class checked: no drift\n", "")


def test_drift_is_a_line_with_the_relative_path(shop: Path) -> None:
    stores = shop / "shop" / "data" / "stores.py"
    stores.write_text(STORES.replace("key: str) -> int:\n", "name: str) -> int:\n"))
    message = (
        '"get" of "MemoryStore": parameter 1 is "name: str", but "key: str" in "Store": '
        "use the same"
    )
    assert run(shop, "-r", "shop") == (1, f"shop/data/stores.py:10: {message}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shop.absent"], 'cannot import "shop.absent": ModuleNotFoundError: No module named'),
        (["shop/data/stores.py"], "pass the name of the module, such as shop.data.stores"),
        (["shop.__main__"], 'cannot import "shop.__main__": SystemExit: started'),
        (["shop"], '"shop" has no marked class or function, so there is nothing to check: add'),
        (["shop.data.stores", "json"], '"json" has no marked class'),
        ([], "the following arguments are required: module"),
    ],
)
def test_wrong_usage_exits_with_2(shop: Path, arguments: list[str], message: str) -> None:
    status, output, errors = run(shop, *arguments)
    assert (status, output) == (2, "")
    assert message in errors
    assert "Traceback" not in errors
