"""Monotonic real time, which test tools such as freezegun do not stop."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

if sys.platform == "win32":
    # freezegun replaces attributes of modules, but no default values of parameters.
    def real_monotonic(clock: Callable[[], float] = time.monotonic) -> float:
        """Return the seconds since a fixed moment."""
        return clock()
else:

    def real_monotonic() -> float:
        """Return the seconds since a fixed moment."""
        # freezegun replaces `time.monotonic`, also where a module has imported it.
        return time.clock_gettime(time.CLOCK_MONOTONIC)
