"""`RecordTuple`: an immutable sequence of records that a test may compare with a list."""

from __future__ import annotations

from typing import SupportsIndex, TypeVar, overload

from typing_extensions import Self

T_co = TypeVar("T_co", covariant=True)


class RecordTuple(tuple[T_co, ...]):
    """A tuple that is also equal to a list of the same items, as are its slices."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return super().__eq__(tuple(other) if isinstance(other, list) else other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(tuple(self))

    @overload
    def __getitem__(self, index: SupportsIndex) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: SupportsIndex | slice) -> T_co | Self:
        if isinstance(index, slice):
            return type(self)(super().__getitem__(index))
        return super().__getitem__(index)
