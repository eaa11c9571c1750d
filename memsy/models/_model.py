"""`Model`, the base class of all models: conversion from and to JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from typing_extensions import Self

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.json_encoder import dump
from memsy._core.text import MAX_MESSAGE, excerpt
from memsy._fork import lazy_import
from memsy.exceptions import MemsyConfigurationError, MemsyResponseError


class Model:
    """
    Base class of all models.

    A model is an immutable attrs class. Values from the headers of a response, such as `usage`, do
    not count when two models are compared. pydantic validates and serializes a model as its wire
    shape: FastAPI takes models as return annotation, as response model and in a request body.
    """

    __slots__ = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """
        Return an instance from parsed JSON, with the keys that the service sends.

        Unknown keys are ignored. A field with a default accepts an absent key and a null, too. A
        model in place of an object is kept.

        Raises:
            MemsyResponseError: The data has another shape. The message names the JSON path.
        """
        try:
            return structure(data, cls)
        except SchemaMismatch as mismatch:
            raise MemsyResponseError(_mismatch_text(cls, mismatch)) from None

    def to_dict(self, *, reveal_secrets: bool = False) -> dict[str, Any]:
        """
        Return the JSON object that the service sends, without the values from headers.

        `from_dict` returns an equal model. The dict shares no list or dict with the model.

        Args:
            reveal_secrets: Include secrets, such as a new API key. By default they are `***`.
        """
        return _unstructure()(self, reveal_secrets=reveal_secrets)

    def to_json(self, *, reveal_secrets: bool = False) -> str:
        """
        Return the JSON text of `to_dict`, on one line.

        Raises:
            MemsyConfigurationError: JSON cannot represent a value. The message names its path.
        """
        return dump(self.to_dict(reveal_secrets=reveal_secrets), type(self).__name__)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: Any) -> Any:  # noqa: ANN401
        """Return the schema for pydantic, which calls this method (and is installed then)."""
        from memsy.models._pydantic import model_schema  # noqa: PLC0415 - loads pydantic

        return model_schema(cls, cls._from_input, handler)

    @classmethod
    def _from_input(cls, value: Any, check_fields: Callable[[Any], Any]) -> Self:  # noqa: ANN401
        """Return an instance from an input of pydantic."""
        try:
            return cls.from_dict(value)
        except MemsyResponseError as error:
            raise ValueError(str(error)) from None


class Payload(Model):
    """Base class of the values that an application sends."""

    __slots__ = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """
        Return an instance from a dict with the names of the fields. Unknown names are ignored.

        A field with a default accepts an absent name and a None, too.

        Raises:
            MemsyConfigurationError: A required field is missing, or a value has a wrong type, or
                the constructor rejects it. The message names the field.
        """
        try:
            return structure(data, cls)
        except SchemaMismatch as mismatch:
            raise MemsyConfigurationError(_mismatch_text(cls, mismatch)) from None

    @classmethod
    def _from_input(cls, value: Any, check_fields: Callable[[Any], Any]) -> Self:  # noqa: ANN401
        # pydantic reports all wrong fields of a value, not only the first one.
        return cls.from_dict(check_fields(value))


def _mismatch_text(model: type, mismatch: SchemaMismatch) -> str:
    return excerpt(f"{model.__name__}: {mismatch}", MAX_MESSAGE)


@cache
def _unstructure() -> Callable[..., dict[str, Any]]:
    with lazy_import():
        from memsy._core.unstructure import unstructure  # noqa: PLC0415 - loads cattrs

    return unstructure
