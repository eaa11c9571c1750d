"""`memsy connectors`: from consent to selection to sync, and to the end."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Annotated

import typer

from memsy import ConnectorResourceItem, ConnectorsProtocol, MemsyControlClient, ResourceSelection
from memsy.cli.connectors import ConnectorId, Provider, view_connector, view_resources
from memsy.cli.error_reporting import CommandError
from memsy.cli.options import ApiKey, AsJson, ControlUrl, Yes
from memsy.cli.output import emit, note
from memsy.cli.text import printable


def connect(
    provider: Provider,
    wait: Annotated[
        bool,
        typer.Option("--wait", help="Wait for the consent; then list what can be selected."),
    ] = False,
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, help="How long to wait for it.")
    ] = 300.0,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """
    Begin to connect a service: prints the address at which its user consents, in a browser.

    With --json and --wait there are two JSON values, one after the other.
    """
    with MemsyControlClient(base_url, api_key) as client:
        begun = client.connectors.create(provider)
        emit(begun, lambda begun: begun.authorize_url, as_json=as_json)
        note(f"Connector {begun.connector_id} is pending until you consent there.")
        if wait:
            items = client.connectors.wait_until_authorized(begun.connector_id, timeout=timeout)
            emit(items, view_resources, as_json=as_json)


def select(
    connector_id: ConnectorId,
    wanted: Annotated[
        list[str], typer.Argument(metavar="RESOURCE...", help="Their ids, as `resources` says.")
    ],
    type_: Annotated[
        str | None,
        typer.Option(
            "--type",
            help="What they all are, such as branch or file: for what `resources` does not list.",
        ),
    ] = None,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Select exactly these resources, in place of what was selected, and begin to fetch them."""
    with MemsyControlClient(base_url, api_key) as client:
        connector = client.connectors.configure_resources(
            connector_id,
            [ResourceSelection(one, type_) for one in wanted]
            if type_
            else _listed(client.connectors, connector_id, wanted),
        )
    emit(connector, view_connector, as_json=as_json)


def _listed(
    connectors: ConnectorsProtocol, connector_id: str, wanted: Sequence[str]
) -> list[ConnectorResourceItem]:
    """Those of the connector's resources that are *wanted*, by their ids."""
    known = {item.external_id: item for item in connectors.list_resources(connector_id)}
    unknown = [one for one in wanted if one not in known]
    if unknown:
        raise CommandError(
            f"connector {connector_id} does not list {', '.join(unknown)}: "
            "see `memsy connectors resources`, or say with --type what that is"
        )
    return [known[one] for one in wanted]


def sync(
    connector_id: ConnectorId,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Fetch what is new, now."""
    with MemsyControlClient(base_url, api_key) as client:
        emit(client.connectors.sync(connector_id), view_connector, as_json=as_json)


def delete(
    connector_id: ConnectorId,
    yes: Yes = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """Disconnect a service; the credentials that were stored for it are revoked."""
    if not yes:
        typer.confirm(f"Disconnect {printable(connector_id)} for good?", abort=True, err=True)
    with MemsyControlClient(base_url, api_key) as client:
        client.connectors.delete(connector_id)
    typer.echo(f"Connector {printable(connector_id)} is gone.")


def s3(
    bucket: Annotated[str, typer.Argument(metavar="BUCKET", help="The bucket's name.")],
    region: Annotated[
        str, typer.Option("--region", metavar="NAME", help="Where it is: eu-central-1.")
    ],
    connector: Annotated[
        str | None,
        typer.Option(metavar="ID", help="The connector to change; else there will be a new one."),
    ] = None,
    as_json: AsJson = False,
    base_url: ControlUrl = None,
    api_key: ApiKey = None,
) -> None:
    """
    Connect an S3 bucket, which needs credentials in place of consent.

    They are those in MEMSY_S3_ACCESS_KEY_ID and MEMSY_S3_SECRET_ACCESS_KEY; what is not there is
    asked for. The service keeps them, so let them be made for it.
    """
    with MemsyControlClient(base_url, api_key) as client:
        configured = client.connectors.configure_s3(
            access_key_id=_credential("Access key id", "MEMSY_S3_ACCESS_KEY_ID"),
            secret_access_key=_credential(
                "Secret access key", "MEMSY_S3_SECRET_ACCESS_KEY", is_secret=True
            ),
            region=region,
            bucket=bucket,
            connector_id=connector,
        )
    emit(configured, view_connector, as_json=as_json)


def _credential(name: str, variable: str, *, is_secret: bool = False) -> str:
    """What *variable* holds, or else what is typed."""
    # The AWS_ variables are not looked at: they may hold somebody's own, far mightier credentials.
    given = os.environ.get(variable)
    if given:
        return given
    typed: str = typer.prompt(name, hide_input=is_secret, err=True)
    return typed
