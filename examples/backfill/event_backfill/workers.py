"""Workers of the walkthrough: their clients, and the end of one of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from memsy import MemsyClient
from typing_extensions import Self


@contextmanager
def listed_client(base_url: str, api_key: str, folder: Path) -> Iterator[MemsyClient]:
    """Create the client of a write task. `folder` lists the process ids of the running tasks."""
    entry = folder / str(os.getpid())
    entry.touch()
    with MemsyClient(base_url, api_key) as client:
        yield client
    entry.unlink(missing_ok=True)


class KillOneWorker:
    """
    Thread that kills the process of one running write task.

    Only a process that `listed_client` listed is killed.

    Args:
        folder: Folder of `listed_client`.
        is_due: Returns True when it is time.
    """

    def __init__(self, folder: Path, is_due: Callable[[], bool]) -> None:
        self.killed: int | None = None
        self._folder = folder
        self._is_due = is_due
        self._done = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not (self.killed or self._done.wait(0.02)):
            if self._is_due():
                with suppress(FileNotFoundError, ProcessLookupError):  # the task ended
                    self._kill_the_oldest()

    def _kill_the_oldest(self) -> None:
        for entry in sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime)[:1]:
            os.kill(int(entry.name), signal.SIGKILL)
            self.killed = int(entry.name)
            entry.unlink()
