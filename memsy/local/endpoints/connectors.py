"""
Connectors: made, looked at, synchronised and deleted.

One is `pending` until there is consent, and until it is said what to read; then it is `active`.
S3 is active at once, and Notion as soon as there is consent.
"""

from __future__ import annotations

from collections.abc import Sequence
from sqlite3 import Row
from urllib.parse import quote

from attrs import frozen

from memsy.local import timestamps
from memsy.local.domain import connector_access, seats
from memsy.local.domain.providers import PROVIDERS
from memsy.local.endpoints.connector_resources import read_choice, select
from memsy.local.http.context import RequestContext
from memsy.local.http.errors import ErrorResponse, conflict, not_found, seat_required
from memsy.local.http.parsing import RequestInput
from memsy.local.http.routes import route, route_with_input
from memsy.models import ResourceSelection


@frozen
class Bucket:
    """A bucket of S3. Its secret need only be there: it is not kept."""

    name: str
    region: str
    access_key_id: str
    connector_id: str | None

    @classmethod
    def read(cls, inputs: RequestInput) -> Bucket:
        body = inputs.body
        body.text("secret_access_key", most=256)
        return cls(
            name=body.text("bucket", most=256),
            region=body.text("region", most=256),
            access_key_id=body.text("access_key_id", most=256),
            connector_id=body.text_if_given("connector_id", most=256),
        )


def providers(context: RequestContext) -> object:
    return {"providers": list(PROVIDERS)}


def status(context: RequestContext) -> object:
    """Whether the organisation is connected, or the caller where that is up to each member."""
    row = connector_access.connected(context, _provider(context))
    if row is None or row["status"] != "active":
        return {"connected": False, "display_name": None}
    return {"connected": True, "display_name": row["display_name"]}


def page(context: RequestContext) -> object:
    return [_shown(row) for row in connector_access.listed(context)]


def one(context: RequestContext) -> object:
    return _shown(connector_access.visible(context))


def connect(context: RequestContext) -> object:
    """Begin with a provider that a user must consent to, which is done elsewhere."""
    provider = _provider(context)
    if not PROVIDERS[provider].has_consent:
        message = f"nobody can consent to {provider}: it is configured with credentials"
        raise ErrorResponse(400, "no_oauth", message)
    context.require_feature(provider)
    connector_access.require_right(context, provider)
    if PROVIDERS[provider].is_user_scoped:
        seats.assign(context)
    elif not context.key.member.has_seat:
        raise seat_required()
    connector_id = _create(context, provider)
    url = f"https://consent.example.invalid/{provider}?state={quote(connector_id, safe='')}"
    return {"connector_id": connector_id, "authorize_url": url}


def configure_s3(context: RequestContext, params: Bucket) -> object:
    """Connect a bucket; or, by its connector's id, another one in its place."""
    context.require_feature("s3")
    connector_access.require_right(context, "s3")
    if params.access_key_id in context.config.refused_access_keys:
        message = f"the bucket {params.name!r} cannot be read with these credentials"
        raise ErrorResponse(400, "invalid_credentials", message)
    connector_id = params.connector_id or _create(context, "s3")
    statement = """
        UPDATE connectors
        SET status = 'active', is_authorized = 1, last_error = NULL, last_sync_at = :now,
            bucket = :bucket, region = :region,
            display_name = :bucket, external_account_id = :bucket
        WHERE connector_id = :connector_id AND org_id = :org_id AND provider = 's3'
    """
    parameters = {
        "connector_id": connector_id,
        "org_id": context.org_id,
        "bucket": params.name,
        "region": params.region,
        "now": context.now,
    }
    if not context.store.write(statement, parameters):
        raise not_found("S3 connector", connector_id)
    select(context.store, connector_id, [ResourceSelection(params.name, "bucket", params.name)])
    return _reread(context, connector_id)


