"""Searches of the demo: query, filters, title and explanation of each."""

from __future__ import annotations

from typing import TypedDict

import attrs


class SearchFilters(TypedDict, total=False):
    """Keyword arguments of `MemsyClient.search` that the demo uses."""

    actor_id: str
    session_id: str
    exclude_session_id: str
    include_source_events: bool
    limit: int


@attrs.frozen
class DemoQuery:
    """Search of the demo, which the demo runs and prints as code."""

    query: str
    filters: SearchFilters
    title: str = ""
    explanation: str = ""

    def to_code(self) -> str:
        """Return the call as Python code: `search("tea", limit=2)`."""
        arguments = [f"{name}={_literal(value)}" for name, value in self.filters.items()]
        return f"search({', '.join([_literal(self.query), *arguments])})"


def _literal(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else repr(value)


QUERIES = (
    DemoQuery(
        "is gas venting?",
        {"actor_id": "cdr", "limit": 2},
        "By actor",
        "Search what one person knows. The commander has just looked out of the hatch window.",
    ),
    DemoQuery(
        "main bus undervolt",
        {"session_id": "tape-36-13", "limit": 3},
        "By session",
        "Search one conversation: the tape that was running when the oxygen tank failed.",
    ),
    DemoQuery(
        "main bus undervolt",
        {"exclude_session_id": "tape-36-13", "limit": 3},
        "Excluding a session",
        "Search all other conversations with the same query: the consequences.",
    ),
    DemoQuery(
        "what is the pressure in the O2 tank?",
        {"limit": 4},
        "Organisation-wide",
        "Search without an actor or a session: everything said on board and on the ground.",
    ),
    DemoQuery(
        "the LM as a lifeboat",
        {"include_source_events": True, "limit": 1},
        "With source events",
        "Return the evidence too: the original events of the memory, word for word.",
    ),
)
