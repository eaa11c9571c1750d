"""Accessors of a property: its setter and its deleter."""

from __future__ import annotations

from typing import NamedTuple

from mypy.nodes import Decorator, FuncDef, OverloadedFuncDef, SymbolNode, TypeInfo
from mypy.types import CallableType, Type

from memsy._parity.member_types import MemberTypes
from memsy.parity import _kinds as kinds


class Accessors(NamedTuple):
    """Type that the setter of a property accepts, and the presence of a deleter."""

    setter: Type | None = None
    has_deleter: bool = False


def accessors_of(node: SymbolNode, owner: TypeInfo, types: MemberTypes) -> Accessors:
    """Return the accessors of a property."""
    accessors = Accessors()
    items = node.items[1:] if isinstance(node, OverloadedFuncDef) else []
    for item in items:
        function = item.func if isinstance(item, Decorator) else item
        if isinstance(function, FuncDef):
            accessors = _add_accessor(accessors, types.method_type(function, owner))
    return accessors


def kind_of_property(node: SymbolNode, accessors: Accessors) -> str:
    """Return the kind of a property, which may belong to the class or be cached."""
    if isinstance(node, Decorator):
        if node.func.is_class:
            return kinds.CLASS_PROPERTY
        # mypy makes nothing but `functools.cached_property` settable without a setter.
        return kinds.CACHED_PROPERTY if node.var.is_settable_property else kinds.PROPERTY
    return kinds.SETTABLE_PROPERTY if accessors.setter is not None else kinds.PROPERTY


def _add_accessor(accessors: Accessors, accessor: object) -> Accessors:
    # The cache of mypy has no decorators, but only a setter has a parameter after `self`.
    if not isinstance(accessor, CallableType):
        return accessors
    if accessor.arg_types:
        return accessors._replace(setter=accessor.arg_types[0])
    return accessors._replace(has_deleter=True)
