"""Types of annotations that need another form at run time than type checkers infer."""

from __future__ import annotations

from collections.abc import Mapping
from types import GenericAlias
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, TypeVar, runtime_checkable

T = TypeVar("T")

if TYPE_CHECKING:
    Shape: TypeAlias = type[T]
else:
    # `list[str]` is a `type[list[str]]` for type checkers, but not an instance of `type`.
    Shape = type[T] | GenericAlias


@runtime_checkable
class FieldInfo(Protocol):
    """The part of `attrs.Attribute` that this package reads. That class has no subscript."""

    @property
    def name(self) -> str: ...
    @property
    def metadata(self) -> Mapping[Any, Any]: ...
    @property
    def default(self) -> object: ...
    @property
    def converter(self) -> Any: ...  # noqa: ANN401 - a callable
