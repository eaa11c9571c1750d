"""The control plane's view of API keys: listed without their texts, made, and deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Row

from attrs import frozen

from memsy.local import timestamps
from memsy.local.domain import api_keys
from memsy.local.endpoints import usage_reports
from memsy.local.http.context import ALL_SCOPES, Key, RequestContext
from memsy.local.http.errors import ValidationErrorResponse, key_limit, not_found
from memsy.local.http.parsing import Fields, RequestInput
from memsy.local.http.routes import route, route_with_input


@frozen
class NewKey:
    """A key to be made."""

    name: str
    scopes: Sequence[str]
    expires_at: int | None

    @classmethod
    def read(cls, inputs: RequestInput) -> NewKey:
        body = inputs.body
        return cls(body.text("name", most=256), _read_scopes(body), body.moment("expires_at"))


def _read_scopes(body: Fields) -> Sequence[str]:
    if not body.has("scopes"):
        return ALL_SCOPES
    scopes = body.texts("scopes", least=1, most=len(ALL_SCOPES))
    for position, scope in enumerate(scopes):
        if scope not in ALL_SCOPES:
            body.fault(("scopes", position), "Input should be 'read' or 'write'", "enum")
    return scopes


def page(context: RequestContext) -> object:
    """All keys of the organisation, in the order in which they were made."""
    query = "SELECT * FROM keys WHERE org_id = ? AND NOT is_session ORDER BY created_at, rowid"
    rows = context.store.rows(query, [context.org_id])
    return {
        "keys": [_shown(row, context.now) for row in rows],
        "max_keys": context.config.max_keys,
        "active_count": _count_active(context),
    }


def create(context: RequestContext, params: NewKey) -> object:
    """A new key of the caller. Its text is in this reply, and nowhere else."""
    if params.expires_at is not None and params.expires_at <= context.now:
        message = "a key must expire in the future"
        raise ValidationErrorResponse(
            [{"loc": ["body", "expires_at"], "msg": message, "type": "value_error"}]
        )
    current = _count_active(context)
    if current >= context.config.max_keys:
        raise key_limit(context.config.max_keys, current)
    key = Key(context.store.new_id(), context.org_id, frozenset(params.scopes), context.key.member)
    text = api_keys.new_text()
    api_keys.keep(context.store, key, text, params.name, context.now, params.expires_at)
    return {
        "key_id": key.key_id,
        "raw_key": text,
        "prefix": api_keys.prefix(text),
        "name": params.name,
        "scopes": sorted(key.scopes),
    }


def delete(context: RequestContext) -> None:
    key_id = _named(context)
    context.store.write("DELETE FROM keys WHERE key_id = ?", [key_id])


def usage(context: RequestContext) -> object:
    """What the key did in this billing period, day by day."""
    return {"usage": usage_reports.points(context, usage_reports.Span(), _named(context))}


def _named(context: RequestContext) -> str:
    """
    The id of the key that the path names.

    Raises:
        Refusal: 404, the organisation has no such key.
    """
    key_id = context.ids["key_id"]
    query = "SELECT count(*) FROM keys WHERE key_id = ? AND org_id = ? AND NOT is_session"
    if not context.store.number(query, [key_id, context.org_id]):
        raise not_found("API key", key_id)
    return key_id


def _count_active(context: RequestContext) -> int:
    query = """
        SELECT count(*) FROM keys
        WHERE org_id = ? AND NOT is_session AND (expires_at IS NULL OR expires_at > ?)
    """
    return context.store.number(query, [context.org_id, context.now])


def _shown(row: Row, now: int) -> dict[str, object]:
    expires_at = row["expires_at"]
    return {
        "key_id": row["key_id"],
        "prefix": row["prefix"],
        "name": row["name"],
        "scopes": json.loads(row["scopes"]),
        "is_active": expires_at is None or expires_at > now,
        "created_at": timestamps.to_text(row["created_at"]),
        "last_used_at": timestamps.to_text_or_none(row["last_used_at"]),
        "expires_at": timestamps.to_text_or_none(expires_at),
    }


_ONE = "/keys/{key_id}"

ROUTES = (
    route("keys.list", "GET", "/keys", page, scope="read", standing="admin"),
    route_with_input(
        "keys.create", "POST", "/keys", NewKey.read, create, scope="write", standing="admin"
    ),
    route("keys.delete", "DELETE", _ONE, delete, scope="write", standing="admin"),
    route("keys.usage", "GET", f"{_ONE}/usage", usage, scope="read", standing="admin"),
)
