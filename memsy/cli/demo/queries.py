"""What the demonstration asks, and what each question is to show."""

from __future__ import annotations

from typing import TypedDict

import attrs


class SearchFilters(TypedDict, total=False):
    """What a search may be told besides its query, as `MemsyClient.search` takes it."""

    actor_id: str
    session_id: str
    exclude_session_id: str
    include_source_events: bool
    limit: int


@attrs.frozen
class DemoQuery:
    """A search that can be made, and be shown as code."""

    query: str
    narrowing: SearchFilters
    title: str = ""
    told: str = ""

    def call(self) -> str:
        """As it stands in a program."""
        named = [f"{name}={_literal(value)}" for name, value in self.narrowing.items()]
        return f"search({', '.join([_literal(self.query), *named])})"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


QUERIES = (
    DemoQuery(
        "is gas venting?",
        {"actor_id": "cdr", "limit": 2},
        "By actor",
        "What one person knows: the commander has looked out of the hatch.",
    ),
    DemoQuery(
        "main bus undervolt",
        {"session_id": "tape-36-13", "limit": 3},
        "By session",
        "What was said in one conversation: on the tape that ran when it happened.",
    ),
    DemoQuery(
        "main bus undervolt",
        {"exclude_session_id": "tape-36-13", "limit": 3},
        "Excluding a session",
        "The same question to all other conversations: what came of it.",
    ),
    DemoQuery(
        "what is the pressure in the O2 tank?",
        {"limit": 4},
        "Organisation-wide",
        "No actor, no session: whatever anybody said, on board or on the ground.",
    ),
    DemoQuery(
        "the LM as a lifeboat",
        {"include_source_events": True, "limit": 1},
        "With source events",
        "The evidence: the events that a memory was drawn from, word by word.",
    ),
)
