"""Annotations as trees: names resolved, aliases expanded, spellings unified."""

from __future__ import annotations

import builtins
import dataclasses
import sys
import threading
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from types import GenericAlias

import typing_extensions
from attrs import evolve, frozen

from memsy.parity._decorators import MARKED
from memsy.parity._source import module_names, type_import

# Before Python 3.14, `typing_extensions` has a class of its own.
_ALIAS_TYPES = (
    typing_extensions.TypeAliasType,
    getattr(typing, "TypeAliasType", typing_extensions.TypeAliasType),
)

# Until Python 3.13, their names are functions.
_LOCKS: Mapping[object, type[object]] = {
    threading.Lock: type(threading.Lock()),
    threading.RLock: type(threading.RLock()),
}

UNION = "Union"
LITERAL = "Literal"
PARAMETERS = "parameters"
EMPTY = "empty"

_SPECIAL_TEXTS: Mapping[object, str] = {type(None): "None", Ellipsis: "...", EMPTY: "()"}


@frozen
class Form:
    """Resolved annotation: a class, a special form or a type variable, with its arguments."""

    origin: object
    args: tuple[Form, ...] = ()
    metadata: tuple[object, ...] = ()
    """Metadata of `Annotated`."""
    value: object = None
    """Value of a `Literal`."""

    @property
    def items(self) -> tuple[Form, ...]:
        """Items of a union; the type itself otherwise."""
        return self.args if self.origin == UNION else (self,)

    def walk(self) -> Iterator[Form]:
        """Yield the form and all forms in it."""
        yield self
        for arg in self.args:
            yield from arg.walk()


ANY = Form(typing.Any)
NONE = Form(type(None))


class _UnknownType(type):
    """Metaclass of the placeholders: attributes of an unknown module are unknown, too."""

    def __getattr__(cls, name: str) -> type[object]:
        if name.startswith("_"):
            raise AttributeError(name)
        return unknown(f"{cls.__name__}.{name}")


class Unknown(metaclass=_UnknownType):
    """Base class of the placeholders for names that do not exist at run time."""


@cache
def unknown(name: str) -> type[object]:
    """Return the placeholder of a name, which is equal to no other type."""
    return _UnknownType(name, (Unknown,), {"__class_getitem__": classmethod(GenericAlias)})


@frozen
class Scope:
    """Names that the annotations of a member can use, and the types of inherited variables."""

    module: Mapping[str, object]
    """Global names."""
    names: Mapping[str, object] = {}
    variables: Mapping[object, Form] = {}

    def __getitem__(self, name: str) -> object:
        for names in (self.names, self.module, vars(builtins)):
            if name in names:
                return names[name]
        try:
            return type_import(self.module, name)
        except LookupError:
            classes = {mark.reference for marks in MARKED.values() for mark in marks} | {*MARKED}
            found = [c for c in classes if isinstance(c, type) and c.__name__ == name]
            own = [cls for cls in found if cls.__module__ == self.module.get("__name__")]
            return (own or found)[0] if len(own or found) == 1 else unknown(name)

    def evaluate(self, text: str) -> object:
        """Return the object of an annotation in text form, a placeholder if it has an error."""
        expression = f"({text},)[0]" if text.startswith("*") else text
        try:
            # `get_type_hints` evaluates in the same way, but it fails at the first unknown name.
            return eval(expression, {}, typing.cast("dict[str, object]", self))  # noqa: S307
        except Exception:  # noqa: BLE001 - an annotation may be any expression
            return unknown(text)


def scope_of(owner: type[object], variables: Mapping[object, Form]) -> Scope:
    """Return the scope of the annotations in a class: its nested types and type parameters."""
    # Other members can have the name of a type: `date: date | None = None`.
    names = {name: value for name, value in vars(owner).items() if is_type(value)}
    if "<locals>" in owner.__qualname__:
        names[owner.__name__] = owner  # no module has the name of a local class
    return Scope(module_names(owner), {**names, **_type_parameters(owner)}, variables)


def is_type(value: object) -> bool:
    """Return True for a class, a type alias and a type variable."""
    if isinstance(value, (type, *_ALIAS_TYPES)) or is_variable(value):
        return True
    return typing_extensions.get_origin(value) is not None


