"""API keys: what is known of them, and the one moment at which their text is."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.decode import optional
from memsy._core.secret import mask
from memsy.models._model import Model


@frozen
class ApiKeyInfo(Model):
    """A key, without its text, of which *prefix* is the beginning. Times are ISO 8601."""

    key_id: str
    prefix: str
    name: str
    scopes: list[str] = field(metadata=optional([]))
    is_active: bool
    created_at: str
    last_used_at: str | None = None
    expires_at: str | None = None


@frozen
class ApiKeyListResponse(Model):
    """All keys of the organisation, and how many it may have."""

    keys: list[ApiKeyInfo] = field(metadata=optional([]))
    max_keys: int
    active_count: int


@frozen
class CreateKeyResponse(Model):
    """
    A new key.

    *raw_key* is its text: it appears in this answer and never again, so store it now. No `repr`
    shows it.
    """

    key_id: str
    raw_key: str = field(repr=mask)
    prefix: str
    name: str
    scopes: list[str] = field(metadata=optional([]))
