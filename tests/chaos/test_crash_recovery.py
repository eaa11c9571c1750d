"""Local service after `kill -9`: acknowledged events are kept."""

from __future__ import annotations

import pytest

from tests.chaos import crash_recovery
from tests.chaos.clients import CLIENTS
from tests.support.platforms import needs_fork

pytestmark = [pytest.mark.slow, needs_fork]

ROUNDS = 10


@pytest.mark.parametrize("mode", CLIENTS)
def test_acknowledged_events_survive_a_kill(mode: str) -> None:
    """The first server of each mode is started by `memsy serve`."""
    report = crash_recovery.kill_servers(1, mode, range(ROUNDS))
    assert report.evidence == []
    assert set(report.violations.values()) == {0}
    assert report.rounds == ROUNDS
    assert report.acknowledged > ROUNDS
