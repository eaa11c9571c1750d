"""
Sign-ups of agents: start, approval at the identity provider, and one key (wire contract 6.16).

A sign-up is `pending` until it is approved or refused, and `issued` after the key has been sent.
"""

from __future__ import annotations

import secrets
from hashlib import sha256
from hmac import compare_digest
from sqlite3 import Row
from urllib.parse import quote, unquote

from memsy.local.domain import api_keys
from memsy.local.domain.members import Member
from memsy.local.http.context import ALL_SCOPES, Key
from memsy.local.storage.store import Store

LIFETIME = 600
"""Seconds until a sign-up expires."""

_AUTHORIZE_PREFIX = "https://auth.agentid.com/memsy-local-service?signup="


def authorize_url(signup_id: str) -> str:
    """Return the URL of the approval. It does not exist: `SignupSimulator` approves."""
    return _AUTHORIZE_PREFIX + quote(signup_id, safe="")


def signup_id_in(url: str) -> str | None:
    """Return the id in the URL of an approval, or None if it is not such a URL."""
    is_ours = url.startswith(_AUTHORIZE_PREFIX)
    return unquote(url.removeprefix(_AUTHORIZE_PREFIX)) if is_ours else None


def start(store: Store, org_name: str | None, now: int) -> tuple[str, str]:
    """Create a pending sign-up, and return its id and its secret."""
    signup_id, secret = store.new_id(), secrets.token_urlsafe(24)
    statement = """
        INSERT INTO signups (signup_id, digest, status, org_name, created_at)
        VALUES (?, ?, 'pending', ?, ?)
    """
    store.write(statement, [signup_id, _digest(secret), org_name, now])
    return signup_id, secret


def count_unexpired(store: Store, now: int) -> int:
    """Return the number of sign-ups in any state that have not expired."""
    return store.number("SELECT count(*) FROM signups WHERE created_at > ?", [_oldest(now)])


def find_unexpired(store: Store, signup_id: str, now: int) -> Row | None:
    """Return a sign-up, or None if it is unknown or has expired."""
    query = "SELECT * FROM signups WHERE signup_id = ? AND created_at > ?"
    return store.row(query, [signup_id, _oldest(now)])


def decide(
    store: Store, signup_id: str, now: int, *, status: str, inbox: str | None, error: str | None
) -> bool:
    """Approve or refuse a pending sign-up. Return False if there is none with this id."""
    statement = """
        UPDATE signups SET status = ?, inbox = ?, error = ?
        WHERE signup_id = ? AND status = 'pending' AND created_at > ?
    """
    return store.write(statement, [status, inbox, error, signup_id, _oldest(now)]) > 0


def has_secret(row: Row, authorization: str | None) -> bool:
    """Return True if an `Authorization` header has the secret of the sign-up."""
    scheme, _, text = (authorization or "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(row["digest"], _digest(text.strip()))


def issue_key(store: Store, row: Row, now: int) -> tuple[Key, str]:
    """
    Create the key of an approved sign-up, and return it with its text.

    The inbox keeps its organisation and user, and loses its former key.
    """
    query = "SELECT * FROM signups WHERE inbox = ? AND status = 'issued' ORDER BY rowid DESC"
    former = store.row(query, [row["inbox"]])
    if former is None:
        org_id, user_id = f"org_{store.new_id()}", f"agent_{store.new_id()}"
        _name_org(store, org_id, row["org_name"], now)
    else:
        org_id, user_id = former["org_id"], former["user_id"]
        api_keys.delete(store, former["key_id"])
    member = Member(user_id, "org:admin")
    key, text = Key(store.new_id(), org_id, frozenset(ALL_SCOPES), member), api_keys.generate_key()
    api_keys.save(store, key, text, row["inbox"], now)
    statement = """
        UPDATE signups SET status = 'issued', org_id = ?, user_id = ?, key_id = ?
        WHERE signup_id = ?
    """
    store.write(statement, [org_id, user_id, key.key_id, row["signup_id"]])
    return key, text


def _name_org(store: Store, org_id: str, name: str | None, now: int) -> None:
    """Store the name of a new organisation, if it has one, as the record of `GET /orgs`."""
    if name is not None:
        values = ["org", org_id, org_id, name, "", "", "{}", now, now]
        store.write("INSERT INTO hierarchy VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


def _oldest(now: int) -> int:
    """Return the time at which a sign-up that expires now has started."""
    return now - LIFETIME * 1_000_000


def _digest(text: str) -> bytes:
    return sha256(text.encode("utf-8", "replace")).digest()
