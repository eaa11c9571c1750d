"""A transcript: JSON Lines, an utterance each."""

from __future__ import annotations

import json
from collections.abc import Iterable

from memsy import EventPayload


def utterances(lines: Iterable[str]) -> list[EventPayload]:
    """
    The events that the lines of a transcript are; empty lines are none.

    A line has a `caller`, a `call`, the `words`, `by_us` if we said them, and the `desk` that
    ought to know them, if one does.
    """
    return [_event(json.loads(line)) for line in lines if line.strip()]


def _event(line: dict[str, str]) -> EventPayload:
    return EventPayload(
        line["caller"],
        line["call"],
        "assistant_message" if line.get("by_us") else "user_message",
        line["words"],
        role_id=line.get("desk"),
    )
