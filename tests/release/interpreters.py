"""Interpreters of the machine: on PATH, of pyenv and of uv."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.release.commands import run

_PRINT_VERSION = "import sys, venv; print('%d.%d' % sys.version_info[:2])"


def find_interpreter(version: str) -> Path | None:
    """Return an interpreter of a minor version that runs and creates environments, or None."""
    return next((path for path in _candidates(version) if _has_version(path, version)), None)


def _candidates(version: str) -> Iterator[Path]:
    yield Path(sys.executable)
    for folder in os.get_exec_path():
        yield Path(folder, f"python{version}")
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"), reverse=True)
    if uv := shutil.which("uv"):
        found = run(
            *(uv, "--quiet", "python", "find", "--system", "--no-python-downloads", version),
            cwd=Path.home(),
        )
        yield Path(found.stdout.strip())


def _has_version(path: Path, version: str) -> bool:
    # A shim of pyenv exists for versions that are not selected, and fails.
    if not os.access(path, os.X_OK) or path.is_dir():
        return False
    process = run(path, "-c", _PRINT_VERSION, cwd=path.parent)
    return process.returncode == 0 and process.stdout.strip() == version
