"""The organisation, its roles and its teams: what steers the promotion of memories."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from memsy.models._model import Model


@frozen
class OrgResource(Model):
    """
    An organisation.

    *promotion_prompt* is written by the service from *name* and *focus*, and can be edited. Times
    are ISO 8601.
    """

    org_id: str
    name: str
    focus: str
    promotion_prompt: str
    created_at: str
    updated_at: str
    prompt_meta: dict[str, Any] | None = None


@frozen
class RoleResource(Model):
    """A role in an organisation; see `OrgResource` for the fields."""

    role_id: str
    org_id: str
    name: str
    focus: str
    promotion_prompt: str
    created_at: str
    updated_at: str
    prompt_meta: dict[str, Any] | None = None


@frozen
class TeamResource(Model):
    """A team in an organisation; see `OrgResource` for the fields."""

    team_id: str
    org_id: str
    name: str
    focus: str
    promotion_prompt: str
    created_at: str
    updated_at: str
    prompt_meta: dict[str, Any] | None = None
