"""Format text from the service for a terminal: control characters, excerpts, timestamps."""

from __future__ import annotations

import re
import textwrap

from rich.text import Text

from memsy._core.text import printable

_MAX_CHARS = 400

# Words too common to highlight in a search result.
_STOP_WORDS = re.compile(
    "an|and|are|as|at|by|did|do|does|for|from|has|how|in|is|it|of|on|or|"
    "the|to|was|what|when|where|which|who|why|with"
)


def sanitize(text: str) -> str:
    """Escape the control characters in a text, which a terminal could execute. Keep its lines."""
    return "\n".join(map(printable, text.split("\n")))


def excerpt(text: str, *, highlight: str = "") -> Text:
    """Return the start of a text on one line, with the words of `highlight` in bold."""
    start = Text(textwrap.shorten(sanitize(text), _MAX_CHARS, placeholder=" …"))
    candidates = re.findall(r"\w\w+", highlight.lower())
    words = [word for word in candidates if not _STOP_WORDS.fullmatch(word)]
    if words:
        start.highlight_regex(rf"(?i)\b(?:{'|'.join(words)})(?:s|ed|ing)?\b", "bold")
    return start


def format_time(timestamp: str | None) -> str:
    """Format an ISO 8601 timestamp to the second: `1970-04-14 03:08:35`; "" for None."""
    return sanitize(timestamp or "")[:19].replace("T", " ")
