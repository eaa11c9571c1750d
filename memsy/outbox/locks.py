"""Locks of the outbox: SQLite calls of this process, and the sender of a file."""

from __future__ import annotations

import os
import sys
import time
import weakref
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from threading import RLock

from memsy._core.interrupts import is_interrupt

PROCESS_LOCK = RLock()
"""
Lock around each use of SQLite and of a sender lock in this process.

A fork waits for it, so that the child inherits neither a connection nor a lock within SQLite. No
code waits for anything but the disk while it holds the lock. It is reentrant, because a signal
handler may put an event.
"""

_LOCKED_BYTE = 0x40000000
"""Far behind the process id in the file: Windows lets nobody read a locked byte."""

_ATTEMPTS, _ATTEMPT_PAUSE = 4, 0.001
"""A status of another process holds a shared lock for some microseconds."""

if sys.platform == "win32":
    import msvcrt

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError as error:
            if is_interrupt(error):
                raise
            return False
        return True

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            mode = fcntl.LOCK_EX | fcntl.LOCK_NB
            fcntl.lockf(descriptor, mode, 1, _LOCKED_BYTE, os.SEEK_SET)
        except (BlockingIOError, PermissionError) as error:
            if is_interrupt(error):
                raise
            return False
        return True


_held: dict[tuple[int, int], int] = {}
"""Descriptors of the sender locks of this process, by device and inode."""


class SenderLock:
    """
    Lock of the one process, and the one thread or task in it, that sends the events of a file.

    The kernel frees the lock when the process ends, also after `kill -9`. No clock is involved. A
    forked child does not inherit the lock.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._key: tuple[int, int] | None = None

    def acquire(self) -> bool:
        """
        Take the lock and return True, or return False if any sender has it.

        Raises:
            OSError: The file beside the outbox cannot be used.
        """
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_ATTEMPT_PAUSE)
            with PROCESS_LOCK:
                if self._is_held_here():
                    return False
                if self._acquire():
                    return True
        return False

    def _acquire(self) -> bool:
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
        try:
            if not _try_lock(descriptor):
                os.close(descriptor)
                return False
            _write_pid(descriptor)
            status = os.fstat(descriptor)
        except BaseException:
            os.close(descriptor)
            raise
        self._key = (status.st_dev, status.st_ino)
        _held[self._key] = descriptor
        return True

    def release(self) -> None:
        """Free the lock, if it is held by this object."""
        with PROCESS_LOCK:
            key, self._key = self._key, None
            descriptor = None if key is None else _held.pop(key, None)
            if descriptor is not None:
                os.close(descriptor)

    def holder(self) -> int | None:
        """Return the process id of the sender, or None if there is no sender."""
        with PROCESS_LOCK:
            # A POSIX lock ends as soon as its process closes any descriptor of the file.
            if self._is_held_here():
                return os.getpid()
            if not os.path.exists(self._path):
                return None
            descriptor = os.open(self._path, os.O_RDWR | _BINARY)
            try:
                return None if _try_lock(descriptor) else _read_pid(descriptor)
            finally:
                os.close(descriptor)

    def _is_held_here(self) -> bool:
        try:
            status = Path(self._path).stat()
        except FileNotFoundError as error:
            if is_interrupt(error):
                raise
            return False
        return (status.st_dev, status.st_ino) in _held


_BINARY = getattr(os, "O_BINARY", 0)


def _write_pid(descriptor: int) -> None:
    with suppress(OSError):  # without space on the disk, the status has no process id
        os.ftruncate(descriptor, 0)
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, b"%d\n" % os.getpid())


def _read_pid(descriptor: int) -> int | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    text = os.read(descriptor, 32).strip()
    return int(text) if text.isdigit() else None


class ForkAware(ABC):
    """Object with a state that a forked child must not inherit."""

    def __init__(self) -> None:
        with PROCESS_LOCK:
            _fork_aware.add(self)

    @abstractmethod
    def before_fork(self) -> None:
        """Let go of what a child must not inherit."""

    @abstractmethod
    def after_fork_in_child(self) -> None:
        """Start as new: the other threads of the parent do not exist here."""


_fork_aware: weakref.WeakSet[ForkAware] = weakref.WeakSet()


def _before_fork() -> None:
    PROCESS_LOCK.acquire()
    for item in list(_fork_aware):
        item.before_fork()


def _after_fork_in_child() -> None:
    # The lock itself belongs to the parent, and stays there.
    for descriptor in _held.values():
        os.close(descriptor)
    _held.clear()
    for item in list(_fork_aware):
        item.after_fork_in_child()
    PROCESS_LOCK.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=PROCESS_LOCK.release,
        after_in_child=_after_fork_in_child,
    )
