"""Credentials that `agent_signup` returns."""

from __future__ import annotations

from attrs import field, frozen

from memsy._core.secret import mask
from memsy.models._model import Model


@frozen(slots=False)
class AgentCredentials(Model):
    """
    API key of an agent that has signed up, and the organisation and user that it belongs to.

    Result of `agent_signup` (wire contract, section 6.16).
    """

    api_key: str = field(repr=mask)
    """Text of the key. The service sends it once, so store it now. `repr` masks it."""
    key_id: str
    """Id of the key."""
    org_id: str
    """Id of the organisation."""
    user_id: str
    """Id of the user that the key belongs to."""
