"""Organisations, roles and teams: the responses of `/orgs`, `/roles` and `/teams`."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from memsy.models._model import Model


@frozen(slots=False)
class OrgResource(Model):
    """
    Settings of an organisation for the promotion of memories.

    Response of the endpoints under `/orgs` (wire contract, section 5.5).
    """

    org_id: str
    """Id of the organisation."""
    name: str
    """Display name."""
    focus: str
    """Subject of the memories to promote, in plain words."""
    promotion_prompt: str
    """Prompt that the service wrote from `name` and `focus`, or its edited text."""
    created_at: str
    """Time of creation, ISO 8601."""
    updated_at: str
    """Time of the last change, ISO 8601."""
    prompt_meta: dict[str, Any] | None = None
    """Data about the prompt, in a shape of the service's own."""


@frozen(slots=False)
class RoleResource(Model):
    """
    Role of an organisation.

    Response of the endpoints under `/roles` (wire contract, section 5.5).
    """

    role_id: str
    """Id of the role, for `EventPayload.role_id`."""
    org_id: str
    """Id of the organisation."""
    name: str
    """Display name."""
    focus: str
    """Subject of the memories to promote, in plain words."""
    promotion_prompt: str
    """Prompt that the service wrote from `name` and `focus`, or its edited text."""
    created_at: str
    """Time of creation, ISO 8601."""
    updated_at: str
    """Time of the last change, ISO 8601."""
    prompt_meta: dict[str, Any] | None = None
    """Data about the prompt, in a shape of the service's own."""


@frozen(slots=False)
class TeamResource(Model):
    """
    Team of an organisation.

    Response of the endpoints under `/teams` (wire contract, section 5.5).
    """

    team_id: str
    """Id of the team, for `EventPayload.team_id`."""
    org_id: str
    """Id of the organisation."""
    name: str
    """Display name."""
    focus: str
    """Subject of the memories to promote, in plain words."""
    promotion_prompt: str
    """Prompt that the service wrote from `name` and `focus`, or its edited text."""
    created_at: str
    """Time of creation, ISO 8601."""
    updated_at: str
    """Time of the last change, ISO 8601."""
    prompt_meta: dict[str, Any] | None = None
    """Data about the prompt, in a shape of the service's own."""
