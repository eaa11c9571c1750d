"""The one loop, driven by hand."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memsy._core.exchange import Attempt, exchange
from memsy._core.http import HTTPResponse
from memsy._core.operation import Endpoint, Operation
from memsy._core.plane import Plane
from memsy._core.retry import RetryBudget, RetryPolicy, RetryState
from memsy._core.timeout import Deadline, Timeout
from memsy.exceptions import (
    AuthenticationError,
    MemsyAPIError,
    MemsyClientClosedError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    MemsyTLSError,
    NotFoundError,
    RateLimitExceeded,
    ServerError,
    UsageLimitExceeded,
)
from memsy.local.clock import Clock
from memsy.models import HealthResponse
from tests._core.conversation import (
    DELETE,
    INGEST,
    OK,
    READ,
    WRITE,
    Conversation,
    endpoint,
    timed_out,
    unknown,
)

EVERY_KIND = (READ, INGEST, WRITE, DELETE)


def refused() -> MemsyConnectionError:
    return MemsyConnectionError("connection refused")


def reset() -> MemsyConnectionError:
    return unknown(MemsyConnectionError("connection reset"))


def garbled() -> MemsyResponseError:
    error = unknown(MemsyResponseError("cut short"))
    error.is_retryable = True
    return error


def test_an_answer_is_read_at_once() -> None:
    """By hand, as any driver would: one `next`, one `send`."""
    retries = RetryState(RetryPolicy(), RetryBudget(), random.random)
    deadline = Deadline.start(Clock(), Timeout())
    flow = exchange(READ, retries, deadline)
    assert next(flow) == Attempt(READ.request, 0.0, deadline)
    with pytest.raises(StopIteration) as answered:
        flow.send(OK)
    assert answered.value.value == "fine"


@pytest.mark.parametrize("status", [200, 201, 202, 206, 299])
def test_any_2xx_is_an_answer(status: int) -> None:
    assert Conversation().hear(HTTPResponse(status, {}, b"yes")).handle == "yes"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("operation", [READ, INGEST])
def test_what_passes_by_itself_is_asked_again(
    operation: Operation[str | None], status: int
) -> None:
    talk = Conversation(operation).hear(HTTPResponse(status), OK)
    assert talk.handle == "fine"
    assert len(talk.attempts) == 2


@pytest.mark.parametrize(
    "status",
    [300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422, 501, 505, 600],
)
@pytest.mark.parametrize("operation", EVERY_KIND)
def test_what_would_be_refused_again_is_asked_once(
    operation: Operation[str | None], status: int
) -> None:
    talk = Conversation(operation).hear(HTTPResponse(status))
    assert isinstance(talk.error, MemsyAPIError)
    assert (talk.error.status_code, talk.error.attempts) == (status, 1)
    assert len(talk.attempts) == 1


@pytest.mark.parametrize("operation", [READ, INGEST])
@pytest.mark.parametrize("event", [refused, reset, timed_out, garbled])
def test_a_lost_answer_is_asked_for_again(
    operation: Operation[str | None], event: type[MemsyError]
) -> None:
    talk = Conversation(operation).hear(event(), OK)
    assert talk.handle == "fine"


@pytest.mark.parametrize("operation", [WRITE, DELETE])
@pytest.mark.parametrize("event", [reset, timed_out, garbled])
def test_a_write_that_may_have_happened_is_not_repeated(
    operation: Operation[str | None], event: type[MemsyError]
) -> None:
    talk = Conversation(operation).hear(event())
    assert talk.error is not None
    assert (talk.error.attempts, talk.error.maybe_processed) == (1, True)


@pytest.mark.parametrize("event", [refused(), HTTPResponse(429), HTTPResponse(503)])
@pytest.mark.parametrize("operation", [WRITE, DELETE])
def test_a_write_that_did_not_happen_is_repeated(
    operation: Operation[str | None], event: HTTPResponse | MemsyError
) -> None:
    assert Conversation(operation).hear(event, OK).error is None


def test_a_connection_that_was_never_made_is_made_again_after_a_503_too() -> None:
    """As happens when a service behind a gateway starts anew."""
    assert Conversation(WRITE).hear(HTTPResponse(503), refused(), OK).error is None


@pytest.mark.parametrize("status", [408, 425, 500, 502, 504])
def test_a_write_is_not_repeated_after_a_failure_in_its_midst(status: int) -> None:
    talk = Conversation(WRITE).hear(HTTPResponse(status))
    assert talk.error is not None
    assert talk.error.attempts == 1
    assert talk.error.maybe_processed is (status >= 500)


def test_a_delete_that_finds_nothing_at_its_second_attempt_is_done() -> None:
    """The first one did it, and its answer was overtaken by a gateway's 503."""
    talk = Conversation(DELETE).hear(HTTPResponse(503), HTTPResponse(404))
    assert talk.error is None
    assert len(talk.attempts) == 2


