"""How an organisation, a role or a team is described, and how that is changed."""

from __future__ import annotations

from memsy._core import encode


def description(org_id: str, name: str, focus: str) -> dict[str, str]:
    """The body of the POST that makes one."""
    return {
        "org_id": encode.identifier("org_id", org_id),
        "name": encode.text("name", name),
        "focus": encode.text("focus", focus),
    }


def changes(name: str | None, focus: str | None, promotion_prompt: str | None) -> dict[str, str]:
    """The body of the PATCH: what is given. With nothing to change it is an empty object."""
    given = {"name": name, "focus": focus, "promotion_prompt": promotion_prompt}
    return {key: encode.text(key, value) for key, value in given.items() if value is not None}
