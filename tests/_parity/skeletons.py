"""Copies of the modules with marked classes, reduced to signatures."""

from __future__ import annotations

import ast
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tests._parity.class_sources import ClassSource
from tests._parity.mutations import Mutation

_IMPORTS = """
import asyncio, builtins, collections.abc, contextlib, functools, time, typing, typing_extensions
import parity_others, parity_values
from typing import NoReturn
"""


class ClassPair(NamedTuple):
    marked: str
    reference: str
    is_mirror: bool


class Skeleton:
    """Modules by full name, and their classes by short name."""

    def __init__(self, modules: dict[str, ast.Module]) -> None:
        self.modules = modules
        self.classes = {
            node.name: ClassSource(module, node)
            for module, tree in modules.items()
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        }
        self.comparisons = [
            ClassPair(name, reference, mark == "mirrors")
            for name, cls in self.classes.items()
            for mark, reference in cls.marks.items()
        ]

    @classmethod
    def read(cls, root: Path) -> Skeleton:
        """Read a package: the modules of marked classes, of their references, and of all bases."""
        trees = {_module(path, root): ast.parse(path.read_text()) for path in root.rglob("*.py")}
        package = cls(trees)
        pairs = package.comparisons
        compared = {name for pair in pairs for name in (pair.marked, pair.reference)}
        modules = {package.classes[c].module for name in compared for c in package.lineage(name)}
        modules |= {module.rpartition(".")[0] for module in modules} - {root.name}
        return cls({module: _Stripper().visit(trees[module]) for module in sorted(modules)})

    def lineage(self, name: str) -> list[str]:
        """Return a class and its bases, without protocols if the class is not a protocol."""
        bases = [base for base in self.classes[name].bases if base in self.classes]
        if not self._is_protocol(name):
            bases = [base for base in bases if not self._is_protocol(base)]
        return [name, *(ancestor for base in bases for ancestor in self.lineage(base))]

    def owner(self, name: str, member: str) -> ClassSource | None:
        """Return the class in the lineage that defines a member."""
        lineage = map(self.classes.__getitem__, self.lineage(name))
        return next((cls for cls in lineage if member in cls.members), None)

    def sides(self) -> list[set[str]]:
        """
        Divide the classes into sets, so that no class is in one set with its reference.

        A base of both classes of a comparison is in no set.
        """
        opponents: dict[str, set[str]] = {}
        shared: set[str] = set()
        for marked, reference, _ in self.comparisons:
            ours, theirs = set(self.lineage(marked)), set(self.lineage(reference))
            shared |= ours & theirs
            for name in self.lineage(marked):
                opponents.setdefault(name, set()).update(theirs)
            for name in self.lineage(reference):
                opponents.setdefault(name, set()).update(ours)
        sides: list[set[str]] = []
        for name in _neighbours_first(opponents):
            if name not in shared:
                free = [side for side in sides if not side & opponents[name]]
                if not free:
                    free = [set()]
                    sides += free
                free[0].add(name)
        return sides

    def copy(self, package: str, mutation: Mutation, side: set[str]) -> Skeleton:
        """Return a copy under another package name, with a mutation of the classes of one side."""
        moving = _ImportRewriter(self._full_names, package)
        mutating = _Mutator(mutation, side, set().union(*self.sides()))
        return Skeleton(
            {
                _renamed_module(module, package): mutating.visit(moving.visit(ast.parse(text)))
                for module, text in self._texts.items()
            }
        )

    def write(self, root: Path) -> Skeleton:
        """Write the modules, and return them with the line numbers of the files."""
        written: dict[str, ast.Module] = {}
        for module, tree in self.modules.items():
            path, text = self.path(root, module), ast.unparse(tree)
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(text)
            written[module] = ast.parse(text)
        return Skeleton(written)

    def path(self, root: Path, module: str) -> Path:
        """Return the file of a module below a directory."""
        is_package = any(other.startswith(f"{module}.") for other in self.modules)
        return root.joinpath(*module.split("."), *["__init__"] * is_package).with_suffix(".py")

    @cached_property
    def _texts(self) -> dict[str, str]:
        return {module: ast.unparse(tree) for module, tree in self.modules.items()}

    @cached_property
    def _full_names(self) -> set[str]:
        """Full names of all modules, classes and imports in a copy."""
        names = {f"{m}.{name}" for m, tree in self.modules.items() for name in _names(tree)}
        return names | self.modules.keys()

    def _is_protocol(self, name: str) -> bool:
        return "Protocol" in self.classes[name].bases


class _Stripper(ast.NodeTransformer):
    """Remove bodies and docstrings; `__init__` keeps its body, which declares attributes."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        node.body[2:2] = ast.parse(_IMPORTS).body
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        if ast.get_docstring(node):
            node.body[0] = ast.Pass()
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if node.name != "__init__":
            node.body = [ast.Expr(ast.Constant(...))]
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        node.body = [ast.Expr(ast.Constant(...))]
        return node


class _ImportRewriter(ast.NodeTransformer):
    """Rewrite imports to the name of the copied package."""

    def __init__(self, along: set[str], package: str) -> None:
        self.along, self.package = along, package

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        return node  # no import below; a visit takes time

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.ImportFrom]:
        source = node.module or ""
        moving = [alias for alias in node.names if f"{source}.{alias.name}" in self.along]
        staying = [alias for alias in node.names if alias not in moving]
        groups = (_renamed_module(source, self.package), moving), (source, staying)
        return [ast.ImportFrom(module, names, node.level) for module, names in groups if names]


class _Mutator(ast.NodeTransformer):
    """Rewrite the classes that are compared."""

    def __init__(self, mutation: Mutation, side: set[str], compared: set[str]) -> None:
        self.mutation, self.side, self.compared = mutation, side, compared

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        if node.name in self.compared:
            self.mutation.rewrite(node, is_changed=node.name in self.side)
        return node


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _renamed_module(module: str, package: str) -> str:
    return ".".join([package, *module.split(".")[1:]])


def _neighbours_first(graph: dict[str, set[str]]) -> list[str]:
    """Return the nodes of a graph, each after a neighbour if possible."""
    order: dict[str, None] = {}
    waiting = list(graph)
    while waiting:
        name = waiting.pop(0)
        if name not in order:
            order[name] = None
            waiting = sorted(graph[name]) + waiting
    return list(order)


def _names(tree: ast.Module) -> set[str]:
    """Return the names that a module defines or imports."""
    aliases = {n.asname or n.name for n in ast.walk(tree) if isinstance(n, ast.alias)}
    return aliases | {n.name for n in tree.body if isinstance(n, ast.ClassDef)}