def test_a_delete_that_finds_nothing_at_once_says_so() -> None:
    assert isinstance(Conversation(DELETE).hear(HTTPResponse(404)).error, NotFoundError)


def test_a_delete_with_an_answer_of_its_own_cannot_do_without_it() -> None:
    """`clear` says how many it deleted; a 404 does not, and may mean that no such route is left."""
    clear = endpoint("clear", "DELETE /clear/{tag}").operation(path_params={"tag": "t"})
    talk = Conversation(clear).hear(HTTPResponse(503), HTTPResponse(404))
    assert isinstance(talk.error, NotFoundError)
    assert talk.error.attempts == 2


def test_a_get_that_finds_nothing_at_its_second_attempt_says_so() -> None:
    assert isinstance(
        Conversation().hear(HTTPResponse(503), HTTPResponse(404)).error, NotFoundError
    )


@pytest.mark.parametrize("error", [MemsyTLSError("unknown authority"), MemsyResponseError("shape")])
def test_what_no_repetition_mends_is_not_repeated(error: MemsyError) -> None:
    assert Conversation().hear(error).attempts[1:] == []


def test_a_used_up_quota_is_asked_about_once() -> None:
    quota = HTTPResponse(429, {"retry-after": "1"}, b'{"error": "usage_limit_exceeded"}')
    talk = Conversation().hear(quota)
    assert isinstance(talk.error, UsageLimitExceeded)
    assert talk.error.attempts == 1


def test_the_last_refusal_is_the_one_raised() -> None:
    talk = Conversation().hear(
        reset(), HTTPResponse(500), HTTPResponse(429), HTTPResponse(503, {}, b'{"detail": "no"}')
    )
    assert isinstance(talk.error, ServerError)
    assert (talk.error.status_code, talk.error.attempts) == (503, 4)


def test_a_rate_limit_to_the_end_keeps_its_class() -> None:
    talk = Conversation().hear(HTTPResponse(429, {"retry-after": "1.5"}))
    assert isinstance(talk.error, RateLimitExceeded)
    assert (talk.error.retry_after, talk.error.attempts) == (1.5, 4)


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_there_is_one_attempt_more_than_retries(retries: int) -> None:
    talk = Conversation(policy=RetryPolicy(max_retries=retries), total=1000.0).hear(
        HTTPResponse(503)
    )
    assert len(talk.attempts) == retries + 1


def test_a_doubt_outlives_later_and_clearer_failures() -> None:
    """The first attempt may have stored the events, whatever befell the second."""
    talk = Conversation(INGEST).hear(reset(), HTTPResponse(401))
    assert isinstance(talk.error, AuthenticationError)
    assert talk.error.maybe_processed


def test_a_refusal_that_nothing_went_before_leaves_no_doubt() -> None:
    talk = Conversation(INGEST).hear(HTTPResponse(422))
    assert talk.error is not None
    assert not talk.error.maybe_processed


def test_an_error_names_its_route_and_its_attempts() -> None:
    talk = Conversation(INGEST, RetryPolicy(max_retries=1)).hear(refused())
    assert str(talk.error) == "POST /ingest: connection refused (2 attempts)"
    once = Conversation(DELETE, RetryPolicy(max_retries=0)).hear(refused())
    assert str(once.error) == "DELETE /orgs/{org_id}: connection refused (1 attempt)"


def test_a_refusal_speaks_in_the_words_of_the_service() -> None:
    talk = Conversation().hear(HTTPResponse(404, {}, b'{"detail": "no such memory"}'))
    assert str(talk.error) == "Memsy API error 404: no such memory"


def test_an_answer_of_a_wrong_shape_is_an_error_that_names_the_path() -> None:
    health = Endpoint(
        name="health", plane=Plane.DATA, method="GET", path="/health", response=HealthResponse
    )
    flow = exchange(
        health.operation(),
        RetryState(RetryPolicy(), RetryBudget(), random.random),
        Deadline.start(Clock(), Timeout()),
    )
    next(flow)
    with pytest.raises(MemsyResponseError) as raised:
        flow.send(HTTPResponse(200, {}, b'{"status": 1}'))
    assert str(raised.value) == "GET /health: $.status: expected a string, got a number (1 attempt)"
    assert raised.value.attempts == 1


def test_a_client_that_is_closed_makes_no_attempt() -> None:
    talk = Conversation().hear(MemsyClientClosedError("closed"))
    assert talk.error is not None
    assert (str(talk.error), talk.error.attempts) == ("closed", 0)


def test_a_client_that_is_closed_meanwhile_does_not_forget_what_was() -> None:
    talk = Conversation(INGEST).hear(reset(), MemsyClientClosedError("closed"))
    assert isinstance(talk.error, MemsyClientClosedError)
    assert (talk.error.attempts, talk.error.maybe_processed) == (1, True)


