"""Metadata of `Annotated`, read from the file: mypy drops it when it parses an annotation."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from mypy.nodes import ClassDef, FuncDef, Import, ImportAll, ImportBase, ImportFrom, MypyFile
from mypy.options import Options

_NAME: Final = "Annotated"
_USES: Final = (b"Annotated[", b"Annotated as ")
"""Texts of a module that uses `Annotated`: to parse a module takes time."""
_MODULES: Final = ("typing", "typing_extensions")


def annotated_metadata(module: MypyFile, options: Options) -> Annotations:
    """Return the metadata in a module: none if the file does not exist or its syntax is newer."""
    if module.is_typeshed_file(options):
        return _NONE
    files = dict(options.shadow_file or [])
    return _read(module, files.get(module.path, module.path))


def _imports_annotated(statement: ImportBase) -> bool:
    """Return True if a module can use `Annotated`: to read its file takes much longer."""
    if isinstance(statement, ImportFrom):
        return any(name == _NAME for name, _ in statement.names)
    modules = statement.ids if isinstance(statement, Import) else []
    return isinstance(statement, ImportAll) or any(name in _MODULES for name, _ in modules)


@lru_cache(maxsize=32)
def _read(module: MypyFile, path: str) -> Annotations:
    if not any(map(_imports_annotated, module.imports)):
        return _NONE
    try:
        text = Path(path).read_bytes()
        tree = ast.parse(text if any(use in text for use in _USES) else b"")
    except (OSError, SyntaxError, ValueError, RecursionError):
        tree = ast.Module([], [])
    return Annotations(tree)


class Annotations:
    """Metadata of the annotations in one module."""

    def __init__(self, tree: ast.Module) -> None:
        self._names, self._aliases = {_NAME}, dict[str, ast.expr]()
        self._functions = dict[tuple[int, str], ast.FunctionDef | ast.AsyncFunctionDef]()
        self._classes = dict[tuple[int, str], ast.ClassDef]()
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions[node.lineno, node.name] = node
            elif isinstance(node, ast.ClassDef):
                self._classes[node.lineno, node.name] = node
            elif isinstance(node, ast.ImportFrom):
                self._names |= {a.asname for a in node.names if a.name == _NAME and a.asname}
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                self._aliases[node.targets[0].id] = node.value
            elif isinstance(node, ast.AnnAssign) and node.value:
                self._aliases[ast.unparse(node.target)] = node.value

    def function(self, function: FuncDef) -> dict[str, list[str]]:
        """Return the metadata of each parameter, and of `return`."""
        if not self._functions:
            return {}  # A module without `Annotated`.
        node = self._functions.get((function.line, function.name))
        if node is None:
            return {}
        arguments = [n for n in ast.walk(node.args) if isinstance(n, ast.arg)]
        annotations = {argument.arg: argument.annotation for argument in arguments}
        return self._recorded({**annotations, "return": node.returns})

    def attributes(self, cls: ClassDef) -> dict[str, list[str]]:
        """Return the metadata of each attribute that a class body declares."""
        node = self._classes.get((cls.line, cls.name))
        declared = [n for n in node.body if isinstance(n, ast.AnnAssign)] if node else []
        return self._recorded({ast.unparse(n.target): n.annotation for n in declared})

    def _recorded(self, annotations: dict[str, ast.expr | None]) -> dict[str, list[str]]:
        found = {
            name: [*self._metadata(annotation, frozenset())]
            for name, annotation in annotations.items()
            if annotation
        }
        return {name: texts for name, texts in found.items() if texts}

    def _metadata(self, node: ast.AST, seen: frozenset[str]) -> Iterator[str]:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                yield from self._metadata(ast.parse(node.value, mode="eval"), seen)
            except (SyntaxError, ValueError):
                return
        elif isinstance(node, ast.Name) and node.id in self._aliases and node.id not in seen:
            yield from self._metadata(self._aliases[node.id], seen | {node.id})
        elif isinstance(node, ast.Subscript) and self._is_annotated(node):
            assert isinstance(node.slice, ast.Tuple)
            inner, *metadata = node.slice.elts
            yield from self._metadata(inner, seen)
            yield from map(ast.unparse, metadata)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value).endswith("Literal"):
            return
        else:
            for child in ast.iter_child_nodes(node):
                yield from self._metadata(child, seen)

    def _is_annotated(self, node: ast.Subscript) -> bool:
        name = ast.unparse(node.value).rpartition(".")[2]
        return name in self._names and isinstance(node.slice, ast.Tuple)


_NONE: Final = Annotations(ast.Module([], []))
