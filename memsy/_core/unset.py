"""`UNSET`, the default of an option that keeps its value."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Unset(Enum):
    """Type of `UNSET`, for annotations."""

    UNSET = "unset"

    def __repr__(self) -> str:
        return self.name


UNSET: Final = Unset.UNSET
"""Keeps the value of the client: the default of all options of `with_options`."""
