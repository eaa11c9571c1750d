"""Asking until something has come about, driven by hand, on a clock that only tests move."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.exchange import Attempt
from memsy._core.http import HTTPResponse
from memsy._core.poll import Polling, poll
from memsy._core.retry import RetryBudget, RetryPolicy, RetryState
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import (
    ConflictError,
    MemsyAPIError,
    MemsyClientClosedError,
    MemsyConnectionError,
    MemsyError,
    MemsyTimeoutError,
    NotFoundError,
    ServerError,
)
from memsy.local.clock import Clock
from tests._core.conversation import OK, READ, half, timed_out

NOT_YET = HTTPResponse(409, {}, b'{"detail": "not yet"}')
NEVER = HTTPResponse(409, {}, b'{"detail": "never"}')

_MOST = 10_000


def says_not_yet(refusal: MemsyAPIError) -> bool:
    return refusal.detail == "not yet"


@define
class Watch:
    """What happens between a client that asks again and again and a service that takes its time."""

    total: float = 300.0
    interval: float = 3.0
    a_call: Timeout = field(factory=Timeout)
    clock: Clock = field(factory=Clock)

    attempts: list[Attempt] = field(factory=list, init=False)
    starts: list[float] = field(factory=list, init=False)
    handle: str | None = field(default=None, init=False)
    error: MemsyError | None = field(default=None, init=False)

    def hear(self, *events: HTTPResponse | MemsyError, took: float = 0.0) -> Watch:
        """Let each attempt end in one of *events*, the last one as often as it takes."""
        budget, policy = RetryBudget(), RetryPolicy()
        timeout = Timeout(total=self.total)
        flow = poll(
            Polling(READ, timeout, self.interval, says_not_yet),
            lambda: RetryState(policy, budget, half),
            lambda after: Deadline.start(self.clock, self.a_call, after),
            Deadline.start(self.clock, timeout),
        )
        left = list(events)
        try:
            attempt = next(flow)
            for _ in range(_MOST):
                self.attempts.append(attempt)
                self.clock.advance(attempt.after)
                self.starts.append(self.clock.monotonic())
                event = left.pop(0) if len(left) > 1 else left[0]
                if took > attempt.deadline.remaining():
                    event = timed_out()
                self.clock.advance(min(took, attempt.deadline.remaining()))
                attempt = flow.send(event) if isinstance(event, HTTPResponse) else flow.throw(event)
        except StopIteration as answered:
            self.handle = answered.value
        except MemsyError as error:
            self.error = error
        return self


def test_what_has_come_about_is_answered_at_once() -> None:
    watch = Watch().hear(OK)
    assert (watch.handle, watch.starts) == ("fine", [0.0])


def test_every_interval_is_looked_once() -> None:
    watch = Watch(interval=2.5).hear(NOT_YET, NOT_YET, NOT_YET, OK)
    assert (watch.handle, watch.starts) == ("fine", [0.0, 2.5, 5.0, 7.5])


def test_an_interval_begins_at_the_answer() -> None:
    """A service that is slow is not asked all the more often."""
    assert Watch(interval=2.0).hear(NOT_YET, NOT_YET, OK, took=1.0).starts == [0.0, 3.0, 6.0]


def test_the_whole_timeout_is_waited_and_no_longer() -> None:
    """With one more look at the end, off the beat."""
    watch = Watch(total=10.0).hear(NOT_YET)
    assert watch.starts == [0.0, 3.0, 6.0, 9.0, 10.0]
    assert watch.clock.monotonic() == 10.0


def test_a_consent_in_the_last_second_is_seen() -> None:
    assert Watch(total=10.0).hear(*[NOT_YET] * 4, OK).handle == "fine"


@pytest.mark.parametrize("interval", [300.0, 1e9, float("inf")])
def test_an_interval_beyond_the_end_leaves_a_look_at_it(interval: float) -> None:
    assert Watch(total=10.0, interval=interval).hear(NOT_YET).starts == [0.0, 10.0]


@pytest.mark.parametrize("total", [0.001, 0.25])
def test_hardly_any_time_is_time_for_a_look_at_its_end(total: float) -> None:
    watch = Watch(total=total).hear(NOT_YET)
    assert isinstance(watch.error, MemsyTimeoutError)
    assert (watch.starts, watch.error.attempts) == ([0.0, total], 2)


def test_no_answer_by_the_end_is_a_timeout_that_counts_every_attempt() -> None:
    watch = Watch(total=10.0).hear(HTTPResponse(503), NOT_YET)
    assert isinstance(watch.error, MemsyTimeoutError)
    assert isinstance(watch.error, TimeoutError)
    assert watch.error.attempts == len(watch.attempts) == 6
    assert str(watch.error) == (
        "GET /console/memories/stats: still not ready after 10 s (6 attempts)"
    )


def test_a_service_that_falls_silent_at_the_end_has_still_said_not_yet() -> None:
    watch = Watch(total=2.0).hear(NOT_YET, took=0.4)
    assert str(watch.error).endswith("still not ready after 2 s (2 attempts)")
    assert watch.clock.monotonic() == pytest.approx(2.25)


def test_a_service_that_never_answers_is_no_wait_but_silence() -> None:
    watch = Watch(total=2.0).hear(NOT_YET, took=5.0)
    assert "no answer" in str(watch.error)


def test_any_other_conflict_is_raised_at_once() -> None:
    watch = Watch().hear(NEVER)
    assert isinstance(watch.error, ConflictError)
    assert watch.starts == [0.0]


def test_a_conflict_of_another_kind_ends_the_wait() -> None:
    watch = Watch().hear(NOT_YET, NEVER)
    assert isinstance(watch.error, ConflictError)
    assert watch.starts == [0.0, 3.0]


def test_a_refusal_is_none_of_the_waiting() -> None:
    assert isinstance(Watch().hear(NOT_YET, HTTPResponse(404)).error, NotFoundError)


def test_what_passes_by_itself_is_asked_again_within_a_look() -> None:
    """With the pauses of a retry, not those of the wait."""
    watch = Watch().hear(NOT_YET, HTTPResponse(503), MemsyConnectionError("reset"), OK)
    assert (watch.handle, watch.starts) == ("fine", [0.0, 3.0, 3.5, 4.5])


def test_every_look_has_all_the_retries_of_a_call() -> None:
    twice = [HTTPResponse(503), HTTPResponse(503), HTTPResponse(503), NOT_YET] * 2
    assert Watch().hear(*twice, OK).handle == "fine"


def test_a_service_that_stays_down_ends_the_wait() -> None:
    watch = Watch().hear(NOT_YET, HTTPResponse(503))
    assert isinstance(watch.error, ServerError)
    assert watch.error.attempts == 4


def test_a_client_that_is_closed_meanwhile_says_so() -> None:
    closed = MemsyClientClosedError("closed")
    assert Watch().hear(NOT_YET, closed).error is closed


def test_a_look_has_the_patience_of_a_call() -> None:
    """Counted from its own beginning, and never far beyond the end of the wait."""
    watch = Watch(total=60.0, interval=20.0, a_call=Timeout(total=30.0)).hear(NOT_YET)
    ends = [attempt.deadline.ends for attempt in watch.attempts]
    assert (watch.starts, ends) == ([0.0, 20.0, 40.0, 60.0], [30.0, 50.0, 60.25, 60.25])


def test_a_look_has_the_limits_of_a_call_for_connecting_and_reading() -> None:
    limits = Timeout(total=30.0, connect=2.0, read=5.0)
    first = Watch(a_call=limits).hear(OK).attempts[0]
    assert (first.deadline.connect_timeout(), first.deadline.read_timeout()) == (2.0, 5.0)


@given(
    st.builds(
        Watch,
        st.floats(0.001, 200.0),
        st.floats(0.1, 400.0),
        st.floats(0.1, 60.0).map(lambda total: Timeout(total=total)),
    ),
    st.lists(
        st.sampled_from([NOT_YET, NOT_YET, NOT_YET, HTTPResponse(503), HTTPResponse(500)]),
        max_size=20,
    ),
    st.floats(0.0, 70.0),
)
def test_a_wait_ends_in_time_and_never_storms(
    watch: Watch, events: Sequence[HTTPResponse], took: float
) -> None:
    watch.hear(*events, NOT_YET, took=took)
    assert watch.error is not None
    assert watch.clock.monotonic() <= watch.total + 0.25 + 1e-6
    looks = watch.total / watch.interval + 3
    assert len(watch.attempts) <= 4 * looks
    if isinstance(watch.error, MemsyTimeoutError) and "still not ready" in str(watch.error):
        assert watch.error.attempts == len(watch.attempts)
        assert watch.clock.monotonic() >= watch.total - 1e-6
