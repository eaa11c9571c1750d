"""`Ledger`: durable record of the events that the service acknowledged."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType

from typing_extensions import Never, Self

from memsy._core.text import preview
from memsy.bulk._ledger_file import LedgerFile
from memsy.exceptions import MemsyConfigurationError


class Ledger:
    """
    Durable record of acknowledged events, so that a repeated load sends only the rest.

    The ledger is a SQLite file. It has the source, the position and a digest of 16 bytes of each
    event that the service acknowledged: about 30 bytes an event, and no content. Two equal events
    of a source are two events. A load raises `LedgerMismatchError` at the first position that has
    another event than before.

    What a ledger cannot know: a batch that was sent, but not acknowledged or not recorded before
    the process ended. The next load sends it again. The service recognises a repeated event for
    60 s (wire contract, section 7.3), so later such a batch is stored twice: at least once.

    The file opens with the first use. One process at a time can use it, until `close`. All threads
    and event loops of the process can share one `Ledger`. A forked child opens the file itself,
    after its parent has closed it. Network file systems without reliable locks are not supported.

    Args:
        path: Path of the file. A missing file is created for this user alone (mode 0600). The
            directory must exist and be writable.

    Raises:
        MemsyConfigurationError: `path` is not a path.
        LedgerError: From every method: the file is not a ledger, or cannot be opened or written, or
            another process uses it, or the ledger is closed.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._file = LedgerFile(_absolute(path))

    def acknowledged(self, source: str = "default") -> int:
        """Return the number of acknowledged events of a source. 0 for an unknown source."""
        return self._file.acknowledged(source)

    def sources(self) -> list[str]:
        """Return the names of all sources, in alphabetical order."""
        return self._file.sources()

    def forget(self, source: str = "default") -> None:
        """
        Delete the record of a source, so that the next load sends all its events again.

        Raises:
            LedgerError: A load of this process reads the source.
        """
        self._file.forget(source)

    def close(self) -> None:
        """Close the file. A second `close()` does nothing. Every later use raises."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> Never:
        raise TypeError("Ledger does not pickle: create it in the process that uses it")

    def __repr__(self) -> str:
        return f"Ledger({self._file.path!r})"


def _absolute(path: object) -> str:
    name = os.fspath(path) if isinstance(path, (str, os.PathLike)) else None
    if not isinstance(name, str) or not name or "\0" in name:
        raise MemsyConfigurationError(
            f"Ledger: path must be a str or a path that is not empty, got {preview(path)}"
        )
    return str(Path(name).absolute())


def file_of(ledger: Ledger) -> LedgerFile:
    """Return the file of a ledger, for a load."""
    return ledger._file  # pyright: ignore[reportPrivateUsage]
