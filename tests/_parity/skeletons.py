"""The modules of a package that have compared classes, cut down to what is compared in them."""

from __future__ import annotations

import ast
from copy import deepcopy
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from tests._parity.mutations import SPECIAL_NAMES, Definition, Mutation

ASYNC_NAMES = {"__enter__": "__aenter__", "__exit__": "__aexit__"}
MARKS = {"mirrors", "implements"}


class Class:
    """A class as it is written: what it is marked with, what it inherits from, what it defines."""

    def __init__(self, module: str, node: ast.ClassDef) -> None:
        calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
        marks = {ast.unparse(call.func): ast.unparse(call.args[0]) for call in calls if call.args}
        self.module, self.node = module, node
        self.marks = {mark: marks[mark] for mark in marks.keys() & MARKS}
        self.bases = [ast.unparse(base).partition("[")[0] for base in node.bases]
        self.members = {f.name: f for f in node.body if isinstance(f, Definition) and is_member(f)}


class Comparison(NamedTuple):
    here: str
    there: str
    is_mirror: bool


class Skeleton:
    """Modules by their full names, and the classes in them by their short ones."""

    def __init__(self, modules: dict[str, ast.Module]) -> None:
        self.modules = modules
        self.classes = {
            node.name: Class(module, node)
            for module, tree in modules.items()
            for node in tree.body
            if isinstance(node, ast.ClassDef)
        }
        self.comparisons = [
            Comparison(name, of, mark == "mirrors")
            for name, cls in self.classes.items()
            for mark, of in cls.marks.items()
        ]

    @classmethod
    def of(cls, root: Path) -> Skeleton:
        """Of a package: the modules of the marked classes, of what they name, of their bases."""
        trees = {_module(path, root): ast.parse(path.read_text()) for path in root.rglob("*.py")}
        whole = cls(trees)
        compared = {name for pair in whole.comparisons for name in (pair.here, pair.there)}
        modules = {whole.classes[c].module for name in compared for c in whole.lineage(name)}
        modules |= {module.rpartition(".")[0] for module in modules} - {root.name}
        return cls({module: _Stripping().visit(trees[module]) for module in sorted(modules)})

    def lineage(self, name: str) -> list[str]:
        """A class and those it inherits from, without the protocols if it is none itself."""
        bases = [base for base in self.classes[name].bases if base in self.classes]
        if not self._is_protocol(name):
            bases = [base for base in bases if not self._is_protocol(base)]
        return [name, *(ancestor for base in bases for ancestor in self.lineage(base))]

    def definition(self, name: str, member: str) -> tuple[Class, Definition] | None:
        """Where in the lineage of a class a member is defined, and how."""
        for cls in map(self.classes.__getitem__, self.lineage(name)):
            if member in cls.members:
                return cls, cls.members[member]
        return None

    def sides(self) -> list[set[str]]:
        """The classes, parted so that none stands with what it, or its heir, is compared with."""
        opponents: dict[str, set[str]] = {}
        for here, there, _ in self.comparisons:
            for one, other in ((here, there), (there, here)):
                for name in self.lineage(one):
                    opponents.setdefault(name, set()).update(self.lineage(other))
        sides: list[set[str]] = []
        for name, others in opponents.items():
            free = [side for side in sides if not side & others]
            if not free:
                free = [set()]
                sides += free
            free[0].add(name)
        return sides

    def copy(self, package: str, mutation: Mutation, side: set[str]) -> Skeleton:
        """The same under another package's name, with the classes of one side changed."""
        moving, mutating = _Moving(self._along, package), _Mutating(mutation, side)
        return Skeleton(
            {
                _moved(module, package): mutating.visit(moving.visit(deepcopy(tree)))
                for module, tree in self.modules.items()
            }
        )

    def write(self, root: Path) -> Skeleton:
        """Write the modules; what is returned has the lines of what has been written."""
        written: dict[str, ast.Module] = {}
        for module, tree in self.modules.items():
            path, text = self.path(root, module), ast.unparse(tree)
            path.parent.mkdir(parents=True, exist_ok=True)
            (path.parent / "__init__.py").touch()
            path.write_text(text)
            written[module] = ast.parse(text)
        return Skeleton(written)

    def path(self, root: Path, module: str) -> Path:
        """Where a module is written."""
        is_package = any(other.startswith(f"{module}.") for other in self.modules)
        return root.joinpath(*module.split("."), *["__init__"] * is_package).with_suffix(".py")

    @cached_property
    def _along(self) -> set[str]:
        """The full names of all that moves along in a copy."""
        names = {f"{m}.{name}" for m, tree in self.modules.items() for name in _names(tree)}
        return names | self.modules.keys()

    def _is_protocol(self, name: str) -> bool:
        return "Protocol" in self.classes[name].bases


def is_member(f: Definition) -> bool:
    """Whether a definition is compared, in some comparison at least."""
    return not f.name.startswith("_") or f.name in SPECIAL_NAMES or f.name == "__init__"


class _Stripping(ast.NodeTransformer):
    """Takes away bodies and docstrings; `__init__` keeps its body, which declares attributes."""

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


class _Moving(ast.NodeTransformer):
    """Makes imports follow what moves to another package."""

    def __init__(self, along: set[str], package: str) -> None:
        self.along, self.package = along, package

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.ImportFrom]:
        source = node.module or ""
        moving = [alias for alias in node.names if f"{source}.{alias.name}" in self.along]
        staying = [alias for alias in node.names if alias not in moving]
        groups = (_moved(source, self.package), moving), (source, staying)
        return [ast.ImportFrom(module, names, node.level) for module, names in groups if names]


class _Mutating(ast.NodeTransformer):
    """Puts the changed definitions in the place of the real ones."""

    def __init__(self, mutation: Mutation, side: set[str]) -> None:
        self.mutation, self.side = mutation, side

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        if node.name in self.side:
            for member in Class("", node).members.values():
                place = node.body.index(member)
                node.body[place : place + 1] = self.mutation(deepcopy(member)) or [member]
        return node


def _module(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def _moved(module: str, package: str) -> str:
    return ".".join([package, *module.split(".")[1:]])


def _names(tree: ast.Module) -> set[str]:
    """What a module defines or imports."""
    aliases = {n.asname or n.name for n in ast.walk(tree) if isinstance(n, ast.alias)}
    return aliases | {n.name for n in tree.body if isinstance(n, ast.ClassDef)}
