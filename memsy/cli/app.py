"""The commands, gathered under one name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from memsy import __version__
from memsy.cli import connector_actions, connectors, keys, memories
from memsy.cli.actors import actors
from memsy.cli.default_group import DefaultGroup
from memsy.cli.demo.command import demo
from memsy.cli.error_reporting import reporting_errors
from memsy.cli.events import events
from memsy.cli.health import health
from memsy.cli.ingest import ingest
from memsy.cli.me import me
from memsy.cli.search import search
from memsy.cli.serve import serve
from memsy.cli.status import status
from memsy.cli.usage import usage

app: typer.Typer = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},  # which the commands inherit
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # a pretty traceback has locals, and these may hold keys
)


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


_ACCOUNT = "Account"

for _command in (demo, serve, health, ingest, search, status, actors):
    app.command()(reporting_errors(_command.__name__, _command))

for _account_command in (me, usage, events):
    app.command(rich_help_panel=_ACCOUNT)(
        reporting_errors(_account_command.__name__, _account_command)
    )


def _add(noun: str, summary: str, panel: str | None = None, **verbs: Callable[..., None]) -> None:
    group = typer.Typer(cls=DefaultGroup, help=f"{summary} Without a command: `list`.")
    for verb, command in verbs.items():
        group.command(verb)(reporting_errors(f"{noun} {verb}", command))
    app.add_typer(group, name=noun, rich_help_panel=panel)


_add(
    "memories",
    "List memories, show one, or sum them up.",
    list=memories.listed,
    get=memories.get,
    stats=memories.stats,
)
_add(
    "keys",
    "List, make, and revoke API keys.",
    _ACCOUNT,
    list=keys.listed,
    create=keys.create,
    delete=keys.delete,
    usage=keys.usage,
)
_add(
    "connectors",
    "Connect other services, whose contents become memories.",
    _ACCOUNT,
    list=connectors.listed,
    providers=connectors.providers,
    status=connectors.status,
    connect=connector_actions.connect,
    s3=connector_actions.s3,
    get=connectors.get,
    resources=connectors.resources,
    branches=connectors.branches,
    select=connector_actions.select,
    sync=connector_actions.sync,
    delete=connector_actions.delete,
)
