"""Monotonic real time, which test tools such as freezegun do not stop."""

from __future__ import annotations

import sys
import time
from functools import partial

# freezegun replaces `time.monotonic`, also in each module that has imported it. It does not replace
# `time.clock_gettime`, which Windows lacks, or a function in a `partial`.
if sys.platform == "win32":
    _read_clock = partial(time.monotonic)
else:
    _read_clock = partial(time.clock_gettime, time.CLOCK_MONOTONIC)


def real_monotonic() -> float:
    """Return the seconds since a fixed moment."""
    return _read_clock()
