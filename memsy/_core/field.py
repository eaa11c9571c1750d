"""Fields of attrs classes, as validators and hooks read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class FieldInfo(Protocol):
    """
    The part of `attrs.Attribute` that this package reads.

    `attrs.Attribute` takes a type argument in type checkers only, so `Attribute[Any]` cannot be
    evaluated at run time.
    """

    @property
    def name(self) -> str: ...
    @property
    def metadata(self) -> Mapping[Any, Any]: ...
