"""Project of a user with Python modules, checked by mypy with the plugin."""

from __future__ import annotations

import os
import subprocess
from itertools import count
from pathlib import Path
from textwrap import dedent

from mypy import api

CONFIGURATION = """
[mypy]
strict = True
plugins = memsy.mypy_plugin
"""


class Project:
    """Directory with Python modules; `check()` returns the output of mypy."""

    def __init__(self, root: Path, cache: Path, configuration: str = CONFIGURATION) -> None:
        self.root, self.cache = root, cache
        self._times = count()
        (root / "mypy.ini").write_text(configuration)

    def write(self, **modules: str) -> None:
        for name, text in modules.items():
            path = self.root / f"{name}.py"
            path.write_text(dedent(text))
            # mypy takes a file of the same size for unchanged if it is written in the same second.
            os.utime(path, times=(time := next(self._times), time))

    def check(self, *options: str, target: str = "", python: str = "") -> str:
        """Return the output of mypy; `python` runs it in another virtual environment."""
        options += ("--config-file", str(self.root / "mypy.ini"), "--cache-dir", str(self.cache))
        arguments = [*options, "--no-error-summary", str(self.root / target)]
        if python:
            output, failure = run_mypy(python, arguments, self.root)
        else:
            output, failure, _ = api.run(arguments)
        assert not failure
        return output.replace(f"{self.root}/", "")


def run_mypy(python: str, arguments: list[str], directory: Path) -> tuple[str, str]:
    """Return the outputs of mypy in another virtual environment."""
    result = subprocess.run(
        [python, "-m", "mypy", *arguments],
        cwd=directory,
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return result.stdout, result.stderr
