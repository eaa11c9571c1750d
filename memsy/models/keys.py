"""API keys: the responses of the endpoints under `/keys`."""

from __future__ import annotations

from typing import Literal, TypeAlias

from attrs import field, frozen

from memsy._core.fields import optional
from memsy._core.secret import mask
from memsy.models._model import Model

KeyScope: TypeAlias = Literal["read", "write"]
"""Permissions of an API key."""


@frozen(slots=False)
class ApiKeyInfo(Model):
    """
    API key without its text.

    Item of `GET /keys` (wire contract, section 6.7).
    """

    key_id: str
    """Id of the key, for `keys.delete`."""
    prefix: str
    """First characters of the key, such as `msy_abc`."""
    name: str
    """Name that the creator gave to the key."""
    scopes: list[str] = field(metadata=optional([]))
    """Permissions: `read`, `write`."""
    is_active: bool
    """True if calls with the key succeed."""
    created_at: str
    """Time of creation, ISO 8601."""
    last_used_at: str | None = None
    """Time of the last call, ISO 8601."""
    expires_at: str | None = None
    """End of validity, ISO 8601."""


@frozen(slots=False)
class ApiKeyListResponse(Model):
    """
    API keys of the organisation.

    Response of `GET /keys` (wire contract, section 6.7).
    """

    keys: list[ApiKeyInfo] = field(metadata=optional([]))
    """All keys of the organisation."""
    max_keys: int
    """Number of keys that the plan allows."""
    active_count: int
    """Number of active keys."""


@frozen(slots=False)
class CreateKeyResponse(Model):
    """
    New API key, with its text.

    Response of `POST /keys` (wire contract, section 6.8).
    """

    key_id: str
    """Id of the key, for `keys.delete`."""
    raw_key: str = field(repr=mask)
    """Text of the key. No later response contains it, so store it now. `repr` masks it."""
    prefix: str
    """First characters of the key, such as `msy_abc`."""
    name: str
    """Name of the key, as in the request."""
    scopes: list[str] = field(metadata=optional([]))
    """Permissions: `read`, `write`."""
