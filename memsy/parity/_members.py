"""Public members of a class, as they are at run time."""

from __future__ import annotations

import dis
import inspect
import typing
from collections import namedtuple
from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass
from enum import Enum
from functools import cached_property, partialmethod, singledispatchmethod
from types import CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType
from typing import Any, Final

import attrs
import typing_extensions
from attrs import frozen

from memsy.parity import _kinds as kinds
from memsy.parity._annotations import Form, Scope, form, is_type, scope_of
from memsy.parity._rules import IGNORED_NAMES
from memsy.parity._source import attributes

NO_VALUE: Final = object()
"""Value of an attribute that only instances have."""

_TUPLE_FIELD: Final = type(vars(namedtuple("_Fields", "field"))["field"])  # noqa: PYI024
_SLOTS: Final = (MemberDescriptorType, GetSetDescriptorType)
_CONSTRUCTORS: Final = ("__new__", "__init__")


@frozen
class ClassMember:
    """Public member of a class."""

    name: str
    kind: str
    owner: type[object]
    value: object
    """The object in the class, `NO_VALUE` for an attribute of instances."""
    annotation: Form | None
    """Type of an attribute; None if it is not stated."""
    scope: Scope

    @property
    def belongs_to_class(self) -> bool:
        """True if the member belongs to the class instead of its instances."""
        return self.name == "__init__" or self.kind in kinds.CLASS_METHOD_KINDS

    @property
    def function(self) -> object:
        """The callable behind a method or a property."""
        value = self.value
        if isinstance(value, property):
            return value.fget
        if isinstance(value, (cached_property, singledispatchmethod)):
            return value.func
        if isinstance(value, (classmethod, staticmethod)):
            inner: object = value.__func__
            return inner.fget if isinstance(inner, property) else inner
        return getattr(self.owner, self.name) if isinstance(value, partialmethod) else value


def public_members(
    cls: type[object], variables: Mapping[object, Form] | None = None
) -> dict[str, ClassMember]:
    """
    Return the public members of a class, and its special methods.

    `variables` has the types of type variables of the class itself.

    A concrete class does not count members that it inherits from a protocol without a body,
    because they are not implemented.
    """
    ignored = (object, typing.Generic, typing.Protocol, typing_extensions.Protocol)
    bases = [base for base in cls.__mro__ if base not in ignored]
    variables = {**inherited_variables(cls), **(variables or {})}
    found: dict[str, ClassMember] = {}
    for base in reversed(bases):
        scope = scope_of(base, variables)
        found.update(_own_members(base, scope, found))
    if not is_protocol(cls):
        found = {name: m for name, m in found.items() if not _is_only_declared(m)}
    constructor = _constructor(cls, variables)
    return {**found, "__init__": constructor} if constructor else found


def is_protocol(cls: type[object]) -> bool:
    """Return True for a protocol, False for its implementations."""
    return bool(getattr(cls, "_is_protocol", False))


def _is_only_declared(member: ClassMember) -> bool:
    """Return True for a member of a protocol without a value or a body."""
    if not is_protocol(member.owner):
        return False
    function: Any = member.function
    code = getattr(inspect.unwrap(function), "__code__", None)
    return _is_trivial(code) if isinstance(code, CodeType) else member.value is NO_VALUE


def _is_trivial(code: CodeType) -> bool:
    """Return True for a body such as `...`, a docstring or `raise NotImplementedError`."""
    loads = {i.opname for i in dis.get_instructions(code) if i.opname.startswith("LOAD_")}
    constants = [c for c in code.co_consts if c is not None and not isinstance(c, str)]
    is_error = code.co_names == ("NotImplementedError",)
    is_empty = not code.co_names and loads <= {"LOAD_CONST"}
    return (is_empty or is_error) and not constants


def _own_annotations(owner: type[object]) -> Mapping[str, object]:
    """Return the annotations of one class, with unknown names as text."""
    format_ = typing_extensions.Format.FORWARDREF
    return typing_extensions.get_annotations(owner, format=format_)


def _own_members(
    base: type[object], scope: Scope, inherited: Mapping[str, ClassMember]
) -> Iterator[tuple[str, ClassMember]]:
    annotations = {**_attrs_types(base), **_own_annotations(base)}
    on_instances = attributes(base)
    for name in dict.fromkeys([*annotations, *vars(base), *on_instances]):
        value = vars(base).get(name, NO_VALUE)
        if not _is_public(name, value):
            continue
        if name not in vars(base) and name not in annotations and name in inherited:
            continue  # `self.name = ...` of an inherited member
        text = on_instances[name].annotation if name in on_instances else None
        annotation = annotations.get(name, text)
        kind, type_ = _kind(base, value, annotation, scope)
        if isinstance(value, (*_SLOTS, _TUPLE_FIELD)):
            value = NO_VALUE
        yield name, ClassMember(name, kind, base, value, type_, scope)


def _is_public(name: str, value: object) -> bool:
    if name.startswith("__") and name.endswith("__"):
        # Each class in C has its own `__lt__`.
        is_of_object = name in vars(object) and not isinstance(value, FunctionType)
        is_ignored = name in IGNORED_NAMES or name in _CONSTRUCTORS or is_of_object
        return not is_ignored and callable(getattr(value, "__func__", value))
    return not name.startswith("_")


