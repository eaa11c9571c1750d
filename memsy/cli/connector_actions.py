"""Commands of `memsy connectors` that change a connector: connect, s3, select, sync, delete."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from memsy import ConnectorResourceItem, ConnectorsProtocol, ResourceSelection
from memsy.cli.connection import Connection
from memsy.cli.connectors import ConnectorId, Provider, view_connector, view_resources
from memsy.cli.errors import CommandError
from memsy.cli.options import AsJson, WaitTimeout, Yes
from memsy.cli.output import confirm, emit, print_line, print_to_stderr


def connect(
    connection: Connection,
    provider: Provider,
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Wait for the user's consent, then list the resources."),
    ] = False,
    wait_timeout: WaitTimeout = 300.0,
    as_json: AsJson = False,
) -> None:
    """
    Start to connect a provider: print the URL of its consent page.

    The connector stays pending until its user opens the URL and consents.
    With --json and --wait, the command prints two JSON values.
    """
    with connection.control_client() as client:
        pending = client.connectors.create(provider)
        # The message comes first: the id is known even if the URL cannot be printed.
        print_to_stderr(
            f"Connector {pending.connector_id} is pending: open the consent URL to authorize it."
        )
        emit(pending, lambda pending: pending.authorize_url, as_json=as_json)
        if wait:
            items = client.connectors.wait_until_authorized(
                pending.connector_id, timeout=wait_timeout
            )
            emit(items, view_resources, as_json=as_json)


def select(
    connection: Connection,
    connector_id: ConnectorId,
    resource_ids: Annotated[
        list[str],
        typer.Argument(
            metavar="RESOURCE_ID",
            help="Ids of resources, as listed by `memsy connectors resources`.",
        ),
    ],
    type_: Annotated[
        str | None,
        typer.Option(
            "--type",
            metavar="TYPE",
            help="Type of all these resources, such as branch or file. Needed for resources that "
            "`memsy connectors resources` does not list.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Select exactly these resources of a connector, and start to fetch them."""
    with connection.control_client() as client:
        connector = client.connectors.configure_resources(
            connector_id,
            [ResourceSelection(resource_id, type_) for resource_id in resource_ids]
            if type_ is not None
            else _find_resources(client.connectors, connector_id, resource_ids),
        )
    emit(connector, view_connector, as_json=as_json)


def _find_resources(
    connectors: ConnectorsProtocol, connector_id: str, resource_ids: Sequence[str]
) -> list[ConnectorResourceItem]:
    listed = {item.external_id: item for item in connectors.list_resources(connector_id)}
    unlisted = [resource_id for resource_id in resource_ids if resource_id not in listed]
    if unlisted:
        raise CommandError(
            f"connector {connector_id} does not list {', '.join(unlisted)}: use ids from "
            f"`memsy connectors resources {connector_id}`, or pass the type with --type"
        )
    return [listed[resource_id] for resource_id in resource_ids]


def sync(
    connection: Connection,
    connector_id: ConnectorId,
    as_json: AsJson = False,
) -> None:
    """Fetch new contents of a connector now."""
    with connection.control_client() as client:
        emit(client.connectors.sync(connector_id), view_connector, as_json=as_json)


def delete(
    connection: Connection,
    connector_id: ConnectorId,
    yes: Yes = False,
) -> None:
    """Delete a connector, and revoke the credentials that the service stores for it."""
    if not yes:
        confirm(f"Delete connector {connector_id}?")
    with connection.control_client() as client:
        client.connectors.delete(connector_id)
    print_line(f"Connector {connector_id} is deleted.")


def s3(
    connection: Connection,
    bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="Name of the bucket.")],
    region: Annotated[
        str,
        typer.Option("--region", metavar="REGION", help="AWS region, such as eu-central-1."),
    ],
    connector: Annotated[
        str | None,
        typer.Option(metavar="ID", help="Change this connector instead of creating one."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """
    Connect an S3 bucket, with an access key instead of a consent page.

    The command reads the access key from MEMSY_S3_ACCESS_KEY_ID and MEMSY_S3_SECRET_ACCESS_KEY,
    and asks for the values that are not set. The service stores the access key: create one that
    can only read this bucket.
    """
    with connection.control_client() as client:
        connected = client.connectors.configure_s3(
            access_key_id=_read_credential("Access key id", "MEMSY_S3_ACCESS_KEY_ID"),
            secret_access_key=_read_credential(
                "Secret access key", "MEMSY_S3_SECRET_ACCESS_KEY", is_secret=True
            ),
            region=region,
            bucket=bucket,
            connector_id=connector,
        )
    emit(connected, view_connector, as_json=as_json)


def _read_credential(name: str, variable: str, *, is_secret: bool = False) -> str:
    """Return the value of an environment variable, or prompt for it."""
    # The AWS_ variables are ignored: they may hold credentials with far more rights.
    value = os.environ.get(variable)
    if value:
        return value
    value_from_prompt: str = typer.prompt(name, hide_input=is_secret, err=True)
    return value_from_prompt
