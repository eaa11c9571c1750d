"""Types of members on an instance, with one type of `self` for the two compared classes."""

from __future__ import annotations

from typing import Final

import mypy.subtypes
from mypy.expandtype import expand_type, expand_type_by_instance
from mypy.maptype import map_instance_to_supertype
from mypy.nodes import Decorator, FuncDef, OverloadedFuncDef, SymbolNode, TypeInfo, Var
from mypy.subtypes import find_member
from mypy.typeops import bind_self, function_type
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    NoneType,
    Overloaded,
    ProperType,
    Type,
    TypeOfAny,
    get_proper_type,
)

from memsy._parity.self_types import self_type

# Before mypy 1.17, `find_member` returns descriptors themselves.
_CALLS_DESCRIPTORS: Final = hasattr(mypy.subtypes, "find_member_simple")


class MemberTypes:
    """Types of the members of one class, as an instance of the class has them."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self._self_type = self_type(instance)

    def access_type(self, name: str) -> ProperType:
        """Return the type of an attribute, a property or another descriptor."""
        found = get_proper_type(find_member(name, self.instance, self._self_type))
        if found is None:
            return AnyType(TypeOfAny.special_form)
        return found if _CALLS_DESCRIPTORS else _described_type(found)

    def class_variable_type(self, declared: FunctionLike, owner: TypeInfo) -> ProperType:
        """Return the type of a function in a class variable, with its first parameter."""
        return self._expand(declared, owner)

    def method_type(self, node: SymbolNode, owner: TypeInfo) -> ProperType | None:
        """Return the type of a method without `self`; None if the node is no method."""
        unbound = get_proper_type(_declared_type(node, self.instance))
        if not isinstance(unbound, FunctionLike) or unbound.is_type_obj():
            return self.access_type(node.name) if isinstance(node, Decorator) else None
        function = node.func if isinstance(node, Decorator) else _first(node)
        if isinstance(function, FuncDef) and function.is_static and function.name != "__new__":
            return self._expand(unbound, owner)
        return self.bind(unbound, owner)

    def bind(self, unbound: FunctionLike, owner: TypeInfo) -> FunctionLike:
        """Return the type of a function of the class without its first parameter."""
        return bind_self(self._expand(unbound, owner), self._self_type, is_classmethod=True)

    def _expand(self, unbound: FunctionLike, owner: TypeInfo) -> FunctionLike:
        """Replace `Self`, and the type variables of the class that defines the method."""
        items = [self._replace_self(item, owner) for item in unbound.items]
        typ = items[0] if isinstance(unbound, CallableType) else Overloaded(items)
        supertype = map_instance_to_supertype(self.instance, owner)
        expanded = get_proper_type(expand_type_by_instance(typ, supertype))
        assert isinstance(expanded, FunctionLike)
        return expanded

    def _replace_self(self, item: CallableType, owner: TypeInfo) -> CallableType:
        if owner.self_type is None:
            return item
        variables = [v for v in item.variables if v.id != owner.self_type.id]
        return expand_type(
            item.copy_modified(variables=variables), {owner.self_type.id: self._self_type}
        )


def _described_type(type_: ProperType) -> ProperType:
    """Return the type that the `__get__` of a descriptor has for an instance."""
    found = find_member("__get__", type_, type_) if isinstance(type_, Instance) else None
    getter = get_proper_type(found)
    for item in getter.items if isinstance(getter, FunctionLike) else []:
        if item.arg_types and not isinstance(get_proper_type(item.arg_types[0]), NoneType):
            return get_proper_type(item.ret_type)
    return type_


def _declared_type(node: SymbolNode, instance: Instance) -> Type | None:
    """Return the type of a function, also of one that a class body assigns."""
    if isinstance(node, Decorator):
        return node.var.type
    if isinstance(node, (FuncDef, OverloadedFuncDef)):
        return function_type(node, Instance(instance.type.mro[-1], []))
    # `ClassVar[Callable[...]]` is a value, although mypy binds it like a method.
    is_method = isinstance(node, Var) and node.is_initialized_in_class and node.is_inferred
    return node.type if isinstance(node, Var) and is_method else None


def _first(node: SymbolNode) -> FuncDef | None:
    items = node.items if isinstance(node, OverloadedFuncDef) else [node]
    first = items[0] if items else None
    function = first.func if isinstance(first, Decorator) else first
    return function if isinstance(function, FuncDef) else None
