"""Signatures of the methods of a class, read with `inspect`."""

from __future__ import annotations

import dataclasses
import inspect
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
)
from functools import partial, partialmethod
from inspect import Parameter as RawParameter
from types import CodeType, SimpleNamespace
from typing import Any

import attrs
import typing_extensions

from memsy.parity import _kinds as kinds
from memsy.parity._annotations import Form, Scope, form, is_variable
from memsy.parity._members import ClassMember
from memsy.parity._signature import Parameter, Signature
from memsy.parity._source import definition_line

_PREFIXES: Mapping[object, str] = {
    RawParameter.VAR_POSITIONAL: "*",
    RawParameter.VAR_KEYWORD: "**",
    RawParameter.KEYWORD_ONLY: "*, ",
}

_GENERATORS = ("attr._make", "functools")
"""Modules whose functions a class decorator adds to a class."""


def _code_of_wrapper(decorator: Callable[..., Any]) -> CodeType:
    code: CodeType = decorator(_code_of_wrapper).__code__
    return code


_CONTEXT_MANAGERS: Mapping[object, type[object]] = {
    _code_of_wrapper(contextmanager): AbstractContextManager,
    _code_of_wrapper(asynccontextmanager): AbstractAsyncContextManager,
}


def overloads(member: ClassMember) -> list[Signature]:
    """Return the signatures of the overloads of a method; empty if it has none."""
    unwrapped = inspect.unwrap(typing.cast("Callable[..., object]", member.function))
    own_name = getattr(unwrapped, "__name__", member.name)
    # A protocol has no implementation: its member is a placeholder of `typing`.
    place = SimpleNamespace(
        __module__=member.owner.__module__,
        __qualname__=_qualified_name(member, own_name),
    )
    if own_name == "_overload_dummy":
        place.__qualname__ = _qualified_name(member, member.name)
    found = typing_extensions.get_overloads(typing.cast("Callable[..., object]", place))
    if not found:
        return []
    implementation = {} if is_placeholder(member) else _defaults(signature(member))
    return [_overload(member, item, implementation) for item in found]


def _qualified_name(member: ClassMember, name: str) -> str:
    owner = member.owner.__qualname__
    return f"{owner}.{name}" if owner else name


def is_placeholder(member: ClassMember) -> bool:
    """Return True for the last overload of a method without an implementation."""
    return getattr(member.function, "__name__", "") == "_overload_dummy"


def signature(member: ClassMember, function: object = None) -> Signature:
    """Return the signature of a method, without `self` or `cls`."""
    function = member.function if function is None else function
    layers = list(_layers(function))
    is_static = member.kind == kinds.STATIC_METHOD
    raw = _raw_signature(function, is_static=is_static)
    parameters = list(raw.parameters.values())
    own, others = ([], parameters) if is_static else (parameters[:1], parameters[1:])
    scope = member.scope
    code = getattr(layers[-1], "__code__", None)
    scope = attrs.evolve(
        scope,
        module=getattr(layers[-1], "__globals__", scope.module),
        names={**scope.names, **_function_names(layers[-1])},
    )
    variables = {**scope.variables, **_self_variable(own, scope)}
    scope = attrs.evolve(scope, variables=variables)

    def tree(annotation: object) -> Form | None:
        return None if annotation is RawParameter.empty else form(annotation, scope)

    constructed = _constructor_defaults(member.owner, layers[-1])
    result = None if member.name == "__init__" else tree(raw.return_annotation)
    manager = _context_manager(layers)
    if manager and result and result.args:
        result = Form(manager, result.args[:1])
    return Signature(
        line=_definition_line(attrs.evolve(member, value=layers[-1])),
        is_async=not manager and any(map(inspect.iscoroutinefunction, layers)),
        parameters=tuple(
            _parameter(p, tree(p.annotation), constructed.get(p.name, p.default), member)
            for p in others
        ),
        result=result,
        is_generator=any(map(inspect.isgeneratorfunction, layers)),
        is_async_generator=any(map(inspect.isasyncgenfunction, layers)),
        is_untyped=not isinstance(code, CodeType)
        or _is_lambda(function)
        or _is_unannotated_library(layers[-1]),
    )


def _overload(
    member: ClassMember, item: Callable[..., object], implementation: dict[str, object]
) -> Signature:
    """Return an overload; `= ...` means the default value of the implementation."""
    found = signature(member, item)
    parameters = tuple(
        attrs.evolve(p, default=implementation.get(p.label, ...)) if p.default is ... else p
        for p in found.parameters
    )
    return attrs.evolve(found, parameters=parameters)


def _defaults(found: Signature) -> dict[str, object]:
    return {p.label: p.default for p in found.parameters if p.has_default}


def _layers(function: object) -> Iterator[object]:
    """Yield a function and the functions that it wraps."""
    while isinstance(function, (staticmethod, classmethod)):
        function = function.__func__
    yield function
    inner = getattr(function, "__wrapped__", None)
    partial_ = getattr(function, "__partialmethod__", getattr(function, "_partialmethod", None))
    if inner is not None:
        yield from _layers(inner)
    elif isinstance(partial_, partialmethod):
        yield from _layers(partial_.func)
    elif isinstance(function, partial):
        yield from _layers(function.func)


