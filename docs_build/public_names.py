"""Public names of the package, read from the source without an import."""

from __future__ import annotations

import re
from collections.abc import Iterator

import griffe

from docs_build import ROOT

REFERENCE = ROOT / "docs" / "reference"
_DIRECTIVE = re.compile(r"^::: (\S+)$", re.MULTILINE)


def load() -> griffe.Module:
    """Return the package with all its modules."""
    package = griffe.load(
        "memsy", search_paths=[ROOT], resolve_aliases=True, allow_inspection=False
    )
    assert isinstance(package, griffe.Module)
    return package


def public_objects(package: griffe.Module) -> dict[str, griffe.Object]:
    """
    Return the object of each public name, by its path in the source.

    A public name is a name in `__all__` of a public module. Several modules may export one object.
    """
    found: dict[str, griffe.Object] = {}
    for module in _public_modules(package):
        for name in module.exports or ():
            obj = resolve(package, f"{module.path}.{name}")
            found[obj.path] = obj
    return found


def directives() -> list[str]:
    """Return the paths that the pages of the API reference describe."""
    return [
        path
        for page in sorted(REFERENCE.glob("*.md"))
        for path in _DIRECTIVE.findall(page.read_text(encoding="utf-8"))
    ]


def resolve(package: griffe.Module, path: str) -> griffe.Object:
    """Return the object that the public path `path` names."""
    found = package[path.removeprefix(f"{package.name}.")]
    target = found.final_target if isinstance(found, griffe.Alias) else found
    assert isinstance(target, griffe.Object)
    return target


def _public_modules(module: griffe.Module) -> Iterator[griffe.Module]:
    yield module
    for name, member in module.modules.items():
        if not member.is_alias and not name.startswith("_"):
            yield from _public_modules(member)
