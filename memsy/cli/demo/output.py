"""Terminal output of the demo: headings, text, code, tables and progress bars."""

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
    """Output of the demo on a rich console."""

    console: Console

    def title(self, text: str) -> None:
        self.console.rule(Text(text, style="bold"), style="cyan", characters="━")

    def heading(self, text: str) -> None:
        self.console.print()
        self.console.rule(Text(text, style="bold"), align="left", style="dim")

    def paragraph(self, text: str) -> None:
        self.console.print(text, markup=False)

    def code(self, text: str) -> None:
        """Print Python code with syntax highlighting."""
        highlighted = Syntax("", "python", theme="ansi_dark").highlight(text)
        highlighted.rstrip()
        self.console.print()
        self.indented(highlighted)
        self.console.print()

    def indented(self, renderable: RenderableType) -> None:
        """Print a renderable, indented by two columns."""
        is_wide = isinstance(renderable, Table) and renderable.expand
        self.console.print(Padding(renderable, (0, 0, 0, 2), expand=is_wide))

    def caption(self, text: str) -> None:
        """Print dim text below a result."""
        self.console.print()
        self.indented(Text(text, style="dim"))

    def progress(self) -> Progress:
        """Return progress bars; in a pipe, only their final state is printed."""
        return Progress(
            TextColumn("  {task.description:<18}"),
            BarColumn(40, complete_style="cyan"),
            MofNCompleteColumn(),
            console=self.console,
        )
