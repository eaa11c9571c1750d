"""The public members of a class, as they are seen on an instance."""

from __future__ import annotations

from itertools import chain, repeat
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

from memsy._parity.defaults import defaults_of, definitions

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
    name: str
    kind: ArgKind
    default: str
    type: Type

    def spelled(self, kind: str) -> str:
        default = f" = {self.default}" if self.default else ""
        if not self.name:
            return f"{kind}{default}, /"
        return f"{_STARS.get(self.kind, '')}{self.name}: {kind}{default}"


class Signature(NamedTuple):
    definition: FuncDef
    type: CallableType
    defaults: list[str]

    @property
    def parameters(self) -> list[Parameter]:
        names, kinds, types = self.type.arg_names, self.type.arg_kinds, self.type.arg_types
        if self.definition.name in _SPECIAL_NAMES:
            # Python gives these by position; mypy keeps the names of some of them, not of all.
            names = [None] * len(names)
        # Counted from the end, because `self` is among the defaults, but not in the type.
        defaults = self.defaults[len(self.defaults) - len(names) :] or [""] * len(names)
        return [
            Parameter(name or "", kind, default, type_)
            for name, kind, default, type_ in zip(names, kinds, defaults, types, strict=True)
        ]


class Member(NamedTuple):
    name: str
    kind: str
    owner: TypeInfo
    node: SymbolNode
    type: ProperType
    signatures: list[Signature]
    """Those of a method; there are several if it is overloaded."""

    @property
    def is_constructor(self) -> bool:
        """Whether it belongs to the class and not to its instances."""
        return self.name == "__init__" or self.kind in (CLASS_METHOD, STATIC_METHOD)


def members(me: Instance, *, with_constructors: bool) -> dict[str, Member]:
    """
    The public members of a class, and those special ones that have an async form.

    What a concrete class only inherits from a protocol is not there: nobody has written it.
    """
    bases = [base for base in me.type.mro if me.type.is_protocol or not base.is_protocol]
    names = dict.fromkeys(name for base in reversed(bases) for name in base.names)
    found = [
        _member(name, me)
        for name in names
        if not name.startswith("_") or name in _SPECIAL_NAMES or name == "__init__"
    ]
    return {m.name: m for m in found if with_constructors or not m.is_constructor}


def _member(name: str, me: Instance) -> Member:
    owner = me.type.get_containing_type_info(name)
    assert owner is not None
    node = owner.names[name].node
    assert node is not None
    functions, type_ = definitions(node), _bound(node, name, owner, me)
    is_method = bool(functions) and not functions[0].is_property
    if not is_method or not isinstance(type_, FunctionLike):
        kind = ATTRIBUTE if IS_SETTABLE in get_member_flags(name, me) else READ_ONLY
        return Member(name, kind, owner, node, type_, [])
    first = functions[0]
    kind = CLASS_METHOD if first.is_class else STATIC_METHOD if first.is_static else METHOD
    defaults = chain(defaults_of(owner, name), repeat(list[str]()))
    signatures = list(map(Signature, functions, type_.items, defaults))
    return Member(name, kind, owner, node, type_, signatures)


def _bound(node: SymbolNode, name: str, owner: TypeInfo, me: Instance) -> ProperType:
    if name == "__init__" and isinstance(node, (FuncDef, OverloadedFuncDef, Decorator)):
        # mypy does not look this one up on an instance.
        free = node.var.type if isinstance(node, Decorator) else node.type
        whole = free and expand_type_by_instance(free, map_instance_to_supertype(me, owner))
        proper = get_proper_type(whole)
        if isinstance(proper, FunctionLike):
            return bind_self(proper, me)
    return get_proper_type(find_member(name, me, me)) or AnyType(TypeOfAny.special_form)
