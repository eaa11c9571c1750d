"""Public members of a class, with their kinds and their types on an instance."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from mypy.nodes import (
    NOT_ABSTRACT,
    ArgKind,
    Decorator,
    FuncDef,
    OverloadedFuncDef,
    SymbolNode,
    TypeAlias,
    TypeInfo,
    Var,
)
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    ProperType,
    Type,
    TypeType,
    get_proper_type,
)

from memsy._parity.matching import takes_typed_dict
from memsy._parity.member_types import MemberTypes
from memsy._parity.partials import partials
from memsy._parity.properties import Accessors, accessors_of, kind_of_property
from memsy._parity.source import values_of
from memsy._parity.statements import functions_in
from memsy.parity import _kinds as kinds
from memsy.parity._rules import IGNORED_NAMES

_CONSTRUCTORS: Final = {"__init__", "__new__"}
_NAMED_SPECIAL_METHODS: Final = {*_CONSTRUCTORS, "__call__"}
_METHOD_DESCRIPTORS: Final = {
    "builtins.staticmethod": kinds.STATIC_METHOD,
    "builtins.classmethod": kinds.CLASS_METHOD,
}
_STARS: Final = {
    ArgKind.ARG_STAR: "*",
    ArgKind.ARG_STAR2: "**",
    ArgKind.ARG_NAMED: "*, ",
    ArgKind.ARG_NAMED_OPT: "*, ",
}


class Parameter(NamedTuple):
    """Parameter of a signature. `name` is empty if the parameter is positional-only."""

    name: str
    kind: ArgKind
    is_typed_dict: bool
    type: Type

    def format(self, type_text: str) -> str:
        """Return the parameter as in source code."""
        default = " = ..." if self.kind.is_optional() else ""
        if not self.name:
            return f"{type_text}{default}, /"
        text = f"Unpack[{type_text}]" if self.is_typed_dict else type_text
        return f"{_STARS.get(self.kind, '')}{self.name}: {text}{default}"


class Signature(NamedTuple):
    """Signature of a method, or one overload of it."""

    definition: SymbolNode
    type: CallableType
    is_lambda: bool = False

    @property
    def is_unknown(self) -> bool:
        """True if nothing is known about the parameters, as after `functools.partialmethod`."""
        return isinstance(self.definition, Var) and is_opaque(self.type)

    def is_unstated(self, type_: Type) -> bool:
        """Return True for a type in a lambda that mypy does not know: a lambda states no types."""
        return self.is_lambda and isinstance(get_proper_type(type_), AnyType)

    @property
    def parameters(self) -> list[Parameter]:
        names, kinds_, types = self.type.arg_names, self.type.arg_kinds, self.type.arg_types
        if is_special(self.definition.name) and self.definition.name not in _NAMED_SPECIAL_METHODS:
            # Python passes these parameters by position, and mypy keeps only some of their names.
            names = [None] * len(names)
        is_typed_dict = takes_typed_dict(self.type)
        return [
            Parameter(name or "", kind, is_typed_dict and kind == ArgKind.ARG_STAR2, type_)
            for name, kind, type_ in zip(names, kinds_, types, strict=True)
        ]


class ClassMember(NamedTuple):
    """Public member of a class."""

    name: str
    kind: str
    owner: TypeInfo
    node: SymbolNode
    type: ProperType
    signatures: list[Signature]
    """Signatures of a method: several if it is overloaded, none if its type is no function."""
    raw_signatures: list[Signature]
    """Signature below the decorators, if their result says nothing about the parameters."""
    accessors: Accessors

    @property
    def comparable_signatures(self) -> list[Signature]:
        """Signatures of the method; below a decorator such as `functools.cache`, of the `def`."""
        return self.raw_signatures if self.is_wrapped else self.signatures

    @property
    def is_wrapped(self) -> bool:
        """True if the decorator, or the assigned call, returns an object that is no function."""
        var = self.node.var if isinstance(self.node, Decorator) else self.node
        type_ = get_proper_type(var.type) if isinstance(var, Var) else None
        return isinstance(type_, Instance) and bool(self.raw_signatures)

    @property
    def definition(self) -> SymbolNode:
        """Node of the `def` statement, below the decorators."""
        return self.raw_signatures[0].definition if self.raw_signatures else self.node

    @property
    def belongs_to_class(self) -> bool:
        """True if the member belongs to the class instead of its instances."""
        return self.name in _CONSTRUCTORS or self.kind in kinds.CLASS_METHOD_KINDS


def is_special(name: str) -> bool:
    return bool(re.fullmatch("__[^_].*__", name))


def public_members(instance: Instance, *, with_class_members: bool) -> dict[str, ClassMember]:
    """
    Return the public members of a class, and the special methods that class bodies define.

    A concrete class does not count members that it inherits from a protocol without a body,
    because they are not implemented.
    """
    cls = instance.type
    names = dict.fromkeys(name for base in reversed(cls.mro) for name in base.names)
    types = MemberTypes(instance)
    members = (_member(name, cls, types) for name in names if _is_public(name))
    return {
        member.name: member
        for member in members
        if member and (with_class_members or not member.belongs_to_class)
    }


def _is_public(name: str) -> bool:
    # mypy keeps a second definition of a name as "name-redefinition".
    return name.isidentifier() and (
        not name.startswith("_") or (is_special(name) and name not in IGNORED_NAMES)
    )


def _member(name: str, cls: TypeInfo, types: MemberTypes) -> ClassMember | None:
    owner = next(base for base in cls.mro if name in base.names)
    node = owner.names[name].node
    if not isinstance(node, (FuncDef, OverloadedFuncDef, Decorator, Var, TypeInfo, TypeAlias)):
        return None
    if not cls.is_protocol and owner.is_protocol and _is_abstract(node):
        return None
    member = _classify(name, owner, node, types)
    if is_special(name) and name != "__init__":
        is_written = owner.fullname != "builtins.object" and not owner.names[name].plugin_generated
        is_function = bool(functions_in(node)[0]) or member.kind in kinds.METHOD_KINDS
        return member if is_written and is_function else None
    return member


def _is_abstract(node: SymbolNode) -> bool:
    if isinstance(node, Var):
        return node.is_abstract_var
    return any(function.abstract_status != NOT_ABSTRACT for function in functions_in(node)[0])


def _classify(name: str, owner: TypeInfo, node: SymbolNode, types: MemberTypes) -> ClassMember:
    functions = functions_in(node)[0]
    if functions and functions[0].is_property:
        accessors = accessors_of(node, owner, types)
        kind = kind_of_property(node, accessors)
        return ClassMember(name, kind, owner, node, types.access_type(name), [], [], accessors)
    method_type = types.method_type(node, owner)
    if method_type is None:
        kind, type_ = _attribute(name, owner, node, types)
        if not isinstance(type_, FunctionLike) or kind not in kinds.METHOD_KINDS:
            return ClassMember(name, kind, owner, node, type_, [], [], Accessors())
        method_type = type_
    elif not isinstance(method_type, FunctionLike) and _is_descriptor(node):
        return ClassMember(name, kinds.PROPERTY, owner, node, method_type, [], [], Accessors())
    else:
        kind = _kind_of_method(functions)
    is_lambda = any(text.startswith("lambda") for text in values_of(owner, name))
    signatures = [s._replace(is_lambda=is_lambda) for s in signatures_of(node, method_type)]
    raw = _raw_signatures(node, owner, types) if is_opaque(method_type) else []
    return ClassMember(name, kind, owner, node, method_type, signatures, raw, Accessors())


def _is_descriptor(node: SymbolNode) -> bool:
    type_ = get_proper_type(node.var.type) if isinstance(node, Decorator) else None
    return isinstance(type_, Instance) and type_.type.get("__get__") is not None


def _kind_of_method(functions: list[FuncDef]) -> str:
    if functions and functions[0].is_class:
        return kinds.CLASS_METHOD
    is_static = functions and functions[0].is_static and functions[0].name != "__new__"
    return kinds.STATIC_METHOD if is_static else kinds.METHOD


def signatures_of(node: SymbolNode, type_: ProperType) -> list[Signature]:
    items = type_.items if isinstance(type_, FunctionLike) else []
    functions: list[SymbolNode] = [*functions_in(node)[0]]
    functions += [node] * (len(items) - len(functions))
    return list(map(Signature, functions, items))


def _raw_signatures(node: SymbolNode, owner: TypeInfo, types: MemberTypes) -> list[Signature]:
    if isinstance(node, Var):
        found = [(p, types.method_type(p.function, p.owner)) for p in partials(owner, node.name)]
        return [Signature(node, p.bound(t)) for p, t in found if isinstance(t, CallableType)]
    if not isinstance(node, Decorator):
        return []
    raw = types.method_type(node.func, owner)
    return signatures_of(node.func, raw) if raw else []


def is_opaque(type_: ProperType) -> bool:
    """Return True if a type says nothing about parameters, such as `Callable[..., T]`."""
    if not isinstance(type_, CallableType):
        return not isinstance(type_, FunctionLike)
    return type_.arg_kinds == [ArgKind.ARG_STAR, ArgKind.ARG_STAR2] and all(
        isinstance(get_proper_type(argument), AnyType) for argument in type_.arg_types
    )


def _attribute(
    name: str, owner: TypeInfo, node: SymbolNode, types: MemberTypes
) -> tuple[str, ProperType]:
    if isinstance(node, TypeInfo):
        return kinds.NESTED_CLASS, TypeType(Instance(node, []))
    if isinstance(node, TypeAlias):
        target = get_proper_type(node.target)
        return kinds.TYPE_ALIAS, TypeType(target) if isinstance(target, Instance) else target
    assert isinstance(node, Var)
    declared = get_proper_type(node.type)
    if node.is_classvar and isinstance(declared, FunctionLike):
        return kinds.CLASS_VARIABLE, types.class_variable_type(declared, owner)
    return _kind_of_variable(node, type_ := types.access_type(name)), type_


def _kind_of_variable(var: Var, type_: ProperType) -> str:
    declared = get_proper_type(var.type)
    is_class_value = var.is_initialized_in_class and var.is_inferred
    if (
        is_class_value
        and isinstance(declared, Instance)
        and isinstance(type_, FunctionLike)
        and declared.type.get("__get__")
    ):
        return _METHOD_DESCRIPTORS.get(declared.type.fullname, kinds.METHOD)
    if var.is_classvar:
        return kinds.CLASS_VARIABLE
    if var.is_final or var.is_property:
        return kinds.READ_ONLY
    return kinds.CLASS_VALUE if is_class_value else kinds.ATTRIBUTE
