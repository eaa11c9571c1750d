"""What a local service has acknowledged, it has kept, even if it is killed."""

from __future__ import annotations

import pytest

from chaos import killing
from chaos.clients import COLOURS

ROUNDS = 10


@pytest.mark.parametrize("colour", COLOURS)
def test_what_was_acknowledged_is_there_after_a_kill(colour: str) -> None:
    """The first server of each colour is started as users start it."""
    toll = killing.toll(1, colour, range(ROUNDS))
    assert toll.evidence == []
    assert set(toll.wrongs.values()) == {0}
    assert toll.rounds == ROUNDS
    assert toll.acknowledged > ROUNDS
