"""
Open each page of the built site in Chromium, at the width of a phone.

`make docs-browser` runs it. A page must not scroll sideways, must load without errors, and must
send no request to another host. The search must find the method `search`, and the pages that
describe common tasks must be among the first results.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import quote_plus

from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from docs_build import SITE
from docs_build.navigation import page_url, sections

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PHONE = {"width": 390, "height": 844}
_DESKTOP = {"width": 1280, "height": 900}
_SEARCH = "reference/data-plane/?h=search#memsy.MemsyClientProtocol.search"
"""The result of a search for `search`."""
_GUIDES = {
    "outbox": "outbox/",
    "retry": "guide/#retry-rules-and-timeouts",
    "api key": "control-plane/#api-keys",
    "timeout": "guide/#retry-rules-and-timeouts",
    "vulnerability": "security/#report-a-vulnerability",
}
"""Searches, and a page that is among the first `_FIRST` results."""
_FIRST = 3


class _Handler(SimpleHTTPRequestHandler):
    """Serves the site without a log."""

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@contextmanager
def _served() -> Iterator[str]:
    """Serve the site, and return its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, directory=str(SITE))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def _new_page(browser: Browser, site: str, problems: list[str], size: dict[str, int]) -> Page:
    """Return a page that appends errors and requests to other hosts to `problems`."""
    page = browser.new_context(viewport=size).new_page()

    def report_request(request: Request) -> None:
        if not request.url.startswith((site, "data:", "blob:")):
            problems.append(f"{page.url}: request to {request.url}")

    def report_message(message: ConsoleMessage) -> None:
        if message.type == "error":
            problems.append(f"{page.url}: {message.text}")

    page.on("request", report_request)
    page.on("console", report_message)
    page.on("pageerror", lambda error: problems.append(f"{page.url}: {error}"))
    return page


def _check_pages(page: Page, site: str, problems: list[str]) -> int:
    """Open each page, and return the number of pages."""
    urls = [f"{site}{page_url(path)}" for _, entries in sections() for _, path in entries]
    for url in urls:
        page.goto(url, wait_until="load")
        width = page.evaluate("document.documentElement.scrollWidth")
        visible = page.evaluate("document.documentElement.clientWidth")
        if width > visible:
            problems.append(f"{url}: {width} px wide on a screen of {visible} px")
    return len(urls)


def _check_search(page: Page, site: str) -> None:
    """Search for `search`, and follow the result that the reference has."""
    page.goto(site)
    page.get_by_role("button", name="Search").click()
    page.keyboard.type("search")
    page.locator(f"a[href$='{_SEARCH}']").click()
    expect(page.locator("[id='memsy.MemsyClientProtocol.search']")).to_be_in_viewport()


def _check_guides(page: Page, site: str, problems: list[str]) -> None:
    """Report a search that does not find its guide among the first results."""
    for query, guide in _GUIDES.items():
        page.goto(site)
        page.get_by_role("button", name="Search").click()
        page.keyboard.insert_text(query)  # at once: `type` would show results of `t`, `ti`, ...
        shown = page.locator(f"a[href*='?h={quote_plus(query)}']")
        shown.first.wait_for()
        found = [
            re.sub(r"\?h=[^#]*", "", link.get_attribute("href") or "").removeprefix(site)
            for link in shown.all()[:_FIRST]
        ]
        if guide not in found:
            problems.append(f"search for {query!r}: {guide} is not among {', '.join(found)}")


def main() -> None:
    """Exit with the problems, or with status 0."""
    executable = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if executable is None:
        missing = f"none of {', '.join(_BROWSERS)} is installed"
        if "CI" in os.environ:
            raise SystemExit(f"docs-browser: {missing}")
        print(f"docs-browser: skipped, because {missing}")
        return
    problems: list[str] = []
    with _served() as site, sync_playwright() as playwright:
        # Chromium refuses its sandbox to root, as in a container. The pages are our own.
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        count = _check_pages(_new_page(browser, site, problems, _PHONE), site, problems)
        desktop = _new_page(browser, site, problems, _DESKTOP)
        _check_search(desktop, site)
        _check_guides(desktop, site, problems)
        browser.close()
    print(f"docs-browser: {count} pages, {len(problems)} problems")
    sys.exit("\n".join(problems) or None)


if __name__ == "__main__":
    main()
