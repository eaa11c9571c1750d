"""Timeouts and the deadline of a call."""

from __future__ import annotations

import pytest

from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import MemsyConfigurationError
from memsy.local.clock import Clock


def test_timeout_given_as_a_number_is_the_total() -> None:
    assert Timeout.coerce(5) == Timeout(total=5)
    assert Timeout.coerce(Timeout(connect=1.0)) == Timeout(total=30.0, connect=1.0, read=None)


@pytest.mark.parametrize("name", ["total", "connect", "read"])
@pytest.mark.parametrize(
    "value", [0, -1.0, float("nan"), float("inf"), 1e300, 10**400, True, "30"], ids=repr
)
def test_timeout_must_be_positive_and_finite(name: str, value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match=f"^timeout: {name} must be "):
        Timeout(**{name: value})  # type: ignore[arg-type]  # untyped caller


def test_only_connect_and_read_timeouts_may_be_none() -> None:
    assert Timeout(connect=None, read=None).total == 30.0
    with pytest.raises(MemsyConfigurationError, match="timeout: total must be a number"):
        Timeout.coerce(None)  # type: ignore[arg-type]  # means "no timeout" in other libraries


def test_remaining_time_is_never_negative() -> None:
    clock = Clock()
    deadline = Deadline.start(clock, Timeout(total=10.0))
    clock.advance(4.0)
    assert deadline.remaining() == 6.0
    clock.advance(60.0)
    assert deadline.remaining() == 0.0


def test_pause_moves_the_deadline() -> None:
    clock = Clock()
    clock.advance(5.0)
    deadline = Deadline.start(clock, Timeout(total=10.0), pause=3.0)
    assert (deadline.ends_at, deadline.remaining()) == (18.0, 13.0)


def test_connect_and_read_timeouts_are_capped_at_the_deadline() -> None:
    clock = Clock()
    deadline = Deadline.start(clock, Timeout(total=10.0, connect=3.0, read=7.0))
    assert (deadline.connect_timeout(), deadline.read_timeout()) == (3.0, 7.0)
    clock.advance(8.0)
    assert (deadline.connect_timeout(), deadline.read_timeout()) == (2.0, 2.0)


def test_missing_connect_and_read_timeouts_are_the_remaining_time() -> None:
    deadline = Deadline.start(Clock(), Timeout(total=10.0))
    assert (deadline.connect_timeout(), deadline.read_timeout()) == (10.0, 10.0)


def test_capped_at_never_extends_the_deadline() -> None:
    deadline = Deadline.start(Clock(), Timeout(total=10.0))
    assert deadline.capped_at(4.0).remaining() == 4.0
    assert deadline.capped_at(40.0) is deadline
