"""The corpus of honest pairs in `honest/`: its modules, its pairs, and its twin with drifts."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Container, Iterator
from functools import partial
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import NamedTuple

from memsy.parity import MARKED, Mark
from memsy.parity._decorators import Target

DIRECTORY = Path(__file__).with_name("honest")

# Modules with the syntax of a later Python have its version in their suffix.
_VERSIONS = {".py": (3, 10), ".pyi": (3, 10), ".py312": (3, 12), ".py313": (3, 13)}
_CLASS = re.compile(r"((?:^ *@.+\n(?:^ +[^@\n]+,\n)*(?:^ *\)\n)?)+)^( *)class .+:\n", re.MULTILINE)
_FUNCTION = re.compile(r"^((?:@.+\n)*)(?:async )?def (\w+)\(", re.MULTILINE)
_MARK = re.compile(r"@[\w.]*(?:mirrors|async_form_of|implements)\(\s*(?:reference=)?([\w.]+)")


class Pair(NamedTuple):
    """Marked class or function, and one of its marks."""

    target: Target
    mark: Mark

    @property
    def construct(self) -> str:
        """The construct of Python that the module of the class is about."""
        return self.target.__module__.rpartition(".")[2]

    def __str__(self) -> str:
        return f"{self.construct}-{self.target.__name__}-{self.mark.reference.__name__}"


class Drift(NamedTuple):
    """Member that the twin of the corpus adds to a marked class, or marked function it changes."""

    path: Path
    line: int
    name: str
    reference: str


def modules(python: tuple[int, int]) -> list[Path]:
    """Return the modules of the corpus for a version of Python."""
    paths = sorted(DIRECTORY.iterdir())
    return [path for path in paths if python >= _VERSIONS.get(path.suffix, (9, 9))]


def pairs() -> list[Pair]:
    """Import the corpus, and return all pairs of it."""
    for path in modules(sys.version_info[:2]):
        if path.suffix != ".pyi":
            _import(path)
    package = f"{__package__}.{DIRECTORY.name}."
    marked = [(cls, marks) for cls, marks in MARKED.items() if cls.__module__.startswith(package)]
    return [Pair(cls, mark) for cls, marks in marked for mark in marks]


def copy(root: Path, python: tuple[int, int]) -> None:
    """Write the corpus for a version of Python below `root`, with its package names."""
    for path in modules(python):
        _write(root, path, path.read_text(encoding="utf-8"))


def copy_with_drifts(root: Path, python: tuple[int, int]) -> Iterator[Drift]:
    """
    Write the corpus with drifts, and yield these.

    Each marked class has a further method, and each marked function a further parameter.
    """
    for path in modules(python):
        text = path.read_text(encoding="utf-8")
        parts = list[str]()
        end = 0
        for number, match in enumerate(_CLASS.finditer(text)):
            references = _MARK.findall(match[1])
            parts.append(text[end : match.end()])
            end = match.end()
            if references:
                name, line = f"drift_{number}", "".join(parts).count("\n") + 1
                parts.append(f"{match[2]}    def {name}(self) -> None: ...\n")
                for reference in references:
                    yield Drift(_target(root, path), line, name, reference.rpartition(".")[2])
        text = "".join([*parts, text[end:]])
        yield from _function_drifts(text, _target(root, path))
        _write(root, path, _FUNCTION.sub(partial(_with_parameter, _marked_functions(text)), text))


def _marked_functions(text: str) -> dict[str, str]:
    """Return the name of the reference of each marked function."""
    found = {name: _MARK.findall(decorators) for decorators, name in _FUNCTION.findall(text)}
    return {name: references[0] for name, references in found.items() if references}


def _function_drifts(text: str, path: Path) -> Iterator[Drift]:
    """Yield the first definition of each marked function: only overloads have several."""
    references = _marked_functions(text)
    for match in _FUNCTION.finditer(text):
        name = match[2]
        if name in references:
            yield Drift(path, text.count("\n", 0, match.end()) + 1, name, references.pop(name))


def _with_parameter(names: Container[str], function: re.Match[str]) -> str:
    return f"{function[0]}drift: int, " if function[2] in names else function[0]


def _import(path: Path) -> None:
    name = f"{__package__}.{DIRECTORY.name}.{path.stem}"
    if name not in sys.modules:
        loader = SourceFileLoader(name, str(path))
        module = importlib.util.module_from_spec(
            importlib.util.spec_from_loader(name, loader)  # type: ignore[arg-type]  # has a loader
        )
        sys.modules[name] = module
        loader.exec_module(module)


def _write(root: Path, path: Path, text: str) -> None:
    target = _target(root, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    for package in target.relative_to(root).parents[:-1]:
        (root / package / "__init__.py").touch()
    target.write_text(text, encoding="utf-8")


def _target(root: Path, path: Path) -> Path:
    suffix = re.sub(r"\d+", "", path.suffix)
    return root.joinpath(*(__package__ or "").split("."), DIRECTORY.name, path.stem + suffix)
