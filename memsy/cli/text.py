"""Texts that others wrote, made fit for a terminal."""

from __future__ import annotations

import re
import textwrap

from rich.text import Text

_LONGEST = 400

# What everybody says need not be pointed at.
_COMMON = re.compile(
    "an|and|are|as|at|by|did|do|does|for|from|has|how|in|is|it|of|on|or|"
    "the|to|was|what|when|where|which|who|why|with"
)


def printable(text: str) -> str:
    """*text* without what a terminal would obey, such as the beginning of a control sequence."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def excerpt(text: str, *, wanted: str = "") -> Text:
    """The beginning of *text*, on one line, with the words of *wanted* in bold."""
    shown = Text(textwrap.shorten(printable(text), _LONGEST, placeholder=" …"))
    words = [word for word in re.findall(r"\w\w+", wanted.lower()) if not _COMMON.fullmatch(word)]
    if words:
        shown.highlight_regex(rf"(?i)\b(?:{'|'.join(words)})(?:s|ed|ing)?\b", "bold")
    return shown


def moment(iso: str | None) -> str:
    """A time as a person reads it, to the second: `1970-04-14 03:08:35`."""
    return printable(iso or "")[:19].replace("T", " ")
