"""Tests of docs/integrations.md: each row leads to a test, and the web example responds."""

from __future__ import annotations

import ast
import re
from typing import Any

import pytest

from memsy import EventPayload
from memsy.testing import LocalServer
from tests.docs.blocks import ROOT, blocks

PAGE = "docs/integrations.md"
TABLE = (ROOT / PAGE).read_text(encoding="utf-8").partition("## Overview\n")[2].partition("## ")[0]
FILES = re.findall(r"\| \[[\w.]+\]\(\.\./(\S+)\) \|$", TABLE, re.MULTILINE)
LIST = (ROOT / PAGE).read_text(encoding="utf-8").partition("## Tests\n")[2]
TESTS = [
    (path, name)
    for path, names in re.findall(r"^`(\S+)`\n\n((?:\* .+\n)+)", LIST, re.MULTILINE)
    for name in re.findall(r"`(\w+)`", names)
]


def test_every_row_links_to_a_file_with_a_test() -> None:
    rows = re.findall(r"^\| ", TABLE, re.MULTILINE)
    assert len(FILES) == len(rows) - 1  # without the head of the table
    assert set(FILES) == {path for path, _ in TESTS}


@pytest.mark.parametrize(("path", "name"), sorted(set(TESTS)))
def test_named_test_exists(path: str, name: str) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in [getattr(node, "name", None) for node in tree.body]


async def test_aiohttp_application_of_the_page_responds(
    aiohttp_client: Any,  # noqa: ANN401 - the fixture has no public type
    memsy_server: LocalServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MEMSY_BASE_URL", memsy_server.base_url)
    monkeypatch.setenv("MEMSY_API_KEY", memsy_server.api_key)
    memsy_server.service.seed([EventPayload("ann", "chat-1", "user_message", "I like tea")])
    (block,) = (block for block in blocks(PAGE) if "web_app = web.Application()" in block.code)
    names: dict[str, Any] = {"__name__": "web"}
    exec(compile(block.code, PAGE, "exec", dont_inherit=True), names)
    browser = await aiohttp_client(names["web_app"])
    response = await browser.get("/recall", params={"q": "tea", "user": "ann"})
    assert await response.json() == ["I like tea"]
