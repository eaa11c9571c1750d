"""Other values under the names of `parity_values`."""

from __future__ import annotations

from typing import Final

LIMIT: Final = 20


class Kind:
    def __init__(self, number: int) -> None: ...
