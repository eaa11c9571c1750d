"""What a demonstration is told with: headings, prose, code, and bars."""

from __future__ import annotations

import attrs
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text


@attrs.frozen
class DemoOutput:
    """Prints on *console*, one thing below the other."""

    console: Console

    def title(self, text: str) -> None:
        self.console.rule(Text(text, style="bold"), style="cyan", characters="━")

    def heading(self, text: str) -> None:
        """Open a chapter."""
        self.console.print()
        self.console.rule(Text(text, style="bold"), align="left", style="dim")

    def tell(self, text: str) -> None:
        self.console.print(text, markup=False)

    def code(self, text: str) -> None:
        """Show the call that is about to be made."""
        highlighted = Syntax("", "python", theme="ansi_dark").highlight(text)
        highlighted.rstrip()
        self.console.print()
        self.show(highlighted)
        self.console.print()

    def show(self, what: RenderableType) -> None:
        """Show *what*, a little indented."""
        is_wide = isinstance(what, Table) and what.expand
        self.console.print(Padding(what, (0, 0, 0, 2), expand=is_wide))

    def note(self, text: str) -> None:
        """Say something in passing."""
        self.console.print()
        self.show(Text(text, style="dim"))

    def progress(self) -> Progress:
        """Bars, of which a pipe gets only the last state."""
        return Progress(
            TextColumn("  {task.description:<18}"),
            BarColumn(40, complete_style="cyan"),
            MofNCompleteColumn(),
            console=self.console,
        )
