"""
Virtual environments of the contenders.

| Environment | Content |
|---|---|
| `ours` | the wheel of this checkout |
| `baseline` | the wheel of the commit before the speed work |
| `official` | the official SDK |
| `plain` | aiohttp, requests and urllib3, in the versions of `ours` |
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from attrs import frozen

BASELINE = "0de41ba0b3f97c0f5c92af20dccf18ad3f88565a"
OFFICIAL_SDK = "memsy==0.3.5"

_SOURCES = ("memsy", "pyproject.toml", "README.md", "LICENSE")
"""Files of the wheel."""


@frozen
class Environments:
    """Interpreters by environment, and the reason for each environment that is missing."""

    pythons: Mapping[str, Path]
    missing: Mapping[str, str]


def set_up(root: Path, folder: Path) -> Environments:
    """
    Create the environments below `folder` that are missing or outdated.

    Args:
        root: The checkout whose package is `ours`.
        folder: The folder of the environments. It is created if missing.
    """
    folder.mkdir(exist_ok=True)
    ours = _install(folder / "ours", [f"{root}[cli]", "uvloop"], digest(root))
    constraints = folder / "constraints.txt"
    constraints.write_text(_pip(ours, "freeze", "--exclude", "memsy"), encoding="utf-8")
    versions = constraints.read_text(encoding="utf-8")
    limited = ["--constraint", str(constraints)]
    pythons = {
        "ours": ours,
        "official": _install(folder / "official", [OFFICIAL_SDK], ""),
        "plain": _install(
            folder / "plain", ["aiohttp", "requests", "urllib3", "uvloop", *limited], versions
        ),
    }
    source = folder / "baseline-source"
    if reason := extract_baseline(root, source):
        return Environments(pythons, {"baseline": reason})
    pythons["baseline"] = _install(
        folder / "baseline", [f"{source}[cli]", *limited], BASELINE + versions
    )
    return Environments(pythons, {})


def digest(root: Path) -> str:
    """Return a digest of the files of the wheel."""
    return digest_of(
        path
        for name in _SOURCES
        for path in sorted([root / name, *(root / name).rglob("*")])
        if path.is_file() and path.suffix != ".pyc"
    )


def digest_of(files: Iterable[Path]) -> str:
    """Return a digest of the names and contents of `files`."""
    result = hashlib.sha256()
    for file in files:
        result.update(f"{file.name}\0".encode() + file.read_bytes())
    return result.hexdigest()


def versions(python: Path) -> Sequence[str]:
    """Return the installed distributions of an environment with their versions."""
    return _pip(python, "freeze").split("\n")


def _install(folder: Path, requirements: Sequence[str], fingerprint: str) -> Path:
    """Install `requirements` into a new environment, unless this is done."""
    python = folder / "bin" / "python"
    stamp = folder / "installed"
    content = "\n".join([sys.version, *requirements, fingerprint])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != content:
        print(f"Installing {requirements[0]} into {folder} ...", file=sys.stderr)
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        _pip(python, "install", *requirements)
        stamp.write_text(content, encoding="utf-8")
    return python


def _pip(python: Path, *arguments: str) -> str:
    options = ["--disable-pip-version-check", "-qq", "--python", str(python)]
    command = [sys.executable, "-m", "pip", *options, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def extract_baseline(root: Path, target: Path) -> str | None:
    """Extract the baseline to `target`. Return a reason if the history of `root` lacks it."""
    command = ["git", "-C", str(root), "archive", BASELINE, *_SOURCES]
    try:
        archive = subprocess.run(command, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return f"the history lacks commit {BASELINE[:7]}"
    shutil.rmtree(target, ignore_errors=True)
    with tarfile.open(fileobj=BytesIO(archive)) as files:
        files.extractall(target, filter="data")
    return None
