"""Values and types for the mutations; `parity_others` has other values under the same names."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, Protocol

from typing_extensions import TypeVar

from memsy.parity import mirrors

LIMIT: Final = 10
SAME_LIMIT: Final = LIMIT
IS_FAST = bool(LIMIT)

T = TypeVar("T")
FunctionT = TypeVar("FunctionT", bound=Callable[..., object])
IntT = TypeVar("IntT", bound=int)
AlsoIntT = TypeVar("AlsoIntT", bound=int)
StrT = TypeVar("StrT", bound=str)
TextT = TypeVar("TextT", str, bytes)
NumberT = TypeVar("NumberT", int, float)
DefaultIntT = TypeVar("DefaultIntT", default=int)
DefaultStrT = TypeVar("DefaultStrT", default=str)


class Kind:
    def __init__(self, number: int) -> None: ...


class Speed(Enum):
    FAST = 1
    SLOW = 2


class Rows:
    def get(self, limit: int = 1) -> int:
        return limit


@mirrors(Rows)
class AsyncRows:
    async def get(self, limit: int = 1) -> int:
        return limit


class Sized(Protocol):
    def get(self, limit: int = 1) -> int: ...


class SizedOtherwise(Protocol):
    def get(self, limit: int = 2) -> int: ...


def retried(count: int) -> Callable[[FunctionT], FunctionT]:
    """Return a decorator that keeps the type of a function."""
    return lambda function: function


def pause(seconds: float) -> None: ...
