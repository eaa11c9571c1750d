"""A request that may be acted on: who asks, of which service, for which things, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import frozen

from memsy.local.config import ServiceConfig
from memsy.local.domain.members import Member
from memsy.local.http.errors import feature_not_available, wrong_org
from memsy.local.storage.store import Store

Scope = Literal["read", "write"]

ALL_SCOPES: Sequence[Scope] = ("read", "write")


@frozen
class Key:
    """An API key that was found good. What the caller sent to prove it is not kept."""

    key_id: str
    org_id: str
    scopes: frozenset[str]
    member: Member
    is_session: bool = False
    """It was got by signing in, and acts for its member alone; an API key acts for the org."""


@frozen
class RequestContext:
    """What a route is given to act with."""

    store: Store
    config: ServiceConfig
    key: Key
    ids: Mapping[str, str]
    """The ids that stand in the path, decoded, by the names that the route gives them."""
    now: int
    """The moment of the request, in microseconds."""

    @property
    def org_id(self) -> str:
        return self.key.org_id

    def require_org(self, org_id: str | None) -> None:
        """
        Check that the organisation that the caller names, if any, is that of the key.

        Raises:
            Refusal: 403, it is another one.
        """
        if org_id is not None and org_id != self.key.org_id:
            raise wrong_org(org_id)

    def require_feature(self, feature: str) -> None:
        """
        Check that the plan has *feature*.

        Raises:
            Refusal: 403, it has not.
        """
        if self.config.lacks(feature):
            raise feature_not_available(feature, self.config.plan)
