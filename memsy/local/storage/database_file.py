"""Files of databases: path, creation, and exclusive use."""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from memsy._core.interrupts import is_interrupt
from memsy.exceptions import MemsyConfigurationError

# The bytes that SQLite locks in a file, see "Locking" in the comments of its os.h.
_LOCK_START, _LOCK_LENGTH = 0x40000000, 512

# A service that is just closing frees its file soon.
_LOCK_ATTEMPTS, _LOCK_PAUSE = 100, 0.01

if sys.platform == "win32":

    def _lock(descriptor: int) -> bool:
        """Return True: on Windows, SQLite itself reports a file that is in use."""
        return True

else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        """Take the lock of SQLite on a file. Return False if another process has it."""
        mode = fcntl.LOCK_EX | fcntl.LOCK_NB
        try:
            fcntl.lockf(descriptor, mode, _LOCK_LENGTH, _LOCK_START, os.SEEK_SET)
        except (BlockingIOError, PermissionError) as error:
            if is_interrupt(error):
                raise
            return False
        return True


_reserved_files: dict[tuple[int, int], object] = {}


def resolve(path: str | os.PathLike[str]) -> str:
    """
    Return the absolute path of a database file, without symbolic links.

    Raises:
        MemsyConfigurationError: The path is empty, or SQLite would not take it for a path.
    """
    name = os.fsdecode(path)
    if name == ":memory:":
        raise MemsyConfigurationError(
            "':memory:' is not the path of a file: leave the path out to keep the data in memory, "
            "or pass './:memory:' for a file of this name"
        )
    if name.lower().startswith("file:"):
        raise MemsyConfigurationError(
            f"{name!r} is a URI: pass the path of the file, or './{name}' for a file of this name"
        )
    try:
        is_valid = name and b"\0" not in os.fsencode(name)
    except UnicodeEncodeError as error:
        if is_interrupt(error):
            raise
        is_valid = False
    if not is_valid:
        raise MemsyConfigurationError(
            "the path of a database must not be empty, or contain a NUL character or a character "
            f"that the file system lacks, got {name!r}"
        )
    return os.path.realpath(name)


def create(path: str) -> bool:
    """Create a missing file, readable for its owner alone. Return False if the path exists."""
    if os.path.lexists(path):
        return False
    # The mode is part of the call, so the file is never readable for others. SQLite gives the
    # files beside the database the same mode.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    return True


@contextmanager
def reserved(path: str) -> Iterator[None]:
    """
    Reserve a file for the `with` block, against other services of this process.

    Without the reservation, reading the file would end the locks of the other service: a process
    loses its POSIX locks on a file as soon as it closes any descriptor of the file.

    Raises:
        OSError: The path is not a regular file, or another service uses it.
    """
    status = Path(path).stat()
    # Opening a pipe could wait forever, and opening a device could change its state.
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    key, token = (status.st_dev, status.st_ino), object()
    _wait_until(lambda: _reserved_files.setdefault(key, token) is token)
    try:
        yield
    finally:
        del _reserved_files[key]


@contextmanager
def locked(path: str) -> Iterator[int]:
    """
    Lock a reserved file against other processes, and yield a descriptor for reading.

    Raises:
        OSError: The file cannot be read and written, or another process uses it.
    """
    descriptor = os.open(path, os.O_RDWR | getattr(os, "O_BINARY", 0))
    try:
        _wait_until(lambda: _lock(descriptor))
        yield descriptor
    finally:
        os.close(descriptor)


def _wait_until(is_free: Callable[[], bool]) -> None:
    for _ in range(_LOCK_ATTEMPTS):
        if is_free():
            return
        time.sleep(_LOCK_PAUSE)
    raise OSError(errno.EBUSY, "another service or program has it open")
