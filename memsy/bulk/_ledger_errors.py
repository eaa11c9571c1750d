"""Errors of a ledger, and their texts."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from memsy._core.interrupts import is_interrupt
from memsy._core.text import MAX_MESSAGE, excerpt, preview, printable
from memsy.exceptions import MemsyError

_LOCKED = (
    "another process, or another Ledger of this process, has it open: "
    "close it, or wait until that load has ended"
)
NOT_A_LEDGER = "the file is not a ledger: choose another path"
_NO_SPACE = "the file cannot grow: free space on the disk, and repeat the load"
NO_ACCESS = "the file cannot be created or written: check the directory and its permissions"

_REASONS = {
    "locked": _LOCKED,
    "full": _NO_SPACE,
    "disk i/o error": _NO_SPACE,
    "not a database": NOT_A_LEDGER,
    "malformed": "the file is damaged: restore a copy of it, or load into a new ledger",
    "unable to open": NO_ACCESS,
    "readonly": NO_ACCESS,
}
"""Reasons by a part of the message of SQLite. Python 3.10 has no error codes."""


class LedgerError(MemsyError):
    """
    Unusable ledger, or a source that changed.

    The message has the path and the reason: another process uses the ledger, the file is not a
    ledger, the disk is full, or the source has changed (`LedgerMismatchError`).
    """


class LedgerMismatchError(LedgerError):
    """
    Changed source: the ledger records another event at a position.

    The load sent nothing from this position on. Pass another source for other data, or call
    `Ledger.forget` to send all events of the source again.

    Args:
        path: Path of the ledger.
        source: Name of the source.
        position: Position of the event in the source, from 0.

    Attributes:
        source: Name of the source.
        position: Position of the event in the source, from 0.
    """

    def __init__(self, path: str, source: str, position: int) -> None:
        reason = (
            f"the event at position {position} of the source {preview(source)} is not the one "
            "that was acknowledged: pass another source for other data, or forget(source) to send "
            "all events again"
        )
        super().__init__(_message(path, reason))
        self.source = source
        self.position = position


def ledger_error(path: str, reason: str) -> LedgerError:
    """Return the error of the ledger in a file."""
    return LedgerError(_message(path, reason))


def _message(path: str, reason: str) -> str:
    return excerpt(f"ledger {printable(path)}: {reason}", MAX_MESSAGE)


@contextmanager
def ledger_errors(path: str) -> Iterator[None]:
    """Raise an error of SQLite or of the file system in the `with` block as a `LedgerError`."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if is_interrupt(error):
            raise
        reason = _reason(error)
    else:
        return
    # Raised outside of the handler: the text of SQLite says nothing more.
    raise ledger_error(path, reason)


def _reason(error: sqlite3.Error | OSError) -> str:
    if isinstance(error, OSError):
        return f"{NO_ACCESS} ({error.strerror})"
    text = str(error).lower()
    known = (reason for part, reason in _REASONS.items() if part in text)
    return next(known, f"SQLite failed with {type(error).__name__}")
