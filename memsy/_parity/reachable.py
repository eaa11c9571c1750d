"""Modules that a module imports, directly or not, and the mirrored classes in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mypy.nodes import MypyFile, SymbolTable, TypeInfo

from memsy._parity.marks import MIRRORS, reference_name


class ReachableModules:
    """
    Imports and mirrored classes of each module.

    A comparison considers these modules alone. mypy has always analyzed them before, so that the
    result does not depend on the order of the modules.
    """

    def __init__(self) -> None:
        self._contents: dict[str, _Contents] = {}

    def forget(self, module: str) -> None:
        """Read a module again, because mypy analyzes it again."""
        self._contents.pop(module, None)

    def names(self, module: str, files: Mapping[str, MypyFile]) -> set[str]:
        """Return the names of the modules that a module reaches, itself included."""
        found, pending = {module}, [module]
        while pending:
            new = self._read(pending.pop(), files).imports - found
            found |= new
            pending += new
        return found

    def mirrored(self, modules: set[str], files: Mapping[str, MypyFile]) -> set[str]:
        """Return the full names of the classes that have an async form in the modules."""
        return {name for module in modules for name in self._read(module, files).mirrored}

    def _read(self, module: str, files: Mapping[str, MypyFile]) -> _Contents:
        contents = self._contents.get(module)
        if contents is None:
            file = files.get(module)
            contents = _contents(file, files) if file else _Contents(set(), set())
            if contents.imports:
                self._contents[module] = contents
        return contents


class _Contents(NamedTuple):
    imports: set[str]
    mirrored: set[str]


def _contents(file: MypyFile, files: Mapping[str, MypyFile]) -> _Contents:
    nodes = [symbol.node for symbol in file.names.values()]
    names = [node.fullname if isinstance(node, MypyFile) else "" for node in nodes]
    owners = [node.fullname.rpartition(".")[0] for node in nodes if node]
    imports = {name for name in (*names, *owners) if name in files}
    references = {reference_name(info, MIRRORS) for info in _classes(file.names, file.fullname)}
    return _Contents(imports, references - {""})


def _classes(names: SymbolTable, owner: str) -> Iterator[TypeInfo]:
    """Yield the classes that a module or a class defines, and the classes nested in them."""
    for name, symbol in names.items():
        node = symbol.node
        if isinstance(node, TypeInfo) and node.fullname == f"{owner}.{name}":
            yield node
            yield from _classes(node.names, node.fullname)
