"""What is said of the blocking surface is said of the awaiting one, word for word."""

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


def test_every_protocol_has_a_twin() -> None:
    assert len(PAIRS) * 2 == len(protocols.__all__)


@pytest.mark.parametrize("name", PAIRS)
def test_the_protocols_are_described_alike(name: str) -> None:
    sync, aio = PAIRS[name]
    assert inspect.getdoc(sync)
    assert inspect.getdoc(sync) == inspect.getdoc(aio)


@pytest.mark.parametrize(("name", "member"), MEMBERS)
def test_the_members_are_described_alike(name: str, member: str) -> None:
    sync, aio = PAIRS[name]
    described = inspect.getdoc(vars(sync)[member])
    assert described
    assert described == inspect.getdoc(vars(aio)[member])


@pytest.mark.parametrize("name", PAIRS)
def test_the_members_stand_in_the_same_order(name: str) -> None:
    sync, aio = PAIRS[name]
    assert [m for m in vars(sync) if not m.startswith("_")] == [
        m for m in vars(aio) if not m.startswith("_")
    ]
