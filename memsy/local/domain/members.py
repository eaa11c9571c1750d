"""The members of an organisation: whom a key belongs to, and who signs in."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen
from attrs.validators import in_

from memsy.local.storage.store import Store

Role = Literal["org:admin", "org:member"]


@frozen
class Member:
    """Somebody in an organisation, and what they may do there."""

    user_id: str
    role: Role = field(default="org:member", validator=in_(("org:admin", "org:member")))
    has_seat: bool = True

    @property
    def is_admin(self) -> bool:
        return self.role == "org:admin"

    @property
    def email(self) -> str:
        return f"{self.user_id}@example.invalid"


def admin_of(org_id: str) -> Member:
    """Whom a key belongs to of which nothing else is said."""
    return Member(f"user_{org_id}", "org:admin")


def keep(store: Store, org_id: str, member: Member) -> None:
    """From now on *member* is as said, whatever was said before."""
    statement = "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)"
    store.write(statement, [org_id, member.user_id, member.role, member.has_seat])


def count_seats(store: Store, org_id: str) -> int:
    """How many seats are assigned."""
    query = "SELECT count(*) FROM members WHERE org_id = ? AND has_seat"
    return store.number(query, [org_id])
