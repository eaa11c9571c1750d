"""Installations of the wheel into empty environments: imports, demo and types."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.release.archives import Archive
from tests.release.commands import clean_environment, problems_of, run
from tests.release.report import Report

_EXTRAS = "cli,otel,parquet"
_HOSTS = ("mypy", "pytest")
"""Programs that load a module of the package."""

_NEEDS_MORE = (
    "memsy.cli",
    "memsy.integrations.otel",
    "memsy.mypy_plugin",
    "memsy.testing.pytest_plugin",
)
"""Modules that need an extra or a host. `pip install` of the wheel alone imports the others."""

NOT_IMPORTED = "memsy.integrations.ray"
"""`make scale` tests this module, because Ray is large."""

_IMPORT = "import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)"

_CONSUMER = """\
from typing_extensions import assert_type
from memsy import MemsyClient, SearchResponse
assert_type(MemsyClient().search("tea"), SearchResponse)
"""


def public_modules(wheel: Archive) -> Sequence[str]:
    """Return the names of the modules without a leading underscore, except Ray's."""
    names = (
        path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for path in wheel
        if path.endswith(".py")
    )
    public = (name for name in names if "._" not in name)
    return sorted(name for name in public if name != NOT_IMPORTED)


def importable_alone(modules: Iterable[str]) -> Sequence[str]:
    """Return the modules that need neither an extra nor a host."""
    needs_more = tuple(f"{name}." for name in _NEEDS_MORE)
    return [name for name in modules if not f"{name}.".startswith(needs_more)]


class Environment:
    """Virtual environment with nothing but the wheel. Its checks run in an empty folder."""

    def __init__(self, interpreter: Path, folder: Path) -> None:
        self._interpreter = interpreter
        self._folder = folder
        self._bin = folder / "environment" / "bin"

    def check_wheel(self, report: Report, label: str, wheel: Path, modules: Sequence[str]) -> None:
        """Install the wheel alone, then with extras, and run the checks of each."""
        version = wheel.name.split("-")[1]
        alone = importable_alone(modules)
        if not report.check(f"{label}: install the wheel", self._create(wheel)):
            return
        report.check(f"{label}: pip check", self._pip("check"))
        report.check(
            f"{label}: python -W error -c 'import memsy'", self._python("-c", "import memsy")
        )
        report.check(
            f"{label}: import {len(alone)} public modules", self._python("-c", _IMPORT, *alone)
        )
        extras = self._pip("install", f"{wheel}[{_EXTRAS}]", *_HOSTS)
        if not report.check(f"{label}: install the extras {_EXTRAS}", extras):
            return
        report.check(f"{label}: pip check with extras", self._pip("check"))
        report.check(
            f"{label}: import {len(modules)} public modules", self._python("-c", _IMPORT, *modules)
        )
        report.check(f"{label}: memsy --version", self._version(version))
        report.check(f"{label}: python -W error -m memsy demo", self._python("-m", "memsy", "demo"))
        report.check(f"{label}: mypy --strict of a consumer", self._mypy())

    def _create(self, wheel: Path) -> Sequence[str]:
        self._folder.mkdir(parents=True)
        environment = self._folder / "environment"
        created = run(
            *(self._interpreter, "-m", "venv", "--without-pip", environment), cwd=self._folder
        )
        return problems_of(created) or self._pip("install", str(wheel))

    def _pip(self, *arguments: str) -> Sequence[str]:
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-qq")
        return problems_of(
            run(*pip, "--python", self._bin / "python", *arguments, cwd=self._folder)
        )

    def _python(self, *arguments: str) -> Sequence[str]:
        return problems_of(self._run(self._bin / "python", "-W", "error", *arguments))

    def _version(self, version: str) -> Sequence[str]:
        process = self._run(self._bin / "memsy", "--version")
        is_right = process.stdout == f"memsy {version}\n"
        return problems_of(process) or ([] if is_right else [f"it printed {process.stdout!r}"])

    def _mypy(self) -> Sequence[str]:
        (self._folder / "consumer.py").write_text(_CONSUMER)
        return problems_of(self._run(self._bin / "python", "-m", "mypy", "--strict", "consumer.py"))

    def _run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        # The empty folder as home: the user's profiles must not reach the demo.
        environment = clean_environment(HOME=str(self._folder))
        return run(*command, cwd=self._folder, environment=environment)
