"""
API keys in the console: list, create, delete, and read their usage (wire contract 6.7 to 6.10).

* `GET /keys`
* `POST /keys`
* `DELETE /keys/{key_id}`
* `GET /keys/{key_id}/usage`
"""

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
class CreateKeyParams:
    """Body of `POST /keys`."""

    name: str
    scopes: Sequence[str]
    expires_at: int | None

    @classmethod
    def read(cls, inputs: RequestInput) -> CreateKeyParams:
        body = inputs.body
        return cls(
            name=body.text("name", max_length=256),
            scopes=_read_scopes(body),
            expires_at=body.timestamp("expires_at"),
        )


def _read_scopes(body: Fields) -> Sequence[str]:
    if not body.has("scopes"):
        return ALL_SCOPES
    scopes = body.text_list("scopes", min_items=1, max_items=len(ALL_SCOPES))
    for position, scope in enumerate(scopes):
        if scope not in ALL_SCOPES:
            body.add_error(("scopes", position), "Input should be 'read' or 'write'", "enum")
    return scopes


def list_keys(context: RequestContext) -> object:
    """Handle `GET /keys`: all keys of the organisation, oldest first, without their texts."""
    query = "SELECT * FROM keys WHERE org_id = ? AND NOT is_session ORDER BY created_at, rowid"
    rows = context.store.rows(query, [context.org_id])
    return {
        "keys": [_item(row, context.now) for row in rows],
        "max_keys": context.config.max_keys,
        "active_count": _count_active(context),
    }


def create_key(context: RequestContext, params: CreateKeyParams) -> object:
    """Handle `POST /keys`. The text of the key is in this response only."""
    if params.expires_at is not None and params.expires_at <= context.now:
        message = "expires_at must be in the future"
        raise ValidationErrorResponse(
            [{"loc": ["body", "expires_at"], "msg": message, "type": "value_error"}]
        )
    current = _count_active(context)
    if current >= context.config.max_keys:
        raise key_limit(context.config.max_keys, current)
    key = Key(context.store.new_id(), context.org_id, frozenset(params.scopes), context.key.member)
    text = api_keys.generate_key()
    api_keys.save(context.store, key, text, params.name, context.now, params.expires_at)
    return {
        "key_id": key.key_id,
        "raw_key": text,
        "prefix": api_keys.display_prefix(text),
        "name": params.name,
        "scopes": sorted(key.scopes),
    }


def delete_key(context: RequestContext) -> None:
    """Handle `DELETE /keys/{key_id}`."""
    api_keys.delete(context.store, _existing_key_id(context))


def get_key_usage(context: RequestContext) -> object:
    """Handle `GET /keys/{key_id}/usage`: the usage of this month by day."""
    params = usage_reports.TimeseriesParams()
    return {"usage": usage_reports.usage_points(context, params, _existing_key_id(context))}


def _existing_key_id(context: RequestContext) -> str:
    """
    Return the key id of the path.

    Raises:
        ErrorResponse: 404 if the organisation has no such key.
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


def _item(row: Row, now: int) -> dict[str, object]:
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


_KEY_PATH = "/keys/{key_id}"

ROUTES = (
    route("keys.list", "GET", "/keys", list_keys, scope="read", requires="admin"),
    route_with_input(
        "keys.create",
        "POST",
        "/keys",
        CreateKeyParams.read,
        create_key,
        scope="write",
        requires="admin",
    ),
    route("keys.delete", "DELETE", _KEY_PATH, delete_key, scope="write", requires="admin"),
    route("keys.usage", "GET", f"{_KEY_PATH}/usage", get_key_usage, scope="read", requires="admin"),
)
