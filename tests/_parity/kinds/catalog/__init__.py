"""Groups of kinds, in the order of the table."""

from tests._parity.kinds.catalog import (
    assigned_methods,
    async_types,
    decorators,
    default_expressions,
    default_values,
    default_values_in_classes,
    generics,
    mark_forms,
    members,
    missing_members,
    overloads,
    parameters,
    placement,
    properties,
    results,
    special_methods,
    value_types,
    variadic_parameters,
)
from tests._parity.kinds.kind import Kind

GROUPS: dict[str, list[Kind]] = {
    module.TITLE: module.KINDS
    for module in (
        missing_members,
        parameters,
        variadic_parameters,
        overloads,
        placement,
        default_values,
        default_expressions,
        default_values_in_classes,
        members,
        properties,
        decorators,
        assigned_methods,
        value_types,
        async_types,
        generics,
        results,
        special_methods,
        mark_forms,
    )
}

KINDS = [kind for kinds in GROUPS.values() for kind in kinds]
