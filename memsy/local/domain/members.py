"""`Member`: owner of API keys and sign-in tokens, with access role and seat, and its storage."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen
from attrs.validators import in_

from memsy._core.text import plain
from memsy.local.http.validators import validate_not_blank
from memsy.local.storage.store import Store

Role = Literal["org:admin", "org:member"]


@frozen
class Member:
    """
    A member of an organisation, as the owner of an API key or of a session.

    Args:
        user_id: Id of the user.
        role: `org:admin` or `org:member`. Some control-plane endpoints require an admin.
        has_seat: True if the member occupies a seat. The connector endpoints require a seat.

    Raises:
        ValueError: The role is unknown, or `user_id` is empty.

    Example:
        >>> from memsy.local import LocalService
        >>> token = LocalService().sign_in(Member("user_ann", has_seat=False))
    """

    user_id: str = field(converter=plain, validator=validate_not_blank)
    role: Role = field(default="org:member", validator=in_(("org:admin", "org:member")))
    has_seat: bool = True

    @property
    def is_admin(self) -> bool:
        """True if the role is `org:admin`."""
        return self.role == "org:admin"

    @property
    def email(self) -> str:
        """E-mail address of the user, made from `user_id`."""
        return f"{self.user_id}@example.invalid"


def default_admin(org_id: str) -> Member:
    """Return the default owner of a key: an admin with a seat."""
    return Member(f"user_{org_id}", "org:admin")


def save(store: Store, org_id: str, member: Member) -> None:
    """Create or replace a member. The change applies to all keys of the member."""
    statement = "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?)"
    store.write(statement, [org_id, member.user_id, member.role, member.has_seat])
    store.cache.clear()  # it has keys with their members


def count_seats(store: Store, org_id: str) -> int:
    """Return the number of members with a seat."""
    query = "SELECT count(*) FROM members WHERE org_id = ? AND has_seat"
    return store.number(query, [org_id])
