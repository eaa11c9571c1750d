"""Tests of docs/guide.md: its tables name all methods, arguments of a search, and errors."""

from __future__ import annotations

import inspect
import re

from memsy import MemsyClientProtocol, exceptions
from tests.docs.blocks import ROOT

TEXT = (ROOT / "docs/guide.md").read_text(encoding="utf-8")


def first_column(section: str) -> set[str]:
    """Return the names in backticks in the first column of the tables of a section."""
    rows = re.findall(r"^\| (.+?) \|", section_text(section), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)", row)}


def section_text(section: str) -> str:
    return TEXT.partition(f"\n## {section}\n")[2].partition("\n## ")[0]


def test_table_of_methods_is_complete() -> None:
    members = {name for name in dir(MemsyClientProtocol) if not name.startswith("_")}
    assert first_column("Methods") >= members


def test_table_of_search_arguments_is_complete() -> None:
    parameters = set(inspect.signature(MemsyClientProtocol.search).parameters) - {"self"}
    assert first_column("Search") >= parameters


def test_table_of_errors_contains_every_exception() -> None:
    assert first_column("Errors") >= {*exceptions.__all__}


def test_indentation_in_the_table_of_errors_is_the_base_class() -> None:
    rows = re.findall(r"^\| ((?:· )*)`(\w+)`", section_text("Errors"), re.MULTILINE)
    for dots, name in rows:
        if name in exceptions.__all__:
            bases = getattr(exceptions, name).__mro__
            assert bases.index(exceptions.MemsyError) == dots.count("·"), name
