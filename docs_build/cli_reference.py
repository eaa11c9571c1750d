"""
The page `docs/reference/cli.md`, from the Typer application.

`python -m docs_build.cli_reference` writes the page. A test compares the page with its source.
"""

from __future__ import annotations

import typer
from typer.cli import get_docs_for_click
from typer.core import TyperGroup

from docs_build import ROOT
from memsy.cli.app import app

PAGE = ROOT / "docs" / "reference" / "cli.md"


def cli_reference() -> str:
    """Return the page in Markdown."""
    group = typer.main.get_command(app)
    assert isinstance(group, TyperGroup)
    _complete_summaries(group)
    context = typer.Context(group, info_name="memsy", **group.context_settings)
    text = get_docs_for_click(obj=group, ctx=context, name="memsy")
    # Python-Markdown needs an empty line before a list.
    return text.replace("Exit statuses:\n-", "Exit statuses:\n\n-").strip() + "\n"


def _complete_summaries(group: TyperGroup) -> None:
    """Set the summary of each command, which Typer otherwise shortens to 45 characters."""
    for command in group.commands.values():
        command.short_help = (command.help or "").partition("\n\n")[0].replace("\n", " ")
        if isinstance(command, TyperGroup):
            _complete_summaries(command)


if __name__ == "__main__":
    PAGE.write_text(cli_reference(), encoding="utf-8")
