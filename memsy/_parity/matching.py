"""Strict relation between a type of the marked class and a type of the reference class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from mypy.nodes import TypeInfo
from mypy.types import (
    AnyType,
    CallableType,
    FunctionLike,
    Instance,
    LiteralType,
    NoneType,
    Overloaded,
    Parameters,
    ParamSpecType,
    ProperType,
    TupleType,
    Type,
    TypeAliasType,
    TypedDictType,
    TypeType,
    TypeVarLikeType,
    TypeVarTupleType,
    TypeVarType,
    UnionType,
    UnpackType,
    flatten_nested_unions,
    get_proper_type,
)

from memsy._parity.counterparts import Counterparts
from memsy._parity.self_types import base_instance, class_instance, is_self
from memsy._parity.type_variables import bounds, rename_bounds, rename_variables
from memsy.parity._rules import AWAITABLE_CLASSES


class Matching:
    """
    Relation of types: equal, except that classes may be replaced by their counterparts.

    Classes are compared by name, never by structure. A mirror may also use the async form of a
    library class or of a callback.
    """

    def __init__(self, counterparts: Counterparts) -> None:
        self._counterparts = counterparts
        self._is_mirror = counterparts.is_mirror
        self._assumed: list[tuple[Type, Type]] = []
        self._relations: Final[dict[type[ProperType], Callable[[Any, Any], bool]]] = {
            Instance: self._match_instances,
            LiteralType: self._match_literals,
            CallableType: self._match_callables,
            Overloaded: self._match_overloads,
            Parameters: self._match_parameters,
            TupleType: self._match_tuples,
            TypedDictType: self._match_typed_dicts,
            TypeType: lambda our, their: self.matches(our.item, their.item),
            UnpackType: lambda our, their: self.matches(our.type, their.type),
            TypeVarType: lambda our, their: our.id == their.id,
            TypeVarTupleType: lambda our, their: our.id == their.id,
            ParamSpecType: self._match_param_specs,
        }

    def matches(self, our: Type, their: Type) -> bool:
        """Return True if our type is their type, or the form of it that our class must use."""
        if _is_recursive(our) and _is_recursive(their):
            return self._match_recursive(our, their)
        ours, theirs = get_proper_type(our), get_proper_type(their)
        if isinstance(ours, UnionType) or isinstance(theirs, UnionType):
            return self._match_unions(union_items(ours), union_items(theirs))
        if self._is_own_class(ours, theirs):
            return True
        if type(ours) is not type(theirs):
            return self._match_class_objects(ours, theirs)
        relation = self._relations.get(type(ours))
        # The other types, such as None, Any and Never, have no parts.
        return relation is None or relation(ours, theirs)

    def matches_parameter(self, our: Type, their: Type) -> bool:
        """Return True for types of parameters, where a mirror may also accept both forms."""
        return self.matches(our, their) or (self._is_mirror and self._accepts_forms(our, their))

    def _accepts_forms(self, our: Type, their: Type) -> bool:
        """Return True if our union accepts the async form, and perhaps the sync form, too."""
        ours, theirs = union_items(our), union_items(their)
        return all(
            item in theirs or any(self.matches(item, their_item) for their_item in theirs)
            for item in ours
        ) and all(any(self.matches(item, their_item) for item in ours) for their_item in theirs)

    def matches_async_form(self, our: ProperType, their: ProperType) -> bool:
        """Return True if our type is the async form of a library class, and not the class."""
        return (
            isinstance(our, Instance)
            and isinstance(their, Instance)
            and self._counterparts.is_async_form(our.type, their.type)
            and self._match_arguments(our, their)
        )

    def matches_awaited(self, our: Type, their: Type, *, is_callback: bool = False) -> bool:
        """Return True if `await` turns our type into their type."""
        ours = get_proper_type(our)
        if not isinstance(ours, Instance) or ours.type.fullname not in AWAITABLE_CLASSES:
            return False
        # Of a coroutine: the types of `send` and `yield`, which belong to the event loop.
        *internals, result = ours.args
        accepted = (AnyType, NoneType) if is_callback else AnyType
        is_plain = all(isinstance(get_proper_type(i), accepted) for i in internals)
        return is_plain and self.matches(result, their)

    def match_variables(
        self, our: Sequence[TypeVarLikeType], their: Sequence[TypeVarLikeType]
    ) -> bool:
        """Return True if type variables have the same kinds, bounds, constraints and defaults."""
        if len(our) != len(their):
            return False
        return all(map(self._match_variable, our, rename_bounds(their, our)))

    def _match_variable(self, our: TypeVarLikeType, their: TypeVarLikeType) -> bool:
        return (
            type(our) is type(their)
            and our.has_default() == their.has_default()
            and self._match_all(bounds(our), bounds(their))
        )

    def match_guards(self, our: CallableType, their: CallableType) -> bool:
        """Compare `TypeGuard[...]` and `TypeIs[...]`, which mypy keeps apart from the result."""
        return all(
            (ours is None and theirs is None) or (ours and theirs and self.matches(ours, theirs))
            for ours, theirs in zip(guards(our), guards(their), strict=True)
        )

    def _match_recursive(self, our: Type, their: Type) -> bool:
        # A pair that is under comparison already is assumed to match.
        if (our, their) in self._assumed:
            return True
        self._assumed.append((our, their))
        try:
            return self.matches(get_proper_type(our), get_proper_type(their))
        finally:
            self._assumed.pop()

    def _match_unions(self, our: list[Type], their: list[Type]) -> bool:
        """Compare the items of two unions in any order."""
        return (
            len(our) == len(their)
            and all(any(self.matches(ours, theirs) for theirs in their) for ours in our)
            and all(any(self.matches(ours, theirs) for ours in our) for theirs in their)
        )

    def _match_all(self, our: Sequence[Type], their: Sequence[Type]) -> bool:
        return len(our) == len(their) and all(map(self.matches, our, their))

    def _is_own_class(self, our: ProperType, their: ProperType) -> bool:
        """Return True if one type is `Self` and the other is the class, and that is the same."""
        is_final = self._counterparts.marked.is_final
        if is_self(our):
            return (is_final or not self._is_mirror) and self._names_own_class(their)
        return is_final and is_self(their) and self._names_own_class(our)

    def _names_own_class(self, typ: ProperType) -> bool:
        if not isinstance(typ, Instance) or not self._counterparts.is_own_class(typ.type):
            return False
        own = base_instance(class_instance(self._counterparts.marked), typ.type)
        return self._match_all(own.args, typ.args)

    def _match_class_objects(self, our: ProperType, their: ProperType) -> bool:
        """Compare classes as values: `type[Class]`, or the class itself, which is a function."""
        ours, theirs = _class_of_object(our), _class_of_object(their)
        return bool(ours and theirs and self._counterparts.are_equivalent(ours, theirs))

    def _match_instances(self, our: Instance, their: Instance) -> bool:
        return self._counterparts.are_equivalent(our.type, their.type) and self._match_arguments(
            our, their
        )

    def _match_arguments(self, our: Instance, their: Instance) -> bool:
        count = self._counterparts.count_shared_arguments(our.type, their.type)
        return self._match_all(our.args[:count], their.args[:count])

    def _match_literals(self, our: LiteralType, their: LiteralType) -> bool:
        return our.value == their.value and self.matches(our.fallback, their.fallback)

    def _match_callables(self, our: CallableType, their: CallableType) -> bool:
        if our.is_type_obj() or their.is_type_obj():
            return self._match_class_objects(our, their)
        if not self.match_variables(our.variables, their.variables):
            return False
        renamed = rename_variables(their, our.variables)
        return (
            self._match_parameters(our, renamed)
            and self.match_guards(our, renamed)
            and self._match_callback_results(our.ret_type, renamed.ret_type)
        )

    def _match_overloads(self, our: Overloaded, their: Overloaded) -> bool:
        if our.is_type_obj() or their.is_type_obj():
            return self._match_class_objects(our, their)
        return self._match_all(our.items, their.items)

    def _match_parameters(
        self, our: CallableType | Parameters, their: CallableType | Parameters
    ) -> bool:
        return (
            our.arg_kinds == their.arg_kinds
            and our.arg_names == their.arg_names
            and takes_typed_dict(our) == takes_typed_dict(their)
            and all(map(self.matches_parameter, our.arg_types, their.arg_types))
        )

    def _match_callback_results(self, our: Type, their: Type) -> bool:
        return self.matches(our, their) or (self._is_mirror and self._may_await(our, their))

    def _may_await(self, our: Type, their: Type) -> bool:
        # A callback may also be async, or be allowed to return an awaitable.
        ours, theirs = union_items(our), union_items(their)
        plain = [item for item in ours if not self.matches_awaited(item, their, is_callback=True)]
        return len(plain) < len(ours) and (not plain or self._match_unions(plain, theirs))

    def _match_tuples(self, our: TupleType, their: TupleType) -> bool:
        classes = our.partial_fallback.type, their.partial_fallback.type
        return self._counterparts.are_equivalent(*classes) and self._match_all(
            our.items, their.items
        )

    def _match_typed_dicts(self, our: TypedDictType, their: TypedDictType) -> bool:
        return (
            our.items.keys() == their.items.keys()
            and our.required_keys == their.required_keys
            # mypy 1.8 has neither read-only keys nor closed dictionaries.
            and getattr(our, "readonly_keys", None) == getattr(their, "readonly_keys", None)
            and getattr(our, "is_closed", None) == getattr(their, "is_closed", None)
            and all(self.matches(our.items[key], their.items[key]) for key in our.items)
        )

    def _match_param_specs(self, our: ParamSpecType, their: ParamSpecType) -> bool:
        is_same = our.id == their.id and our.flavor == their.flavor
        return is_same and self._match_parameters(our.prefix, their.prefix)


def _is_recursive(typ: Type) -> bool:
    return isinstance(typ, TypeAliasType) and typ.is_recursive


def union_items(typ: Type) -> list[Type]:
    """Return the items of a union without repetition; a type that is no union is one item."""
    items: list[Type] = []
    for item in flatten_nested_unions([typ]):
        if item not in items:
            items.append(item)
    return items


def takes_typed_dict(callable_: CallableType | Parameters) -> bool:
    """Return True for `**kwargs: Unpack[...]`, whose type is the typed dictionary itself."""
    return isinstance(callable_, CallableType) and callable_.unpack_kwargs


def guards(callable_: CallableType) -> list[Type | None]:
    """Return the types in `TypeGuard[...]` and in `TypeIs[...]`."""
    # mypy 1.8 has no `TypeIs`.
    return [callable_.type_guard, getattr(callable_, "type_is", None)]


def _class_of_object(typ: ProperType) -> TypeInfo | None:
    if isinstance(typ, FunctionLike):
        return typ.type_object() if typ.is_type_obj() else None
    item = typ.item if isinstance(typ, TypeType) else None
    return item.type if isinstance(item, Instance) else None
