"""Tests of docs/control-plane.md: its table of methods, and the function that connects."""

from __future__ import annotations

import re
from typing import Any

from memsy.testing import FakeMemsyControlClient
from tests.docs.blocks import ROOT, blocks

PAGE = "docs/control-plane.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")


def test_table_has_every_method_of_every_resource() -> None:
    control = FakeMemsyControlClient()
    rows = re.findall(r"(?m)^\| `(\w+)` \| (`[a-z].*`) \|$", TEXT)
    documented = {name: set(re.findall(r"`(\w+)`", methods)) for name, methods in rows}
    members = {name: getattr(control, name) for name in dir(control) if not name.startswith("_")}
    resources = {
        name: {method for method in dir(member) if not method.startswith("_")}
        for name, member in members.items()
        if type(member).__name__.endswith("Resource")
    }
    assert documented == resources


def test_function_of_the_page_connects_a_provider() -> None:
    [code] = [block.code for block in blocks(PAGE) if "def connect(" in block.code]
    control = FakeMemsyControlClient()

    def consent(*_: object) -> None:
        [connector] = control.connectors.list()
        control.service.connectors.authorize(connector.id)

    names: dict[str, Any] = {"print": consent}  # the user reads the URL, and consents
    exec(code, names)
    assert names["connect"](control, "slack") == "active"
