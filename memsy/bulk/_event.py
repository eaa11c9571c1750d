"""Event of a load: its position in the source, the event, and the digest for the ledger."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import Any

from attrs import frozen

from memsy._core.interrupts import is_interrupt
from memsy.models import EventPayload

# With escapes in place of non-ASCII characters: a lone surrogate has a digest, too.
_encode = json.JSONEncoder(separators=(",", ":")).encode


@frozen
class ReadEvent:
    """Event that a load has read from its source."""

    position: int
    event: EventPayload
    digest: bytes = b""
    """Digest of the event, or empty without a ledger."""

    @property
    def session(self) -> tuple[str, str]:
        """Actor and session of the event. A load keeps the order within them."""
        event: Any = self.event
        is_valid = isinstance(event.actor_id, str) and isinstance(event.session_id, str)
        # The service refuses an event with other ids, and some cannot be a key.
        return (event.actor_id, event.session_id) if is_valid else ("", "")


def digest_of(event: EventPayload) -> bytes:
    """Return 16 bytes that identify the JSON of the event. JSON cannot represent some events."""
    try:
        text = _encode(event.to_dict())
    except (TypeError, ValueError, RecursionError) as error:
        if is_interrupt(error):
            raise
        return b""  # the client refuses the event
    return blake2b(text.encode("ascii"), digest_size=16).digest()
