"""When to ask again, how long to wait before, and when to let a service lie."""

from __future__ import annotations

import random
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.http import HTTPResponse
from memsy._core.retry import RetryBudget, RetryPolicy, RetrySafety, is_retry_allowed, retry_after
from memsy.exceptions import (
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyConnectionError,
    RateLimitExceeded,
)
from memsy.local.clock import Clock
from tests._core.conversation import OK, Conversation

NOON = "Fri, 20 Nov 2026 12:00:00 GMT"
NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc).timestamp()


class JumpyClock(Clock):
    """Its date is set two hours forward and back again, as an administrator might."""

    def __init__(self) -> None:
        super().__init__()
        self._looks = 0

    def time(self) -> float:
        self._looks += 1
        return super().time() + (7200.0 if self._looks % 2 else -7200.0)


def test_the_policy_of_the_official_client_is_the_default() -> None:
    policy = RetryPolicy()
    assert (policy.max_retries, policy.backoff) == (3, 1.0)
    assert (policy.max_backoff, policy.max_retry_after, policy.dedup_window) == (20.0, 60.0, 55.0)


@pytest.mark.parametrize("value", [-1, 1.5, True, "3", None])
def test_retries_are_counted_in_whole_numbers(value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="max_retries must be a whole number"):
        RetryPolicy(max_retries=value)  # type: ignore[arg-type]  # what a careless caller does


@pytest.mark.parametrize("name", ["backoff", "max_backoff", "max_retry_after", "dedup_window"])
@pytest.mark.parametrize(
    "value", [-0.1, float("nan"), float("inf"), 10**400, True, "1", None], ids=repr
)
def test_durations_are_finite_numbers(name: str, value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match=f"{name} must be a finite number"):
        RetryPolicy(**{name: value})  # type: ignore[arg-type]  # what a careless caller does


def test_pauses_double_up_to_the_longest() -> None:
    policy = RetryPolicy(max_retries=7, backoff=1.0, max_backoff=20.0)
    assert list(policy.delays(lambda: 1.0)) == [1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]


def test_no_number_of_retries_is_too_high() -> None:
    """Two to the power of 1024 is more than a float can hold."""
    assert list(RetryPolicy(max_retries=1100).delays(lambda: 1.0))[-1] == 20.0


@given(
    st.integers(0, 70),
    st.floats(0, 1e308),
    st.floats(0, 1e308),
    st.randoms(use_true_random=False),
)
def test_pauses_are_anywhere_below_their_bound(
    retries: int, backoff: float, longest: float, generator: random.Random
) -> None:
    policy = RetryPolicy(max_retries=retries, backoff=backoff, max_backoff=longest)
    pauses = list(policy.delays(generator.random))
    assert len(pauses) == retries
    assert all(
        0 <= pause <= min(longest, backoff * 2.0 ** min(n, 64)) for n, pause in enumerate(pauses)
    )


def test_clients_that_fail_together_do_not_return_together() -> None:
    """Sixty sleeps before a dead service, all but a few of different length."""
    calls = [Conversation(random=random.random).hear(HTTPResponse(503)) for _ in range(20)]
    pauses = [pause for call in calls for pause in call.delays]
    assert len(pauses) == 60
    assert len(set(pauses)) >= 55


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0.0),
        ("1", 1.0),
        ("1.5", 1.5),
        (" 12 ", 12.0),
        ("007", 7.0),
        ("86400", 86400.0),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30.0),
        ("Friday, 20-Nov-26 12:00:30 GMT", 30.0),
        ("Fri Nov 20 12:00:30 2026", 30.0),
        ("Fri, 20 Nov 2026 11:59:00 GMT", 0.0),
    ],
)
def test_a_number_or_any_http_date_says_how_long(text: str, seconds: float) -> None:
    assert retry_after(HTTPResponse(429, {"Retry-After": text, "Date": NOON}), 0.0) == seconds
    assert retry_after(HTTPResponse(429, {"retry-after": text}), NOW) == seconds


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "-5",
            "+5",
            "5s",
            "soon",
            "²",
            "٣",
            "nan",
            "inf",
            "1e400",
            "1e3",
            "1_0",
            ".",
            "1.2.3",
        ),
        "9" * 400,
        "9" * 5000,
        "Fri, 20 Nov 100000 12:00:30 GMT",
        "Fri, 99 Nov 2026 12:00:30 GMT",
    ],
)
def test_nonsense_counts_as_absent(text: str) -> None:
    assert retry_after(HTTPResponse(429, {"retry-after": text, "date": NOON}), NOW) is None


def test_without_the_header_nothing_is_asked() -> None:
    assert (
        retry_after(HTTPResponse(429, {"date": NOON, "x-ratelimit-reset": "1797768000"}), NOW)
        is None
    )


