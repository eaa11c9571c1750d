"""A page as a project of its own: what a reader has who writes its code blocks into files."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from mypy import api

from tests.docs.blocks import NAMED, ROOT, blocks

_CHAPTER = re.compile(r"^## (.+)$", re.MULTILINE)


def files(page: str) -> Mapping[str, str]:
    """
    The files that *page* tells to write.

    A block whose first line is a comment with the name of a file is that file. All other Python
    below one heading is a module of tests, in which names live on from block to block.
    """
    found: dict[str, str] = {}
    for chapter, text, language in _in_chapters(page):
        named = NAMED.match(text)
        if named:
            assert named[1] not in found, f"{page} has two files {named[1]}"
            found[named[1]] = text
        elif language == "python":
            module = f"test_{re.sub('[^a-z]+', '_', chapter.lower()).strip('_')}.py"
            found[module] = f"{found.get(module, '')}\n{text}"
    return found


def _in_chapters(page: str) -> Iterator[tuple[str, str, str]]:
    text = (ROOT / page).read_text(encoding="utf-8")
    chapters = [(text.count("\n", 0, m.start()), m[1]) for m in _CHAPTER.finditer(text)]
    for block in blocks(page):
        above = [chapter for line, chapter in chapters if line < block.line]
        yield above[-1] if above else "", block.code, block.language


class Project:
    """A directory with the files of a page."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        self.root = root
        for name, text in files.items():
            (root / name).write_text(text, encoding="utf-8")

    def mypy(self) -> str:
        """What mypy says of it; nothing, if it is content."""
        cache = self.root.parent / "mypy"  # that of other projects that tests make
        options = ("--config-file", str(self.root / "mypy.ini"), "--cache-dir", str(cache))
        output, failure, _ = api.run([*options, "--no-error-summary", str(self.root)])
        assert not failure
        return output

    def pytest(self, *names: str) -> str:
        """What pytest says of the files and directories that are named, which may fail there."""
        options = ("-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", "error")
        ended = subprocess.run(
            [sys.executable, "-m", "pytest", *options, *names],
            check=False,
            cwd=self.root,
            env={**os.environ, "COLUMNS": "80", "PY_COLORS": "0"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ended.stdout + ended.stderr
