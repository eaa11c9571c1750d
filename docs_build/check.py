"""
Check the built site: public names, resources of other hosts, `llms.txt`.

`make docs` runs it after the build.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from mkdocstrings import Inventory

from docs_build import SITE
from docs_build.public_names import directives, load, public_objects, resolve

_LOADED = {
    **dict.fromkeys(("script", "img", "iframe", "source", "video", "audio", "embed"), "src"),
    "link": "href",
    "object": "data",
}
"""Tags whose resources a browser loads, and the attribute with the URL."""
_ONLY_NAMES = {"canonical", "alternate", "next", "prev"}
"""Relations of `link` that a browser does not load."""
_CSS_URL = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""")
_LLMS_LINK = re.compile(r"\]\(([^)]+)\)")


def missing_names() -> Iterator[str]:
    """Yield each public name without an entry in the inventory and a heading in its page."""
    package = load()
    with (SITE / "objects.inv").open("rb") as file:
        inventory = Inventory.parse_sphinx(file)
    described = [path for path in directives() if _has_heading(inventory, path)]
    entries = {resolve(package, path).path for path in described}
    for path in public_objects(package):
        if path not in entries:
            yield f"{path} has no entry on the site"


def _has_heading(inventory: Inventory, path: str) -> bool:
    if path not in inventory:
        return False
    page, _, anchor = inventory[path].uri.replace("$", path).partition("#")
    return f'id="{anchor}"' in (SITE / page / "index.html").read_text(encoding="utf-8")


class _Resources(HTMLParser):
    """Resources that a browser loads with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("rel") not in _ONLY_NAMES:
            self.urls.append(attributes.get(_LOADED.get(tag, "")) or "")
            self.urls.append(attributes.get("srcset") or "")


def external_resources() -> Iterator[str]:
    """Yield each script, stylesheet, font or image that a page loads from another host."""
    for page in SITE.rglob("*.html"):
        parser = _Resources()
        text = page.read_text(encoding="utf-8")
        parser.feed(text)
        for url in (*parser.urls, *_CSS_URL.findall(text)):
            if re.match(r"(?:https?:)?//", url):
                yield f"{_name(page)} loads {url}"
    for sheet in SITE.rglob("*.css"):
        for url in _CSS_URL.findall(sheet.read_text(encoding="utf-8")):
            yield f"{_name(sheet)} loads {url}"


def broken_llms_links() -> Iterator[str]:
    """Yield each link of `llms.txt` to a file that does not exist."""
    for target in _LLMS_LINK.findall((SITE / "llms.txt").read_text(encoding="utf-8")):
        if not (SITE / target).is_file():
            yield f"llms.txt links to {target}, which does not exist"


def _name(path: Path) -> str:
    return path.relative_to(SITE).as_posix()


def main() -> None:
    """Exit with the problems, or with status 0."""
    sys.exit("\n".join((*missing_names(), *external_resources(), *broken_llms_links())) or None)


if __name__ == "__main__":
    main()
