"""Locks of the outbox: the uses of SQLite in this process, and the sender of a file."""

from __future__ import annotations

import os
import sys
import time
import weakref
from abc import ABC, abstractmethod
from pathlib import Path
from threading import RLock

from memsy._core.interrupts import is_interrupt

PROCESS_LOCK = RLock()
"""
Lock around each use of SQLite and of a sender lock in this process.

A fork waits for this lock, so that no thread is within SQLite at that moment: the child would find
the locks within SQLite taken for ever. The lock is held for one statement at a time. It is
reentrant, because a signal handler may put an event.
"""

_LOCKED_BYTE = 0x40000000
"""Place of the lock, far behind the process id: on Windows, no process can read a locked byte."""

_ATTEMPTS, _ATTEMPT_PAUSE = 4, 0.001
"""Attempts to take the lock: a process that reads the holder has it for microseconds, too."""

_FLAGS = os.O_RDWR | getattr(os, "O_BINARY", 0)

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
        mode = fcntl.LOCK_EX | fcntl.LOCK_NB
        try:
            fcntl.lockf(descriptor, mode, 1, _LOCKED_BYTE, os.SEEK_SET)
        except (BlockingIOError, PermissionError) as error:
            if is_interrupt(error):
                raise
            return False
        return True


class SenderLock:
    """
    Lock of the only thread or task, in all processes, that sends the events of a file.

    The kernel frees the lock when the process ends, also after `kill -9`. No clock is involved, and
    a forked child does not inherit the lock.

    Args:
        path: Path of the lock file, which contains the process id of the last sender.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """
        Take the lock and return True, or return False if there is another sender.

        Raises:
            OSError: The lock file cannot be used.
        """
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(_ATTEMPT_PAUSE)
            with PROCESS_LOCK:
                if _is_held_here(self._path):
                    return False
                if self._acquire():
                    return True
        return False

    def _acquire(self) -> bool:
        descriptor = os.open(self._path, _FLAGS | os.O_CREAT, 0o600)
        try:
            if _try_lock(descriptor):
                _write_pid(descriptor)
                status = os.fstat(descriptor)
                self._descriptor = descriptor
                _held[status.st_dev, status.st_ino] = self
        finally:
            if self._descriptor is None:
                os.close(descriptor)
        return self._descriptor is not None

    def release(self) -> None:
        """Free the lock if this object has it."""
        with PROCESS_LOCK:
            descriptor, self._descriptor = self._descriptor, None
            if descriptor is not None:
                for key in [key for key, lock in _held.items() if lock is self]:
                    del _held[key]
                os.close(descriptor)


_held: dict[tuple[int, int], SenderLock] = {}
"""
Sender locks of this process, by device and inode of the file.

A process loses its POSIX lock as soon as it closes any descriptor of the file, so it must not open
a file twice.
"""


def find_sender(path: str) -> int | None:
    """Return the process id of the sender that holds the lock file, or None without a sender."""
    with PROCESS_LOCK:
        if _is_held_here(path):
            return os.getpid()
        try:
            descriptor = os.open(path, _FLAGS)
        except FileNotFoundError as error:
            if is_interrupt(error):
                raise
            return None
        try:
            return None if _try_lock(descriptor) else _read_pid(descriptor)
        finally:
            os.close(descriptor)


def _is_held_here(path: str) -> bool:
    if not _held:
        return False
    try:
        status = Path(path).stat()
    except FileNotFoundError as error:
        if is_interrupt(error):
            raise
        return False
    return (status.st_dev, status.st_ino) in _held


def _write_pid(descriptor: int) -> None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        os.write(descriptor, b"%-20d\n" % os.getpid())
    except OSError as error:  # without space on the disk, the status shows an old process id
        if is_interrupt(error):
            raise


def _read_pid(descriptor: int) -> int | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    text = os.read(descriptor, 20).strip()
    return int(text) if text.isdigit() else None


class ForkAware(ABC):
    """Object with a state that a forked child must not inherit."""

    def __init__(self) -> None:
        with PROCESS_LOCK:
            _fork_aware.add(self)

    @abstractmethod
    def _before_fork(self) -> None:
        """Close what the child must not inherit."""

    @abstractmethod
    def _after_fork_in_child(self) -> None:
        """Forget the threads of the parent, which do not exist in the child."""


_fork_aware: weakref.WeakSet[ForkAware] = weakref.WeakSet()


def _before_fork() -> None:
    PROCESS_LOCK.acquire()
    for item in list(_fork_aware):
        item._before_fork()


def _after_fork_in_child() -> None:
    for lock in _held.values():
        # The lock belongs to the process of the parent, so it stays there.
        if lock._descriptor is not None:
            os.close(lock._descriptor)
            lock._descriptor = None
    _held.clear()
    for item in list(_fork_aware):
        item._after_fork_in_child()
    PROCESS_LOCK.release()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before_fork,
        after_in_parent=PROCESS_LOCK.release,
        after_in_child=_after_fork_in_child,
    )
