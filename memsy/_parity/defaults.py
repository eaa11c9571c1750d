"""Default values, decorators and metadata of functions, in canonical form."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Final, NamedTuple

from mypy.nodes import Context, Statement, SymbolNode, TypeInfo
from mypy.subtypes import is_subtype
from mypy.types import CallableType, Instance, Type, TypeVarType, get_proper_type

from memsy._parity.generated import Field, generated_fields
from memsy._parity.partials import Partial, partials
from memsy._parity.source import Definition, Function, locate
from memsy._parity.statements import FUNCTIONS, functions_in
from memsy._parity.values import Values

_ELLIPSIS: Final = "..."
_ELLIPSIS_TYPES: Final = ("types.EllipsisType", "builtins.ellipsis")


class Call(NamedTuple):
    """Decorator that is a call, in canonical form."""

    callee: str
    text: str


class Resolved(NamedTuple):
    """Function with its source text in canonical form."""

    defaults: dict[str, str]
    """Default value of each parameter, in order; empty without one, or if it is not stated."""
    positional_only: int
    decorators: list[Call]
    metadata: dict[str, list[str]]
    contexts: dict[str, Context]
    """Locations of parameters, if they are not in one statement."""
    context: Context | None
    """Location of the function, if mypy has its syntax tree."""


class Callables(NamedTuple):
    """One definition of a name: one function, or overloads and their implementation."""

    items: list[Resolved]
    implementation: Resolved | None


class Value(NamedTuple):
    """Value of an attribute in canonical form."""

    text: str
    callee: str = ""
    """Function or class that the value calls; empty if the value is not a call."""
    is_known: bool = True
    is_function: bool = False
    """True if the value names or is a function, which is compared as such."""


class Resolver:
    """Reader of the functions of classes."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def callables(self, owner: TypeInfo, name: str) -> list[Callables]:
        """Return the definitions of a method: several below `if` or `try`, none without text."""
        fields = generated_fields(owner, name, self._values)
        if fields is not None:
            return [self._generated(owner, fields)]
        return [*self._callables(owner, name, frozenset())]

    def value(self, text: str, owner: TypeInfo) -> Value:
        """Return the canonical form of the value of an attribute."""
        value = parsed(text)
        if isinstance(value, ast.Lambda) or self._is_function(value, owner):
            return Value(self._values.canonical(text, owner), is_function=True)
        if not isinstance(value, ast.Call):
            return Value(self._values.canonical(text, owner))
        # The defaults of the functions are compared, but a mirror has functions of its own.
        for call in ast.walk(value):
            if isinstance(call, ast.Call):
                call.args = [self._without_function(argument, owner) for argument in call.args]
                for keyword in call.keywords:
                    keyword.value = self._without_function(keyword.value, owner)
        callee = self._values.canonical(ast.unparse(value.func), owner)
        return Value(self._values.canonical(ast.unparse(value), owner), callee)

    def is_bound_method(self, owner: TypeInfo, name: str) -> bool:
        """Return True if a class body assigns a method of an object."""
        value = self._assigned_value(owner, name)
        return isinstance(value, ast.Attribute) and not self._is_function(value, owner)

    def named_function(self, owner: TypeInfo, name: str) -> SymbolNode | None:
        """Return the function of a module or another class that a class body assigns."""
        value = self._assigned_value(owner, name)
        is_own = isinstance(value, ast.Name) and value.id in owner.names
        symbol = None if is_own else value and self._values.symbol(value, owner, in_class=True)
        return symbol if isinstance(symbol, FUNCTIONS) else None

    def _assigned_value(self, owner: TypeInfo, name: str) -> ast.expr | None:
        """Return the value that a class body assigns, unless it assigns several."""
        texts = self._values.source(owner).values.get(name, [])
        return parsed(texts[0]) if len(texts) == 1 else None

    def _without_function(self, value: ast.expr, owner: TypeInfo) -> ast.expr:
        if isinstance(value, ast.Lambda):
            return ast.Constant(...)
        name = value.id if isinstance(value, ast.Name) and value.id in owner.names else "_"
        is_private = name.startswith("_")
        return ast.Constant(...) if is_private and self._is_function(value, owner) else value

    def _is_function(self, value: ast.expr | None, owner: TypeInfo) -> bool:
        if isinstance(value, ast.Name) and value.id in owner.names:
            return isinstance(owner.names[value.id].node, FUNCTIONS)
        symbol = value and self._values.symbol(value, owner, in_class=True)
        return isinstance(symbol, FUNCTIONS)

    def _callables(self, owner: TypeInfo, name: str, seen: frozenset[str]) -> Iterator[Callables]:
        source = self._values.source(owner)
        statements = locate(owner, name)
        definitions = source.functions.get(name, [])
        functions = [s for s in statements if functions_in(s)[0]]
        types = _parameter_types(owner, name)
        for index, definition in enumerate(definitions):
            place = functions[index] if index < len(functions) else None
            yield self._resolved(definition, owner, place, types)
        made_by_partial = [*partials(owner, name)]
        for partial in made_by_partial:
            yield self._partial(partial, owner, next(iter(statements), None), seen)
        for text in [] if made_by_partial else source.values.get(name, []):
            context = next((s for s in statements if s not in functions), None)
            key = f"{owner.fullname}.{name}"
            if key not in seen:
                for found in self._assigned(parsed(text), owner, seen | {key}):
                    yield _moved(found, context)

    def _partial(
        self, partial: Partial, owner: TypeInfo, place: Statement | None, seen: frozenset[str]
    ) -> Callables:
        """Return a function with the arguments of `partialmethod` as default values."""
        function = partial.function
        found = [*self._callables(partial.owner, function.name, seen)]
        defaults = found[0].items[0].defaults if found else {}
        if not found and (functions := functions_in(function)[0]):
            defaults = {name: "" for name in functions[0].arg_names if name}
        stated = {n: self._values.canonical(text, owner) for n, text in partial.keywords.items()}
        remaining = {name: defaults[name] for name in partial.remaining([*defaults])}
        return Callables([Resolved({**remaining, **stated}, 0, [], {}, {}, place)], None)

    def _assigned(
        self, value: ast.expr | None, owner: TypeInfo, seen: frozenset[str]
    ) -> Iterator[Callables]:
        """Yield the functions that a value names or contains."""
        if isinstance(value, ast.Lambda):
            yield self._resolved(_lambda_definition(value), owner, None, {})
        elif isinstance(value, ast.Name):
            source = self._values.source(owner)
            if value.id in source.functions or value.id in source.values:
                yield from self._callables(owner, value.id, seen)
            elif value.id not in owner.names:
                for definition in source.helpers.get(value.id, []):
                    yield self._resolved(definition, owner, None, {})
        elif isinstance(value, ast.Attribute):
            cls = self._values.symbol(value.value, owner, in_class=True)
            base = cls.get_containing_type_info(value.attr) if isinstance(cls, TypeInfo) else None
            if base:
                yield from self._callables(base, value.attr, seen)
        elif isinstance(value, ast.Call):
            for argument in (*value.args, *(keyword.value for keyword in value.keywords)):
                yield from self._assigned(argument, owner, seen)

    def _resolved(
        self,
        definition: Definition,
        owner: TypeInfo,
        place: Statement | None,
        types: dict[str, Type],
    ) -> Callables:
        items, implementation = functions_in(place) if place else ([], None)
        last = definition.implementation and self._function(
            definition.implementation, None, owner, implementation, types
        )
        return Callables(
            [
                self._function(
                    function,
                    definition.implementation,
                    owner,
                    items[index] if index < len(items) else place,
                    types,
                )
                for index, function in enumerate(definition.items)
            ],
            last,
        )

    def _function(
        self,
        function: Function,
        implementation: Function | None,
        owner: TypeInfo,
        context: Context | None,
        types: dict[str, Type],
    ) -> Resolved:
        implemented = dict(implementation.parameters) if implementation else {}
        defaults = dict[str, str]()
        for name, default in function.parameters:
            text = default or ""
            if text == _ELLIPSIS and implementation:
                text = implemented.get(name) or ""
            is_stated = text and self.is_stated(text, types.get(name))
            defaults[name] = self._values.canonical(text, owner) if is_stated else ""
        decorators = [
            Call(self._values.canonical(_callee(text), owner), self._values.canonical(text, owner))
            for text in function.decorators
        ]
        metadata = {
            name: [self._values.canonical(text, owner) for text in texts]
            for name, texts in function.metadata.items()
        }
        return Resolved(defaults, function.positional_only, decorators, metadata, {}, context)

    def is_stated(self, text: str, type_: Type | None) -> bool:
        """Return False if a value is `...` in place of a value of another type."""
        return text != _ELLIPSIS or self._accepts_ellipsis(type_)

    def _accepts_ellipsis(self, type_: Type | None) -> bool:
        proper = get_proper_type(type_)
        if isinstance(proper, TypeVarType):
            proper = get_proper_type(proper.upper_bound)
        symbols = [self._values.lookup(name) for name in _ELLIPSIS_TYPES]
        found = [s.node for s in symbols if s and isinstance(s.node, TypeInfo)]
        return proper is None or any(is_subtype(Instance(info, []), proper) for info in found)

    def _generated(self, owner: TypeInfo, fields: list[Field]) -> Callables:
        defaults, metadata = {"self": ""}, dict[str, list[str]]()
        for field in fields:
            stated = field.text if self.is_stated(field.text, field.type) else ""
            defaults[field.parameter] = stated and self._values.canonical(stated, field.owner)
            metadata[field.parameter] = [
                self._values.canonical(text, field.owner) for text in field.metadata
            ]
        contexts = {field.parameter: field.context for field in fields if field.context}
        return Callables([Resolved(defaults, 0, [], metadata, contexts, None)], None)