def form(annotation: object, scope: Scope) -> Form:
    """Return the tree of an annotation."""
    if isinstance(annotation, str):
        # An alias in text form can name itself.
        inner = evolve(scope, variables={annotation: Form(annotation), **scope.variables})
        known = scope.variables.get(annotation)
        return known or form(scope.evaluate(annotation), inner)
    if isinstance(annotation, typing.ForwardRef):
        return form(annotation.__forward_arg__, scope)
    if annotation is None:
        return NONE
    if isinstance(annotation, list):
        return Form(PARAMETERS, tuple(form(item, scope) for item in annotation))
    if _is_hashable(annotation) and annotation in scope.variables:
        return scope.variables[annotation]
    if _is_hashable(annotation) and annotation in _LOCKS:
        return Form(_LOCKS[annotation])
    if isinstance(annotation, dataclasses.InitVar):
        return form(annotation.type, scope)
    if isinstance(annotation, (typing.ParamSpecArgs, typing.ParamSpecKwargs)):
        return Form(type(annotation).__name__, (form(annotation.__origin__, scope),))
    if isinstance(annotation, _ALIAS_TYPES):
        alias = typing.cast("typing_extensions.TypeAliasType", annotation)
        return _expanded_alias(alias, (), scope)
    return _generic_form(annotation, scope)


def _is_hashable(annotation: object) -> bool:
    try:
        hash(annotation)
    except TypeError:  # the metadata of `Annotated`
        return False
    return True


def _generic_form(annotation: object, scope: Scope) -> Form:
    origin = typing_extensions.get_origin(annotation)
    if origin is None:
        return Form(typing.NoReturn if annotation is typing_extensions.Never else annotation)
    args = typing_extensions.get_args(annotation)
    if origin is typing.Annotated:
        plain = form(args[0], scope)
        return evolve(plain, metadata=(*plain.metadata, *args[1:]))
    if origin is typing.Literal or getattr(origin, "_name", "") == LITERAL:
        return union(*(Form(LITERAL, value=value) for value in args))
    if origin in (typing.Union, types.UnionType):
        return union(*(form(arg, scope) for arg in args))
    if isinstance(origin, _ALIAS_TYPES):
        return _expanded_alias(origin, args, scope)
    if args in ((), ((),)) and origin is tuple and annotation is not typing.Tuple:  # noqa: UP006
        return Form(tuple, (Form(EMPTY),))
    return Form(origin, tuple(form(arg, scope) for arg in args))


def _expanded_alias(
    alias: typing_extensions.TypeAliasType, args: tuple[object, ...], scope: Scope
) -> Form:
    """Return the value of an alias. A recursive alias stands for itself within its value."""
    forms = tuple(form(arg, scope) for arg in args)
    variables: dict[object, Form] = {
        **scope.variables,
        alias: Form(alias, forms),
        **dict(zip(alias.__type_params__, forms, strict=False)),
    }
    module = sys.modules.get(alias.__module__ or "")
    names = vars(module) if module else scope.module
    return form(alias.__value__, Scope(names, _type_parameters(alias), variables))


def union(*forms: Form) -> Form:
    """Return the union of types, without duplicates and nested unions."""
    items: list[Form] = []
    for item in (item for nested in forms for item in nested.items):
        if not any(_are_identical(item, other) for other in items):
            items.append(item)
    return items[0] if len(items) == 1 else Form(UNION, tuple(items))


def _are_identical(first: Form, second: Form) -> bool:
    return first == second and type(first.value) is type(second.value)


def _type_parameters(owner: object) -> dict[str, object]:
    parameters = getattr(owner, "__type_params__", ()) or getattr(owner, "__parameters__", ())
    return {parameter.__name__: parameter for parameter in parameters}


def is_variable(origin: object) -> bool:
    """Return True for a TypeVar, a ParamSpec and a TypeVarTuple."""
    kinds = (typing.TypeVar, typing.ParamSpec, typing_extensions.TypeVarTuple)
    return isinstance(origin, kinds)


def format_form(tree: Form, name: Callable[[type[object]], str] = lambda cls: cls.__name__) -> str:
    """Return a type as source code. `name` formats the names of classes."""
    if tree.metadata:
        metadata = ", ".join(map(repr, tree.metadata))
        return f"Annotated[{format_form(evolve(tree, metadata=()), name)}, {metadata}]"
    texts = [format_form(arg, name) for arg in tree.args]
    if tree.origin == UNION:
        values = [repr(item.value) for item in tree.args if item.origin == LITERAL]
        others = [t for t, item in zip(texts, tree.args, strict=True) if item.origin != LITERAL]
        literals = [f"Literal[{', '.join(values)}]"] if values else []
        return " | ".join([*literals, *others])
    if tree.origin == LITERAL:
        return f"Literal[{tree.value!r}]"
    if tree.origin == PARAMETERS:
        return f"[{', '.join(texts)}]"
    if tree.origin in _SPECIAL_TEXTS:
        return _SPECIAL_TEXTS[tree.origin]
    text = _origin_text(tree.origin, name)
    return f"{text}[{', '.join(texts)}]" if texts else text


def _origin_text(origin: object, name: Callable[[type[object]], str]) -> str:
    if isinstance(origin, type) and origin is not typing.Any:
        return name(origin)
    return str(getattr(origin, "__name__", None) or getattr(origin, "_name", None) or origin)
