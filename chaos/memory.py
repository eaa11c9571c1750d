"""How much memory this process has, and ever had, in MiB."""

from __future__ import annotations

import ctypes
import re
import resource
import sys
from pathlib import Path

MIB = 2**20


def held() -> float:
    """By now; where there is no /proc to read, the most there ever was."""
    _give_back()
    return _status("VmRSS")


def peak() -> float:
    """The most there ever was."""
    return _status("VmHWM")


def _give_back() -> None:
    """Have the C library part with what it keeps for later, which comes and goes by the MiB."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _status(name: str) -> float:
    # Not from getrusage() alone: on Linux, a process starts out with the peak of its parent there.
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(rf"^{name}:\s*(\d+) kB", status.read_text(), re.MULTILINE)
        assert found
        return int(found[1]) * 1024 / MIB
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB
