"""Every row of the fault matrix, played in every colour: what a caller sees, and that all agree."""

from __future__ import annotations

import pytest

from tests.matrix.clients import FAKES, REAL
from tests.matrix.playing import play
from tests.matrix.row import Row
from tests.matrix.rows import ROWS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_fault_is_the_same_in_every_colour(row: Row, subtests: pytest.Subtests) -> None:
    """
    And what the table says. Each colour meets it once, whatever is then promised of that.

    Two colours agree to the letter: in types, texts and attributes, attempts and pauses, and in
    every byte that they sent. A fake agrees in all but bytes and connections, for it has none.
    """
    colours = (*REAL, *(FAKES if row.is_for_fakes else ()))
    seen = {colour: play(row, colour) for colour in colours}
    for colour in colours:
        with subtests.test("a caller sees what the table says", colour=colour):
            assert row.expects.complaints(seen[colour]) == []
    with subtests.test("both colours agree to the letter"):
        blocking, awaiting = (seen[colour].without(row.luck) for colour in REAL)
        assert blocking == awaiting
    for real, fake in zip(REAL, FAKES, strict=True):
        if fake in seen:
            with subtests.test("a fake agrees with the real one", colour=fake):
                assert seen[fake] == seen[real].without_network()


def test_no_two_rows_have_the_same_name() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


def test_nothing_is_left_to_luck_without_a_reason() -> None:
    assert [row.name for row in ROWS if row.luck and not row.why] == []


def test_a_slow_look_up_holds_up_the_blocking_client_alone() -> None:
    """The one fault that a deadline does not end; row C19 says why."""
    (row,) = (row for row in ROWS if row.id == "C19")
    blocking, awaiting = (play(row, colour) for colour in REAL)
    assert awaiting.late < 0.45 < blocking.late
