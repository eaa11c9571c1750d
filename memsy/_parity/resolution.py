"""Replacement of names in an expression by what they stand for."""

from __future__ import annotations

import ast
from typing import Any, Protocol

from mypy.nodes import TypeInfo

from memsy._parity.constants import fold


class Names(Protocol):
    """Lookup of names; the text is None if a name is not known."""

    def name(self, name: str, scope: TypeInfo, *, in_class: bool) -> str | None: ...
    def attribute(self, node: ast.Attribute, scope: TypeInfo, *, in_class: bool) -> str | None: ...


class NameResolver(ast.NodeTransformer):
    """Replace names by their canonical form, and fold constants."""

    def __init__(self, names: Names, scope: TypeInfo, in_class: bool) -> None:
        self._names, self._scope, self._in_class = names, scope, in_class
        self._bound: frozenset[str] = frozenset()

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._bound or not isinstance(node.ctx, ast.Load):
            return node
        text = self._names.name(node.id, self._scope, in_class=self._in_class)
        return node if text is None else _expression(text)

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if not names & self._bound:
            text = self._names.attribute(node, self._scope, in_class=self._in_class)
            if text is not None:
                return _expression(text)
        self.generic_visit(node)
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.expr:
        node.args = self.visit(node.args)
        parameters = {n.arg for n in ast.walk(node.args) if isinstance(n, ast.arg)}
        with_parameters = self._inner(parameters)
        node.body = with_parameters.visit(node.body)
        return node

    def visit_ListComp(self, node: ast.ListComp) -> ast.expr:
        return self._comprehension(node)

    def visit_SetComp(self, node: ast.SetComp) -> ast.expr:
        return self._comprehension(node)

    def visit_DictComp(self, node: ast.DictComp) -> ast.expr:
        return self._comprehension(node)

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> ast.expr:
        return self._comprehension(node)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
    ) -> ast.expr:
        first = node.generators[0]
        # Python evaluates the first iterable outside of the comprehension.
        first.iter = self.visit(first.iter)
        targets = [n for g in node.generators for n in ast.walk(g.target)]
        inner = self._inner({n.id for n in targets if isinstance(n, ast.Name)})
        for generator in node.generators:
            if generator is not first:
                generator.iter = inner.visit(generator.iter)
            generator.ifs = [inner.visit(condition) for condition in generator.ifs]
        if isinstance(node, ast.DictComp):
            node.key, node.value = inner.visit(node.key), inner.visit(node.value)
        else:
            node.elt = inner.visit(node.elt)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        if all(keyword.arg for keyword in node.keywords):
            node.keywords.sort(key=lambda keyword: keyword.arg or "")
        return node

    def visit(self, node: ast.AST) -> Any:  # noqa: ANN401 - as in the base class
        return fold(super().visit(node))

    def _inner(self, bound: set[str]) -> NameResolver:
        """Return a resolver for the body of a function, which has no access to the class body."""
        inner = NameResolver(self._names, self._scope, in_class=False)
        inner._bound = self._bound | bound
        return inner


def _expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body
