"""Adapter that presents an async client as a sync one, so that one contract test serves both."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, overload

from memsy.protocols import (
    AsyncMemsyClientProtocol,
    AsyncMemsyControlClientProtocol,
    MemsyClientProtocol,
    MemsyControlClientProtocol,
)


@overload
def as_sync(
    client: AsyncMemsyClientProtocol, loop: asyncio.AbstractEventLoop
) -> MemsyClientProtocol: ...
@overload
def as_sync(
    client: AsyncMemsyControlClientProtocol, loop: asyncio.AbstractEventLoop
) -> MemsyControlClientProtocol: ...
def as_sync(client: object, loop: asyncio.AbstractEventLoop) -> Any:
    """
    Return a sync client that runs each call of the async `client` on `loop` to its end.

    Results and errors are unchanged.

    Args:
        client: An async client of either plane.
        loop: An event loop that is not running. The caller closes it.
    """
    # The parity gate guarantees that the sync and the async protocols have equal members.
    return _SyncAdapter(client, loop)


class _SyncAdapter:
    def __init__(self, target: object, loop: asyncio.AbstractEventLoop) -> None:
        self._target = target
        self._loop = loop

    def __getattr__(self, name: str) -> object:
        member: Any = getattr(self._target, name)
        if not callable(member):
            return _SyncAdapter(member, self._loop)

        def call(*args: object, **kwargs: object) -> object:
            result = member(*args, **kwargs)
            return self._loop.run_until_complete(result) if inspect.isawaitable(result) else result

        return call
