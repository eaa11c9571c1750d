"""Sample events that ship with the package: two hours of Apollo 13 voice traffic."""

from __future__ import annotations

from importlib.resources import files

from memsy.cli.event_files.json_lines import read_event
from memsy.models import EventPayload


def events() -> list[EventPayload]:
    """Return the sample events in chronological order."""
    text = files(__name__).joinpath("apollo13.jsonl").read_bytes()
    return [read_event(line) for line in text.splitlines()]
