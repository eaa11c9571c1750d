"""Base class of the models that come from the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from memsy._core.decode import SchemaMismatch, structure
from memsy.exceptions import MemsyResponseError

if TYPE_CHECKING:
    from typing_extensions import Self


class Model:
    """A value that can be read from parsed JSON."""

    __slots__ = ()

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """
        Read this model from parsed JSON, as the service sends it.

        Raises:
            MemsyResponseError: it has another shape; the message names the JSON path.
        """
        try:
            return structure(data, cls)
        except SchemaMismatch as mismatch:
            raise MemsyResponseError(f"{cls.__name__}: {mismatch}") from None
