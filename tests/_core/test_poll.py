"""Polling, on scripted outcomes and a manual clock."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.exchange import Attempt
from memsy._core.http import HTTPResponse
from memsy._core.poll import OperationPolling, poll
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
from tests._core.scripted_exchange import OK, READ, half, timeout_error

NOT_YET = HTTPResponse(409, {}, b'{"detail": "not yet"}')
OTHER_CONFLICT = HTTPResponse(409, {}, b'{"detail": "never"}')

_MAX_ATTEMPTS = 10_000


def is_not_yet(error: MemsyAPIError) -> bool:
    return error.detail == "not yet"


@define
class ScriptedPoll:
    """One wait, and a record of its attempts."""

    total: float = 300.0
    interval: float = 3.0
    call_timeout: Timeout = field(factory=Timeout)
    clock: Clock = field(factory=Clock)

    attempts: list[Attempt] = field(factory=list, init=False)
    start_times: list[float] = field(factory=list, init=False)
    result: str | None = field(default=None, init=False)
    error: MemsyError | None = field(default=None, init=False)

    def run(self, *outcomes: HTTPResponse | MemsyError, latency: float = 0.0) -> ScriptedPoll:
        """
        Run the wait and return it.

        Args:
            outcomes: The end of each attempt. The last outcome repeats.
            latency: Seconds that each attempt takes. One beyond its deadline times out.
        """
        budget, policy = RetryBudget(), RetryPolicy()
        timeout = Timeout(total=self.total)
        flow = poll(
            OperationPolling(READ, self.total, self.interval, is_not_yet),
            RetryState(policy, budget, half),
            lambda delay: Deadline.start(self.clock, self.call_timeout, delay),
            Deadline.start(self.clock, timeout),
        )
        remaining = list(outcomes)
        try:
            attempt = next(flow)
            for _ in range(_MAX_ATTEMPTS):
                self.attempts.append(attempt)
                self.clock.advance(attempt.pause)
                self.start_times.append(self.clock.monotonic())
                outcome = remaining.pop(0) if len(remaining) > 1 else remaining[0]
                if latency > attempt.deadline.remaining():
                    outcome = timeout_error()
                self.clock.advance(min(latency, attempt.deadline.remaining()))
                attempt = (
                    flow.send(outcome) if isinstance(outcome, HTTPResponse) else flow.throw(outcome)
                )
        except StopIteration as stopped:
            self.result = stopped.value
        except MemsyError as error:
            self.error = error
        return self


def test_result_of_the_first_poll_is_returned() -> None:
    scripted = ScriptedPoll().run(OK)
    assert (scripted.result, scripted.start_times) == ("fine", [0.0])


def test_polls_are_one_interval_apart() -> None:
    scripted = ScriptedPoll(interval=2.5).run(NOT_YET, NOT_YET, NOT_YET, OK)
    assert (scripted.result, scripted.start_times) == ("fine", [0.0, 2.5, 5.0, 7.5])


def test_interval_starts_at_the_response() -> None:
    """A slow service is not polled more often."""
    assert ScriptedPoll(interval=2.0).run(NOT_YET, NOT_YET, OK, latency=1.0).start_times == [
        0.0,
        3.0,
        6.0,
    ]


def test_last_poll_is_at_the_end_of_the_timeout() -> None:
    """The last poll does not wait for a whole interval."""
    scripted = ScriptedPoll(total=10.0).run(NOT_YET)
    assert scripted.start_times == [0.0, 3.0, 6.0, 9.0, 10.0]
    assert scripted.clock.monotonic() == 10.0


def test_last_poll_may_succeed() -> None:
    assert ScriptedPoll(total=10.0).run(*[NOT_YET] * 4, OK).result == "fine"


@pytest.mark.parametrize("interval", [300.0, 1e9, float("inf")])
def test_interval_beyond_the_end_polls_at_the_end(interval: float) -> None:
    assert ScriptedPoll(total=10.0, interval=interval).run(NOT_YET).start_times == [0.0, 10.0]


@pytest.mark.parametrize("total", [0.001, 0.25])
def test_short_timeout_polls_at_the_end(total: float) -> None:
    scripted = ScriptedPoll(total=total).run(NOT_YET)
    assert isinstance(scripted.error, MemsyTimeoutError)
    assert (scripted.start_times, scripted.error.attempts) == ([0.0, total], 2)


def test_timeout_counts_the_attempts_of_all_polls() -> None:
    scripted = ScriptedPoll(total=10.0).run(HTTPResponse(503), NOT_YET)
    assert isinstance(scripted.error, MemsyTimeoutError)
    assert isinstance(scripted.error, TimeoutError)
    assert scripted.error.attempts == len(scripted.attempts) == 6
    assert str(scripted.error) == (
        "GET /console/memories/stats: still not ready after 10 s (6 attempts)"
    )


def test_timeout_of_the_last_poll_is_reported_as_not_ready() -> None:
    scripted = ScriptedPoll(total=2.0).run(NOT_YET, latency=0.4)
    assert str(scripted.error).endswith("still not ready after 2 s (2 attempts)")
    assert scripted.clock.monotonic() == pytest.approx(2.25)


def test_timeout_of_the_first_poll_is_raised() -> None:
    scripted = ScriptedPoll(total=2.0).run(NOT_YET, latency=5.0)
    assert "no response" in str(scripted.error)


def test_other_conflict_is_raised_by_the_first_poll() -> None:
    scripted = ScriptedPoll().run(OTHER_CONFLICT)
    assert isinstance(scripted.error, ConflictError)
    assert scripted.start_times == [0.0]


def test_other_conflict_ends_the_wait() -> None:
    scripted = ScriptedPoll().run(NOT_YET, OTHER_CONFLICT)
    assert isinstance(scripted.error, ConflictError)
    assert scripted.start_times == [0.0, 3.0]


def test_error_response_ends_the_wait() -> None:
    assert isinstance(ScriptedPoll().run(NOT_YET, HTTPResponse(404)).error, NotFoundError)


def test_transient_error_is_retried_within_a_poll() -> None:
    """The pauses follow the retry policy, not the polling interval."""
    scripted = ScriptedPoll().run(NOT_YET, HTTPResponse(503), MemsyConnectionError("reset"), OK)
    assert (scripted.result, scripted.start_times) == ("fine", [0.0, 3.0, 3.5, 4.5])


def test_each_poll_has_all_retries() -> None:
    twice = [HTTPResponse(503), HTTPResponse(503), HTTPResponse(503), NOT_YET] * 2
    assert ScriptedPoll().run(*twice, OK).result == "fine"


def test_last_retry_of_a_poll_ends_the_wait() -> None:
    scripted = ScriptedPoll().run(NOT_YET, HTTPResponse(503))
    assert isinstance(scripted.error, ServerError)
    assert scripted.error.attempts == 4


def test_closed_client_ends_the_wait() -> None:
    closed = MemsyClientClosedError("closed")
    assert ScriptedPoll().run(NOT_YET, closed).error is closed


def test_each_poll_has_its_own_deadline() -> None:
    """The deadline is relative to the start of the poll, and at most 0.25 s after the wait."""
    scripted = ScriptedPoll(total=60.0, interval=20.0, call_timeout=Timeout(total=30.0)).run(
        NOT_YET
    )
    ends = [attempt.deadline.ends_at for attempt in scripted.attempts]
    assert (scripted.start_times, ends) == ([0.0, 20.0, 40.0, 60.0], [30.0, 50.0, 60.25, 60.25])


def test_each_poll_has_connect_and_read_timeouts() -> None:
    limits = Timeout(total=30.0, connect=2.0, read=5.0)
    first = ScriptedPoll(call_timeout=limits).run(OK).attempts[0]
    assert (first.deadline.connect_timeout(), first.deadline.read_timeout()) == (2.0, 5.0)


@given(
    st.builds(
        ScriptedPoll,
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
def test_wait_ends_in_time_with_a_bounded_number_of_attempts(
    scripted: ScriptedPoll, outcomes: Sequence[HTTPResponse], latency: float
) -> None:
    scripted.run(*outcomes, NOT_YET, latency=latency)
    assert scripted.error is not None
    assert scripted.clock.monotonic() <= scripted.total + 0.25 + 1e-6
    max_polls = scripted.total / scripted.interval + 3
    assert len(scripted.attempts) <= 4 * max_polls
    if isinstance(scripted.error, MemsyTimeoutError) and "still not ready" in str(scripted.error):
        assert scripted.error.attempts == len(scripted.attempts)
        assert scripted.clock.monotonic() >= scripted.total - 1e-6