def test_what_is_not_ours_to_swallow_passes_through() -> None:
    """As it comes: the same object, without a word added."""
    flow = exchange(
        READ,
        RetryState(RetryPolicy(), RetryBudget(), random.random),
        Deadline.start(Clock(), Timeout()),
    )
    next(flow)
    interrupt = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt) as raised:
        flow.throw(interrupt)
    assert raised.value is interrupt
    assert raised.value.args == ()


def test_every_attempt_of_a_read_may_last_to_the_end() -> None:
    talk = Conversation(total=100.0).hear(HTTPResponse(503), OK)
    assert [attempt.deadline.ends for attempt in talk.attempts] == [100.0, 100.0]


def test_the_first_attempt_of_an_ingest_may_outlast_the_window_and_no_later_one() -> None:
    talk = Conversation(INGEST, total=100.0).hear(HTTPResponse(503))
    ends = [attempt.deadline.ends for attempt in talk.attempts]
    assert ends == [100.0, 55.0, 55.0, 55.0]


def test_an_ingest_is_not_repeated_after_the_window() -> None:
    """The service would store the events a second time."""
    talk = Conversation(INGEST, total=100.0).hear(HTTPResponse(503), took=56.0)
    assert isinstance(talk.error, ServerError)
    assert talk.error.attempts == 1


def test_a_read_knows_no_window() -> None:
    talk = Conversation(total=1000.0).hear(HTTPResponse(503), took=56.0)
    assert len(talk.attempts) == 4


def test_no_answer_at_all_ends_at_the_deadline() -> None:
    talk = Conversation(total=10.0).hear(OK, took=11.0)
    assert isinstance(talk.error, MemsyTimeoutError)
    assert talk.ends == [10.0]


EVENTS = st.one_of(
    st.builds(refused),
    st.builds(reset),
    st.builds(timed_out),
    st.builds(garbled),
    st.just(OK),
    st.builds(
        lambda status, seconds: HTTPResponse(
            status, {} if seconds is None else {"retry-after": seconds}
        ),
        st.sampled_from([400, 404, 408, 425, 429, 500, 502, 503, 504]),
        st.none() | st.floats(0, 70).map("{:.3f}".format) | st.sampled_from(["-5", "soon"]),
    ),
)


def by(generator: random.Random, operation: Operation[str | None], total: float) -> Conversation:
    policy = RetryPolicy(
        max_retries=generator.randrange(6),
        backoff=generator.choice([0.0, 0.1, 1.0, 30.0]),
        dedup_window=generator.choice([0.0, 5.0, 55.0]),
    )
    return Conversation(operation, policy, total, random=generator.random)


CONVERSATIONS = st.builds(
    by, st.randoms(use_true_random=False), st.sampled_from(EVERY_KIND), st.floats(0.1, 120.0)
)
TOOK = st.floats(0, 40)


@given(CONVERSATIONS, st.lists(EVENTS, min_size=1, max_size=8), TOOK)
def test_no_attempt_begins_or_ends_after_the_deadline(
    talk: Conversation, events: list[HTTPResponse | MemsyError], took: float
) -> None:
    talk.hear(*events, took=took)
    assert all(start < talk.total for start in talk.starts)
    assert all(end <= talk.total for end in talk.ends)


@given(CONVERSATIONS, st.lists(EVENTS, min_size=1, max_size=8), TOOK)
def test_no_later_attempt_of_an_ingest_begins_or_ends_after_the_window(
    talk: Conversation, events: list[HTTPResponse | MemsyError], took: float
) -> None:
    talk.operation = INGEST
    talk.hear(*events, took=took)
    assert all(start < talk.policy.dedup_window for start in talk.starts[1:])
    assert all(end <= talk.policy.dedup_window for end in talk.ends[1:])


@given(CONVERSATIONS, st.lists(EVENTS, min_size=1, max_size=8), TOOK)
def test_attempts_are_bounded_and_counted(
    talk: Conversation, events: list[HTTPResponse | MemsyError], took: float
) -> None:
    talk.hear(*events, took=took)
    assert 1 <= len(talk.attempts) <= talk.policy.max_retries + 1
    assert talk.error is None or talk.error.attempts == len(talk.attempts)


@given(CONVERSATIONS, st.floats(0, 70), st.sampled_from([429, 503]))
def test_no_pause_is_shorter_than_the_service_asks(
    talk: Conversation, seconds: float, status: int
) -> None:
    talk.hear(HTTPResponse(status, {"retry-after": f"{seconds:.3f}"}))
    asked = float(f"{seconds:.3f}")
    assert all(asked <= pause <= asked * 1.1 + 1e-9 for pause in talk.delays)
    assert not talk.delays or asked <= 60


@given(CONVERSATIONS, st.lists(EVENTS, max_size=8), TOOK)
def test_a_success_gives_the_whole_budget_back(
    talk: Conversation, events: list[HTTPResponse | MemsyError], took: float
) -> None:
    talk.hear(*events, OK, took=took)
    spent = not talk.budget.take(500)
    assert spent == (talk.error is not None and len(talk.attempts) > 1)
