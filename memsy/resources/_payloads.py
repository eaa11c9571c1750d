"""Request bodies of organisations, roles and teams."""

from __future__ import annotations

from memsy._core import encode

CREATE_FIELDS = ("org_id", "name", "focus")
UPDATE_FIELDS = ("name", "focus", "promotion_prompt")


def create_payload(*, org_id: str, name: str, focus: str) -> dict[str, str]:
    """Build the body of a POST that creates one; its fields are CREATE_FIELDS."""
    return {
        "org_id": encode.identifier("org_id", org_id),
        "name": encode.text("name", name),
        "focus": encode.text("focus", focus),
    }


def update_payload(
    *, name: str | None, focus: str | None, promotion_prompt: str | None
) -> dict[str, str]:
    """Build the body of a PATCH from the given values: some of UPDATE_FIELDS, or none."""
    given = {"name": name, "focus": focus, "promotion_prompt": promotion_prompt}
    return {key: encode.text(key, value) for key, value in given.items() if value is not None}
