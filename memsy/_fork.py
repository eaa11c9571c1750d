"""
Lazy imports that a fork in another thread waits for.

A child process has a copy of the lock of each module that another thread of its parent was
importing. No thread of the child releases this lock, so the child would wait forever when it needs
the module.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module

_MAX_FORK_DELAY = 10.0
"""Longest wait of a fork in seconds, in case that an import waits for the forking thread."""

_importing_threads: list[int] = []
_lock = threading.RLock()
"""A signal handler may raise in a method in Python code, such as `Condition.__enter__`."""
_changed = threading.Condition(_lock)


@contextmanager
def lazy_import() -> Iterator[None]:
    """Make a fork in another thread wait until the imports in the `with` block are complete."""
    thread = threading.get_ident()
    with _lock:
        _importing_threads.append(thread)
    try:
        yield
    finally:
        with _lock:
            _importing_threads.remove(thread)
            _changed.notify_all()


def _has_no_other_importing_thread() -> bool:
    return set(_importing_threads) <= {threading.get_ident()}


def _before_fork() -> None:
    _changed.acquire()
    _changed.wait_for(_has_no_other_importing_thread, _MAX_FORK_DELAY)


def _after_fork_in_child() -> None:
    # The other threads of the parent do not exist here, not even after a wait that was too long.
    _importing_threads[:] = filter(threading.get_ident().__eq__, _importing_threads)
    _changed.release()


def register_at_fork(**hooks: Callable[[], object]) -> None:
    """Call `os.register_at_fork` where it exists. Windows has no fork."""
    register: Callable[..., object] | None = getattr(os, "register_at_fork", None)
    if register is not None:
        register(**hooks)


# The last registered hook runs first: before `logging` holds its lock, which a module that
# creates a logger takes on import.
import_module("logging")
register_at_fork(
    before=_before_fork,
    after_in_parent=_changed.release,
    after_in_child=_after_fork_in_child,
)
