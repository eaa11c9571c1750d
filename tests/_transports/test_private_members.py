"""The table of overridden private members in docs/reliability.md is complete and up to date."""

from __future__ import annotations

import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest
from attrs import frozen

from memsy._transports.aiohttp import connection as aiohttp_connection
from memsy._transports.aiohttp import python_parser
from memsy._transports.aiohttp import request as aiohttp_request
from memsy._transports.requests import connection as requests_connection
from memsy._transports.requests import pool as requests_pool
from memsy._transports.requests import response as requests_response
from memsy._transports.requests import transport as requests_transport

ROOT = Path(__file__).parent.parent.parent
SECTION = "## Private members that the transports override\n"
MODULES = [
    aiohttp_connection,
    aiohttp_request,
    python_parser,
    requests_connection,
    requests_pool,
    requests_response,
    requests_transport,
]


@frozen
class Member:
    """One row of the table: `tests` are paths with `::` and a test name."""

    library: str
    class_name: str
    name: str
    module: str
    tests: list[str]


def members() -> list[Member]:
    page = (ROOT / "docs/reliability.md").read_text(encoding="utf-8")
    section = re.split(r"(?m)^## ", page.partition(SECTION)[2])[0]
    rows = re.findall(r"(?m)^\| `([\w.]+)` \| `(\w+)\.(\w+)` \| `([\w/.]+)` \|.*\|(.*)\|$", section)
    return [
        Member(library, class_name, name, module, re.findall("`(.*?)`", tests))
        for library, class_name, name, module, tests in rows
    ]


MEMBERS = members()


def source_of(module: str) -> str:
    """Return the source of a module, or no text for a compiled module."""
    path = Path(getattr(import_module(module), "__file__", ""))
    return path.read_text(encoding="utf-8") if path.suffix == ".py" else ""


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: f"{member.class_name}.{member.name}")
def test_member_exists_in_the_library_and_its_tests_exist(member: Member) -> None:
    owner = getattr(import_module(member.library), member.class_name)
    sources = [source_of(cls.__module__) for cls in owner.__mro__]
    assert any(re.search(rf"\b{member.name}\b", source) for source in sources)
    assert member.name in (ROOT / "memsy/_transports" / member.module).read_text(encoding="utf-8")
    assert member.tests
    for test in member.tests:
        file, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / "tests/_transports" / file).read_text(encoding="utf-8")


def test_table_lists_every_private_override() -> None:
    listed = {member.name for member in MEMBERS}
    for module in MODULES:
        for cls in vars(module).values():
            if inspect.isclass(cls) and cls.__module__ == module.__name__:
                inherited = {name for base in cls.__mro__[1:] for name in vars(base)}
                overridden = {name for name in vars(cls) if re.match("_[^_]", name)} & inherited
                assert overridden - {"_abc_impl"} <= listed  # _abc_impl belongs to ABCMeta
