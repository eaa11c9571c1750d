"""Interest in the pro plan: the response of `POST /interest/pro`."""

from __future__ import annotations

from attrs import frozen

from memsy.models._model import Model


@frozen(slots=False)
class ProInterestResponse(Model):
    """
    Confirmation of the service.

    Response of `POST /interest/pro` (wire contract, section 6.12).
    """

    message: str
    """Text of the service."""
