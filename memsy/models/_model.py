"""`Model`, the base class of all models that are decoded from a response."""

from __future__ import annotations

from typing import Any

from typing_extensions import Self

from memsy._core.decode import SchemaMismatch, structure
from memsy._core.text import MAX_MESSAGE, excerpt
from memsy.exceptions import MemsyResponseError


class Model:
    """Base class of models that are decoded from the JSON of a response."""

    __slots__ = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """
        Return an instance from parsed JSON, with the keys that the service sends.

        Unknown keys are ignored. A field with a default accepts an absent key and a null, too.

        Raises:
            MemsyResponseError: The data has another shape. The message names the JSON path.
        """
        try:
            return structure(data, cls)
        except SchemaMismatch as mismatch:
            message = excerpt(f"{cls.__name__}: {mismatch}", MAX_MESSAGE)
            raise MemsyResponseError(message) from None
