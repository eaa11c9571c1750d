"""Type variables of classes and methods: bounds, constraints, defaults and variance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import mypy.subtypes
from mypy.expandtype import expand_type
from mypy.messages import format_type_bare
from mypy.nodes import CONTRAVARIANT, COVARIANT, TypeInfo
from mypy.options import Options
from mypy.types import (
    CallableType,
    ParamSpecType,
    Type,
    TypeVarId,
    TypeVarLikeType,
    TypeVarTupleType,
    TypeVarType,
)

_VARIANCES: Final = {COVARIANT: " (covariant)", CONTRAVARIANT: " (contravariant)"}


def bounds(variable: TypeVarLikeType) -> list[Type]:
    """Return the types in the definition of a type variable."""
    values = variable.values if isinstance(variable, TypeVarType) else []
    return [variable.upper_bound, variable.default, *values]


def rename_bounds(
    their: Sequence[TypeVarLikeType], our: Sequence[TypeVarLikeType]
) -> list[TypeVarLikeType]:
    """Replace their variables by ours in their bounds, constraints and defaults."""
    names = renaming(their, our)
    return [_rename_bounds(variable, names) for variable in their]


def rename_variables(their: CallableType, our: Sequence[TypeVarLikeType]) -> CallableType:
    """Replace the variables of their function by ours."""
    bare = their.copy_modified(variables=[])  # pyrefly: ignore[bad-argument-type]
    return expand_type(bare, renaming(their.variables, our))


def variances(info: TypeInfo) -> list[int]:
    """Return the variances of the type variables of a class."""
    # Only mypy 1.12 and later infer the variances of classes with `class Name[T]`.
    infer = getattr(mypy.subtypes, "infer_class_variances", None)
    if infer:
        infer(info)
    return [
        variable.variance if isinstance(variable, TypeVarType) else -1
        for variable in info.defn.type_vars
    ]


def format_variables(
    variables: Sequence[TypeVarLikeType], options: Options, *, with_variance: bool
) -> str:
    """Return type variables as in source code, for messages."""
    texts = (_format_variable(variable, options, with_variance) for variable in variables)
    return ", ".join(texts) or "absent"


def _rename_bounds(
    variable: TypeVarLikeType, names: dict[TypeVarId, TypeVarLikeType]
) -> TypeVarLikeType:
    new = variable.copy_modified(id=variable.id)
    new.upper_bound = expand_type(variable.upper_bound, names)
    new.default = expand_type(variable.default, names)
    if isinstance(new, TypeVarType):
        new.values = [expand_type(value, names) for value in new.values]
    return new


def renaming(
    their: Sequence[TypeVarLikeType], our: Sequence[TypeVarLikeType]
) -> dict[TypeVarId, TypeVarLikeType]:
    """Return our variables by the ids of theirs, for `expand_type`."""
    return {theirs.id: ours for theirs, ours in zip(their, our, strict=True)}


def _format_variable(variable: TypeVarLikeType, options: Options, with_variance: bool) -> str:
    default = f" = {format_type_bare(variable.default, options)}" if variable.has_default() else ""
    if isinstance(variable, ParamSpecType):
        return f'"**{variable.name}{default}"'
    if isinstance(variable, TypeVarTupleType):
        return f'"*{variable.name}{default}"'
    assert isinstance(variable, TypeVarType)
    bound, _, *values = (format_type_bare(bound, options) for bound in bounds(variable))
    variance = _VARIANCES.get(variable.variance, "") if with_variance else ""
    return f'"{variable.name}: {" or ".join(values) or bound}{default}"{variance}'