def _parameter_types(owner: TypeInfo, name: str) -> dict[str, Type]:
    """Return the types of the parameters of a method; untyped parameters are absent."""
    symbol = owner.names.get(name)
    node = symbol.node if symbol else None
    if not isinstance(node, FUNCTIONS):
        return {}
    items, implementation = functions_in(node)
    types: dict[str, Type] = {}
    for function in (*items, *([implementation] if implementation else [])):
        if isinstance(function.type, CallableType):
            # The names in the type are None if a parameter is positional-only.
            names = [argument or "" for argument in function.arg_names]
            types |= zip(names, function.type.arg_types, strict=False)
    return types


def parsed(text: str) -> ast.expr | None:
    """Return the syntax tree of an expression, or None if Python cannot parse it."""
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return None


def _callee(call: str) -> str:
    value = parsed(call)
    return ast.unparse(value.func) if isinstance(value, ast.Call) else call


def _lambda_definition(value: ast.Lambda) -> Definition:
    arguments = value.args
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(positional) - len(arguments.defaults))
    pairs = zip(
        [*positional, *arguments.kwonlyargs],
        [*defaults, *arguments.defaults, *arguments.kw_defaults],
        strict=True,
    )
    parameters = [
        (argument.arg, ast.unparse(default) if default else None) for argument, default in pairs
    ]
    return Definition([Function(parameters, [], {}, len(arguments.posonlyargs))], None)


def _moved(found: Callables, context: Context | None) -> Callables:
    """Return functions with the location of the assignment that names them."""
    items = [item._replace(context=context) for item in found.items]
    implementation = found.implementation
    return Callables(items, implementation and implementation._replace(context=context))
