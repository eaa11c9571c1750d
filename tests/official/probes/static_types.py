"""Types of the public names by basedpyright, and mistakes of a caller that mypy finds."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import memsy

TITLE = "Static types"

_PACKAGE = Path(memsy.__file__).parent

_USE = """\
import memsy
from memsy import AsyncMemsyClient, EventPayload, MemsyClient, MemsyControlClient

client = MemsyClient("http://127.0.0.1:9/v1", "key")
control = MemsyControlClient("http://127.0.0.1:9/v1", "key")
async_client = AsyncMemsyClient("http://127.0.0.1:9/v1", "key")
event = EventPayload("u1", "s1", "user_message", "I like tea.")
"""
_MISTAKES = {
    "number as the query": "client.search(1)",
    "text as `limit`": 'client.search("tea", limit="10")',
    "unknown field of a result": 'client.search("tea").results[0].contents',
    "missing `await`": 'async_client.search("tea").results',
    "event instead of a list of events": "client.ingest(event)",
    "misspelt kind of an event": 'EventPayload("u1", "s1", "user_mesage", "I like tea.")',
    "unknown sort order": 'client.memories.list(sort="oldest")',
    "unknown scope of a key": 'control.keys.create("k", scopes=["red"])',
}


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the completeness of the types, and the mistakes that mypy finds."""
    python = settings["tools"]
    with TemporaryDirectory() as folder:
        return {
            "`py.typed` in the package": "yes" if (_PACKAGE / "py.typed").exists() else "no",
            **_completeness(python, folder),
            **_found(python, Path(folder)),
        }


def _completeness(python: str, folder: str) -> dict[str, str]:
    command = [python, "-m", "basedpyright", "--verifytypes", "memsy", "--ignoreexternal"]
    process = subprocess.run(
        [*command, "--outputjson"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_PACKAGE.parent), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    report = json.loads(process.stdout)["typeCompleteness"]
    return {
        "public names": str(sum(report["exportedSymbolCounts"].values())),
        "... with a known type, `basedpyright --verifytypes`": f"{report['completenessScore']:.1%}",
    }


def _found(python: str, folder: Path) -> dict[str, str]:
    """Return which mistakes mypy reports. The correct lines must have no error."""
    file = folder / "use.py"
    file.write_text(_USE + "".join(f"{line}\n" for line in _MISTAKES.values()), encoding="utf-8")
    command = [python, "-m", "mypy", "--strict", "--python-executable", sys.executable, "use.py"]
    process = subprocess.run(
        [*command, "--no-error-summary"], cwd=folder, capture_output=True, text=True, check=False
    )
    lines = {int(line.split(":")[1]) for line in process.stdout.splitlines() if ": error: " in line}
    first = len(_USE.splitlines()) + 1
    if unexpected := {line for line in lines if line < first}:
        raise RuntimeError(f"mypy reports errors in lines {unexpected}: {process.stdout}")
    return {
        f"`mypy --strict`: {mistake}": "found" if number in lines else "not found"
        for number, mistake in enumerate(_MISTAKES, first)
    }
