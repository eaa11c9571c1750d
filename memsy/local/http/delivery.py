"""Value that says how a response arrives: complete, delayed, or broken by a fault."""

from __future__ import annotations

import math
from enum import Enum

from attrs import frozen

from memsy._core.http import HTTPResponse


class DeliveryMode(Enum):
    """State in which a response reaches the client."""

    COMPLETE = "complete"
    """The connection delivers the complete response."""
    DRIPPING = "dripping"
    """The body arrives in small pieces and never ends."""
    TRUNCATED = "truncated"
    """The connection breaks in the middle of the body."""
    DISCONNECTED = "disconnected"
    """The connection breaks before the response."""
    NO_RESPONSE = "no_response"
    """The connection stays open, but no byte arrives."""
    TLS_FAILURE = "tls_failure"
    """The TLS handshake fails: the client does not trust the certificate."""


@frozen
class Delivery:
    """A response, the delay before it, and the state in which it reaches the client."""

    response: HTTPResponse
    """Response of the service. The client receives it only if the delivery is complete."""
    delay: float = 0.0
    """Seconds."""
    mode: DeliveryMode = DeliveryMode.COMPLETE

    @classmethod
    def create(cls, response: HTTPResponse, delay: float, mode: DeliveryMode) -> Delivery:
        """Return a delivery. A truncated response without a body becomes a lost connection."""
        is_empty = mode is DeliveryMode.TRUNCATED and not response.content
        return cls(response, delay, DeliveryMode.DISCONNECTED if is_empty else mode)

    @property
    def duration(self) -> float:
        """Seconds until the delivery succeeds or fails; infinite if neither happens."""
        is_endless = self.mode in (DeliveryMode.NO_RESPONSE, DeliveryMode.DRIPPING)
        return math.inf if is_endless else self.delay
