"""Whether an event loop has come to rest, told by counting its turns."""

from __future__ import annotations

import time
from asyncio import AbstractEventLoop, Future

# Between two uses of the clock a task may go through futures, queues, locks and other tasks, and
# each of them takes it a turn. A hundred turns take some 0.3 ms.
_TURNS = 100


class LoopActivity:
    """
    Looks on while one loop turns, until nobody in it has used the clock for a number of turns.

    What the loop hears from outside, from threads or sockets, does not count.
    """

    def __init__(self, loop: AbstractEventLoop, patience: float) -> None:
        self.loop = loop
        self._patience = patience
        self.settling = list[Future[None]]()
        """Those who are to be told when it has come to rest."""
        self.stir()

    def stir(self) -> None:
        """Begin again: somebody has done something."""
        self._left = _TURNS
        self._turned_at = time.monotonic()

    def turn(self) -> None:
        """Count a turn of the loop."""
        self._left = max(self._left - 1, 0)
        self._turned_at = time.monotonic()

    @property
    def is_quiet(self) -> bool:
        return self._left == 0

    @property
    def is_busy(self) -> bool:
        """
        Whether somebody in the loop may be about to do something, so that others had better wait.

        A loop that has not turned for *patience* real seconds is taken to be blocked by somebody
        who waits for another loop, as a test client does for the application's.
        """
        is_turning = time.monotonic() - self._turned_at <= self._patience
        return not self.is_quiet and self.loop.is_running() and is_turning

    def tell_settled(self) -> None:
        for waiting in self.settling:
            if not waiting.done():
                waiting.set_result(None)
        self.settling.clear()
