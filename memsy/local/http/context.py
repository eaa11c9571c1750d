"""Context of one authorized request: store, settings, key, path ids and time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from attrs import frozen

from memsy.local.config import ServiceConfig
from memsy.local.domain.members import Member
from memsy.local.http.errors import feature_not_available, wrong_org
from memsy.local.storage.store import Store

Scope = Literal["read", "write"]
"""Permission of an API key."""

ALL_SCOPES: Sequence[Scope] = ("read", "write")


@frozen
class Key:
    """Authenticated API key or session token, without its secret text."""

    key_id: str
    org_id: str
    scopes: frozenset[str]
    member: Member
    is_session: bool = False
    """True for the token of a signed-in member. An API key acts for the whole organisation."""


NO_KEY = Key("", "", frozenset(), Member("nobody", has_seat=False))
"""Key of a request that needs none. It has no organisation and no scope."""


@frozen
class RequestContext:
    """Data that an endpoint function needs to handle a request."""

    store: Store
    config: ServiceConfig
    key: Key
    ids: Mapping[str, str]
    """Decoded ids of the path, by their names in the pattern of the route."""
    now: int
    """Time of the request, in microseconds since 1970."""

    @property
    def org_id(self) -> str:
        """Organisation of the key."""
        return self.key.org_id

    def require_org(self, org_id: str | None) -> None:
        """
        Check that `org_id` is the organisation of the key, or None.

        Raises:
            ErrorResponse: 403 for another organisation.
        """
        if org_id is not None and org_id != self.key.org_id:
            raise wrong_org(org_id)

    def require_feature(self, feature: str) -> None:
        """
        Check that the plan includes `feature`.

        Raises:
            ErrorResponse: 403 if the plan does not include the feature.
        """
        if self.config.lacks(feature):
            raise feature_not_available(feature, self.config.plan)
