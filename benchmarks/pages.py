"""Measured figures in a page of the documentation, between a pair of markers."""

from __future__ import annotations

import re
from pathlib import Path


def replace_figures(page: Path, command: str, figures: str) -> None:
    """Replace the figures of `command` in `page` by `figures`, which are Markdown."""
    text, count = _pattern(command).subn(
        lambda match: match[1] + figures + match[3], page.read_text(encoding="utf-8")
    )
    if count != 1:
        raise ValueError(
            f"{page} must have one pair of markers for the figures of {command}, got {count}"
        )
    page.write_text(text, encoding="utf-8")


def figures_of(page: Path, command: str) -> str:
    """Return the figures of `command` in `page`."""
    match = _pattern(command).search(page.read_text(encoding="utf-8"))
    if match is None:
        raise ValueError(f"{page} must have one pair of markers for the figures of {command}")
    return match[2]


def _pattern(command: str) -> re.Pattern[str]:
    start = re.escape(f"<!-- figures of {command} -->\n")
    return re.compile(rf"({start})(.*?)(\n<!-- end of the figures -->)", re.DOTALL)
