"""
Connectors: create, configure, read, sync and delete them (wire contract 6.15).

* `GET /connectors/providers`
* `GET /connectors/{provider}/status`
* `POST /connectors/{provider}/connect`
* `POST /connectors/s3/configure`
* `GET /connectors`
* `GET /connectors/{connector_id}`
* `PUT /connectors/{connector_id}/resources`
* `POST /connectors/{connector_id}/sync`
* `DELETE /connectors/{connector_id}`

A connector is `pending` until a user consents and selects resources. Then it is `active`. S3 is
active at once, and Notion is active after consent.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Row
from urllib.parse import quote

from attrs import frozen

from memsy.local import timestamps
from memsy.local.domain import connector_access, seats
from memsy.local.domain.providers import PROVIDERS
from memsy.local.endpoints.connector_resources import read_selection, replace_selection
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import ErrorResponse, conflict, not_found, seat_required
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route, route_with_input
from memsy.models import ResourceSelection


@frozen
class ConfigureS3Params:
    """Body of `POST /connectors/s3/configure`. The secret is required, and not stored."""

    bucket: str
    region: str
    access_key_id: str
    connector_id: str | None

    @classmethod
    def read(cls, inputs: RequestInput) -> ConfigureS3Params:
        body = inputs.body
        body.text("secret_access_key", max_length=256)
        return cls(
            bucket=body.text("bucket", max_length=256),
            region=body.text("region", max_length=256),
            access_key_id=body.text("access_key_id", max_length=256),
            connector_id=body.optional_nonblank_text("connector_id", max_length=256),
        )


def list_providers(context: RequestContext) -> object:
    """Handle `GET /connectors/providers`."""
    return {"providers": list(PROVIDERS)}


def get_provider_status(context: RequestContext) -> object:
    """
    Handle `GET /connectors/{provider}/status`.

    The status is of the organisation, or of the caller for a user-scoped provider.
    """
    row = connector_access.find_connected(context, _known_provider(context))
    if row is None or row["status"] != "active":
        return {"connected": False, "display_name": None}
    return {"connected": True, "display_name": row["display_name"]}


def list_connectors(context: RequestContext) -> object:
    """Handle `GET /connectors`."""
    return [_item(row) for row in connector_access.list_visible(context)]


def get_connector(context: RequestContext) -> object:
    """Handle `GET /connectors/{connector_id}`."""
    return _item(connector_access.get_visible(context))


def create_connector(context: RequestContext) -> object:
    """Handle `POST /connectors/{provider}/connect`: create a connector without consent."""
    provider = _known_provider(context)
    if not PROVIDERS[provider].uses_oauth:
        message = f"{provider} has no OAuth consent: configure it with credentials"
        raise ErrorResponse(400, "no_oauth", message)
    context.require_feature(provider)
    connector_access.require_permission(context, provider)
    if PROVIDERS[provider].is_user_scoped:
        seats.assign(context)
    elif not context.key.member.has_seat:
        raise seat_required()
    connector_id = _create_pending(context, provider)
    url = f"https://consent.example.invalid/{provider}?state={quote(connector_id, safe='')}"
    return {"connector_id": connector_id, "authorize_url": url}


def configure_s3(context: RequestContext, params: ConfigureS3Params) -> object:
    """
    Handle `POST /connectors/s3/configure`.

    Without `connector_id` the request creates a connector, otherwise it replaces the bucket.
    """
    context.require_feature("s3")
    connector_access.require_permission(context, "s3")
    if params.access_key_id in context.config.refused_access_keys:
        message = f"the bucket {params.bucket!r} cannot be read with these credentials"
        raise ErrorResponse(400, "invalid_credentials", message)
    connector_id = params.connector_id or _create_pending(context, "s3")
    statement = """
        UPDATE connectors
        SET status = 'active', is_authorized = 1, last_error = NULL, last_sync_at = :now,
            bucket = :bucket, region = :region,
            display_name = :bucket, external_account_id = :bucket
        WHERE connector_id = :connector_id AND org_id = :org_id AND provider = 's3'
    """
    sql_params = {
        "connector_id": connector_id,
        "org_id": context.org_id,
        "bucket": params.bucket,
        "region": params.region,
        "now": context.now,
    }
    if not context.store.write(statement, sql_params):
        raise not_found("S3 connector", connector_id)
    bucket = ResourceSelection(params.bucket, "bucket", params.bucket)
    replace_selection(context.store, connector_id, [bucket])
    return _updated_item(context, connector_id)


def configure_resources(context: RequestContext, selected: Sequence[ResourceSelection]) -> object:
    """Handle `PUT /connectors/{connector_id}/resources`: replace the whole selection."""
    row = connector_access.get_changeable(context)
    connector_access.require_authorized(row)
    replace_selection(context.store, row["connector_id"], selected)
    statement = """
        UPDATE connectors
        SET status = CASE status WHEN 'pending' THEN 'active' ELSE status END, last_sync_at = ?
        WHERE connector_id = ?
    """
    context.store.write(statement, [context.now, row["connector_id"]])
    return _updated_item(context, row["connector_id"])


def sync_connector(context: RequestContext) -> object:
    """Handle `POST /connectors/{connector_id}/sync`: 409 if the connector is not active."""
    row = connector_access.get_changeable(context)
    if row["status"] != "active":
        raise conflict("connector_not_active", f"the connector is {row['status']}, not active")
    statement = "UPDATE connectors SET last_sync_at = ? WHERE connector_id = ?"
    context.store.write(statement, [context.now, row["connector_id"]])
    return _updated_item(context, row["connector_id"])


def delete_connector(context: RequestContext) -> None:
    """Handle `DELETE /connectors/{connector_id}`."""
    connector_id = connector_access.get_changeable(context)["connector_id"]
    context.store.write("DELETE FROM connectors WHERE connector_id = ?", [connector_id])
    context.store.write("DELETE FROM offers WHERE connector_id = ?", [connector_id])
    context.store.write("DELETE FROM selections WHERE connector_id = ?", [connector_id])


def _known_provider(context: RequestContext) -> str:
    provider = context.ids["provider"]
    if provider not in PROVIDERS:
        raise not_found("provider", provider)
    return provider


def _create_pending(context: RequestContext, provider: str) -> str:
    """
    Create a connector without consent, and return its id.

    Raises:
        ErrorResponse: 409 if the provider is connected already.
    """
    if connector_access.find_connected(context, provider) is not None:
        message = f"{provider} is connected already: delete that connector first"
        raise conflict("already_connected", message)
    connector_id = context.store.new_id()
    statement = """
        INSERT INTO connectors (
            connector_id, org_id, provider, user_id, status, is_authorized,
            configured_by_email, created_at
        ) VALUES (?, ?, ?, ?, 'pending', 0, ?, ?)
    """
    member = context.key.member
    values = [connector_id, context.org_id, provider, member.user_id, member.email, context.now]
    context.store.write(statement, values)
    return connector_id


def _updated_item(context: RequestContext, connector_id: str) -> dict[str, object]:
    row = context.store.row("SELECT * FROM connectors WHERE connector_id = ?", [connector_id])
    assert row is not None  # written in this transaction
    return _item(row)


def _item(row: Row) -> dict[str, object]:
    return {
        "id": row["connector_id"],
        "provider": row["provider"],
        "status": row["status"],
        "display_name": row["display_name"],
        "external_account_id": row["external_account_id"],
        "configured_by_email": row["configured_by_email"],
        "scopes": list(PROVIDERS[row["provider"]].scopes) if row["is_authorized"] else [],
        "last_sync_at": timestamps.to_text_or_none(row["last_sync_at"]),
        "next_sync_at": None,  # the local service schedules no syncs
        "last_error": row["last_error"],
        "created_at": timestamps.to_text(row["created_at"]),
        "bucket": row["bucket"],
        "region": row["region"],
    }


_COLLECTION = "/connectors"
_CONNECTOR = f"{_COLLECTION}/{{connector_id}}"
_SELECTION = f"{_CONNECTOR}/resources"
_PROVIDER = f"{_COLLECTION}/{{provider}}"

ROUTES = (
    route(
        "connectors.list_providers",
        "GET",
        f"{_COLLECTION}/providers",
        list_providers,
        scope="read",
        requires="seat",
    ),
    route(
        "connectors.status",
        "GET",
        f"{_PROVIDER}/status",
        get_provider_status,
        scope="read",
        requires="seat",
    ),
    # No seat is required: connecting a user-scoped provider assigns a seat.
    route("connectors.create", "POST", f"{_PROVIDER}/connect", create_connector, scope="write"),
    route_with_input(
        "connectors.configure_s3",
        "POST",
        f"{_COLLECTION}/s3/configure",
        ConfigureS3Params.read,
        configure_s3,
        scope="write",
        requires="seat",
    ),
    route("connectors.list", "GET", _COLLECTION, list_connectors, scope="read", requires="seat"),
    route("connectors.get", "GET", _CONNECTOR, get_connector, scope="read", requires="seat"),
    route_with_input(
        "connectors.configure_resources",
        "PUT",
        _SELECTION,
        read_selection,
        configure_resources,
        scope="write",
        requires="seat",
    ),
    route(
        "connectors.sync",
        "POST",
        f"{_CONNECTOR}/sync",
        sync_connector,
        scope="write",
        requires="seat",
    ),
    route(
        "connectors.delete", "DELETE", _CONNECTOR, delete_connector, scope="write", requires="seat"
    ),
)
