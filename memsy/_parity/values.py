"""Canonical form of values: constants, names and calls that are equal get the same text."""

from __future__ import annotations

import ast
import builtins
from typing import Final

from mypy.nodes import (
    Decorator,
    FuncDef,
    MypyFile,
    OverloadedFuncDef,
    SymbolNode,
    SymbolTableNode,
    TypeAlias,
    TypeInfo,
    Var,
)
from mypy.types import Instance, LiteralType, get_proper_type

from memsy._parity.constants import constant
from memsy._parity.counterparts import Counterparts
from memsy._parity.resolution import NameResolver
from memsy._parity.source import UNSTATED, Source, source_of

_MAX_TEXT: Final = 4_000
_SENTINEL: Final = "object()"


class Values:
    """
    Canonical form of the values of two classes.

    A name stands for its value if mypy or the source text of a class tells the value, and
    otherwise for its full name. A class stands for its last counterpart.
    """

    def __init__(self, counterparts: Counterparts) -> None:
        self._counterparts = counterparts
        self._sources: dict[str, Source] = {}
        self._known: dict[tuple[str, str], str] = {}
        self._active: set[tuple[str, str]] = set()
        self._globals: dict[str, tuple[str, TypeInfo]] = {}
        for info in (*counterparts.marked.mro, *counterparts.reference.mro):
            self._learn_globals(info)

    def lookup(self, name: str) -> SymbolTableNode | None:
        """Return the symbol with a full name."""
        return self._counterparts.lookup(name)

    def source(self, info: TypeInfo) -> Source:
        """Return the source text of a class."""
        if info.fullname not in self._sources:
            self._sources[info.fullname] = source_of(info)
        return self._sources[info.fullname]

    def canonical(self, text: str, scope: TypeInfo, *, in_class: bool = True) -> str:
        """
        Return the canonical form of an expression.

        Args:
            text: Source code of the expression.
            scope: Class whose body or module contains the expression.
            in_class: True if the expression can use the names of the class body.
        """
        try:
            tree = ast.parse(text, mode="eval").body
            return ast.unparse(NameResolver(self, scope, in_class).visit(tree))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return text

    def symbol(self, node: ast.expr, scope: TypeInfo, *, in_class: bool) -> SymbolNode | None:
        """Return the class, function, module or variable that an expression names."""
        if isinstance(node, ast.Name):
            own = scope.names.get(node.id) if in_class else None
            return (
                own.node if own and isinstance(own.node, TypeInfo) else self._global(node.id, scope)
            )
        if not isinstance(node, ast.Attribute):
            return None
        base = self.symbol(node.value, scope, in_class=in_class)
        cls = _class(base)
        if cls:
            found = cls.get(node.attr)
        elif isinstance(base, MypyFile) and node.attr in base.names:
            found = base.names[node.attr]
        else:
            # The names of a package do not include each submodule that is imported.
            name = self._dotted_name(node, scope)
            found = self._counterparts.lookup(name) if name else None
        return self._consult(found.node if found else None)

    def _dotted_name(self, node: ast.expr, scope: TypeInfo) -> str:
        """Return the full name of a name in a module or package; empty for other expressions."""
        if isinstance(node, ast.Attribute):
            base = self._dotted_name(node.value, scope)
            return base and f"{base}.{node.attr}"
        module = self._global(node.id, scope) if isinstance(node, ast.Name) else None
        return module.fullname if isinstance(module, MypyFile) else ""

    def name(self, name: str, scope: TypeInfo, *, in_class: bool) -> str | None:
        """Return the canonical form of a name, or None if the name is not known."""
        if in_class and (value := self._class_value(name, scope)) is not None:
            return value
        names = self.source(scope).names
        if name in names and names[name] is None:
            return name
        node = self._global(name, scope)
        if node is None and (text := names.get(name)) is not None:
            return self._guarded(scope.fullname, name, text, scope, in_class=False)
        return self.node_value(node) if node else None

    def node_value(self, node: SymbolNode) -> str:
        """Return the canonical form of a class, function, module or variable."""
        self._consult(node)
        if cls := _class(node):
            return _without_builtins(self._counterparts.chain(cls)[-1].fullname)
        if isinstance(node, Var):
            return self._variable(node)
        return _without_builtins(node.fullname)

    def attribute(self, node: ast.Attribute, scope: TypeInfo, *, in_class: bool) -> str | None:
        """Return the canonical form of an attribute of a class or module, or None."""
        if in_class and _first_name(node) in self.source(scope).values:
            return None
        symbol = self.symbol(node, scope, in_class=in_class)
        cls = _class(self.symbol(node.value, scope, in_class=in_class))
        if cls and cls.is_enum and isinstance(symbol, Var) and not symbol.is_property:
            return f"{self.node_value(cls)}.{node.attr}"
        return self.node_value(symbol) if symbol else None

    def _variable(self, node: Var) -> str:
        type_ = get_proper_type(node.type)
        if isinstance(type_, Instance) and node.is_final and type_.last_known_value:
            type_ = type_.last_known_value
        if isinstance(type_, LiteralType):
            if type_.is_enum_literal():
                return f"{self.node_value(type_.fallback.type)}.{type_.value}"
            return constant(
                ast.literal_eval(f'b"""{type_.value}"""')
                if type_.fallback.type.fullname == "builtins.bytes"
                else type_.value
            )
        if node.final_value is not None:
            return constant(node.final_value)
        if node.info and (value := self._class_value(node.name, node.info)) is not None:
            return value
        if known := self._globals.get(node.fullname):
            text, scope = known
            module = node.fullname.rpartition(".")[0]
            return self._guarded(module, node.name, text, scope, in_class=False)
        return _without_builtins(node.fullname)

    def _class_value(self, name: str, scope: TypeInfo) -> str | None:
        """Return the canonical form of a name that a class body defines."""
        texts = [text for text in self.source(scope).values.get(name, []) if text != UNSTATED]
        place = f"{scope.fullname}.{name}"
        if any((place, text) in self._active for text in texts):
            return None  # In the value of a variable, its own name is that of the module.
        if texts:
            values = dict.fromkeys(
                self._guarded(scope.fullname, name, text, scope, in_class=True) for text in texts
            )
            return " or ".join(f"({value})" for value in values)
        symbol = scope.names.get(name)
        node = symbol.node if symbol else None
        if isinstance(node, TypeInfo):
            return self.node_value(node)
        is_function = isinstance(node, (FuncDef, Decorator, OverloadedFuncDef))
        # The decorator of a method can have the name of the method.
        return name if is_function and not self._global(name, scope) else None

    def _guarded(self, place: str, name: str, text: str, scope: TypeInfo, *, in_class: bool) -> str:
        """Return the canonical form of the value of a variable, once for each variable."""
        key = (f"{place}.{name}", text)
        if text == _SENTINEL or key in self._active:
            return name
        if key not in self._known:
            self._active.add(key)
            value = self.canonical(text, scope, in_class=in_class)
            self._active.remove(key)
            self._known[key] = value if len(value) <= _MAX_TEXT else f"{place}.{name}"
        return self._known[key]

    def _global(self, name: str, scope: TypeInfo) -> SymbolNode | None:
        # mypy has no lookup of modules, which an import binds to a name.
        symbol = self._counterparts.lookup(f"{scope.module_name}.{name}")
        if symbol is None and hasattr(builtins, name):
            symbol = self._counterparts.lookup(f"builtins.{name}")
        return self._consult(symbol.node if symbol else None)

    def _learn_globals(self, info: TypeInfo) -> None:
        is_local = "@" in info.fullname
        for name, text in self.source(info).names.items():
            if text is not None and not is_local:
                self._globals.setdefault(f"{info.module_name}.{name}", (text, info))

    def _consult(self, node: SymbolNode | None) -> SymbolNode | None:
        if isinstance(node, TypeInfo):
            self._counterparts.consulted.add(node.module_name)
        elif isinstance(node, Var) and node.info:
            self._counterparts.consulted.add(node.info.module_name)
        elif isinstance(node, MypyFile):
            self._counterparts.consulted.add(node.fullname)
        elif node is not None and "." in node.fullname:
            self._counterparts.consulted.add(node.fullname.rpartition(".")[0])
        return node


def _class(node: SymbolNode | None) -> TypeInfo | None:
    """Return the class that a node stands for, also if the node is an alias of the class."""
    if isinstance(node, TypeAlias) and not node.alias_tvars:
        target = get_proper_type(node.target)
        return target.type if isinstance(target, Instance) and not target.args else None
    return node if isinstance(node, TypeInfo) else None


def _without_builtins(name: str) -> str:
    return name.removeprefix("builtins.")


def _first_name(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
