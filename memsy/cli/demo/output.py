"""Terminal output of the demo: headings, text, code, tables and progress bars."""

from __future__ import annotations

import attrs
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.syntax import Syntax
from rich.text import Text

from memsy.cli.listing import FieldList, Listing


@attrs.frozen
class DemoOutput:
    """Output of the demo on a rich console."""

    console: Console

    def print_title(self, text: str) -> None:
        self.console.rule(Text(text, style="bold"), style="cyan", characters="━")

    def print_heading(self, text: str) -> None:
        self.console.print()
        self.console.rule(Text(text, style="bold"), align="left", style="dim")

    def print_paragraph(self, text: str) -> None:
        self.console.print(text, markup=False)

    def print_code(self, text: str) -> None:
        """Print Python code with syntax highlighting."""
        highlighted = Syntax("", "python", theme="ansi_dark").highlight(text)
        highlighted.rstrip()
        self.console.print()
        self.print_indented(highlighted)
        self.console.print()

    def print_indented(self, renderable: RenderableType) -> None:
        """Print a renderable, indented by two columns."""
        is_wide = isinstance(renderable, (FieldList, Listing))
        self.console.print(Padding(renderable, (0, 0, 0, 2), expand=is_wide))

    def print_caption(self, text: str) -> None:
        """Print dim text below a result."""
        self.console.print()
        self.print_indented(Text(text, style="dim"))

    def progress_bars(self) -> Progress:
        """Return progress bars. If stdout is not a terminal, they print only the final state."""
        return Progress(
            TextColumn("  {task.description:<18}"),
            BarColumn(40, complete_style="cyan"),
            MofNCompleteColumn(),
            console=self.console,
        )
