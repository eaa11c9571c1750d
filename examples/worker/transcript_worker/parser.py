"""Parse a transcript, a JSON Lines file with one message per line, into events."""

from __future__ import annotations

import json
from collections.abc import Iterable

from memsy import EventPayload


def parse_transcript(lines: Iterable[str]) -> list[EventPayload]:
    """
    Return an event for each line that is not empty.

    A line has the fields `caller`, `call` and `text`. Optional fields: `from_agent` is true for
    our own messages, `role` shares the message with all agents of a role.
    """
    return [_to_event(json.loads(line)) for line in lines if line.strip()]


def _to_event(message: dict[str, str]) -> EventPayload:
    return EventPayload(
        message["caller"],
        message["call"],
        "assistant_message" if message.get("from_agent") else "user_message",
        message["text"],
        role_id=message.get("role"),
    )
