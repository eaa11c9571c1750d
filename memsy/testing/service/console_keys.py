"""The control plane's view of API keys: listed without their texts, made, and deleted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from sqlite3 import Row

from attrs import frozen

from memsy.testing.service import keys, moments, usage_reports
from memsy.testing.service.call import EVERY_SCOPE, Call, Key
from memsy.testing.service.reading import Fields, Given
from memsy.testing.service.refusals import Invalid, key_limit, not_found
from memsy.testing.service.routes import route, route_reading


@frozen
class NewKey:
    """A key to be made."""

    name: str
    scopes: Sequence[str]
    expires_at: int | None

    @classmethod
    def read(cls, given: Given) -> NewKey:
        body = given.body
        return cls(body.text("name", most=256), _read_scopes(body), body.moment("expires_at"))


def _read_scopes(body: Fields) -> Sequence[str]:
    if not body.has("scopes"):
        return EVERY_SCOPE
    scopes = body.texts("scopes", least=1, most=len(EVERY_SCOPE))
    for position, scope in enumerate(scopes):
        if scope not in EVERY_SCOPE:
            body.fault(("scopes", position), "Input should be 'read' or 'write'", "enum")
    return scopes


def page(call: Call) -> object:
    """All keys of the organisation, in the order in which they were made."""
    query = "SELECT * FROM keys WHERE org_id = ? AND NOT is_session ORDER BY created_at, rowid"
    rows = call.store.rows(query, [call.org_id])
    return {
        "keys": [_shown(row, call.now) for row in rows],
        "max_keys": call.rules.max_keys,
        "active_count": _count_active(call),
    }


def create(call: Call, asked: NewKey) -> object:
    """A new key of the caller. Its text is in this reply, and nowhere else."""
    if asked.expires_at is not None and asked.expires_at <= call.now:
        message = "a key must expire in the future"
        raise Invalid([{"loc": ["body", "expires_at"], "msg": message, "type": "value_error"}])
    current = _count_active(call)
    if current >= call.rules.max_keys:
        raise key_limit(call.rules.max_keys, current)
    key = Key(call.store.new_id(), call.org_id, frozenset(asked.scopes), call.key.member)
    text = keys.new_text()
    keys.keep(call.store, key, text, asked.name, call.now, asked.expires_at)
    return {
        "key_id": key.key_id,
        "raw_key": text,
        "prefix": keys.prefix(text),
        "name": asked.name,
        "scopes": sorted(key.scopes),
    }


def delete(call: Call) -> None:
    key_id = _named(call)
    call.store.write("DELETE FROM keys WHERE key_id = ?", [key_id])


def usage(call: Call) -> object:
    """What the key did in this billing period, day by day."""
    return {"usage": usage_reports.points(call, usage_reports.Span(), _named(call))}


def _named(call: Call) -> str:
    """
    The id of the key that the path names.

    Raises:
        Refusal: 404, the organisation has no such key.
    """
    key_id = call.ids["key_id"]
    query = "SELECT count(*) FROM keys WHERE key_id = ? AND org_id = ? AND NOT is_session"
    if not call.store.number(query, [key_id, call.org_id]):
        raise not_found("API key", key_id)
    return key_id


def _count_active(call: Call) -> int:
    query = """
        SELECT count(*) FROM keys
        WHERE org_id = ? AND NOT is_session AND (expires_at IS NULL OR expires_at > ?)
    """
    return call.store.number(query, [call.org_id, call.now])


def _shown(row: Row, now: int) -> dict[str, object]:
    expires_at = row["expires_at"]
    return {
        "key_id": row["key_id"],
        "prefix": row["prefix"],
        "name": row["name"],
        "scopes": json.loads(row["scopes"]),
        "is_active": expires_at is None or expires_at > now,
        "created_at": moments.to_text(row["created_at"]),
        "last_used_at": moments.to_text_or_none(row["last_used_at"]),
        "expires_at": moments.to_text_or_none(expires_at),
    }


_ONE = "/keys/{key_id}"

ROUTES = (
    route("keys.list", "GET", "/keys", page, scope="read", standing="admin"),
    route_reading(
        "keys.create", "POST", "/keys", NewKey.read, create, scope="write", standing="admin"
    ),
    route("keys.delete", "DELETE", _ONE, delete, scope="write", standing="admin"),
    route("keys.usage", "GET", f"{_ONE}/usage", usage, scope="read", standing="admin"),
)
