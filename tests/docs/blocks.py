"""Fenced code blocks of a page, and their execution."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"# ([\w.]+\.(?:py|ini))\n")
"""The first line of a block that is a file: a comment with the file name."""
PAGES = sorted(
    page.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "examples/*.md", "tests/*.md")
    for page in ROOT.glob(pattern)
)
"""The pages of the documentation, as paths below the root. A new page needs no entry."""
PYTHON_PAGES = [page for page in PAGES if "```python" in (ROOT / page).read_text(encoding="utf-8")]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@frozen
class Block:
    """One fenced block of a page."""

    language: str
    code: str
    line: int


def blocks(page: str) -> Iterator[Block]:
    """Return the unindented blocks of `page`, a path below the root of the repository."""
    text = (ROOT / page).read_text(encoding="utf-8")
    for match in _FENCE.finditer(text):
        yield Block(match[1], match[2], text.count("\n", 0, match.start()) + 2)


async def run(block: Block, page: str, names: dict[str, object]) -> None:
    """Execute a block with the globals `names`. Top-level `await` works; async tests run."""
    padded = "\n" * (block.line - 1) + block.code  # so that tracebacks show the lines of the page
    code = compile(padded, page, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    before = set(names)
    result = eval(code, names)
    if inspect.isawaitable(result):
        await result
    for name in set(names) - before:
        function = names[name]
        if name.startswith("test_") and inspect.iscoroutinefunction(function):
            await function()
