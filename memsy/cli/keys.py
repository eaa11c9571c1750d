"""Commands of `memsy keys`: list, create, delete and usage of API keys."""

from __future__ import annotations

from typing import Annotated, Any, cast

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from memsy import ApiKeyInfo, ApiKeyListResponse, KeyScope
from memsy.cli import tables
from memsy.cli.connection import Connection
from memsy.cli.listing import FieldList, Listing
from memsy.cli.options import AsJson, Yes, any_of, word
from memsy.cli.output import confirm, emit, print_line, print_to_stderr
from memsy.cli.text import format_time, sanitize

KeyId = Annotated[
    str, typer.Argument(metavar="KEY_ID", help="Id of the key, as listed by `memsy keys`.")
]


def list_keys(connection: Connection, as_json: AsJson = False) -> None:
    """List the organisation's API keys, without their secret values."""
    with connection.control_client() as client:
        emit(client.keys.list(), view_keys, as_json=as_json)


def create(
    connection: Connection,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the key in lists.")],
    scope: Annotated[
        list[str] | None,
        word(KeyScope, f"Grant this scope, {any_of(KeyScope)}; repeatable. Default: both."),
    ] = None,
    expires_at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Let the key expire, such as at 2027-01-01T00:00:00Z."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """
    Create an API key, and print its secret value once.

    The service never returns the value again. stdout holds only the value, so that a program can
    read it.
    """
    with connection.control_client() as client:
        # Typer has no list of literals; the client checks the words.
        scopes = cast("list[KeyScope]", scope or ["read", "write"])
        created = client.keys.create(name, scopes, expires_at)
    # The message comes first: the id to revoke is known even if the value cannot be printed.
    print_to_stderr(
        f"Created key {created.key_id}. Store its value now: it will not be shown again."
    )
    emit(created, lambda created: created.raw_key, as_json=as_json, reveal_secrets=True)


def delete(connection: Connection, key_id: KeyId, yes: Yes = False) -> None:
    """Revoke an API key: the service rejects it from now on."""
    if not yes:
        confirm(f"Revoke key {key_id}?")
    with connection.control_client() as client:
        client.keys.delete(key_id)
    print_line(f"Key {key_id} is revoked.")


def usage(connection: Connection, key_id: KeyId, as_json: AsJson = False) -> None:
    """Show the usage records of an API key."""
    with connection.control_client() as client:
        emit(client.keys.usage(key_id), view_usage, as_json=as_json)


def view_keys(response: ApiKeyListResponse) -> RenderableType:
    """Return a table of keys, and a line with the number of active keys and the maximum."""
    count = Text(f"{response.active_count} active, of at most {response.max_keys}", style="dim")
    if not response.keys:
        return Group(Text("No keys.", style="dim"), count)
    table = tables.empty_table()
    table.add_column("prefix", style="cyan", no_wrap=True)
    table.add_column("state", no_wrap=True)
    table.add_column("key", overflow="fold", ratio=1)
    for key in response.keys:
        table.add_row(
            Text(sanitize(key.prefix)), "active" if key.is_active else "inactive", _key_cell(key)
        )
    records = [_key_record(key) for key in response.keys]
    return Group(Listing(table, records, [key.key_id for key in response.keys]), count)


def _key_record(key: ApiKeyInfo) -> FieldList:
    return FieldList(
        [
            ("key", key.name),
            ("prefix", key.prefix),
            ("state", "active" if key.is_active else "inactive"),
            ("scopes", " and ".join(key.scopes)),
            ("created", format_time(key.created_at)),
            ("last used", format_time(key.last_used_at)),
            ("expires", format_time(key.expires_at)),
            ("id", key.key_id),
        ]
    )


def _key_cell(key: ApiKeyInfo) -> Text:
    timestamps = [
        ("created", key.created_at),
        ("last used", key.last_used_at),
        ("expires", key.expires_at),
    ]
    return Text("\n").join(
        [
            Text(sanitize(key.name)),
            tables.dim_line([" and ".join(key.scopes), key.key_id]),
            tables.dim_line(f"{name} {format_time(time)}" for name, time in timestamps if time),
        ]
    )


def view_usage(records: list[dict[str, Any]]) -> RenderableType:
    """Return a list of the records, with all their fields."""
    if not records:
        return Text("No usage.", style="dim")
    names = list(dict.fromkeys(name for record in records for name in record))
    table = tables.empty_table()
    for name in names:
        table.add_column(Text(sanitize(name)), overflow="fold")
    for record in records:
        table.add_row(*(Text(sanitize(str(record.get(name, "")))) for name in names))
    values = [str(value) for record in records for value in record.values()]
    return Listing(table, [FieldList(record.items()) for record in records], values)
