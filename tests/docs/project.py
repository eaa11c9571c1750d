"""A documentation page as a project: its code blocks as files, with mypy and pytest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from mypy import api

from tests.docs.blocks import NAMED, ROOT, blocks

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


def files(page: str) -> Mapping[str, str]:
    """
    Return the files of `page`, as file name and text.

    A block is a file if its first line is a comment with the file name. The other Python blocks
    below one heading form one test module.
    """
    files: dict[str, str] = {}
    for heading, text, language in _sections(page):
        named = NAMED.match(text)
        if named:
            assert named[1] not in files, f"{page} has two files {named[1]}"
            files[named[1]] = text
        elif language == "python":
            module = f"test_{re.sub('[^a-z]+', '_', heading.lower()).strip('_')}.py"
            files[module] = f"{files.get(module, '')}\n{text}"
    return files


def _sections(page: str) -> Iterator[tuple[str, str, str]]:
    text = (ROOT / page).read_text(encoding="utf-8")
    headings = [(text.count("\n", 0, m.start()), m[1]) for m in _HEADING.finditer(text)]
    for block in blocks(page):
        above = [heading for line, heading in headings if line < block.line]
        yield above[-1] if above else "", block.code, block.language


class Project:
    """A directory with the files of a page."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        self.root = root
        for name, text in files.items():
            (root / name).write_text(text, encoding="utf-8")

    def mypy(self) -> str:
        """Run mypy and return its errors."""
        cache = self.root.parent / "mypy"  # shared with the other projects of the tests
        options = ("--config-file", str(self.root / "mypy.ini"), "--cache-dir", str(cache))
        output, failure, _ = api.run([*options, "--no-error-summary", str(self.root)])
        assert not failure
        return output

    def pytest(self, *names: str) -> str:
        """Run pytest on the files and directories `names`, and return its output."""
        # Releases of anyio before 4.15 cause a warning of pytest.
        disabled = ("-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:anyio")
        process = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", *disabled, "-W", "error", *names],
            check=False,
            cwd=self.root,
            env={**os.environ, "COLUMNS": "80", "PY_COLORS": "0"},
            capture_output=True,
            text=True,
            timeout=60,
        )
        return process.stdout + process.stderr
