"""The type of `self`: one type variable for both classes, so that `Self` differs from names."""

from __future__ import annotations

from typing import Final

from mypy.maptype import map_instance_to_supertype
from mypy.nodes import TypeInfo
from mypy.types import (
    AnyType,
    Instance,
    TupleType,
    Type,
    TypeOfAny,
    TypeVarId,
    TypeVarType,
    get_proper_type,
)
from mypy.typevars import fill_typevars

# mypy numbers the variables of classes upwards from 0, and the ones of functions downwards.
_ID: Final = TypeVarId(-1_000_000)


def self_type(instance: Instance) -> TypeVarType:
    """Return the type of `self` in a class; it is the same for each class except for its bound."""
    default = AnyType(TypeOfAny.from_omitted_generics)
    return TypeVarType("Self", "typing.Self", _ID, [], instance, default)


def is_self(typ: Type) -> bool:
    proper = get_proper_type(typ)
    return isinstance(proper, TypeVarType) and proper.id == _ID


def base_instance(instance: Instance, info: TypeInfo) -> Instance:
    """Return an instance as one of a base class, or of a class with the same type variables."""
    if info in instance.type.mro:
        return map_instance_to_supertype(instance, info)
    return Instance(info, instance.args)


def class_instance(info: TypeInfo) -> Instance:
    """Return the type of an instance of a class, with the type variables of the class."""
    instance = fill_typevars(info)
    return instance.partial_fallback if isinstance(instance, TupleType) else instance
