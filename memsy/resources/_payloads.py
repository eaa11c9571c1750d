"""Request bodies for organisations, roles and teams."""

from __future__ import annotations

from memsy._core import encode

CREATE_FIELDS = ("org_id", "name", "focus")
UPDATE_FIELDS = ("name", "focus", "promotion_prompt")


def create_payload(*, org_id: str, name: str, focus: str) -> dict[str, str]:
    """Build the body that creates an organisation, role or team: the fields `CREATE_FIELDS`."""
    return {
        "org_id": encode.identifier("org_id", org_id),
        "name": encode.text("name", name),
        "focus": encode.text("focus", focus),
    }


def update_payload(
    *, name: str | None, focus: str | None, promotion_prompt: str | None
) -> dict[str, str]:
    """Build the body that changes one: the fields of `UPDATE_FIELDS` that are not None."""
    fields = {"name": name, "focus": focus, "promotion_prompt": promotion_prompt}
    return {key: encode.text(key, value) for key, value in fields.items() if value is not None}
