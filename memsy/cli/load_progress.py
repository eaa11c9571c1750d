"""Progress bar of a load: share, number, rate and remaining time. Only on a terminal."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text
from typing_extensions import Self

from memsy._core.text import excerpt, printable

_MAX_NAME = 24
"""Characters of a file name."""


class LoadProgress:
    """
    Progress bar on stderr.

    Args:
        is_visible: False if the user types the events into the terminal.
    """

    def __init__(self, *, is_visible: bool = True) -> None:
        console = Console(stderr=True, highlight=False)
        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(complete_style="cyan"),
            TaskProgressColumn(),
            MofNCompleteColumn(),
            _RateColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not (is_visible and console.is_terminal),
        )
        self._task = self._bar.add_task("", total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        error_type: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the display, so that other output follows it."""
        self._bar.stop()

    def show(self, name: str) -> None:
        """Show the name of a file."""
        self._bar.update(self._task, description=printable(excerpt(name, _MAX_NAME)))

    def begin(self, total: int | None, *, completed: int = 0) -> None:
        """Set the number of events, and the number of those that were sent before."""
        self._bar.reset(self._task, total=total, completed=completed)

    def advance(self, count: int) -> None:
        """Add events that were sent."""
        self._bar.advance(self._task, count)


class _RateColumn(ProgressColumn):
    def render(self, task: Task) -> Text:
        rate = task.finished_speed or task.speed
        return Text("" if rate is None else f"{rate:,.0f}/s", style="progress.data.speed")
