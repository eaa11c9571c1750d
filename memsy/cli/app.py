"""The commands, gathered under one name."""

from __future__ import annotations

from typing import Annotated

import typer

from memsy import __version__
from memsy.cli import memories
from memsy.cli.actors import actors
from memsy.cli.demo import demo
from memsy.cli.failure import telling
from memsy.cli.health import health
from memsy.cli.ingest import ingest
from memsy.cli.search import search
from memsy.cli.serve import serve
from memsy.cli.status import status

app: typer.Typer = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # a pretty traceback has locals, and these may hold keys
)
_memories = typer.Typer()


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"memsy {__version__}")
        raise typer.Exit


@app.callback()
def memsy(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Say which."),
    ] = False,
) -> None:
    """Store what agents see and say with the Memsy service, and search what it remembers."""


for _command in (demo, serve, health, ingest, search, status):
    app.command()(telling(_command.__name__, _command))

_memories.callback(invoke_without_command=True)(telling("memories", memories.memories))
_memories.command()(telling("memories get", memories.get))
_memories.command()(telling("memories stats", memories.stats))
app.add_typer(_memories, name="memories")

app.command()(telling("actors", actors))
