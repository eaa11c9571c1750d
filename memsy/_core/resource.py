"""Base classes of the sync and async resources of a client, such as `client.roles`."""

from __future__ import annotations

from memsy._core.requestor import AsyncRequestor, Requestor


class SyncAPIResource:
    """Base class of the sync resources."""

    __slots__ = ("_call",)

    def __init__(self, call: Requestor) -> None:
        self._call = call


class AsyncAPIResource:
    """Base class of the async resources."""

    __slots__ = ("_call",)

    def __init__(self, call: AsyncRequestor) -> None:
        self._call = call
