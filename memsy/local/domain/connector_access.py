"""
Access rules for connectors: visibility and permission to change (wire contract 6.15).

All members see a connector of the organisation. Its admins and API keys may change it. A
user-scoped connector is visible to its member and to admins. Only its member may change it.
"""

from __future__ import annotations

from sqlite3 import Row

from memsy.local.domain.providers import PROVIDERS
from memsy.local.http.context import Key, RequestContext
from memsy.local.http.errors import AuthorizationPending, admin_required, not_found, owner_required


def list_visible(context: RequestContext) -> list[Row]:
    """
    Return the connectors for a list.

    A signed-in member without admin role gets only the connectors of that member.
    """
    query = "SELECT * FROM connectors WHERE org_id = ? ORDER BY seq"
    rows = context.store.rows(query, [context.org_id])
    sees_only_own = context.key.is_session and not context.key.member.is_admin
    return [
        row
        for row in rows
        if _is_own(context.key, row) or (not sees_only_own and _is_visible(context.key, row))
    ]


def find_connected(context: RequestContext, provider: str) -> Row | None:
    """Return the connector to `provider`, or None. A user-scoped provider has one per member."""
    query = "SELECT * FROM connectors WHERE org_id = ? AND provider = ?"
    rows = context.store.rows(query, [context.org_id, provider])
    is_shared = not PROVIDERS[provider].is_user_scoped
    return next((row for row in rows if is_shared or _is_own(context.key, row)), None)


def get_visible(context: RequestContext) -> Row:
    """
    Return the connector of the path, for reading.

    Raises:
        ErrorResponse: 404 if the connector does not exist or the caller may not see it.
    """
    connector_id = context.ids["connector_id"]
    query = "SELECT * FROM connectors WHERE org_id = ? AND connector_id = ?"
    row = context.store.row(query, [context.org_id, connector_id])
    if row is None or not _is_visible(context.key, row):
        raise not_found("connector", connector_id)
    return row


def get_changeable(context: RequestContext) -> Row:
    """
    Return the connector of the path, for a change or for the use of its credentials.

    Raises:
        ErrorResponse: 404 if the caller may not see the connector, 403 if the caller may only read
            it.
    """
    row = get_visible(context)
    if PROVIDERS[row["provider"]].is_user_scoped and not _is_own(context.key, row):
        raise owner_required()
    require_permission(context, row["provider"])
    return row


def require_permission(context: RequestContext, provider: str) -> None:
    """
    Check that the caller may connect to `provider` and change its connector.

    Raises:
        ErrorResponse: 403 for a shared provider and a signed-in member without admin role.
    """
    is_shared = not PROVIDERS[provider].is_user_scoped
    if is_shared and context.key.is_session and not context.key.member.is_admin:
        raise admin_required()


def require_authorized(row: Row) -> None:
    """
    Check that a user has consented to this connector.

    Raises:
        AuthorizationPending: 409 without consent.
    """
    if not row["is_authorized"]:
        raise AuthorizationPending


def _is_own(key: Key, row: Row) -> bool:
    is_user_scoped = PROVIDERS[row["provider"]].is_user_scoped
    return is_user_scoped and row["user_id"] == key.member.user_id


def _is_visible(key: Key, row: Row) -> bool:
    is_shared = not PROVIDERS[row["provider"]].is_user_scoped
    return is_shared or key.member.is_admin or _is_own(key, row)
