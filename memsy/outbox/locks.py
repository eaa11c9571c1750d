"""Locks of the outbox: the uses of SQLite in this process, and the sender of a file."""

from __future__ import annotations

import os
import sys
import time
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable
from io import FileIO
from pathlib import Path
from threading import RLock

from memsy._core.interrupts import is_interrupt
from memsy._fork import register_at_fork

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
        # A file object that is not open yet: an interrupt can leave no file that nothing closes.
        self._file = FileIO.__new__(FileIO)
        self.release: Callable[[], None] = self._file.close
        """Free the lock if this object has it. No interrupt comes before that: it is no Python."""

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
        create_private_file(self._path)
        is_held = False
        try:
            FileIO.__init__(self._file, self._path, "r+")
            is_held = _try_lock(self._file.fileno())
            if is_held:
                _write_pid(self._file.fileno())
                _remember(self._file)
        finally:
            if not is_held:
                self._file.close()
        return is_held


_held: dict[tuple[int, int], FileIO] = {}
"""
Locked files of the senders of this process, by device and inode. Closed files are free.

A process loses its POSIX lock as soon as it closes any descriptor of the file, so it must not open
a file twice. The dictionary is not weak: an exception of a signal handler in its callback is lost.
"""


def _remember(file: FileIO) -> None:
    for identity, other in list(_held.items()):
        if other.closed:
            del _held[identity]
    _held[_identity(os.fstat(file.fileno()))] = file


def create_private_file(path: str) -> None:
    """Create a missing file, readable for its owner alone."""
    if not os.path.lexists(path):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


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
    file = _held.get(_identity(status))
    return file is not None and not file.closed


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
        item._before_fork()  # pyright: ignore[reportPrivateUsage]


def _after_fork_in_child() -> None:
    for file in list(_held.values()):
        file.close()  # the lock belongs to the process of the parent, so it stays there
    _held.clear()
    for item in list(_fork_aware):
        item._after_fork_in_child()  # pyright: ignore[reportPrivateUsage]
    PROCESS_LOCK.release()


register_at_fork(
    before=_before_fork,
    after_in_parent=PROCESS_LOCK.release,
    after_in_child=_after_fork_in_child,
)
