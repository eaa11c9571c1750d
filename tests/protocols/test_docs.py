"""Docstrings and order of members, equal in sync and async protocols."""

from __future__ import annotations

import inspect

import pytest

from memsy import protocols

PAIRS = {
    name: (getattr(protocols, name), getattr(protocols, f"Async{name}"))
    for name in protocols.__all__
    if not name.startswith("Async")
}
MEMBERS = [
    (name, member)
    for name, (sync, _) in PAIRS.items()
    for member in vars(sync)
    if not member.startswith("_")
]


def test_every_protocol_has_an_async_form() -> None:
    assert len(PAIRS) * 2 == len(protocols.__all__)


@pytest.mark.parametrize("name", PAIRS)
def test_protocol_has_the_docstring_of_its_async_form(name: str) -> None:
    sync, aio = PAIRS[name]
    assert inspect.getdoc(sync)
    assert inspect.getdoc(sync) == inspect.getdoc(aio)


@pytest.mark.parametrize(("name", "member"), MEMBERS)
def test_member_has_the_docstring_of_its_async_form(name: str, member: str) -> None:
    sync, aio = PAIRS[name]
    docstring = inspect.getdoc(vars(sync)[member])
    assert docstring
    assert docstring == inspect.getdoc(vars(aio)[member])


@pytest.mark.parametrize("name", PAIRS)
def test_members_have_the_order_of_the_async_form(name: str) -> None:
    sync, aio = PAIRS[name]
    assert [m for m in vars(sync) if not m.startswith("_")] == [
        m for m in vars(aio) if not m.startswith("_")
    ]
