"""Tools of `make docs`: the pages of the site, and checks of the built site."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = ROOT / "build" / "pages"
"""The folder from which zensical builds, as in `zensical.toml`."""
SITE = ROOT / "build" / "site"
"""The folder of the built site, as in `zensical.toml`."""
