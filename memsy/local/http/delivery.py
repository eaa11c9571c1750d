"""How an answer reaches whoever asked: whole and at once, unless something befell it on its way."""

from __future__ import annotations

import math
from enum import Enum

from attrs import frozen

from memsy._core.http import HTTPResponse


class DeliveryMode(Enum):
    """What becomes of the connection."""

    WHOLE = "whole"
    """It brings the reply."""
    DRIPPING = "dripping"
    """It brings the reply drop by drop, and never all of it."""
    CUT = "cut"
    """It breaks in the middle of the reply's body."""
    LOST = "lost"
    """It breaks before the reply."""
    SILENT = "silent"
    """Nothing ever comes, and it stays open for as long as somebody waits."""
    UNTRUSTED = "untrusted"
    """It is never made, for the certificate is not one to be trusted."""


@frozen
class Delivery:
    """A *reply* on its way: what carries it makes it so late, and lets it end like this."""

    response: HTTPResponse
    """What the service said, or would have said: only a whole delivery brings it."""
    delay: float = 0.0
    """Seconds."""
    mode: DeliveryMode = DeliveryMode.WHOLE

    @classmethod
    def of(cls, response: HTTPResponse, delay: float, ending: DeliveryMode) -> Delivery:
        """One that ends like this, or nearly: what has no body is lost before its middle."""
        is_bodiless = ending is DeliveryMode.CUT and not response.content
        return cls(response, delay, DeliveryMode.LOST if is_bodiless else ending)

    @property
    def duration(self) -> float:
        """Seconds until something comes of it that is no mere beginning."""
        is_endless = self.mode in (DeliveryMode.SILENT, DeliveryMode.DRIPPING)
        return math.inf if is_endless else self.delay
