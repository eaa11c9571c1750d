"""Exceptions of signal handlers at random moments of a sync call."""

from __future__ import annotations

import pytest

from tests.chaos.signal_handlers import interrupt_calls
from tests.support.platforms import needs_sigalrm

pytestmark = [pytest.mark.slow, needs_sigalrm]


@pytest.mark.covers("X08")
@pytest.mark.parametrize("other_threads", [0, 2])
def test_random_interrupts_cause_no_hang_wrong_response_or_leak(other_threads: int) -> None:
    outcomes = interrupt_calls(2000, other_threads, seed=1)
    assert outcomes.interrupted > 500
    assert (outcomes.wrong, outcomes.errors, outcomes.open_sockets) == (0, [], 0)
