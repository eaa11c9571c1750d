"""What every view of a noun is made with: the caller of the client that it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from memsy._core.requestor import AsyncRequestor, Requestor


class SyncAPIResource:
    """A blocking view."""

    __slots__ = ("_call",)

    def __init__(self, call: Requestor) -> None:
        self._call = call


class AsyncAPIResource:
    """An awaiting view."""

    __slots__ = ("_call",)

    def __init__(self, call: AsyncRequestor) -> None:
        self._call = call
