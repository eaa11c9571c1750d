"""Commands of `memsy connectors` that read: list, providers, status, get, resources, branches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from memsy import Connector, ConnectorResourceItem, ConnectorStatus
from memsy.cli import tables
from memsy.cli.connection import Connection
from memsy.cli.listing import FieldList, Listing
from memsy.cli.options import AsJson
from memsy.cli.output import emit
from memsy.cli.text import format_time, sanitize

ConnectorId = Annotated[str, typer.Argument(metavar="ID", help="Id of the connector.")]
Provider = Annotated[
    str,
    typer.Argument(
        metavar="PROVIDER", help="Name of a provider, as listed by `memsy connectors providers`."
    ),
]


def list_connectors(connection: Connection, as_json: AsJson = False) -> None:
    """List all connectors."""
    with connection.control_client() as client:
        emit(client.connectors.list(), view_connectors, as_json=as_json)


def providers(connection: Connection, as_json: AsJson = False) -> None:
    """List the providers that can be connected, such as slack or github."""
    with connection.control_client() as client:
        emit(client.connectors.list_providers(), "\n".join, as_json=as_json)


def status(
    connection: Connection,
    provider: Provider,
    as_json: AsJson = False,
) -> None:
    """Show if a provider is connected, and the name of its account."""
    with connection.control_client() as client:
        emit(client.connectors.status(provider), view_status, as_json=as_json)


def get(
    connection: Connection,
    connector_id: ConnectorId,
    as_json: AsJson = False,
) -> None:
    """Show all fields of one connector."""
    with connection.control_client() as client:
        emit(client.connectors.get(connector_id), view_connector, as_json=as_json)


def resources(
    connection: Connection,
    connector_id: ConnectorId,
    parent: Annotated[
        str | None,
        typer.Option(metavar="FOLDER_ID", help="List the contents of this folder (OneDrive)."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the resources of a connector (channels, folders, ...), and mark the selection."""
    with connection.control_client() as client:
        items = client.connectors.list_resources(connector_id, parent_id=parent)
    emit(items, view_resources, as_json=as_json)


def branches(
    connection: Connection,
    connector_id: ConnectorId,
    repo: Annotated[
        str,
        typer.Argument(
            metavar="REPO", help="Id of a repository, as listed by `memsy connectors resources`."
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """List the branches of a repository (GitHub)."""
    with connection.control_client() as client:
        emit(client.connectors.list_branches(connector_id, repo), view_resources, as_json=as_json)


def view_connectors(connectors: Sequence[Connector]) -> RenderableType:
    """Return a table with a row for each connector."""
    if not connectors:
        return Text("No connectors.", style="dim")
    table = tables.empty_table()
    table.add_column("provider", style="cyan", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("connector", overflow="fold", ratio=1)
    for connector in connectors:
        last_sync = connector.last_sync_at
        lines = [
            Text(sanitize(connector.display_name or connector.bucket or "")),
            tables.dim_line(
                [connector.id, f"last sync {format_time(last_sync)}" if last_sync else None]
            ),
            Text(sanitize(connector.last_error or ""), style="red"),
        ]
        table.add_row(
            Text(sanitize(connector.provider)),
            Text(sanitize(connector.status)),
            Text("\n").join(filter(None, lines)),
        )
    records = [view_connector(connector) for connector in connectors]
    return Listing(table, records, [connector.id for connector in connectors])


def view_connector(connector: Connector) -> FieldList:
    """Return a line for each field of a connector."""
    return FieldList(
        [
            ("provider", connector.provider),
            ("status", connector.status),
            ("error", connector.last_error),
            ("name", connector.display_name),
            ("id", connector.id),
            ("account", connector.external_account_id),
            ("bucket", connector.bucket),
            ("region", connector.region),
            ("connected by", connector.configured_by_email),
            ("scopes", ", ".join(connector.scopes)),
            ("created", format_time(connector.created_at)),
            ("last sync", format_time(connector.last_sync_at)),
            ("next sync", format_time(connector.next_sync_at)),
        ]
    )


def view_status(status: ConnectorStatus) -> FieldList:
    """Return two lines: connected or not, and the name of the account."""
    connected = "yes" if status.connected else "no"
    return FieldList([("connected", connected), ("name", status.display_name)])


def view_resources(items: Sequence[ConnectorResourceItem]) -> RenderableType:
    """Return a table with a row for each resource, and an asterisk at each selected resource."""
    if not items:
        return Text("No resources to select.", style="dim")
    table = tables.empty_table()
    table.add_column(width=1)
    table.add_column("type", no_wrap=True)
    table.add_column("id", style="cyan", overflow="fold", ratio=1)
    table.add_column("name", overflow="fold", ratio=1)
    for item in items:
        table.add_row(
            "*" if item.selected else "",
            Text(sanitize(item.resource_type)),
            Text(sanitize(item.external_id)),
            Text(sanitize(item.name or "")),
        )
    records = [
        FieldList(
            [
                ("type", item.resource_type),
                ("name", item.name),
                ("selected", "yes" if item.selected else "no"),
                ("id", item.external_id),
            ]
        )
        for item in items
    ]
    return Listing(table, records, [item.external_id for item in items])
