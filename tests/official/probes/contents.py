"""Contents of the installed package: its tools for tests, its dependencies and its size."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import memsy

TITLE = "Package, dependencies and tools for tests"

_FAKE = re.compile("Fake|Mock|Stub")
_PACKAGE = Path(memsy.__file__).parent


def cells(settings: Mapping[str, str]) -> dict[str, str]:
    """Return the metadata, the classes for tests, and the sizes."""
    about = metadata.metadata("memsy")
    dependencies = sorted(_dependencies())
    files = [file for name in dependencies for file in _files(name)]
    classes = list(_classes())
    return {
        "version": about["Version"],
        "summary": about["Summary"],
        "maturity by its classifier": _status(about.get_all("Classifier") or []),
        "Python": about["Requires-Python"],
        "public classes with Fake, Mock or Stub in their names": _listed(
            name for name, _ in classes if _FAKE.search(name)
        ),
        "public `Protocol` classes, for fakes of your own": str(
            sum(is_protocol for _, is_protocol in classes)
        ),
        "pytest plugins": _entry_points("pytest11"),
        "commands": _entry_points("console_scripts"),
        "subpackages": _listed(
            path.name for path in _PACKAGE.iterdir() if path.is_dir() and path.name[0] != "_"
        ),
        "lines of Python in the package": f"{_lines():,}",
        "distributions that it installs, itself excluded": str(len(dependencies)),
        "... their size": f"{sum(file.stat().st_size for file in files) / 2**20:.1f} MiB",
        "... compiled modules": str(sum(file.suffix in (".so", ".pyd") for file in files)),
    }


def _status(classifiers: list[str]) -> str:
    found = [one for one in classifiers if one.startswith("Development Status")]
    return found[0].rpartition(" - ")[2] if found else "not stated"


def _dependencies(name: str = "memsy") -> set[str]:
    """Return the installed distributions that `name` requires without extras."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for requirement in metadata.requires(waiting.pop()) or []:
            match = re.match(r"[\w.-]+", requirement)
            if match is None or "extra ==" in requirement.replace("extra==", "extra =="):
                continue
            dependency = re.sub("[-_.]+", "-", match[0]).lower()
            if dependency not in found and _is_installed(dependency):
                found.add(dependency)
                waiting.append(dependency)
    return found


def _is_installed(name: str) -> bool:
    """Markers such as the version of Python exclude some requirements."""
    try:
        metadata.distribution(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _files(name: str) -> Iterator[Path]:
    for file in metadata.distribution(name).files or []:
        path = Path(str(file.locate()))
        if path.is_file() and path.suffix != ".pyc":
            yield path


def _sources() -> Iterator[Path]:
    return _PACKAGE.rglob("*.py")


def _lines() -> int:
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in _sources())


def _classes() -> Iterator[tuple[str, bool]]:
    """Yield the name of each public class, and if it is a protocol."""
    for path in sorted(_sources()):
        if any(part.startswith("_") for part in path.relative_to(_PACKAGE).with_suffix("").parts):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield node.name, any("Protocol" in ast.unparse(base) for base in node.bases)


def _entry_points(group: str) -> str:
    points = metadata.entry_points(group=group)
    return _listed(point.name for point in points if point.value.startswith("memsy."))


def _listed(names: Iterator[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted({*names})) or "none"
