"""`memsy keys`: API keys, made, listed, and revoked."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy import ApiKeyInfo, ApiKeyListResponse, MemsyControlClient
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, ControlUrl, Yes
from memsy.cli.output import emit, note
from memsy.cli.text import moment, printable

KeyId = Annotated[str, typer.Argument(metavar="KEY_ID", help="A key's id, not its text.")]


def listed(as_json: AsJson = False, base_url: ControlUrl = None, api_key: ApiKey = None) -> None:
    """List the organisation's keys, without their texts."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.keys.list(), view_keys, as_json=as_json)


def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you will know it by.")],
    scope: Annotated[
        list[str] | None,
        typer.Option(
            help="What it may do: read or write; may be repeated.  [default: both]",
            show_default=False,
        ),
    ] = None,
    expires_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="When it ends: 2027-01-01T00:00:00Z, for example."),
    ] = None,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """
    Make a key, and print its text: once, for nobody can look it up later.

    The text alone goes to stdout, where a program can take it.
    """
    with MemsyControlClient(base_url, api_key) as client:
        made = client.keys.create(name, scope or ("read", "write"), expires_at)
    emit(made, lambda made: made.raw_key, as_json=as_json)
    note(f"This is key {made.key_id}. Its text will not be shown again: store it now.")


def delete(
    key_id: KeyId, yes: Yes = False, base_url: ControlUrl = None, api_key: ApiKey = None
) -> None:
    """Revoke a key: whoever uses it is refused from then on."""
    if not yes:
        typer.confirm(f"Revoke key {printable(key_id)} for good?", abort=True, err=True)
    with MemsyControlClient(base_url, api_key) as client:
        client.keys.delete(key_id)
    typer.echo(f"Key {printable(key_id)} is revoked.")


def usage(
    key_id: KeyId, as_json: AsJson = False, base_url: ControlUrl = None, api_key: ApiKey = None
) -> None:
    """Show what was done with a key, in the service's own terms."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.keys.usage(key_id), view_usage, as_json=as_json)


def view_keys(answer: ApiKeyListResponse) -> RenderableType:
    """A table, and how many more there may be."""
    count = Text(f"{answer.active_count} active, of at most {answer.max_keys}", style="dim")
    if not answer.keys:
        return Group(Text("No keys.", style="dim"), count)
    table = tables.empty()
    table.add_column("begins with", style="cyan", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("key", overflow="fold", ratio=1)
    for key in answer.keys:
        table.add_row(
            Text(printable(key.prefix)), "active" if key.is_active else "inactive", _key(key)
        )
    return Group(table, count)


def _key(key: ApiKeyInfo) -> Text:
    past = [("created", key.created_at), ("last used", key.last_used_at)]
    dates = [*past, ("expires", key.expires_at)]
    told = [f"{what} {moment(when)}" for what, when in dates if when]
    return Text("\n").join(
        [
            Text(printable(key.name)),
            tables.aside([" and ".join(key.scopes), key.key_id]),
            tables.aside(told),
        ]
    )


def view_usage(records: list[dict[str, Any]]) -> RenderableType:
    """A row for each record, a column for each name that occurs in one."""
    if not records:
        return Text("It was not used.", style="dim")
    names = list(dict.fromkeys(name for record in records for name in record))
    table = tables.empty()
    for name in names:
        table.add_column(Text(printable(name)), overflow="fold")
    for record in records:
        table.add_row(*(Text(printable(str(record.get(name, "")))) for name in names))
    return table
