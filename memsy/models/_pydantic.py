"""Schemas of the models for pydantic. The module is imported when pydantic asks for a schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias, get_type_hints, runtime_checkable

import attrs
from pydantic_core import core_schema

from memsy._core.fields import is_required, wire_name_of
from memsy._core.runtime_types import FieldInfo

CheckFields: TypeAlias = Callable[[Any], Any]
SerializeFields: TypeAlias = Callable[[Any], Any]


@runtime_checkable
class SchemaHandler(Protocol):
    """Part of the handler that pydantic passes."""

    def generate_schema(self, source_type: Any, /) -> core_schema.CoreSchema:  # noqa: ANN401 - as in pydantic
        """Return the schema of another type."""
        ...


def model_schema(
    model: type[Any],
    from_input: Callable[[Any, CheckFields], object],
    handler: SchemaHandler,
) -> core_schema.CoreSchema:
    """
    Return a schema that accepts an instance or its wire shape, and serializes the wire shape.

    The JSON schema has the fields of the wire shape. Secrets are serialized as `***`. Options such
    as `exclude_none` apply to the fields.

    Args:
        model: The model, an attrs class with `to_dict`.
        from_input: Creates an instance from the wire shape. Its second argument checks the fields
            of the wire shape, as pydantic does.
        handler: The handler that pydantic passes.
    """
    types = get_type_hints(model)
    fields = {
        name: core_schema.typed_dict_field(
            handler.generate_schema(_accepted_type(field, types)), required=is_required(field)
        )
        for field in attrs.fields(model)
        if (name := wire_name_of(field)) is not None
    }

    def validate(value: object, check_fields: CheckFields) -> object:
        return value if isinstance(value, model) else from_input(value, check_fields)

    def serialize(value: Any, serialize_fields: SerializeFields) -> object:  # noqa: ANN401
        # A model in another model is a dict already.
        return serialize_fields(value.to_dict() if isinstance(value, model) else value)

    shape = core_schema.typed_dict_schema(fields)
    return core_schema.no_info_wrap_validator_function(
        validate,
        shape,
        # With the id, as in pydantic: functions may create several models of the same name.
        ref=f"{model.__module__}.{model.__qualname__}:{id(model)}",
        metadata={"pydantic_js_updates": {"title": model.__name__}},
        serialization=core_schema.wrap_serializer_function_ser_schema(serialize, schema=shape),
    )


def _accepted_type(field: FieldInfo, types: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a type
    """Return the type that the constructor accepts: a converter accepts more than the field."""
    if field.converter is None:
        return types[field.name]
    parameters = get_type_hints(field.converter)
    parameters.pop("return", None)
    return next(iter(parameters.values()), Any)