def _kind(
    base: type[object], value: object, annotation: object, scope: Scope
) -> tuple[str, Form | None]:
    """Return the kind of a member, and the type of an attribute."""
    if isinstance(value, (classmethod, staticmethod)):
        return _wrapper_kind(value), None
    if isinstance(value, cached_property):
        return kinds.CACHED_PROPERTY, None
    if isinstance(value, property):
        return (kinds.SETTABLE_PROPERTY if value.fset else kinds.PROPERTY), None
    if _is_method(value) or _is_in_c(value, base):
        return kinds.METHOD, None
    if annotation is None and is_type(value):
        return kinds.NESTED_CLASS if isinstance(value, type) else kinds.TYPE_ALIAS, None
    return _attribute_kind(base, value, annotation, scope)


def _wrapper_kind(value: classmethod[object, ..., object] | staticmethod[..., object]) -> str:
    if isinstance(value, staticmethod):
        return kinds.STATIC_METHOD
    is_property = isinstance(value.__func__, property)  # until Python 3.12
    return kinds.CLASS_PROPERTY if is_property else kinds.CLASS_METHOD


def _is_in_c(value: object, cls: type[object]) -> bool:
    """Return True for a method of a class that is in C, such as `dict.get`."""
    return callable(value) and getattr(value, "__objclass__", None) is cls


def _is_method(value: object) -> bool:
    if isinstance(value, (FunctionType, partialmethod, singledispatchmethod)):
        return True
    return not isinstance(value, type) and callable(value) and hasattr(value, "__wrapped__")


def _attribute_kind(
    base: type[object], value: object, annotation: object, scope: Scope
) -> tuple[str, Form | None]:
    tree = None if annotation is None else form(annotation, scope)
    qualifiers = set()
    while tree and _qualifier(tree) in ("ClassVar", "Final"):
        qualifiers.add(_qualifier(tree))
        tree = tree.args[0] if tree.args else None
    if "Final" in qualifiers:
        return kinds.READ_ONLY, tree
    if "ClassVar" in qualifiers:
        return kinds.CLASS_VARIABLE, tree
    if value is not NO_VALUE and annotation is None and not isinstance(value, _SLOTS):
        return kinds.CLASS_VALUE, tree
    is_read_only = isinstance(value, _TUPLE_FIELD) or _is_frozen(base)
    return (kinds.READ_ONLY if is_read_only else kinds.ATTRIBUTE), tree


def _qualifier(tree: Form) -> str:
    return getattr(tree.origin, "_name", None) or ""


def _is_frozen(base: type[object]) -> bool:
    if is_dataclass(base) and "__dataclass_params__" in vars(base):
        return bool(vars(base)["__dataclass_params__"].frozen)
    return "__attrs_attrs__" in vars(base) and attrs.inspect(base).is_frozen


def _attrs_types(base: type[object]) -> dict[str, object]:
    fields: tuple[Any, ...] = vars(base).get("__attrs_attrs__", ())
    return {field.name: field.type for field in fields if not field.inherited and field.type}


def _constructor(cls: type[object], variables: Mapping[object, Form]) -> ClassMember | None:
    """Return `__init__`, or `__new__` of a class without it. A protocol has no constructor."""
    if is_protocol(cls):
        return None
    bases = [base for base in cls.__mro__ if base is not object and not is_protocol(base)]
    for name in reversed(_CONSTRUCTORS):
        for base in bases:
            value = vars(base).get(name)
            if isinstance(value, staticmethod):
                value = value.__func__
            # `deprecated` and `Generic` add constructors that take any arguments.
            if inspect.isfunction(value) and not hasattr(value, "__deprecated__"):
                scope = scope_of(base, variables)
                return ClassMember("__init__", kinds.METHOD, base, value, None, scope)
    return None


def inherited_variables(cls: type[object]) -> dict[object, Form]:
    """Return the types of the type variables of generic bases, by variable."""
    found: dict[object, Form] = {}
    scope = scope_of(cls, {})
    for base in vars(cls).get("__orig_bases__", cls.__bases__):
        origin = typing_extensions.get_origin(base) or base
        if origin in (typing.Generic, typing.Protocol) or not isinstance(origin, type):
            continue
        parameters = getattr(origin, "__parameters__", ())
        args = [form(arg, scope) for arg in typing_extensions.get_args(base)]
        own: dict[object, Form] = dict(zip(parameters, args, strict=False))
        for variable, tree in inherited_variables(origin).items():
            found[variable] = _substituted(tree, own)
        found.update(own)
    return {variable: tree for variable, tree in found.items() if tree.origin is not variable}


def _substituted(tree: Form, variables: Mapping[object, Form]) -> Form:
    if isinstance(tree.origin, typing.TypeVar) and tree.origin in variables:
        return variables[tree.origin]
    args = tuple(_substituted(arg, variables) for arg in tree.args)
    return attrs.evolve(tree, args=args)


def is_generated(member: ClassMember, cls: type[object]) -> bool:
    """Return True for the members that named tuples, enumerations and exceptions always have."""
    is_named_tuple = issubclass(cls, tuple) and hasattr(cls, "_fields")
    is_library = member.owner is BaseException or member.owner.__module__ == Enum.__module__
    return is_library or (is_named_tuple and member.owner is tuple)
