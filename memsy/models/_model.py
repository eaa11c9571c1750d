"""What all models that come from the service have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from memsy._core.secret import Secret, masked
from memsy._core.structure import Mismatch, structure
from memsy.exceptions import MemsyResponseError

if TYPE_CHECKING:
    from typing_extensions import Self


M = TypeVar("M", bound="DiscreetModel")


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
        except Mismatch as mismatch:
            raise MemsyResponseError(f"{cls.__name__}: {mismatch}") from None


@attrs.frozen
class DiscreetModel(Model):
    """A model with secrets: no `repr` shows a field that is `masked`, and a pickle seals it."""

    def __reduce__(self) -> tuple[object, ...]:
        fields = {
            field.name: _kept(field, getattr(self, field.name))
            for field in attrs.fields(type(self))
        }
        return _restored, (type(self), fields)


def _kept(field: attrs.Attribute[Any], value: object) -> object:
    return Secret(value) if field.repr is masked and isinstance(value, str) else value


def _restored(model: type[M], fields: dict[str, Any]) -> M:
    return model(
        **{
            name: value.reveal() if isinstance(value, Secret) else value
            for name, value in fields.items()
        }
    )
