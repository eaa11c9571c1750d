"""
Write `llms.txt`: title, summary, and a link with a description for each page (llmstxt.org).

zensical writes each page in Markdown beside its HTML, and all pages into `llms-full.txt`. Its
`llms.txt` has no descriptions, and absolute links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from docs_build import PAGES, SITE
from docs_build.navigation import page_url, sections, settings

_FENCE = re.compile(r"^( *)(`{3,}).*?^\1\2$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[([^\[\]]+|`[^`]*`)\](?:\([^)]*\)|\[[^\]]*\])")


def llms_txt() -> str:
    """Return the content of `llms.txt`."""
    config = settings()
    return "\n".join(_lines(config["site_name"], config["site_description"]))


def _lines(title: str, summary: str) -> Iterator[str]:
    yield from (f"# {title}", "", f"> {summary}", "")
    yield "[llms-full.txt](llms-full.txt) contains all pages."
    for section, pages in sections():
        yield from ("", f"## {section}", "")
        for name, path in pages:
            text = (PAGES / path).read_text(encoding="utf-8")
            yield f"- [{name}]({page_url(path)}index.md): {description(text)}"
    yield ""


def description(text: str) -> str:
    """
    Return the first sentence of a page, without links.

    Raises:
        ValueError: The page has no sentence before its first code block, table or directive.
    """
    for block in _FENCE.sub("", text).split("\n\n"):
        paragraph = " ".join(block.split())
        if paragraph[:1].isalnum() or paragraph.startswith(("`", "[", "*")):
            plain = _LINK.sub(r"\1", paragraph)
            return re.split(r"(?<=[.:])\s", plain, maxsplit=1)[0].rstrip(":.") + "."
    raise ValueError(f"a page has no sentence for llms.txt: {text[:60]!r}")


if __name__ == "__main__":
    (SITE / "llms.txt").write_text(llms_txt(), encoding="utf-8")
