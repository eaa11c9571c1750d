"""Copies of the modules with marked classes, reduced to signatures."""

from __future__ import annotations

import ast
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tests._parity.mutations import SPECIAL_NAMES, Definition, Mutation

ASYNC_NAMES = {"__enter__": "__aenter__", "__exit__": "__aexit__"}
MARKS = {"mirrors", "implements"}


class ClassSource:
    """Class definition: marks, bases and members."""

    def __init__(self, module: str, node: ast.ClassDef) -> None:
        calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
        marks = {ast.unparse(call.func): ast.unparse(call.args[0]) for call in calls if call.args}
        self.module, self.node = module, node
        self.marks = {mark: marks[mark] for mark in marks.keys() & MARKS}
        self.bases = [ast.unparse(base).partition("[")[0] for base in node.bases]
        self.members = {f.name: f for f in node.body if isinstance(f, Definition) and is_member(f)}


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

    def definition(self, name: str, member: str) -> tuple[ClassSource, Definition] | None:
        """Return the class in the lineage that defines a member, and the definition."""
        for cls in map(self.classes.__getitem__, self.lineage(name)):
            if member in cls.members:
                return cls, cls.members[member]
        return None

    def sides(self) -> list[set[str]]:
        """Divide the classes into sets, so that no class is in one set with its reference."""
        opponents: dict[str, set[str]] = {}
        for marked, reference, _ in self.comparisons:
            for left, right in ((marked, reference), (reference, marked)):
                for name in self.lineage(left):
                    opponents.setdefault(name, set()).update(self.lineage(right))
        sides: list[set[str]] = []
        for name, others in opponents.items():
            free = [side for side in sides if not side & others]
            if not free:
                free = [set()]
                sides += free
            free[0].add(name)
        return sides

    def copy(self, package: str, mutation: Mutation, side: set[str]) -> Skeleton:
        """Return a copy under another package name, with a mutation of the classes of one side."""
        moving, mutating = _ImportRewriter(self._full_names, package), _Mutator(mutation, side)
        return Skeleton(
            {
                _renamed_module(module, package): mutating.visit(moving.visit(deepcopy(tree)))
                for module, tree in self.modules.items()
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
    def _full_names(self) -> set[str]:
        """Full names of all modules, classes and imports in a copy."""
        names = {f"{m}.{name}" for m, tree in self.modules.items() for name in _names(tree)}
        return names | self.modules.keys()

    def _is_protocol(self, name: str) -> bool:
        return "Protocol" in self.classes[name].bases


def is_member(f: Definition) -> bool:
    """Return True if at least one comparison covers the definition."""
    return not f.name.startswith("_") or f.name in SPECIAL_NAMES or f.name == "__init__"


class _Stripper(ast.NodeTransformer):
    """Remove bodies and docstrings; `__init__` keeps its body, which declares attributes."""

    def visit_Module(self, node: ast.Module) -> ast.Module:
        self.generic_visit(node)
        node.body.insert(2, ast.parse("from typing import NoReturn").body[0])  # for the mutations
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

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.ImportFrom]:
        source = node.module or ""
        moving = [alias for alias in node.names if f"{source}.{alias.name}" in self.along]
        staying = [alias for alias in node.names if alias not in moving]
        groups = (_renamed_module(source, self.package), moving), (source, staying)
        return [ast.ImportFrom(module, names, node.level) for module, names in groups if names]


class _Mutator(ast.NodeTransformer):
    """Replace definitions by their mutations."""

    def __init__(self, mutation: Mutation, side: set[str]) -> None:
        self.mutation, self.side = mutation, side

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        if node.name in self.side:
            for member in ClassSource("", node).members.values():
                place = node.body.index(member)
                node.body[place : place + 1] = self.mutation(deepcopy(member)) or [member]
        return node


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _renamed_module(module: str, package: str) -> str:
    return ".".join([package, *module.split(".")[1:]])


def _names(tree: ast.Module) -> set[str]:
    """Return the names that a module defines or imports."""
    aliases = {n.asname or n.name for n in ast.walk(tree) if isinstance(n, ast.alias)}
    return aliases | {n.name for n in tree.body if isinstance(n, ast.ClassDef)}
