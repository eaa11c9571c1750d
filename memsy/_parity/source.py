"""
Source text of classes and functions: values, defaults, decorators and metadata of `Annotated`.

mypy keeps none of these in its cache. The plugin records them in the metadata of each class, and in
a hidden variable of each module for its functions. The cache keeps both, and mypy checks the
dependent modules again if they change.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from mypy.errors import Errors
from mypy.fastparse import parse
from mypy.nodes import (
    GDEF,
    Argument,
    CallExpr,
    Decorator,
    EllipsisExpr,
    Expression,
    FuncDef,
    ImportFrom,
    MypyFile,
    NameExpr,
    OperatorAssignmentStmt,
    OverloadedFuncDef,
    Statement,
    SymbolTable,
    SymbolTableNode,
    TypeInfo,
    Var,
)
from mypy.options import Options
from mypy.plugin import ClassDefContext
from mypy.semanal_pass1 import SemanticAnalyzerPreAnalysis

from memsy._parity.annotations import annotated_metadata
from memsy._parity.dependencies import has_revision
from memsy._parity.expressions import source_text
from memsy._parity.statements import (
    assigned,
    declared_constants,
    function_name,
    functions_in,
    is_special,
    statements,
)

_METADATA_KEY: Final = "memsy.parity.source"
UNSTATED: Final = ""
"""Value of a constant that a stub declares."""
# A name with "@" survives when the daemon analyzes a file again that has not changed.
_FUNCTIONS: Final = "functions@memsy"
_OVERLOAD: Final = "overload"
_IDENTIFIER: Final = re.compile(r"[^\W\d]\w*")
_MAX_TEXT: Final = 4_000
"""Longest value of a global variable that a class records, in characters."""


class Function(NamedTuple):
    """One `def` statement, with text for everything that mypy does not keep."""

    parameters: list[tuple[str, str | None]]
    """Name and default value of each parameter, `self` included."""
    decorators: list[str]
    """Decorators that are calls."""
    metadata: dict[str, list[str]]
    """Metadata of `Annotated`, by the name of the parameter, or `return`."""
    positional_only: int
    """Number of parameters that are positional-only."""


class Definition(NamedTuple):
    """Definition of a name by `def`: one function, or overloads and their implementation."""

    items: list[Function]
    implementation: Function | None


class Source(NamedTuple):
    """Source text of a class or module. A name below `if` or `try` can have several definitions."""

    functions: dict[str, list[Definition]]
    values: dict[str, list[str]]
    """Values that the class body assigns to each name."""
    metadata: dict[str, list[str]]
    """Metadata of `Annotated` of each attribute."""
    names: dict[str, str | None]
    """Values of global variables that the class uses. The value of a local variable can be None."""
    helpers: dict[str, list[Definition]]
    """Functions of the module that the class uses in values."""


def record_source(context: ClassDefContext) -> None:
    """Store the source text of a class in its metadata, which must be JSON."""
    tree = context.api.modules[context.api.cur_mod_id]
    scopes = [_scope(tuple(f.body.body)) for f in reversed(_enclosing_functions(context.api))]
    recorder = _Recorder(context.cls.defs.body, tree, context.api.options, scopes)
    functions, values = recorder.functions(), recorder.values()
    metadata = recorder.annotated.attributes(context.cls)
    if functions or values or metadata:
        names, helpers = recorder.used_names(functions, values)
        data = [_json(functions), values, metadata, names, _json(helpers)]
        context.cls.info.metadata[_METADATA_KEY] = {"source": data}


def record_functions(file: MypyFile, options: Options) -> None:
    """
    Store the source text of the functions of a module in its names, unless it is stored.

    mypy has no metadata of functions. The cache keeps the value of a constant.
    """
    if _FUNCTIONS not in file.names and file.defs:
        _record_functions(file, file, options)


def _record_functions(file: MypyFile, tree: MypyFile, options: Options) -> None:
    recorder = _Recorder(tree.defs, tree, options, [])
    functions = recorder.functions()
    if functions:
        names, _ = recorder.used_names(functions, {})
        constant = Var(_FUNCTIONS)
        constant._fullname = f"{file.fullname}.{_FUNCTIONS}"  # pyright: ignore[reportPrivateUsage]
        constant.final_value = json.dumps([_json(functions), {}, {}, names, {}])
        file.names[_FUNCTIONS] = SymbolTableNode(
            GDEF, constant, module_public=False, module_hidden=True
        )


def add_functions(info: TypeInfo, file: MypyFile, options: Options) -> None:
    """
    Give the source text of the functions of a module to a class.

    An older mypy calls no hook for a module that it analyzes again after a change in another
    module, and writes its cache without the text. The module is then parsed once more.
    """
    record_functions(file, options)
    if _FUNCTIONS not in file.names and not has_revision(file):
        _record_functions(file, _parsed(file, options), options)
    symbol = file.names.get(_FUNCTIONS)
    if symbol and isinstance(symbol.node, Var) and isinstance(symbol.node.final_value, str):
        info.metadata[_METADATA_KEY] = {"source": json.loads(symbol.node.final_value)}


@lru_cache(maxsize=32)
def _parsed(file: MypyFile, options: Options) -> MypyFile:
    """Return a module as mypy parses it; without statements if its file cannot be read."""
    path = dict(options.shadow_file or []).get(file.path, file.path)
    try:
        text = Path(path).read_bytes()
    except OSError:
        text = b""
    tree = parse(text, file.path, file.fullname, Errors(options), options)
    # The first pass of mypy marks unreachable code.
    SemanticAnalyzerPreAnalysis().visit_file(tree, file.path, file.fullname, options)
    return tree


def record_named_tuples(names: SymbolTable) -> None:
    """
    Store the defaults of named tuples in their metadata: mypy calls no hook for these classes.

    An older mypy has removed the class bodies before it writes the cache. The defaults of named
    tuples are then not compared.
    """
    for symbol in names.values():
        if isinstance(symbol.node, TypeInfo):
            if symbol.node.is_named_tuple:
                source_of(symbol.node)
            record_named_tuples(symbol.node.names)


def source_of(info: TypeInfo) -> Source:
    """Return the recorded source text of a class."""
    if info.is_named_tuple and info.defn.defs.body and _METADATA_KEY not in info.metadata:
        values = {
            name: [source_text(value)]
            for statement in statements(info.defn.defs.body)
            for name, value in assigned(statement)
        }
        info.metadata[_METADATA_KEY] = {"source": [{}, values, {}, {}, {}]}
    data: list[Any] = info.metadata.get(_METADATA_KEY, {}).get("source", [{}, {}, {}, {}, {}])
    functions, values, metadata, names, helpers = data
    return Source(_definitions(functions), values, metadata, names, _definitions(helpers))


def values_of(info: TypeInfo, name: str) -> list[str]:
    """Return the values that a class body assigns to a name."""
    data = info.metadata.get(_METADATA_KEY, {}).get("source")
    values: list[str] = data[1].get(name, []) if data else []
    return values


def has_source(info: TypeInfo) -> bool:
    """Return True if the source text of a class has been recorded."""
    return _METADATA_KEY in info.metadata


def locate(info: TypeInfo, name: str) -> list[Statement]:
    """Return the statements of a class body that define a name by `def` or by assignment."""
    return [
        statement
        for statement in statements(info.defn.defs.body)
        if name in {function_name(statement), *(target for target, _ in assigned(statement))}
    ]


class _Recorder:
    """Reader of one class body or module, before mypy analyzes it."""

    def __init__(
        self, body: list[Statement], tree: MypyFile, options: Options, scopes: list[_Scope]
    ) -> None:
        self._statements = [*statements(body)]
        self._scopes = scopes
        self.tree = tree
        self.annotated = annotated_metadata(tree, options)

    def functions(self) -> dict[str, list[Definition]]:
        return self._recorded(self._statements)

    def values(self) -> dict[str, list[str]]:
        values = defaultdict[str, list[str]](list)
        for statement in self._statements:
            for name, value in assigned(statement):
                if not is_special(name):
                    values[name].append(source_text(value))
            if isinstance(statement, OperatorAssignmentStmt) and isinstance(
                statement.lvalue, NameExpr
            ):
                before = values[statement.lvalue.name]
                change = f"{statement.op} ({source_text(statement.rvalue)})"
                before[:] = [f"({value}) {change}" for value in before]
        if self.tree.is_stub:
            values |= {name: [UNSTATED] for name in declared_constants(self._statements)}
        return dict(values)

    def used_names(
        self, functions: dict[str, list[Definition]], values: dict[str, list[str]]
    ) -> tuple[dict[str, str | None], dict[str, list[Definition]]]:
        """Return values of the variables, and functions, that the texts of a class name."""
        names: dict[str, str | None] = {}
        scopes = [*self._scopes, _module_scope(self.tree)]
        queue = _identifiers([*_texts(functions), *(t for texts in values.values() for t in texts)])
        while queue:
            name = queue.pop()
            scope = next((scope for scope in scopes if name in scope.values), None)
            if scope is None or name in names:
                continue
            assigned = scope.values[name]
            text = source_text(assigned[0]) if len(assigned) == 1 and assigned[0] else None
            if text is not None and len(text) <= _MAX_TEXT:
                names[name] = text
                queue |= _identifiers([text])
            elif scope is not scopes[-1]:
                names[name] = None
        used = _identifiers([text for texts in values.values() for text in texts])
        found = [s for s in _module_scope(self.tree).functions if function_name(s) in used]
        return names, self._recorded(found)

    def _recorded(self, statements: Iterable[Statement]) -> dict[str, list[Definition]]:
        found = defaultdict[str, list[Statement]](list)
        for statement in statements:
            if name := function_name(statement):
                found[name].append(statement)
        return {
            name: [*map(self._definition, found[name])]
            for name in found
            if any(map(self._has_text, found[name]))
        }

    def _has_text(self, statement: Statement) -> bool:
        """Return False if the recorded text of a function would be empty."""
        if isinstance(statement, OverloadedFuncDef):
            last = [statement.impl] if statement.impl else []
            return any(self._has_text(item) for item in (*statement.items, *last))
        if isinstance(statement, Decorator):
            if any(isinstance(decorator, CallExpr) for decorator in statement.original_decorators):
                return True
            statement = statement.func
        if not isinstance(statement, FuncDef):
            return False
        has_default = any(self._stated_default(a) for a in statement.arguments)
        return has_default or bool(self.annotated.function(statement))

    def _definition(self, statement: Statement) -> Definition:
        if not isinstance(statement, OverloadedFuncDef):
            return Definition([self._function(statement)], None)
        *items, last = statement.items
        implementation: Statement | None = statement.impl
        if implementation is None and items and self._is_overload(items[0]):
            implementation = None if self._is_overload(last) else last
        if implementation is not last:
            items.append(last)
        return Definition(
            [self._function(item) for item in items],
            self._function(implementation) if implementation else None,
        )

    def _is_overload(self, item: Statement) -> bool:
        imports = [i for i in self.tree.imports if isinstance(i, ImportFrom)]
        aliases = {alias for i in imports for name, alias in i.names if name == _OVERLOAD}
        decorators = item.original_decorators if isinstance(item, Decorator) else []
        names = {source_text(decorator).rpartition(".")[2] for decorator in decorators}
        return bool(names & {_OVERLOAD, *aliases})

    def _function(self, statement: Statement) -> Function:
        function = functions_in(statement)[0][0]
        decorators = statement.original_decorators if isinstance(statement, Decorator) else []
        return Function(
            [(a.variable.name, self._default(a)) for a in function.arguments],
            [source_text(call) for call in decorators if isinstance(call, CallExpr)],
            self.annotated.function(function),
            sum(argument.pos_only for argument in function.arguments),
        )

    def _default(self, argument: Argument) -> str | None:
        value = self._stated_default(argument)
        return source_text(value) if value else None

    def _stated_default(self, argument: Argument) -> Expression | None:
        """Return a default value; a stub does not state it if it is `...`."""
        value = argument.initializer
        is_unstated = self.tree.is_stub and isinstance(value, EllipsisExpr)
        return None if is_unstated else value


class _Scope(NamedTuple):
    """Names that the body of a function or module assigns; None is a value without expression."""

    values: dict[str, list[Expression | None]]
    functions: list[Statement]


@lru_cache(maxsize=32)
def _module_scope(tree: MypyFile) -> _Scope:
    return _scope(tuple(tree.defs))


def _scope(body: tuple[Statement, ...]) -> _Scope:
    values = defaultdict[str, list[Expression | None]](list)
    functions = []
    top_level = set(map(id, body))
    for statement in statements(body):
        if function_name(statement):
            functions.append(statement)
        for name, value in assigned(statement):
            # A value below `if` or `for` is not the only one that the variable can have.
            values[name].append(value if id(statement) in top_level else None)
        if isinstance(statement, OperatorAssignmentStmt) and isinstance(statement.lvalue, NameExpr):
            values[statement.lvalue.name].append(None)
    return _Scope(dict(values), functions)


def _enclosing_functions(api: object) -> list[FuncDef]:
    # The interface of mypy for plugins does not declare the stack.
    return [f for f in getattr(api, "function_stack", []) if isinstance(f, FuncDef)]


def _texts(functions: dict[str, list[Definition]]) -> Iterator[str]:
    """Yield all texts in definitions."""
    for definition in (d for definitions in functions.values() for d in definitions):
        for function in (*definition.items, definition.implementation):
            if function:
                yield from (default for _, default in function.parameters if default)
                yield from function.decorators
                yield from (text for texts in function.metadata.values() for text in texts)


def _identifiers(texts: Iterable[str]) -> set[str]:
    return {name for text in texts for name in _IDENTIFIER.findall(text)}


def _json(definitions: dict[str, list[Definition]]) -> dict[str, list[Any]]:
    """Return definitions for the cache of mypy, which accepts no tuples."""
    return {
        name: [
            [[*map(_function_json, items)], last and _function_json(last)] for items, last in found
        ]
        for name, found in definitions.items()
    }


def _function_json(function: Function) -> list[Any]:
    return [[*map(list, function.parameters)], *function[1:]]


def _definitions(data: dict[str, list[Any]]) -> dict[str, list[Definition]]:
    """Read definitions from JSON, which has lists in place of tuples."""
    return {
        name: [
            Definition([Function(*item) for item in items], last and Function(*last))
            for items, last in definitions
        ]
        for name, definitions in data.items()
    }
