"""Types of the Python blocks of the pages: strict mypy with the plugin accepts them."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import indent

import pytest
from mypy import api

from tests.docs.blocks import NAMED, PYTHON_PAGES, Block, blocks

# The blocks of a page share their names, and some define a name again.
CONFIGURATION = """
[mypy]
strict = True
allow_redefinition = True
disable_error_code = no-redef, top-level-await
plugins = memsy.mypy_plugin
"""

CHECKED_ELSEWHERE = {
    "CONTRIBUTING.md": "its blocks are edits; `test_contributing` applies them and runs mypy",
    "docs/scale.md": "its blocks need Ray; `make scale` runs them",
    "docs/testing.md": "its blocks are a project; `test_testing_page` runs mypy on it",
}


@pytest.mark.slow
def test_python_blocks_pass_mypy_with_the_plugin(tmp_path: Path) -> None:
    (tmp_path / "mypy.ini").write_text(CONFIGURATION)
    for page in set(PYTHON_PAGES) - CHECKED_ELSEWHERE.keys():
        for name, text in modules(page).items():
            (tmp_path / name).write_text(text, encoding="utf-8")
    options = ["--config-file", str(tmp_path / "mypy.ini"), "--cache-dir", str(tmp_path / "cache")]
    output, failure, _ = api.run([*options, "--no-error-summary", str(tmp_path)])
    assert (output, failure) == ("", "")


def test_every_page_with_python_blocks_is_type_checked() -> None:
    pages = {"README.md", "docs/guide.md", "docs/recipes.md"}
    assert {*pages, *CHECKED_ELSEWHERE} <= set(PYTHON_PAGES)


def modules(page: str) -> dict[str, str]:
    """Return the Python blocks of a page as one module, and its files, on the lines of the page."""
    shared = f"{page.removesuffix('.md').lower().replace('/', '_')}.py"
    modules = {shared: ""}
    for block in blocks(page):
        if block.language == "python":
            named = NAMED.match(block.code)
            name = named[1] if named else shared
            text = modules.setdefault(name, "")
            modules[name] = text + "\n" * (block.line - 2 - text.count("\n")) + with_fence(block)
    return modules


def with_fence(block: Block) -> str:
    """Return a block and the line above it, which opens a function if mypy needs one."""
    # mypy accepts `await` outside of a function, but not `async with`.
    if any(isinstance(node, ast.AsyncWith) for node in ast.parse(block.code).body):
        return f"async def block_{block.line}() -> None:\n{indent(block.code, '    ')}"
    return f"\n{block.code}"
