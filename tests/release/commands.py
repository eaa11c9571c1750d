"""Commands in child processes, without the settings of the caller."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

_LAST_LINES = 15
_SETTINGS = ("MEMSY_", "PYTHON", "VIRTUAL_ENV", "OTEL_", "GIT_")


def clean_environment(**more: str) -> dict[str, str]:
    """Return the environment without settings of Python, Git, OpenTelemetry and this package."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    return {**kept, **more}


def run(
    *command: str | Path,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    umask: int = 0o022,
) -> subprocess.CompletedProcess[str]:
    """Run a command, and capture stdout and stderr as one text."""
    return subprocess.run(
        command,
        cwd=cwd,
        env=clean_environment() if environment is None else environment,
        umask=umask,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )


def problems_of(process: subprocess.CompletedProcess[str]) -> Sequence[str]:
    """Return nothing for a command that succeeded, else the end of its output."""
    if process.returncode == 0:
        return []
    lines = process.stdout.splitlines()[-_LAST_LINES:]
    return [f"exit status {process.returncode}: {' '.join(map(str, process.args))}", *lines]
