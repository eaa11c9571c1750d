"""API keys: kept as digests only, so that no copy of the database gives one away."""

from __future__ import annotations

import json
import secrets
from hashlib import sha256
from hmac import compare_digest
from sqlite3 import Row

from memsy.local.domain import members
from memsy.local.domain.members import Member
from memsy.local.http.context import Key
from memsy.local.http.errors import Unauthenticated
from memsy.local.storage.store import Store

_MOST_SHOWN = 7


def new_text() -> str:
    """A text that nobody can guess: its key's id is no help."""
    return f"msy_{secrets.token_hex(16)}"


def prefix(text: str) -> str:
    """What may be shown of a key: never more than half of it."""
    return text[: min(_MOST_SHOWN, len(text) // 2)]


def authenticate(store: Store, authorization: str | None, now: int, *, by_gateway: bool) -> Key:
    """
    The key that an `Authorization` header carries.

    Raises:
        Unauthenticated: it carries none, or none that is good at the moment *now*.
    """
    if authorization is None:
        raise Unauthenticated("Missing Authorization header", by_gateway=by_gateway)
    scheme, _, text = authorization.partition(" ")
    digest = _digest(text.strip())
    query = """
        SELECT * FROM keys JOIN members USING (org_id, user_id)
        WHERE expires_at IS NULL OR expires_at > ?
    """
    for row in store.rows(query, [now]):
        if compare_digest(row["digest"], digest) and scheme.lower() == "bearer":
            return _key(row)
    raise Unauthenticated("Invalid API key", by_gateway=by_gateway)


def keep(
    store: Store, key: Key, text: str, name: str, now: int, expires_at: int | None = None
) -> None:
    """Let in whoever sends *text* as *key* from now on; a former text of that key is forgotten."""
    members.keep(store, key.org_id, key.member)
    statement = """
        INSERT INTO keys (
            key_id, org_id, user_id, digest, prefix, name, scopes, is_session,
            created_at, expires_at
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (key_id) DO UPDATE SET
            org_id = excluded.org_id, user_id = excluded.user_id,
            digest = excluded.digest, prefix = excluded.prefix
    """
    scopes = json.dumps(sorted(key.scopes))
    owner = [key.key_id, key.org_id, key.member.user_id]
    shown = [prefix(text), name, scopes, key.is_session, now, expires_at]
    store.write(statement, [*owner, _digest(text), *shown])


def touch(store: Store, key: Key, now: int) -> None:
    """Note that *key* has been used."""
    store.write("UPDATE keys SET last_used_at = ? WHERE key_id = ?", [now, key.key_id])


def _key(row: Row) -> Key:
    return Key(
        row["key_id"],
        row["org_id"],
        frozenset(json.loads(row["scopes"])),
        Member(row["user_id"], row["role"], bool(row["has_seat"])),
        bool(row["is_session"]),
    )


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "replace")).digest()
