"""Typer application `memsy`: registers every command and command group."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from memsy import __version__
from memsy._core.plane import Plane
from memsy.cli import actors, connector_actions, connectors, events, keys, memories, outbox
from memsy.cli.connection import make_command
from memsy.cli.default_group import DefaultGroup
from memsy.cli.demo.command import demo
from memsy.cli.exit_codes import ExitCode
from memsy.cli.health import health
from memsy.cli.ingest import ingest
from memsy.cli.me import me
from memsy.cli.output import print_line
from memsy.cli.search import search
from memsy.cli.serve import serve
from memsy.cli.status import status
from memsy.cli.usage import usage

app: typer.Typer = typer.Typer(
    context_settings={"help_option_names": ["-h", "--help"]},  # every command inherits them
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,  # pretty tracebacks print local variables, which may hold keys
)


def _print_version(is_requested: bool) -> None:
    if is_requested:
        print_line(f"memsy {__version__}")
        raise typer.Exit


_EXIT_STATUSES = {
    0: "success",
    **{code.value: code.description for code in ExitCode},
    130: "Ctrl-C",
    141: "the reader of the output is gone",
}
_EPILOG = "Exit statuses:\n" + "\n".join(
    f"- {status}: {meaning}" for status, meaning in _EXIT_STATUSES.items()
)


@app.callback(epilog=_EPILOG)
def memsy(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Store events in the Memsy memory service, and search the memories made from them."""


_ACCOUNT = "Account"

for _command in (demo, serve, health, ingest, search, status):
    app.command()(make_command(_command.__name__, _command))

for _account_command in (me, usage):
    app.command(rich_help_panel=_ACCOUNT)(
        make_command(_account_command.__name__, _account_command, Plane.CONTROL)
    )


def _add_group(
    group_name: str, summary: str, plane: Plane, **commands: Callable[..., None]
) -> None:
    group = typer.Typer(cls=DefaultGroup, help=f"{summary} The default command is `list`.")
    for name, command in commands.items():
        group.command(name)(make_command(f"{group_name} {name}", command, plane))
    panel = _ACCOUNT if plane is Plane.CONTROL else None
    app.add_typer(group, name=group_name, rich_help_panel=panel)


_add_group(
    "memories",
    "List memories, show one memory, or count them.",
    Plane.DATA,
    list=memories.list_memories,
    get=memories.get,
    stats=memories.stats,
)
_outbox_group = typer.Typer(
    no_args_is_help=True, help="Show, send and repair the events in the file of an outbox."
)
for _outbox_command in (outbox.status, outbox.flush, outbox.dead, outbox.retry, outbox.discard):
    _name = _outbox_command.__name__
    _outbox_group.command(_name)(make_command(f"outbox {_name}", _outbox_command))
app.add_typer(_outbox_group, name="outbox")
_add_group("actors", "List the actors that have memories.", Plane.DATA, list=actors.list_actors)
_add_group("events", "List the ingested events.", Plane.CONTROL, list=events.list_events)
_add_group(
    "keys",
    "List, create and revoke API keys.",
    Plane.CONTROL,
    list=keys.list_keys,
    create=keys.create,
    delete=keys.delete,
    usage=keys.usage,
)
_add_group(
    "connectors",
    "Connect other services, and turn their contents into memories.",
    Plane.CONTROL,
    list=connectors.list_connectors,
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
