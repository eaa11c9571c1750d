"""Settings and navigation of the site, from `zensical.toml`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import tomli

from docs_build import ROOT

_CONFIG = ROOT / "zensical.toml"


def settings() -> dict[str, Any]:
    """Return the settings of the site."""
    project: dict[str, Any] = tomli.loads(_CONFIG.read_text(encoding="utf-8"))["project"]
    return project


def sections() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the title of each section, with the titles and paths of its pages."""
    for section in settings()["nav"]:
        for title, pages in section.items():
            yield title, [item for page in pages for item in page.items()]


def page_url(path: str) -> str:
    """Return the URL of a page, relative to the root of the site: `guide/` for `guide.md`."""
    return f"{path.removesuffix('.md')}/".removesuffix("index/")
