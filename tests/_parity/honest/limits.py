"""Constants for the defaults of other modules."""

from __future__ import annotations

from typing import Final, Literal

from attrs import frozen

MAX_ROWS: Final = 500
RATIO: Final[float] = 0.5
MODE: Final[Literal["fast", "safe"]] = "fast"
TIMEOUT = 30.0
CURRENCY: Final = "EUR"


class Limits:
    """Constants of a class."""

    TOP: Final = 100
    LOW: Final = -1


@frozen
class Timeout:
    """Value object for a default."""

    connect: float = 5.0
    read: float = 5.0


DEFAULT_TIMEOUT: Final = Timeout()
