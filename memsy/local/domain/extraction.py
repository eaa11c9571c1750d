"""
Extraction of a memory from an event, by keywords instead of a language model (wire contract 7.1).

One event gives one memory: the content of the event, with each run of white space replaced by one
space. The first matching row of this table sets type and kind.

======================================  ==============  ============
Event                                   ``type``        ``kind``
======================================  ==============  ============
result of a tool, event of an app       ``event``       ``episodic``
has prefer, like, love, hate or enjoy   ``preference``  ``semantic``
has decided, agreed or chose            ``decision``    ``episodic``
has always, never, must or should       ``norm``        ``procedural``
any other content                       ``fact``        ``semantic``
======================================  ==============  ============
"""

from __future__ import annotations

from typing import NamedTuple

from memsy.local.storage.words import index_words

CONFIDENCE = 0.9
"""Confidence of every memory."""

_KEYWORDS = (
    (
        "prefer prefers preferred like likes love loves hate hates enjoy enjoys",
        "preference",
        "semantic",
    ),
    ("decide decided decision agreed chose chosen", "decision", "episodic"),
    ("always never must should", "norm", "procedural"),
)
_RULES = tuple((frozenset(words.split()), type_, kind) for words, type_, kind in _KEYWORDS)
_MAX_TITLE_LENGTH = 60


class ExtractedMemory(NamedTuple):
    """Text, title, classification and words of a memory."""

    text: str
    title: str
    type: str
    kind: str
    words: str
    """Words for the search index, with a space between two words."""


def extract(event_kind: str, content: str) -> ExtractedMemory:
    """Return the memory in an event."""
    text = " ".join(content.split())
    words = index_words(text)
    type_, kind = _classify(event_kind, words)
    return ExtractedMemory(text, _title(text), type_, kind, words)


def _title(text: str) -> str:
    """Return the first words of `text`, with an ellipsis if it is cut."""
    if len(text) <= _MAX_TITLE_LENGTH:
        return text
    words, space, _ = text[:_MAX_TITLE_LENGTH].rpartition(" ")
    return f"{words if space else text[: _MAX_TITLE_LENGTH - 1]}…"


def _classify(event_kind: str, text_words: str) -> tuple[str, str]:
    if event_kind in ("tool_result", "app_event"):
        return "event", "episodic"
    words = set(text_words.split())
    for keywords, type_, kind in _RULES:
        if not keywords.isdisjoint(words):
            return type_, kind
    return "fact", "semantic"
