"""Circumstances of a run: processor, interpreter, versions of the libraries, commit."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path

_LIBRARIES = ("aiohttp", "requests", "urllib3", "attrs", "cattrs", "uvloop")


def describe(root: Path, installed: Sequence[str], server: str) -> Mapping[str, str]:
    """
    Return the circumstances by name.

    Args:
        root: The measured checkout.
        installed: Lines of `pip freeze` in the environment of the package.
        server: Program of the static server.
    """
    libraries = [line.replace("==", " ") for line in installed if line.startswith(_LIBRARIES)]
    return {
        **circumstances(root),
        "libraries": ", ".join(libraries),
        "static server": server,
    }


def circumstances(root: Path) -> Mapping[str, str]:
    """Return date, commit, processor and Python of a run by name."""
    return {
        "date": f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC",
        "commit": _commit(root),
        "processor": f"{_processor()}, {os.cpu_count()} cores",
        "Python": platform.python_version(),
    }


def _commit(root: Path) -> str:
    """Return the last commit. Published figures below `docs` do not count as a change."""
    git = ["git", "-C", str(root)]
    changes = ["status", "--porcelain", "--untracked-files=no", "--", ":(exclude)docs"]
    try:
        commit, changed = (
            subprocess.run([*git, *command], check=True, capture_output=True, text=True).stdout
            for command in (["describe", "--always"], changes)
        )
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit.strip()}-dirty" if changed else commit.strip()


def _processor() -> str:
    """Return the model of the processor from Linux, or the name of the architecture."""
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.machine()
