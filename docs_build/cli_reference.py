"""
The page `docs/reference/cli.md`, from the Typer application.

`python -m docs_build.cli_reference` writes the page. A test compares the page with its source.
"""

from __future__ import annotations

from collections.abc import Iterator

import typer
from typer.cli import get_docs_for_click
from typer.core import TyperCommand, TyperGroup

from docs_build import ROOT
from memsy.cli.app import app

PAGE = ROOT / "docs" / "reference" / "cli.md"


def cli_reference() -> str:
    """Return the page in Markdown."""
    group = typer.main.get_command(app)
    for command in _commands(group):
        # Typer shortens the summaries of a list of commands to 45 characters.
        command.short_help = (command.help or "").partition("\n\n")[0].replace("\n", " ")
    context = typer.Context(group, info_name="memsy", **group.context_settings)
    text = get_docs_for_click(obj=group, ctx=context, name="memsy")
    # Python-Markdown needs an empty line before a list.
    return text.replace("Exit statuses:\n-", "Exit statuses:\n\n-").strip() + "\n"


def _commands(group: TyperGroup) -> Iterator[TyperCommand | TyperGroup]:
    for command in group.commands.values():
        yield command
        if isinstance(command, TyperGroup):
            yield from _commands(command)


if __name__ == "__main__":
    PAGE.write_text(cli_reference(), encoding="utf-8")
