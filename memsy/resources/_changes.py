"""What a PATCH of an organisation, a role or a team may change."""

from __future__ import annotations

from memsy._core import encode


def changes(name: str | None, focus: str | None, promotion_prompt: str | None) -> dict[str, str]:
    """The body of the PATCH: what is given. With nothing to change it is an empty object."""
    given = {"name": name, "focus": focus, "promotion_prompt": promotion_prompt}
    return {key: encode.text(key, value) for key, value in given.items() if value is not None}