def configure_resources(context: RequestContext, chosen: Sequence[ResourceSelection]) -> object:
    """Let *chosen* be all that is read, from now on."""
    row = connector_access.changeable(context)
    connector_access.require_authorized(row)
    select(context.store, row["connector_id"], chosen)
    statement = """
        UPDATE connectors
        SET status = CASE status WHEN 'pending' THEN 'active' ELSE status END, last_sync_at = ?
        WHERE connector_id = ?
    """
    context.store.write(statement, [context.now, row["connector_id"]])
    return _reread(context, row["connector_id"])


def sync(context: RequestContext) -> object:
    row = connector_access.changeable(context)
    if row["status"] != "active":
        raise conflict("connector_not_active", f"the connector is {row['status']}, not active")
    statement = "UPDATE connectors SET last_sync_at = ? WHERE connector_id = ?"
    context.store.write(statement, [context.now, row["connector_id"]])
    return _reread(context, row["connector_id"])


def delete(context: RequestContext) -> None:
    connector_id = connector_access.changeable(context)["connector_id"]
    context.store.write("DELETE FROM connectors WHERE connector_id = ?", [connector_id])
    context.store.write("DELETE FROM offers WHERE connector_id = ?", [connector_id])
    context.store.write("DELETE FROM selections WHERE connector_id = ?", [connector_id])


def _provider(context: RequestContext) -> str:
    provider = context.ids["provider"]
    if provider not in PROVIDERS:
        raise not_found("provider", provider)
    return provider


def _create(context: RequestContext, provider: str) -> str:
    """
    The id of a new connector, which waits for authorization.

    Raises:
        Refusal: 409, there is one already.
    """
    if connector_access.connected(context, provider) is not None:
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
    whose = [connector_id, context.org_id, provider, member.user_id]
    context.store.write(statement, [*whose, member.email, context.now])
    return connector_id


def _reread(context: RequestContext, connector_id: str) -> dict[str, object]:
    row = context.store.row("SELECT * FROM connectors WHERE connector_id = ?", [connector_id])
    assert row is not None  # it was there a moment ago, in this very transaction
    return _shown(row)


def _shown(row: Row) -> dict[str, object]:
    return {
        "id": row["connector_id"],
        "provider": row["provider"],
        "status": row["status"],
        "display_name": row["display_name"],
        "external_account_id": row["external_account_id"],
        "configured_by_email": row["configured_by_email"],
        "scopes": list(PROVIDERS[row["provider"]].scopes) if row["is_authorized"] else [],
        "last_sync_at": timestamps.to_text_or_none(row["last_sync_at"]),
        "next_sync_at": None,  # nothing here happens of its own accord
        "last_error": row["last_error"],
        "created_at": timestamps.to_text(row["created_at"]),
        "bucket": row["bucket"],
        "region": row["region"],
    }


_ALL = "/connectors"
_ONE = f"{_ALL}/{{connector_id}}"
_SELECTION = f"{_ONE}/resources"
_PROVIDER = f"{_ALL}/{{provider}}"

ROUTES = (
    route(
        "connectors.list_providers",
        "GET",
        f"{_ALL}/providers",
        providers,
        scope="read",
        standing="seat",
    ),
    route("connectors.status", "GET", f"{_PROVIDER}/status", status, scope="read", standing="seat"),
    # The one thing that a member without a seat may do: it can give them one.
    route("connectors.create", "POST", f"{_PROVIDER}/connect", connect, scope="write"),
    route_with_input(
        "connectors.configure_s3",
        "POST",
        f"{_ALL}/s3/configure",
        Bucket.read,
        configure_s3,
        scope="write",
        standing="seat",
    ),
    route("connectors.list", "GET", _ALL, page, scope="read", standing="seat"),
    route("connectors.get", "GET", _ONE, one, scope="read", standing="seat"),
    route_with_input(
        "connectors.configure_resources",
        "PUT",
        _SELECTION,
        read_choice,
        configure_resources,
        scope="write",
        standing="seat",
    ),
    route("connectors.sync", "POST", f"{_ONE}/sync", sync, scope="write", standing="seat"),
    route("connectors.delete", "DELETE", _ONE, delete, scope="write", standing="seat"),
)
