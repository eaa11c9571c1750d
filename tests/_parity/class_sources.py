"""Source of a class: marks, bases, and the statements that bind each name."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator

from tests._parity.signature_changes import Definition

ASYNC_NAMES = {
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
}
MARKS = {"mirrors", "implements"}
_NEVER_COMPARED = {"__copy__", "__deepcopy__", "__getstate__", "__setstate__", "__slots__"}


class ClassSource:
    """Class definition of a module."""

    def __init__(self, module: str, node: ast.ClassDef) -> None:
        calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
        marks = {ast.unparse(call.func): ast.unparse(call.args[0]) for call in calls if call.args}
        self.module, self.node = module, node
        self.marks = {mark: marks[mark] for mark in marks.keys() & MARKS}
        self.bases = [ast.unparse(base).partition("[")[0] for base in node.bases]
        self.statements: defaultdict[str, list[ast.stmt]] = defaultdict(list)
        for statement in flat_statements(node.body):
            for name in bound_names(statement):
                self.statements[name].append(statement)
        self._texts: dict[str, str] = {}
        self.members = [name for name in self.statements if is_member(name)]

    def text(self, member: str) -> str:
        """Return the syntax trees of the statements of `definition()` as text."""
        if member not in self._texts:
            self._texts[member] = "\n".join(map(ast.dump, self.definition(member)))
        return self._texts[member]

    def is_class_method(self, member: str) -> bool:
        functions = [s for s in self.statements[member] if isinstance(s, Definition)]
        decorators = [ast.unparse(decorator) for f in functions for decorator in f.decorator_list]
        return "classmethod" in decorators

    def definition(self, member: str) -> list[ast.stmt]:
        """Return the statements of a member, and of the private names that they refer to."""
        own = self.statements[member] if member in self.members else []
        used = {n.id for s in own for n in ast.walk(s) if isinstance(n, ast.Name)}
        private = [name for name in self.statements if name in used and not is_member(name)]
        return [*own, *(s for name in private for s in self.statements[name])]


def is_member(name: str) -> bool:
    """Return True if at least one comparison covers the name."""
    if name.startswith("__") and name.endswith("__"):
        return name == "__init__" or not (name in vars(object) or name in _NEVER_COMPARED)
    return not name.startswith("_")


def flat_statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a class body, and those below compound statements."""
    for statement in body:
        if isinstance(statement, (ast.Try, ast.With, ast.For, ast.If)):
            yield from flat_statements(statement.body)
            yield from flat_statements(getattr(statement, "orelse", []))
        else:
            yield statement


def bound_names(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else targets
    return [target.id for target in targets if isinstance(target, ast.Name)]
