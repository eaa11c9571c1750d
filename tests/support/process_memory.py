"""Current and peak memory of this process, in MiB; 0 on Windows, where no test measures it."""

from __future__ import annotations

import ctypes
import re
import sys
from pathlib import Path

MIB = 2**20


def current() -> float:
    """Return the resident memory; without /proc, the peak."""
    _return_free_memory()
    return _status("VmRSS")


def peak() -> float:
    """Return the highest resident memory of the process so far."""
    return _status("VmHWM")


def address_space() -> float:
    """Return the size of the address space."""
    return _status("VmSize")


def _return_free_memory() -> None:
    """Make the C library return its cached memory, which varies by some MiB, to the system."""
    trim = None if sys.platform == "win32" else getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _status(name: str) -> float:
    # On Linux, getrusage() of a child process starts with the peak of its parent.
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(rf"^{name}:\s*(\d+) kB", status.read_text(encoding="utf-8"), re.MULTILINE)
        assert found
        return int(found[1]) * 1024 / MIB
    if sys.platform == "win32":
        return 0.0  # no limit is exceeded
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / MIB
