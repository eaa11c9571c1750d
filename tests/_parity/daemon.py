"""Daemon of mypy in a process of its own."""

from __future__ import annotations

import subprocess
import sys

from typing_extensions import Self

from tests._parity.project import Project


class Daemon:
    """
    Daemon of mypy for one project. A `with` statement stops it.

    `run()` and `call()` return the errors.
    """

    def __init__(self, project: Project, *options: str, python: str = sys.executable) -> None:
        self.project = project
        self._python = python
        configuration = ["--config-file", "mypy.ini", "--cache-dir", str(project.cache)]
        self._options = [*configuration, "--no-error-summary", *options]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.call("stop")

    def run(self) -> str:
        """Start the daemon if it does not run, and return its output for all files."""
        files = sorted(path.name for path in self.project.root.glob("*.py"))
        return self.call("run", "--", *self._options, *files)

    def call(self, command: str, *arguments: str) -> str:
        program = [self._python, "-m", "mypy.dmypy", "--status-file", "daemon.json"]
        result = subprocess.run(
            [*program, command, *arguments],
            cwd=self.project.root,
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
        )
        assert result.returncode in (0, 1), result
        output = result.stdout.removeprefix("Daemon started\n")
        return "" if output.startswith("Success") else output
