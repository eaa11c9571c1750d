"""Retry policy, `Retry-After` and the retry budget."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.http import HTTPResponse
from memsy._core.retry import (
    RetryBudget,
    RetryPolicy,
    RetrySafety,
    is_retry_allowed,
    parse_retry_after,
)
from memsy.exceptions import (
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyConnectionError,
    RateLimitExceeded,
)
from memsy.local.clock import Clock
from tests._core.scripted_exchange import OK, ScriptedExchange

NOON = "Fri, 20 Nov 2026 12:00:00 GMT"
NOW = datetime(2026, 11, 20, 12, tzinfo=timezone.utc).timestamp()


class JumpyClock(Clock):
    """A clock with a system time that jumps by four hours at each reading."""

    def __init__(self) -> None:
        super().__init__()
        self._readings = 0

    def time(self) -> float:
        self._readings += 1
        return super().time() + (7200.0 if self._readings % 2 else -7200.0)


def test_default_retry_policy_matches_the_official_client() -> None:
    policy = RetryPolicy()
    assert (policy.max_retries, policy.backoff) == (3, 1.0)
    assert (policy.max_backoff, policy.max_retry_after, policy.dedup_window) == (20.0, 60.0, 55.0)


@pytest.mark.parametrize("value", [-1, 1.5, True, "3", None])
def test_max_retries_must_be_a_whole_number(value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match="max_retries must be a whole number"):
        RetryPolicy(max_retries=value)  # type: ignore[arg-type]  # untyped caller


@pytest.mark.parametrize("name", ["backoff", "max_backoff", "max_retry_after", "dedup_window"])
@pytest.mark.parametrize(
    "value", [-0.1, float("nan"), float("inf"), 10**400, True, "1", None], ids=repr
)
def test_retry_durations_must_be_finite_numbers(name: str, value: object) -> None:
    with pytest.raises(MemsyConfigurationError, match=f"{name} must be a finite number"):
        RetryPolicy(**{name: value})  # type: ignore[arg-type]  # untyped caller


def test_backoff_doubles_up_to_max_backoff() -> None:
    policy = RetryPolicy(max_retries=7, backoff=1.0, max_backoff=20.0)
    assert list(policy.pauses(lambda: 1.0)) == [1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]


def test_backoff_with_1100_retries_does_not_overflow() -> None:
    """A float cannot hold 2**1024."""
    assert list(RetryPolicy(max_retries=1100).pauses(lambda: 1.0))[-1] == 20.0


@given(
    st.integers(0, 70),
    st.floats(0, 1e308),
    st.floats(0, 1e308),
    st.randoms(use_true_random=False),
)
def test_backoff_is_random_below_its_bound(
    retries: int, backoff: float, max_backoff: float, generator: random.Random
) -> None:
    policy = RetryPolicy(max_retries=retries, backoff=backoff, max_backoff=max_backoff)
    pauses = list(policy.pauses(generator.random))
    assert len(pauses) == retries
    assert all(
        0 <= pause <= min(max_backoff, backoff * 2.0 ** min(n, 64))
        for n, pause in enumerate(pauses)
    )


def test_jitter_spreads_the_retries_of_many_clients() -> None:
    """Of 60 pauses, at least 55 have different lengths."""
    calls = [
        ScriptedExchange(random_source=random.random).run(HTTPResponse(503)) for _ in range(20)
    ]
    pauses = [pause for call in calls for pause in call.pauses]
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
def test_retry_after_may_be_seconds_or_an_http_date(text: str, seconds: float) -> None:
    assert parse_retry_after(HTTPResponse(429, {"Retry-After": text, "Date": NOON}), 0.0) == seconds
    assert parse_retry_after(HTTPResponse(429, {"retry-after": text}), NOW) == seconds


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
def test_invalid_retry_after_is_ignored(text: str) -> None:
    assert parse_retry_after(HTTPResponse(429, {"retry-after": text, "date": NOON}), NOW) is None


def test_missing_retry_after_is_none() -> None:
    assert (
        parse_retry_after(HTTPResponse(429, {"date": NOON, "x-ratelimit-reset": "1797768000"}), NOW)
        is None
    )


def test_retry_after_date_is_relative_to_the_date_header() -> None:
    """The local clock may be wrong. Both dates are from the clock of the service."""
    response = HTTPResponse(429, {"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT", "date": NOON})
    assert parse_retry_after(response, NOW + 7200) == 30.0


def test_retry_after_date_is_relative_to_clock_if_date_header_is_invalid() -> None:
    response = HTTPResponse(
        429, {"retry-after": "Fri, 20 Nov 2026 12:00:30 GMT", "date": "yesterday"}
    )
    assert parse_retry_after(response, NOW) == 30.0


@given(st.text(), st.text(), st.floats(0, 1e10))
def test_retry_after_is_finite_seconds_or_none_for_any_text(
    text: str, date: str, now: float
) -> None:
    seconds = parse_retry_after(HTTPResponse(429, {"retry-after": text, "date": date}), now)
    assert seconds is None or 0 <= seconds < float("inf")


@pytest.mark.parametrize(("jitter", "pause"), [(0.0, 10.0), (0.5, 10.5), (1.0, 11.0)])
def test_pause_is_retry_after_plus_at_most_ten_percent(jitter: float, pause: float) -> None:
    scripted = ScriptedExchange(random_source=lambda: jitter).run(
        HTTPResponse(429, {"retry-after": "10"}), OK
    )
    assert scripted.pauses == [pause]


def test_retry_after_of_a_503_is_honoured() -> None:
    scripted = ScriptedExchange().run(HTTPResponse(503, {"retry-after": "3"}), OK)
    assert scripted.pauses == [pytest.approx(3.15)]


def test_retry_after_above_max_retry_after_raises_at_once() -> None:
    assert (
        ScriptedExchange(total=100.0).run(HTTPResponse(429, {"retry-after": "60"}), OK).error
        is None
    )
    error = (
        ScriptedExchange(total=100_000.0).run(HTTPResponse(429, {"retry-after": "86400"}), OK).error
    )
    assert isinstance(error, RateLimitExceeded)
    assert (error.retry_after, error.attempts) == (86400.0, 1)


def test_retry_after_beyond_the_deadline_raises_at_once() -> None:
    """A pause up to the deadline would only delay the error."""
    scripted = ScriptedExchange(total=10.0).run(HTTPResponse(429, {"retry-after": "10"}))
    assert isinstance(scripted.error, RateLimitExceeded)
    assert scripted.clock.monotonic() == 0.0


def test_retry_after_of_a_permanent_error_is_ignored() -> None:
    assert ScriptedExchange().run(HTTPResponse(400, {"retry-after": "1"}), OK).pauses == []


def test_ratelimit_reset_header_is_ignored() -> None:
    scripted = ScriptedExchange().run(HTTPResponse(429, {"x-ratelimit-reset": "4000000000"}), OK)
    assert scripted.pauses == [0.5]


def test_change_of_the_system_time_does_not_change_pauses() -> None:
    scripted = ScriptedExchange(clock=JumpyClock(), total=30.0).run(HTTPResponse(503), latency=2.0)
    assert scripted.pauses == [0.5, 1.0, 2.0]
    assert scripted.end_times[-1] == 11.5


@pytest.mark.parametrize(("status", "max_attempts"), [(503, 1036), (429, 1101)])
def test_budget_limits_the_retries_to_a_dead_service(status: int, max_attempts: int) -> None:
    budget = RetryBudget()
    calls = [ScriptedExchange(budget=budget).run(HTTPResponse(status)) for _ in range(1000)]
    assert 1000 < sum(len(call.attempts) for call in calls) <= max_attempts


def test_success_returns_the_tokens_of_its_retries_to_the_budget() -> None:
    budget = RetryBudget()
    for _ in range(1000):
        assert (
            ScriptedExchange(budget=budget).run(HTTPResponse(503), HTTPResponse(429), OK).error
            is None
        )


def test_budget_recovers_after_an_outage() -> None:
    """Each success without retries adds one token."""
    budget = RetryBudget(14)
    assert len(ScriptedExchange(budget=budget).run(HTTPResponse(503)).attempts) == 2
    assert len(ScriptedExchange(budget=budget).run(HTTPResponse(503)).attempts) == 1
    for _ in range(14):
        ScriptedExchange(budget=budget).run(OK)
    assert len(ScriptedExchange(budget=budget).run(HTTPResponse(503)).attempts) == 2


def test_budget_never_exceeds_its_first_value() -> None:
    budget = RetryBudget(10)
    budget.give_back(100)
    assert budget.take(10)
    assert not budget.take(1)


def test_budget_gives_all_tokens_or_none() -> None:
    budget = RetryBudget(10)
    assert not budget.take(11)
    assert budget.take(10)


def test_threads_never_take_more_tokens_than_the_budget_has() -> None:
    budget = RetryBudget(1000)
    with ThreadPoolExecutor(8) as threads:
        taken = threads.map(lambda _: sum(7 for _ in range(100) if budget.take(7)), range(8))
        assert 1000 - 8 * 7 < sum(taken) <= 1000
    budget.give_back(1000)
    assert budget.take(1000)


@pytest.mark.parametrize("retry_safety", RetrySafety)
def test_closed_client_error_is_not_retried(retry_safety: RetrySafety) -> None:
    assert not is_retry_allowed(MemsyClientClosedError("closed"), retry_safety)


@pytest.mark.parametrize("retry_safety", RetrySafety)
def test_request_that_was_not_sent_may_always_be_retried(retry_safety: RetrySafety) -> None:
    assert is_retry_allowed(MemsyConnectionError("refused"), retry_safety)