def _raw_signature(function: object, *, is_static: bool) -> inspect.Signature:
    callable_ = typing.cast("Callable[..., object]", function)
    try:
        if sys.version_info >= (3, 14):
            return inspect.signature(
                callable_, annotation_format=typing_extensions.Format.FORWARDREF
            )
        return inspect.signature(callable_)
    except (TypeError, ValueError):  # a callable in C without a signature
        parameters = [
            RawParameter("args", RawParameter.VAR_POSITIONAL),
            RawParameter("kwargs", RawParameter.VAR_KEYWORD),
        ]
        own = [RawParameter("self", RawParameter.POSITIONAL_ONLY)]
        return inspect.Signature(parameters if is_static else [*own, *parameters])


def _parameter(
    raw: RawParameter, type_: Form | None, default: object, member: ClassMember
) -> Parameter:
    is_special = member.name.startswith("__") and member.name != "__init__"
    # Before PEP 570, two underscores made a parameter positional-only.
    is_private = raw.name.startswith(f"_{member.owner.__name__.lstrip('_')}__")
    is_positional = raw.kind == RawParameter.POSITIONAL_ONLY or is_private
    is_named = raw.kind in (RawParameter.KEYWORD_ONLY, RawParameter.VAR_KEYWORD)
    name = "" if is_positional or (is_special and not is_named) else raw.name
    return Parameter(name, raw.name, _PREFIXES.get(raw.kind, ""), default, type_)


def _function_names(function: object) -> dict[str, object]:
    """Return the names that only the annotations of one function can use."""
    parameters = getattr(function, "__type_params__", ())
    names = getattr(getattr(function, "__code__", None), "co_freevars", ())
    cells = getattr(function, "__closure__", None) or ()
    values = (getattr(cell, "cell_contents", None) for cell in cells)
    return {**dict(zip(names, values, strict=True)), **{p.__name__: p for p in parameters}}


def _self_variable(own: list[RawParameter], scope: Scope) -> dict[object, Form]:
    """Return `Self` for the type variable in `self: T` or `cls: type[T]`."""
    annotations = [p.annotation for p in own if p.annotation is not RawParameter.empty]
    trees = (form(annotation, scope) for annotation in annotations)
    items = (tree.args[0] if tree.origin is type and tree.args else tree for tree in trees)
    return {item.origin: Form(typing_extensions.Self) for item in items if is_variable(item.origin)}


def _constructor_defaults(owner: type[object], function: object) -> dict[str, object]:
    """Return the factories of the fields: the signature of `__init__` has placeholders."""
    if getattr(function, "__name__", "") != "__init__":
        return {}
    if attrs.has(owner):
        fields = attrs.fields(owner)
        return {f.alias or f.name: f.default for f in fields if hasattr(f.default, "factory")}
    if dataclasses.is_dataclass(owner):
        missing = dataclasses.MISSING
        return {
            f.name: partial(f.default_factory)
            for f in dataclasses.fields(owner)
            if f.default_factory is not missing
        }
    return {}


def _context_manager(layers: list[object]) -> type[object] | None:
    for layer in layers:
        code = getattr(layer, "__code__", None)
        if code in _CONTEXT_MANAGERS:
            return _CONTEXT_MANAGERS[code]
    return None


def first_line(member: ClassMember) -> int:
    """Return the first line of a method with its decorators; 0 if it is in another file."""
    *_, function = _layers(member.function)
    code = getattr(function, "__code__", None)
    is_in_file = _module_of(function) == member.owner.__module__
    # Generated methods, such as the `__init__` of a dataclass, have no file.
    if isinstance(code, CodeType) and is_in_file and not code.co_filename.startswith("<"):
        return code.co_firstlineno
    return 0


def is_generated_method(member: ClassMember) -> bool:
    """Return True for a special method of `dataclass`, `attrs.define` or `total_ordering`."""
    *_, function = _layers(member.function)
    code = getattr(function, "__code__", None)
    if code is None or not member.name.startswith("__") or member.name == "__init__":
        return False
    is_text = code.co_filename.startswith(("<string>", "<attrs generated"))
    return is_text or _module_of(function) in _GENERATORS


def _definition_line(member: ClassMember) -> int:
    code = getattr(member.value, "__code__", None)
    return definition_line(code.co_filename, first_line(member)) if code else 0


def _module_of(function: object) -> object:
    """Return the name of the module with the code of a function: attrs sets `__module__`."""
    return getattr(function, "__globals__", {}).get("__name__")


def _is_unannotated_library(function: object) -> bool:
    """Return True for a function of the standard library, whose annotations are in stubs."""
    library = str(getattr(function, "__module__", "")).partition(".")[0]
    return library in sys.stdlib_module_names and not getattr(function, "__annotations__", None)


def _is_lambda(function: object) -> bool:
    return getattr(function, "__name__", "") == "<lambda>"
