"""Runs of mypy and pyright over modules in a directory, and the errors by module."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple, TypeAlias

from mypy import api

import memsy

MYPY = """
[mypy]
strict = True
python_version = 3.13
disable_error_code = import-untyped
"""
PLUGIN = f"{MYPY}plugins = memsy.mypy_plugin\n"
PYRIGHT = {
    "typeCheckingMode": "standard",
    "pythonVersion": "3.13",
    "extraPaths": [str(Path(memsy.__file__).parent.parent)],
}


class Error(NamedTuple):
    line: int
    code: str
    message: str


Errors: TypeAlias = dict[str, list[Error]]
"""Errors by the name of the module without its package."""


def run_mypy(directory: Path, configuration: str) -> Errors:
    """Check all modules of a directory in one run of mypy."""
    path = directory / "mypy.ini"
    path.write_text(configuration)
    options = ["--config-file", str(path), "--no-incremental", "--no-error-summary"]
    output, failure, _ = api.run([*options, "--hide-error-context", str(directory)])
    assert not failure, failure
    errors: defaultdict[str, list[Error]] = defaultdict(list)
    pattern = r"(?m)^(.+?):(\d+): error: (.+?)(?:  \[([\w-]+)\])?$"
    for file, line, message, code in re.findall(pattern, output):
        errors[Path(file).stem].append(Error(int(line), code, message))
    return errors


def run_pyright(directory: Path) -> Errors:
    """Check all modules of a directory in one run of basedpyright, in standard mode."""
    (directory / "pyrightconfig.json").write_text(json.dumps(PYRIGHT))
    command = [sys.executable, "-m", "basedpyright", "--outputjson", "--project", str(directory)]
    command += ["--pythonpath", sys.executable]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    errors: defaultdict[str, list[Error]] = defaultdict(list)
    for found in json.loads(result.stdout)["generalDiagnostics"]:
        if found["severity"] == "error":
            line = found["range"]["start"]["line"] + 1
            error = Error(line, found.get("rule", ""), found["message"])
            errors[Path(found["file"]).stem].append(error)
    return errors