def test_a_date_is_read_against_the_date_of_the_reply() -> None:
    """The clock here may be hours off; both dates are from the same clock there."""
    response = HTTPResponse(429, {"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT", "date": NOON})
    assert retry_after(response, NOW + 7200) == 30.0


def test_a_date_that_cannot_be_read_leaves_the_clock_here() -> None:
    response = HTTPResponse(
        429, {"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT", "date": "yesterday"}
    )
    assert retry_after(response, NOW) == 30.0


@given(st.text(), st.text(), st.floats(0, 1e10))
def test_whatever_a_proxy_writes_is_seconds_or_nothing(text: str, date: str, now: float) -> None:
    seconds = retry_after(HTTPResponse(429, {"retry-after": text, "date": date}), now)
    assert seconds is None or 0 <= seconds < float("inf")


@pytest.mark.parametrize(("dice", "pause"), [(0.0, 10.0), (0.5, 10.5), (1.0, 11.0)])
def test_a_pause_is_as_long_as_asked_and_up_to_a_tenth_longer(dice: float, pause: float) -> None:
    talk = Conversation(random=lambda: dice).hear(HTTPResponse(429, {"retry-after": "10"}), OK)
    assert talk.delays == [pause]


def test_a_pause_that_is_asked_for_with_a_503_is_honoured_too() -> None:
    talk = Conversation().hear(HTTPResponse(503, {"retry-after": "3"}), OK)
    assert talk.delays == [pytest.approx(3.15)]


def test_a_minute_is_waited_for_and_a_day_is_not() -> None:
    assert (
        Conversation(total=100.0).hear(HTTPResponse(429, {"retry-after": "60"}), OK).error is None
    )
    error = (
        Conversation(total=100_000.0).hear(HTTPResponse(429, {"retry-after": "86400"}), OK).error
    )
    assert isinstance(error, RateLimitExceeded)
    assert (error.retry_after, error.attempts) == (86400.0, 1)


def test_a_pause_beyond_the_deadline_is_not_begun() -> None:
    """The caller learns at once what it would otherwise learn at the deadline."""
    talk = Conversation(total=10.0).hear(HTTPResponse(429, {"retry-after": "10"}))
    assert isinstance(talk.error, RateLimitExceeded)
    assert talk.clock.monotonic() == 0.0


def test_a_refusal_for_good_is_not_waited_on() -> None:
    assert Conversation().hear(HTTPResponse(400, {"retry-after": "1"}), OK).delays == []


def test_the_reset_of_the_billing_period_is_nothing_to_wait_for() -> None:
    talk = Conversation().hear(HTTPResponse(429, {"x-ratelimit-reset": "4000000000"}), OK)
    assert talk.delays == [0.5]


def test_a_clock_that_is_set_meanwhile_changes_nothing() -> None:
    talk = Conversation(clock=JumpyClock(), total=30.0).hear(HTTPResponse(503), took=2.0)
    assert talk.delays == [0.5, 1.0, 2.0]
    assert talk.ends[-1] == 11.5


@pytest.mark.parametrize(("status", "most"), [(503, 1036), (429, 1101)])
def test_a_dead_service_is_not_stormed(status: int, most: int) -> None:
    budget = RetryBudget()
    calls = [Conversation(budget=budget).hear(HTTPResponse(status)) for _ in range(1000)]
    assert 1000 < sum(len(call.attempts) for call in calls) <= most


def test_a_success_gives_back_all_that_its_retries_took() -> None:
    budget = RetryBudget()
    for _ in range(1000):
        assert (
            Conversation(budget=budget).hear(HTTPResponse(503), HTTPResponse(429), OK).error is None
        )


def test_a_budget_that_an_outage_used_up_fills_again() -> None:
    """Or the client would never retry again, for as long as it lives."""
    budget = RetryBudget(14)
    assert len(Conversation(budget=budget).hear(HTTPResponse(503)).attempts) == 2
    assert len(Conversation(budget=budget).hear(HTTPResponse(503)).attempts) == 1
    for _ in range(14):
        Conversation(budget=budget).hear(OK)
    assert len(Conversation(budget=budget).hear(HTTPResponse(503)).attempts) == 2


def test_a_budget_never_holds_more_than_at_first() -> None:
    budget = RetryBudget(10)
    budget.give_back(100)
    assert budget.take(10)
    assert not budget.take(1)


def test_a_budget_gives_all_or_nothing() -> None:
    budget = RetryBudget(10)
    assert not budget.take(11)
    assert budget.take(10)


@pytest.mark.parametrize("retry_safety", RetrySafety)
def test_a_closed_client_does_not_open_by_itself(retry_safety: RetrySafety) -> None:
    assert not is_retry_allowed(MemsyClientClosedError("closed"), retry_safety)


@pytest.mark.parametrize("retry_safety", RetrySafety)
def test_what_never_left_may_always_be_sent_again(retry_safety: RetrySafety) -> None:
    assert is_retry_allowed(MemsyConnectionError("refused"), retry_safety)
