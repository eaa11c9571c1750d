"""Schemas of the models for pydantic. The module is imported when pydantic asks for a schema."""

from __future__ import annotations

from collections.abc import Callable
from operator import methodcaller
from typing import Any, Protocol, TypeAlias, get_type_hints

import attrs
from pydantic_core import core_schema

from memsy._core.decode import is_required, wire_name_of

CheckFields: TypeAlias = Callable[[Any], Any]


class SchemaHandler(Protocol):
    """Part of the handler that pydantic passes."""

    def generate_schema(self, source_type: Any, /) -> core_schema.CoreSchema:  # noqa: ANN401 - as in pydantic
        """Return the schema of another type."""
        ...


def model_schema(
    model: type,
    from_input: Callable[[Any, CheckFields], object],
    handler: SchemaHandler,
) -> core_schema.CoreSchema:
    """
    Return a schema that accepts an instance or its wire shape, and serializes the wire shape.

    The JSON schema has the fields of the wire shape. Secrets are serialized as `***`.

    Args:
        model: The model, an attrs class with `to_dict`.
        from_input: Creates an instance from the wire shape. Its second argument checks the fields
            of the wire shape, as pydantic does.
        handler: The handler that pydantic passes.
    """
    # The types of the parameters, because a converter accepts more than the type of the field.
    types = get_type_hints(vars(model)["__init__"])
    fields = {
        name: core_schema.typed_dict_field(
            handler.generate_schema(types[field.name]), required=is_required(field)
        )
        for field in attrs.fields(model)
        if (name := wire_name_of(field)) is not None
    }

    def validate(value: object, check_fields: CheckFields) -> object:
        return value if isinstance(value, model) else from_input(value, check_fields)

    return core_schema.no_info_wrap_validator_function(
        validate,
        core_schema.typed_dict_schema(fields),
        ref=f"{model.__module__}.{model.__qualname__}",
        metadata={"pydantic_js_updates": {"title": model.__name__}},
        serialization=core_schema.plain_serializer_function_ser_schema(methodcaller("to_dict")),
    )
