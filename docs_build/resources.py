"""Scripts, stylesheets, fonts and images that a browser loads with a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

_LOADED = {
    **dict.fromkeys(("script", "img", "iframe", "source", "video", "audio", "embed"), "src"),
    "link": "href",
    "object": "data",
}
"""Tags whose resources a browser loads, and the attribute with the URL."""
_ONLY_NAMES = {"canonical", "alternate", "next", "prev"}
"""Relations of `link` that a browser does not load."""
_CSS_URL = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^"')\s]+)""")


class _Resources(HTMLParser):
    """Resources that a browser loads with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self._is_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if attributes.get("rel") not in _ONLY_NAMES:
            self.urls.append(attributes.get(_LOADED.get(tag, "")) or "")
            self.urls.append(attributes.get("srcset") or "")
        self.urls += _CSS_URL.findall(attributes.get("style") or "")
        self._is_style = tag == "style"

    def handle_data(self, data: str) -> None:
        if self._is_style:
            self.urls += _CSS_URL.findall(data)

    def handle_endtag(self, tag: str) -> None:
        self._is_style = False


def external_resources(site: Path) -> Iterator[str]:
    """Yield each resource that a page or a stylesheet of `site` loads from another host."""
    for page in site.rglob("*.html"):
        parser = _Resources()
        parser.feed(page.read_text(encoding="utf-8"))
        for url in parser.urls:
            if re.match(r"(?:https?:)?//", url):
                yield f"{page.relative_to(site).as_posix()} loads {url}"
    for sheet in site.rglob("*.css"):
        for url in _CSS_URL.findall(sheet.read_text(encoding="utf-8")):
            yield f"{sheet.relative_to(site).as_posix()} loads {url}"
