"""`memsy connectors`: what is connected, what can be, and what of it is selected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from memsy import Connector, ConnectorResourceItem, ConnectorStatus, MemsyControlClient
from memsy.cli import tables
from memsy.cli.options import ApiKey, AsJson, ControlUrl
from memsy.cli.output import emit
from memsy.cli.text import moment, printable

ConnectorId = Annotated[str, typer.Argument(metavar="ID", help="A connector's id.")]
Provider = Annotated[
    str, typer.Argument(metavar="PROVIDER", help="One of those that `providers` lists.")
]


def listed(as_json: AsJson = False, base_url: ControlUrl = None, api_key: ApiKey = None) -> None:
    """List all connectors."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.connectors.list(), view_connectors, as_json=as_json)


def providers(as_json: AsJson = False, base_url: ControlUrl = None, api_key: ApiKey = None) -> None:
    """List the services that can be connected."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.connectors.list_providers(), "\n".join, as_json=as_json)


def status(
    provider: Provider,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Say whether a service is connected, and as what."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.connectors.status(provider), view_status, as_json=as_json)


def get(
    connector_id: ConnectorId,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Show all that is known of one connector."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.connectors.get(connector_id), view_connector, as_json=as_json)


def resources(
    connector_id: ConnectorId,
    parent: Annotated[
        str | None, typer.Option(metavar="ID", help="The folder to look into (OneDrive).")
    ] = None,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List what can be selected (channels, repositories, folders), and what is."""
    with MemsyControlClient(base_url, api_key) as client:
        items = client.connectors.list_resources(connector_id, parent_id=parent)
    emit(items, view_resources, as_json=as_json)


def branches(
    connector_id: ConnectorId,
    repo: Annotated[
        str, typer.Argument(metavar="REPO", help="A repository, as `resources` names it.")
    ],
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """List the branches of a repository (GitHub)."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.connectors.list_branches(connector_id, repo), view_resources, as_json=as_json)


def view_connectors(connectors: Sequence[Connector]) -> RenderableType:
    """A row for each."""
    if not connectors:
        return Text("No connectors.", style="dim")
    table = tables.empty()
    table.add_column("provider", style="cyan", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("connector", overflow="fold", ratio=1)
    for one in connectors:
        synced = f"last sync {moment(one.last_sync_at)}" if one.last_sync_at else None
        lines = [
            Text(printable(one.display_name or one.bucket or "")),
            tables.aside([one.id, synced]),
            Text(printable(one.last_error or ""), style="red"),
        ]
        table.add_row(
            Text(printable(one.provider)),
            Text(printable(one.status)),
            Text("\n").join(filter(None, lines)),
        )
    return table


def view_connector(one: Connector) -> Table:
    """Everything, a line each."""
    return tables.facts(
        [
            ("provider", one.provider),
            ("status", one.status),
            ("error", one.last_error),
            ("name", one.display_name),
            ("id", one.id),
            ("account", one.external_account_id),
            ("bucket", one.bucket),
            ("region", one.region),
            ("connected by", one.configured_by_email),
            ("scopes", ", ".join(one.scopes)),
            ("created", moment(one.created_at)),
            ("last sync", moment(one.last_sync_at)),
            ("next sync", moment(one.next_sync_at)),
        ]
    )


def view_status(answer: ConnectorStatus) -> Table:
    """Yes or no, and the name."""
    word = "yes" if answer.connected else "no"
    return tables.facts([("connected", word), ("name", answer.display_name)])


def view_resources(items: Sequence[ConnectorResourceItem]) -> RenderableType:
    """A row for each, with a tick if it is selected."""
    if not items:
        return Text("Nothing to select.", style="dim")
    table = tables.empty()
    table.add_column(width=1)
    table.add_column("type", no_wrap=True)
    table.add_column("id", style="cyan", overflow="fold", ratio=1)
    table.add_column("name", overflow="fold", ratio=1)
    for item in items:
        table.add_row(
            "✓" if item.selected else "",
            Text(printable(item.resource_type)),
            Text(printable(item.external_id)),
            Text(printable(item.name or "")),
        )
    return table
