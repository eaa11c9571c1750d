"""What every view of a noun is made with: the caller of the client that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memsy._core.caller import AsyncCaller, Caller


class View:
    """A blocking view."""

    __slots__ = ("_call",)

    def __init__(self, call: Caller) -> None:
        self._call = call


class AsyncView:
    """An awaiting view."""

    __slots__ = ("_call",)

    def __init__(self, call: AsyncCaller) -> None:
        self._call = call
