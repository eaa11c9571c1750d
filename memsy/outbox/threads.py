"""Threads in which an async outbox uses its file."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from memsy._core.event_loop import require_asyncio_task
from memsy._core.interrupts import is_interrupt

T = TypeVar("T")

_MAX_THREADS = 4


class Threads:
    """
    Some threads for all event loops, apart from the default executor, which may be busy.

    A thread starts when it is needed. The threads end after `close()`, and with the interpreter.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="memsy-outbox-file")

    async def run(self, function: Callable[[], T]) -> T:
        """Run `function` in a thread. After `close()`, and at exit, run it here."""
        require_asyncio_task()
        try:
            future = asyncio.get_running_loop().run_in_executor(self._executor, function)
        except RuntimeError as error:
            if is_interrupt(error) or "cannot schedule new futures" not in str(error):
                raise
            return function()
        return await future

    def close(self) -> None:
        """End the threads as soon as they are idle."""
        self._executor.shutdown(wait=False)
