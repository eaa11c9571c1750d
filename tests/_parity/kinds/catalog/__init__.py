"""Groups of kinds, in the order of the table."""

from tests._parity.kinds.catalog import (
    decorators,
    default_values,
    default_values_in_classes,
    generics,
    mark_forms,
    members,
    parameters,
    results,
    special_methods,
    value_types,
)
from tests._parity.kinds.kind import Kind

GROUPS: dict[str, list[Kind]] = {
    module.TITLE: module.KINDS
    for module in (
        parameters,
        default_values,
        default_values_in_classes,
        members,
        decorators,
        value_types,
        generics,
        results,
        special_methods,
        mark_forms,
    )
}

KINDS = [kind for kinds in GROUPS.values() for kind in kinds]
