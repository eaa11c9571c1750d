"""An async client as a blocking one, so that one promise serves both colours."""

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
    *client*, each of its calls run on *loop* until it is complete.

    The loop must not be running, and is the caller's to close. Results and errors are the client's
    own.
    """
    # What is proxied member by member has the members of the blocking surface: parity says so.
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
