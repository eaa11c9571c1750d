"""
Copy the pages of the site into one folder, with links that work there.

The site consists of `docs/` and of some pages at the root of the repository. A link from one page
to another stays a link. A link to any other file of the repository becomes plain text, because the
site does not have the file.
"""

from __future__ import annotations

import posixpath
import re
import shutil

from docs_build import PAGES, ROOT

ROOT_PAGES = {
    "CHANGELOG.md": "changelog.md",
    "CODE_OF_CONDUCT.md": "code-of-conduct.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
"""Pages at the root of the repository, and their names on the site."""

_CODE_OR_LINK = re.compile(
    r"^ *(?P<fence>`{3,}).*?^ *(?P=fence)$"  # a code block
    r"|\[(?P<text>(?:[^\[\]]|\[[^\[\]]*\])+)\]\((?P<path>[^)\s#:]+)(?P<anchor>#[^)\s]*)?\)",
    re.DOTALL | re.MULTILINE,
)


class BrokenLinkError(Exception):
    """A page links to a file that does not exist."""


def site_text(path: str, text: str) -> str:
    """Return the text of the page `path` of the repository, with the links of the site."""

    def replaced(match: re.Match[str]) -> str:
        if match["path"] is None:
            return match[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), match["path"]))
        if not (ROOT / target).exists():
            raise BrokenLinkError(f"{path}: {match[0]} links to {target}, which does not exist")
        page = page_name(target)
        if page is None:
            return match["text"]
        relative = posixpath.relpath(page, posixpath.dirname(page_name(path) or ""))
        return f"[{match['text']}]({relative}{match['anchor'] or ''})"

    return _CODE_OR_LINK.sub(replaced, text)


def page_name(path: str) -> str | None:
    """Return the path on the site of a file of the repository. None: the site does not have it."""
    return path.removeprefix("docs/") if path.startswith("docs/") else ROOT_PAGES.get(path)


def main() -> None:
    """Replace the folder of the pages."""
    shutil.rmtree(PAGES, ignore_errors=True)
    shutil.copytree(ROOT / "docs", PAGES)
    sources = [f"docs/{page.relative_to(PAGES).as_posix()}" for page in PAGES.rglob("*.md")]
    for source in (*sources, *filter(lambda name: (ROOT / name).exists(), ROOT_PAGES)):
        text = (ROOT / source).read_text(encoding="utf-8")
        (PAGES / (page_name(source) or "")).write_text(site_text(source, text), encoding="utf-8")


if __name__ == "__main__":
    main()
