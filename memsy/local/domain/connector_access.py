"""
Who may see a connector, and who may change it.

Those of an organisation are seen by all its members, and changed by its admins and by its API
keys; a member's own are seen by admins too, and changed by nobody else.
"""

from __future__ import annotations

from sqlite3 import Row

from memsy.local.domain.providers import PROVIDERS
from memsy.local.http.context import Key, RequestContext
from memsy.local.http.errors import AuthorizationPending, admin_required, not_found, owner_required


def listed(context: RequestContext) -> list[Row]:
    """What a list shows: to a member who has signed in, their own connectors only."""
    query = "SELECT * FROM connectors WHERE org_id = ? ORDER BY seq"
    rows = context.store.rows(query, [context.org_id])
    is_member_alone = context.key.is_session and not context.key.member.is_admin
    return [
        row
        for row in rows
        if _is_own(context.key, row) or (not is_member_alone and _is_visible(context.key, row))
    ]


def connected(context: RequestContext, provider: str) -> Row | None:
    """The connector to *provider*: that of the organisation, or the caller's own."""
    query = "SELECT * FROM connectors WHERE org_id = ? AND provider = ?"
    rows = context.store.rows(query, [context.org_id, provider])
    is_shared = not PROVIDERS[provider].is_user_scoped
    return next((row for row in rows if is_shared or _is_own(context.key, row)), None)


def visible(context: RequestContext) -> Row:
    """
    The connector that the path names, to look at.

    Raises:
        Refusal: 404, there is none that the caller may see.
    """
    connector_id = context.ids["connector_id"]
    query = "SELECT * FROM connectors WHERE org_id = ? AND connector_id = ?"
    row = context.store.row(query, [context.org_id, connector_id])
    if row is None or not _is_visible(context.key, row):
        raise not_found("connector", connector_id)
    return row


def changeable(context: RequestContext) -> Row:
    """
    The connector that the path names, to change it or to use its credentials.

    Raises:
        Refusal: 404, or 403 if the caller may only look.
    """
    row = visible(context)
    if PROVIDERS[row["provider"]].is_user_scoped and not _is_own(context.key, row):
        raise owner_required()
    require_right(context, row["provider"])
    return row


def require_right(context: RequestContext, provider: str) -> None:
    """
    Check that the caller may connect to *provider*, for themselves or for all.

    Raises:
        Refusal: 403, they may not.
    """
    is_shared = not PROVIDERS[provider].is_user_scoped
    if is_shared and context.key.is_session and not context.key.member.is_admin:
        raise admin_required()


def require_authorized(row: Row) -> None:
    """
    Check that there is consent to this connector.

    Raises:
        Refusal: 409, there is none yet.
    """
    if not row["is_authorized"]:
        raise AuthorizationPending


def _is_own(key: Key, row: Row) -> bool:
    is_user_scoped = PROVIDERS[row["provider"]].is_user_scoped
    return is_user_scoped and row["user_id"] == key.member.user_id


def _is_visible(key: Key, row: Row) -> bool:
    is_shared = not PROVIDERS[row["provider"]].is_user_scoped
    return is_shared or key.member.is_admin or _is_own(key, row)
