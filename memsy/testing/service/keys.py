"""API keys: kept as digests only, so that no copy of the database gives one away."""

from __future__ import annotations

import json
from hashlib import sha256
from hmac import compare_digest

from memsy.testing.service.call import Key
from memsy.testing.service.refusals import Unauthenticated
from memsy.testing.service.store import Store


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
        SELECT * FROM keys WHERE is_active AND (expires_at IS NULL OR expires_at > ?)
    """
    for row in store.rows(query, [now]):
        if compare_digest(row["digest"], digest) and scheme.lower() == "bearer":
            return Key(row["key_id"], row["org_id"], frozenset(json.loads(row["scopes"])))
    raise Unauthenticated("Invalid API key", by_gateway=by_gateway)


def keep(store: Store, key: Key, text: str, name: str, now: int) -> None:
    """Let in whoever sends *text* as *key* from now on; a former text of that key is forgotten."""
    statement = """
        INSERT OR REPLACE INTO keys
            (key_id, org_id, digest, prefix, name, scopes, is_active, created_at)
        VALUES (?, ?, ?, ?, ?, ?, 1, ?)
    """
    scopes = json.dumps(sorted(key.scopes))
    store.write(statement, [key.key_id, key.org_id, _digest(text), text[:7], name, scopes, now])


def touch(store: Store, key: Key, now: int) -> None:
    """Note that *key* has been used."""
    store.write("UPDATE keys SET last_used_at = ? WHERE key_id = ?", [now, key.key_id])


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "replace")).digest()
