"""Interest in the pro plan."""

from __future__ import annotations

from attrs import frozen

from memsy.models._model import Model


@frozen
class ProInterestResponse(Model):
    """What the service says to an expressed interest."""

    message: str
