"""
From an event to its memory, by rule of thumb where the Memsy service asks a language model.

One event gives one memory: its content, with runs of white space made one space. What it is
is guessed from its words: the first line of this table that fits decides.

======================================  ==============  ============
the event                               ``type``        ``kind``
======================================  ==============  ============
is a tool's result, or an app's event   ``event``       ``episodic``
says prefer, like, love, hate, enjoy    ``preference``  ``semantic``
says decided, agreed, chose             ``decision``    ``episodic``
says always, never, must, should        ``norm``        ``procedural``
says anything else                      ``fact``        ``semantic``
======================================  ==============  ============
"""

from __future__ import annotations

import re

from attrs import frozen

CONFIDENCE = 0.9
"""How sure the service is of every memory."""

_WORD = re.compile(r"\w+")
_GUESSES = (
    (
        "prefer prefers preferred like likes love loves hate hates enjoy enjoys",
        "preference",
        "semantic",
    ),
    ("decide decided decision agreed chose chosen", "decision", "episodic"),
    ("always never must should", "norm", "procedural"),
)
_RULES = tuple((frozenset(words.split()), type_, kind) for words, type_, kind in _GUESSES)
_MOST_TITLE = 60


@frozen
class Extract:
    """What was made of an event."""

    text: str
    title: str
    type: str
    kind: str


def extract(event_kind: str, content: str) -> Extract:
    """The one memory in an event of *event_kind* that says *content*."""
    text = " ".join(content.split())
    type_, kind = _guess(event_kind, text)
    return Extract(text, _title(text), type_, kind)


def _title(text: str) -> str:
    """The first words of *text*."""
    if len(text) <= _MOST_TITLE:
        return text
    words, space, _ = text[:_MOST_TITLE].rpartition(" ")
    return f"{words if space else text[: _MOST_TITLE - 1]}…"


def _guess(event_kind: str, text: str) -> tuple[str, str]:
    if event_kind in ("tool_result", "app_event"):
        return "event", "episodic"
    words = set(_WORD.findall(text.lower()))
    for telling, type_, kind in _RULES:
        if words & telling:
            return type_, kind
    return "fact", "semantic"
