"""One end for the whole call."""

from __future__ import annotations

import pytest

from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyConfigurationError
from memsy.local.clock import Clock


def test_a_number_is_the_whole_time() -> None:
    assert Timeout.of(5) == Timeout(total=5)
    assert Timeout.of(Timeout(connect=1.0)) == Timeout(total=30.0, connect=1.0, read=None)


@pytest.mark.parametrize("name", ["total", "connect", "read"])
@pytest.mark.parametrize(
    "value", [0, -1.0, float("nan"), float("inf"), 1e300, 10**400, True, "30"], ids=repr
)
def test_a_timeout_is_a_time_that_can_be_waited(name: str, value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match=f"^timeout: {name} must be "):
        Timeout(**{name: value})  # type: ignore[arg-type]  # what a careless caller does


def test_only_the_parts_may_be_left_open() -> None:
    assert Timeout(connect=None, read=None).total == 30.0
    with pytest.raises(MemsyConfigurationError, match="timeout: total must be a number"):
        Timeout.of(None)  # type: ignore[arg-type]  # "for ever", to other libraries


def test_what_is_left_runs_out_and_not_below_nothing() -> None:
    clock = Clock()
    deadline = Deadline.start(clock, Timeout(total=10.0))
    clock.advance(4.0)
    assert deadline.remaining() == 6.0
    clock.advance(60.0)
    assert deadline.remaining() == 0.0


def test_a_call_that_begins_later_ends_later() -> None:
    clock = Clock()
    clock.advance(5.0)
    deadline = Deadline.start(clock, Timeout(total=10.0), after=3.0)
    assert (deadline.ends, deadline.remaining()) == (18.0, 13.0)


def test_a_part_ends_with_the_whole() -> None:
    clock = Clock()
    deadline = Deadline.start(clock, Timeout(total=10.0, connect=3.0, read=7.0))
    assert (deadline.connect_timeout(), deadline.read_timeout()) == (3.0, 7.0)
    clock.advance(8.0)
    assert (deadline.connect_timeout(), deadline.read_timeout()) == (2.0, 2.0)


def test_a_part_that_is_left_open_has_the_whole() -> None:
    deadline = Deadline.start(Clock(), Timeout(total=10.0))
    assert (deadline.connect_timeout(), deadline.read_timeout()) == (10.0, 10.0)


def test_patience_can_be_cut_short_and_not_stretched() -> None:
    deadline = Deadline.start(Clock(), Timeout(total=10.0))
    assert deadline.capped_at(4.0).remaining() == 4.0
    assert deadline.capped_at(40.0) is deadline
