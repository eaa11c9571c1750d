"""Test of CONTRIBUTING.md: an endpoint added by its steps passes the checks."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, ignore_patterns
from textwrap import dedent, indent

import pytest
from attrs import frozen

from tests.docs.blocks import ROOT

pytestmark = pytest.mark.slow

PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
SECTION = re.split(r"(?m)^(?=## )", PAGE.partition("## Adding an endpoint\n")[2])[0]

_FENCE = re.compile(r"^( +)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_TARGET = re.compile(r"# (\S+), (at the end|in \w+|before \w+)\n")
_IMPORTS = re.compile(r"(?:(?:from|import) .+\n)*")


@frozen
class Edit:
    """A code block of the page: `code` for a `place` in the file `path`."""

    path: str
    place: str
    code: str

    def is_applied(self, root: Path) -> bool:
        return self.code.strip() in (root / self.path).read_text(encoding="utf-8")

    def apply(self, root: Path) -> None:
        file = root / self.path
        file.write_text(self._inserted(file.read_text(encoding="utf-8")), encoding="utf-8")

    def _inserted(self, source: str) -> str:
        """Return `source` with the code at its place and its imports below the other imports."""
        imports = "" if self.place == "in TYPE_CHECKING" else _IMPORTS.match(self.code)[0]  # type: ignore[index]  # also matches empty text
        body = ast.parse(source).body
        last_import = max(
            n.end_lineno or 0 for n in body if isinstance(n, (ast.Import, ast.ImportFrom))
        )
        line, depth = self._position(body)
        lines = source.splitlines(keepends=True)
        lines.insert(line, indent(self.code.removeprefix(imports), " " * depth))
        lines.insert(last_import, imports)
        return "".join(lines)

    def _position(self, body: list[ast.stmt]) -> tuple[int, int]:
        """Return the number of lines above the place, and its indentation."""
        if self.place == "at the end":
            return body[-1].end_lineno or 0, 0
        where, name = self.place.split()
        *_, node = (node for node in body if name in _names(node))  # a block comes after its flag
        if where == "before":
            return min([node.lineno, *(decorator.lineno for decorator in _decorators(node))]) - 1, 0
        end = node.end_lineno or 0
        is_collection = isinstance(node, (ast.Assign, ast.AnnAssign))
        return (end - 1 if is_collection else end), 4


def _names(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.ClassDef() | ast.FunctionDef() | ast.AsyncFunctionDef():
            yield node.name
        case (
            ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target)
        ):
            yield target.id
        case ast.If(test=ast.Name() as test):
            yield test.id


def _decorators(node: ast.stmt) -> list[ast.expr]:
    return node.decorator_list if isinstance(node, (ast.ClassDef, ast.FunctionDef)) else []


@frozen
class Checkout:
    """A copy of the repository."""

    root: Path

    def run(self, *command: str) -> str:
        """Run a Python module and return its output. Fail if the module fails."""
        status, output = self.try_run(*command)
        assert status == 0, output
        return output

    def try_run(self, *command: str) -> tuple[int, str]:
        process = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(self.root)},
            capture_output=True,
            text=True,
            check=False,
        )
        return process.returncode, process.stdout + process.stderr


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    root = tmp_path / "checkout"
    copytree(ROOT, root, ignore=ignore_patterns(".*", "__pycache__", "build", "dist"))
    return Checkout(root)


def test_endpoint_added_by_the_steps_passes_all_checks(checkout: Checkout) -> None:
    blocks = [(language, dedent(code)) for _, language, code in _FENCE.findall(SECTION)]
    assert len(blocks) == SECTION.count("```") / 2
    for language, code in blocks:
        if language == "python":
            target = _TARGET.match(code)
            assert target, code
            edit = Edit(target[1], target[2], code[target.end() :])
            if edit.is_applied(ROOT):
                pytest.skip("the repository contains the example of the page already")
            edit.apply(checkout.root)
        elif language == "text":
            status, output = checkout.try_run("mypy", "memsy")
            assert status == 1
            assert code.strip() in output
    checkout.run("ruff", "check", "--quiet", "--fix", ".")
    checkout.run("ruff", "format", "--quiet", ".")
    checkout.run("mypy")
    (command,) = (code for language, code in blocks if language == "sh")
    words = command.replace("\\\n", " ").split()
    output = checkout.run(*words[2:], "-rA", "-p", "no:cacheprovider", "-p", "no:xdist")
    passed = set(re.findall(r"^PASSED (\S+?\.py)::.*digest", output, re.MULTILINE))
    assert len(passed) >= 4, output
