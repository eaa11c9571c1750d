"""Delivery of a response: complete, delayed, or broken by a fault on the connection."""

from __future__ import annotations

import math
from enum import Enum

from attrs import frozen

from memsy._core.http import HTTPResponse


class DeliveryMode(Enum):
    """Ways in which the connection delivers a response, or fails to."""

    COMPLETE = "complete"
    """The connection delivers the complete response."""
    DRIPPING = "dripping"
    """The body arrives in small pieces and never ends."""
    TRUNCATED = "truncated"
    """The connection breaks in the middle of the body."""
    DISCONNECTED = "disconnected"
    """The connection breaks before the response."""
    NO_RESPONSE = "no_response"
    """The connection stays open, and no byte ever arrives."""
    TLS_FAILURE = "tls_failure"
    """The TLS handshake fails: the client does not trust the certificate."""


@frozen
class Delivery:
    """A response, the delay before it, and the way in which the connection delivers it."""

    response: HTTPResponse
    """Response of the service. Only a complete delivery hands it over."""
    delay: float = 0.0
    """Seconds."""
    mode: DeliveryMode = DeliveryMode.COMPLETE

    @classmethod
    def of(cls, response: HTTPResponse, delay: float, mode: DeliveryMode) -> Delivery:
        """Return a delivery; a response without a body is lost, because it has no middle to cut."""
        is_bodiless = mode is DeliveryMode.TRUNCATED and not response.content
        return cls(response, delay, DeliveryMode.DISCONNECTED if is_bodiless else mode)

    @property
    def duration(self) -> float:
        """Seconds until the delivery succeeds or fails; infinite if it does neither."""
        is_endless = self.mode in (DeliveryMode.NO_RESPONSE, DeliveryMode.DRIPPING)
        return math.inf if is_endless else self.delay
