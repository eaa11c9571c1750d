"""
Stand-in for the function `locking` of the module msvcrt, on Linux.

A lock belongs to an open file, as on Windows: another descriptor of the same process does not get
it, and the end of the process or the close of the descriptor frees it. Locks of POSIX belong to a
process, so the stand-in uses the locks that Linux ties to an open file.

Unlike on Windows, another process can read and write the locked bytes.
"""

from __future__ import annotations

import errno
import os
import struct
from typing import Any

import pytest

fcntl: Any = pytest.importorskip("fcntl")

LK_UNLCK, LK_LOCK, LK_NBLCK, LK_RLCK, LK_NBRLCK = range(5)

_SET_LOCK = getattr(fcntl, "F_OFD_SETLK", None)
_TYPES = {LK_UNLCK: fcntl.F_UNLCK, LK_NBLCK: fcntl.F_WRLCK}

IS_AVAILABLE = _SET_LOCK is not None


def locking(fd: int, mode: int, nbytes: int, /) -> None:
    """
    Lock `nbytes` bytes from the current position of the file, or free them.

    Raises:
        PermissionError: A descriptor of another open file holds one of the bytes.
        OSError: The mode waits, which the package does not use.
    """
    if _SET_LOCK is None or mode not in _TYPES:
        raise OSError(errno.EINVAL, "Invalid argument")
    position = os.lseek(fd, 0, os.SEEK_CUR)
    lock = struct.pack("hhqqi", _TYPES[mode], os.SEEK_SET, position, nbytes, 0)
    try:
        fcntl.fcntl(fd, _SET_LOCK, lock)
    except BlockingIOError:
        raise PermissionError(errno.EACCES, "Permission denied") from None
