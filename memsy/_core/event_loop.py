"""The running event loop, and a check that an async call runs in an asyncio task."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

from memsy._core.interrupts import is_interrupt
from memsy.exceptions import MemsyConfigurationError


def running_loop() -> asyncio.AbstractEventLoop | None:
    """Return the event loop that runs in this thread, or None."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError as error:
        if is_interrupt(error):
            raise
        return None


def require_asyncio_task() -> None:
    """
    Check that this code runs in an asyncio task.

    Raises:
        MemsyConfigurationError: Another async library runs, or no event loop, or no task.
    """
    if running_loop() is None:
        problem = f"{_running_library() or 'no event loop'} is running"
    elif asyncio.current_task() is None:
        problem = f"this code runs in no task of {_running_library() or 'asyncio'}"
    else:
        return
    raise MemsyConfigurationError(
        f"the async clients need an asyncio task, but {problem}; "
        "await the call in a coroutine of asyncio.run(), or use the sync client"
    )


def _running_library() -> str | None:
    """Return the name of the running async library, if it reports its name to sniffio."""
    sniffio = sys.modules.get("sniffio")  # trio and curio import it
    if sniffio is not None:
        with suppress(sniffio.AsyncLibraryNotFoundError):
            return str(sniffio.current_async_library())
    return None
