"""Published comparison: docs/comparison.json, and the tables of docs/comparison.md from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs

from benchmarks.pages import replace_figures
from tests.official.sections import NAMES, ROOT, Section

DOCS = ROOT / "docs"
COMMAND = "make comparison"


def read(docs: Path) -> dict[str, Section]:
    """Return the published sections by name, in the order of the page."""
    file = docs / "comparison.json"
    if not file.exists():
        return {}
    values: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return {name: Section(**values[name]) for name in NAMES if name in values}


def publish(sections: Mapping[str, Section], docs: Path) -> None:
    """Replace these sections in the JSON and in the page, and keep the others."""
    all_sections = {**read(docs), **sections}
    values = {name: attrs.asdict(all_sections[name]) for name in sorted(all_sections)}
    (docs / "comparison.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    replace_figures(docs / "comparison.md", COMMAND, markdown(read(docs)))


def markdown(sections: Mapping[str, Section]) -> str:
    """Return a heading and a table for each section."""
    return "\n\n".join("\n".join(_lines(name, section)) for name, section in sections.items())


def _lines(name: str, section: Section) -> Iterator[str]:
    yield from (f"## {section.title}", "", section.description, "")
    yield "| | memsy | Official SDK |"
    yield "|---|---|---|"
    for row, cell in section.memsy.items():
        yield f"| {row} | {cell} | {section.official.get(row, 'not measured')} |"
    command = "make bench PUBLISH=1" if name == "speed" else f"make comparison ONLY={name}"
    yield from ("", f"`{command}`: {', '.join(section.circumstances.values())}.")
