"""
API keys: creation, storage as digests, and authentication of a request (wire contract 1.2, 3.4).

The store keeps a SHA-256 digest instead of the key, so a copy of the database reveals no key.
"""

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

_MAX_PREFIX_LENGTH = 7


def generate_key() -> str:
    """Return a new random key. It does not contain the key id."""
    return f"msy_{secrets.token_hex(16)}"


def display_prefix(text: str) -> str:
    """Return the start of a key for lists: at most 7 characters and at most half of the key."""
    return text[: min(_MAX_PREFIX_LENGTH, len(text) // 2)]


def authenticate(store: Store, authorization: str | None, now: int, *, by_gateway: bool) -> Key:
    """
    Return the key of an `Authorization` header.

    Args:
        store: Storage of the service.
        authorization: Value of the header, or None without a header.
        now: Time of the request in microseconds. Expired keys are invalid.
        by_gateway: Reject a key with the 403 of the production gateway instead of a 401.

    Raises:
        Unauthenticated: The header is missing, or its key is invalid.
    """
    if authorization is None:
        raise Unauthenticated("Missing Authorization header", by_gateway=by_gateway)
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() == "bearer":
        key = _find(store, _digest(text.strip()), now)
        if key is not None:
            return key
    raise Unauthenticated("Invalid API key", by_gateway=by_gateway)


def _find(store: Store, digest: bytes, now: int) -> Key | None:
    cached: tuple[Key, int | None] | None = store.cache.get(digest)
    if cached is not None and (cached[1] is None or cached[1] > now):
        return cached[0]
    query = """
        SELECT * FROM keys JOIN members USING (org_id, user_id)
        WHERE expires_at IS NULL OR expires_at > ?
    """
    for row in store.rows(query, [now]):
        if compare_digest(row["digest"], digest):
            key = _key_from_row(row)
            store.cache[digest] = key, row["expires_at"]
            return key
    return None


def save(
    store: Store, key: Key, text: str, name: str, now: int, expires_at: int | None = None
) -> None:
    """Store `key` with its `text`. An existing key with this id gets the new text and owner."""
    members.save(store, key.org_id, key.member)  # clears the cached keys, too
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
    details = [display_prefix(text), name, scopes, key.is_session, now, expires_at]
    store.write(statement, [*owner, _digest(text), *details])


def delete(store: Store, key_id: str) -> None:
    """Delete a key, if it exists."""
    store.write("DELETE FROM keys WHERE key_id = ?", [key_id])
    store.cache.clear()


def record_use(store: Store, key: Key, now: int) -> None:
    """Store `now` as the time of the last use of `key`."""
    store.write("UPDATE keys SET last_used_at = ? WHERE key_id = ?", [now, key.key_id])


def _key_from_row(row: Row) -> Key:
    return Key(
        row["key_id"],
        row["org_id"],
        frozenset(json.loads(row["scopes"])),
        Member(row["user_id"], row["role"], bool(row["has_seat"])),
        bool(row["is_session"]),
    )


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "replace")).digest()
