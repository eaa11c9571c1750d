"""Public members of a class, with their types on an instance."""

from __future__ import annotations

from typing import Final, NamedTuple

from mypy.expandtype import expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import ArgKind, Decorator, FuncDef, OverloadedFuncDef, SymbolNode, TypeInfo
from mypy.subtypes import IS_SETTABLE, find_member, get_member_flags
from mypy.typeops import bind_self
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    ProperType,
    Type,
    TypeOfAny,
    get_proper_type,
)

from memsy._parity.statements import functions_in

METHOD: Final = "a method"
CLASS_METHOD: Final = "a class method"
STATIC_METHOD: Final = "a static method"
ATTRIBUTE: Final = "an attribute"
READ_ONLY: Final = "a read-only attribute"

ASYNC_NAMES: Final = {
    "__enter__": "__aenter__",
    "__exit__": "__aexit__",
    "__iter__": "__aiter__",
    "__next__": "__anext__",
}
_SPECIAL_NAMES: Final = {*ASYNC_NAMES, *ASYNC_NAMES.values()}
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
    type: Type

    def format(self, type_text: str) -> str:
        """Return the parameter as in source code."""
        default = " = ..." if self.kind.is_optional() else ""
        if not self.name:
            return f"{type_text}{default}, /"
        return f"{_STARS.get(self.kind, '')}{self.name}: {type_text}{default}"


class Signature(NamedTuple):
    """Signature of a method, or one overload of it."""

    definition: FuncDef
    type: CallableType

    @property
    def parameters(self) -> list[Parameter]:
        names, kinds, types = self.type.arg_names, self.type.arg_kinds, self.type.arg_types
        if self.definition.name in _SPECIAL_NAMES:
            # Python passes these parameters by position, and mypy keeps only some of their names.
            names = [None] * len(names)
        return [
            Parameter(name or "", kind, type_)
            for name, kind, type_ in zip(names, kinds, types, strict=True)
        ]


class ClassMember(NamedTuple):
    """Public member of a class."""

    name: str
    kind: str
    owner: TypeInfo
    node: SymbolNode
    type: ProperType
    signatures: list[Signature]
    """Signatures of a method: several if it is overloaded, none for an attribute."""

    @property
    def belongs_to_class(self) -> bool:
        """True if the member belongs to the class instead of its instances."""
        return self.name == "__init__" or self.kind in (CLASS_METHOD, STATIC_METHOD)


def public_members(instance: Instance, *, with_class_members: bool) -> dict[str, ClassMember]:
    """
    Return the public members of a class, and the special methods with an async form.

    A concrete class does not count members that it inherits from a protocol, because they are not
    implemented.
    """
    cls = instance.type
    bases = [base for base in cls.mro if cls.is_protocol or not base.is_protocol]
    names = dict.fromkeys(name for base in reversed(bases) for name in base.names)
    members = [
        _member(name, instance)
        for name in names
        if not name.startswith("_") or name in _SPECIAL_NAMES or name == "__init__"
    ]
    return {
        member.name: member
        for member in members
        if with_class_members or not member.belongs_to_class
    }


def _member(name: str, instance: Instance) -> ClassMember:
    owner = instance.type.get_containing_type_info(name)
    assert owner is not None
    node = owner.names[name].node
    assert node is not None
    functions, _ = functions_in(node)
    type_ = _member_type(node, name, owner, instance)
    is_method = bool(functions) and not functions[0].is_property
    if not is_method or not isinstance(type_, FunctionLike):
        kind = ATTRIBUTE if IS_SETTABLE in get_member_flags(name, instance) else READ_ONLY
        return ClassMember(name, kind, owner, node, type_, [])
    first = functions[0]
    kind = CLASS_METHOD if first.is_class else STATIC_METHOD if first.is_static else METHOD
    signatures = list(map(Signature, functions, type_.items))
    return ClassMember(name, kind, owner, node, type_, signatures)


def _member_type(node: SymbolNode, name: str, owner: TypeInfo, instance: Instance) -> ProperType:
    if name == "__init__" and isinstance(node, (FuncDef, OverloadedFuncDef, Decorator)):
        # `find_member` does not find `__init__` on an instance.
        unbound = node.var.type if isinstance(node, Decorator) else node.type
        supertype = map_instance_to_supertype(instance, owner)
        expanded = get_proper_type(unbound and expand_type_by_instance(unbound, supertype))
        if isinstance(expanded, FunctionLike):
            return bind_self(expanded, instance)
    member_type = get_proper_type(find_member(name, instance, instance))
    return member_type or AnyType(TypeOfAny.special_form)
