"""Exchange of one operation: attempts, retries and errors."""

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
from tests._core.scripted_exchange import (
    DELETE,
    INGEST,
    OK,
    READ,
    WRITE,
    ScriptedExchange,
    endpoint,
    maybe_processed,
    timeout_error,
)

OPERATIONS = (READ, INGEST, WRITE, DELETE)


def connection_refused() -> MemsyConnectionError:
    return MemsyConnectionError("connection refused")


def connection_reset() -> MemsyConnectionError:
    return maybe_processed(MemsyConnectionError("connection reset"))


def garbled_body() -> MemsyResponseError:
    error = maybe_processed(MemsyResponseError("cut short"))
    error.is_retryable = True
    return error


def test_2xx_response_is_decoded_without_retry() -> None:
    """The test acts as the driver: one `next`, one `send`."""
    retries = RetryState(RetryPolicy(), RetryBudget(), random.random)
    deadline = Deadline.start(Clock(), Timeout())
    flow = exchange(READ, retries, deadline)
    assert next(flow) == Attempt(READ.request, 0.0, deadline, number=1, max_attempts=4)
    with pytest.raises(StopIteration) as stopped:
        flow.send(OK)
    assert stopped.value.value == "fine"


@pytest.mark.parametrize("status", [200, 201, 202, 206, 299])
def test_any_2xx_status_is_a_success(status: int) -> None:
    assert ScriptedExchange().run(HTTPResponse(status, {}, b"yes")).result == "yes"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("operation", [READ, INGEST])
def test_transient_status_is_retried(operation: Operation[str | None], status: int) -> None:
    scripted = ScriptedExchange(operation).run(HTTPResponse(status), OK)
    assert scripted.result == "fine"
    assert len(scripted.attempts) == 2


@pytest.mark.parametrize(
    "status",
    [300, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 409, 413, 415, 422, 501, 505, 600],
)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_permanent_status_is_not_retried(operation: Operation[str | None], status: int) -> None:
    scripted = ScriptedExchange(operation).run(HTTPResponse(status))
    assert isinstance(scripted.error, MemsyAPIError)
    assert (scripted.error.status_code, scripted.error.attempts) == (status, 1)
    assert len(scripted.attempts) == 1


@pytest.mark.parametrize("operation", [READ, INGEST])
@pytest.mark.parametrize(
    "outcome", [connection_refused, connection_reset, timeout_error, garbled_body]
)
def test_lost_response_is_retried_if_safe(
    operation: Operation[str | None], outcome: type[MemsyError]
) -> None:
    scripted = ScriptedExchange(operation).run(outcome(), OK)
    assert scripted.result == "fine"


@pytest.mark.parametrize("operation", [WRITE, DELETE])
@pytest.mark.parametrize("outcome", [connection_reset, timeout_error, garbled_body])
def test_write_that_may_be_processed_is_not_retried(
    operation: Operation[str | None], outcome: type[MemsyError]
) -> None:
    scripted = ScriptedExchange(operation).run(outcome())
    assert scripted.error is not None
    assert (scripted.error.attempts, scripted.error.maybe_processed) == (1, True)


@pytest.mark.parametrize("outcome", [connection_refused(), HTTPResponse(429), HTTPResponse(503)])
@pytest.mark.parametrize("operation", [WRITE, DELETE])
def test_write_that_was_not_processed_is_retried(
    operation: Operation[str | None], outcome: HTTPResponse | MemsyError
) -> None:
    assert ScriptedExchange(operation).run(outcome, OK).error is None


def test_refused_connection_is_retried_after_a_503() -> None:
    """A service that restarts behind a gateway causes these two responses."""
    assert ScriptedExchange(WRITE).run(HTTPResponse(503), connection_refused(), OK).error is None


@pytest.mark.parametrize("status", [408, 425, 500, 502, 504])
def test_write_is_not_retried_after_other_transient_status(status: int) -> None:
    scripted = ScriptedExchange(WRITE).run(HTTPResponse(status))
    assert scripted.error is not None
    assert scripted.error.attempts == 1
    assert scripted.error.maybe_processed is (status >= 500)


def test_404_to_a_repeated_delete_is_a_success() -> None:
    """The first attempt deleted the resource, and the gateway sent a 503."""
    scripted = ScriptedExchange(DELETE).run(HTTPResponse(503), HTTPResponse(404))
    assert scripted.error is None
    assert len(scripted.attempts) == 2


def test_404_to_the_first_delete_is_an_error() -> None:
    assert isinstance(ScriptedExchange(DELETE).run(HTTPResponse(404)).error, NotFoundError)


def test_404_to_repeated_delete_with_result_is_error() -> None:
    """The result of `clear` is a count, which a 404 lacks. The route itself may be unknown."""
    clear = endpoint("clear", "DELETE /clear/{tag}").operation(path_params={"tag": "t"})
    scripted = ScriptedExchange(clear).run(HTTPResponse(503), HTTPResponse(404))
    assert isinstance(scripted.error, NotFoundError)
    assert scripted.error.attempts == 2


def test_404_to_a_repeated_get_is_an_error() -> None:
    assert isinstance(
        ScriptedExchange().run(HTTPResponse(503), HTTPResponse(404)).error, NotFoundError
    )


@pytest.mark.parametrize("error", [MemsyTLSError("unknown authority"), MemsyResponseError("shape")])
def test_permanent_error_is_not_retried(error: MemsyError) -> None:
    assert ScriptedExchange().run(error).attempts[1:] == []


def test_exhausted_quota_is_not_retried() -> None:
    quota = HTTPResponse(429, {"retry-after": "1"}, b'{"error": "usage_limit_exceeded"}')
    scripted = ScriptedExchange().run(quota)
    assert isinstance(scripted.error, UsageLimitExceeded)
    assert scripted.error.attempts == 1


def test_error_of_the_last_retry_is_raised() -> None:
    scripted = ScriptedExchange().run(
        connection_reset(),
        HTTPResponse(500),
        HTTPResponse(429),
        HTTPResponse(503, {}, b'{"detail": "no"}'),
    )
    assert isinstance(scripted.error, ServerError)
    assert (scripted.error.status_code, scripted.error.attempts) == (503, 4)


def test_rate_limit_after_the_last_retry_is_rate_limit_exceeded() -> None:
    scripted = ScriptedExchange().run(HTTPResponse(429, {"retry-after": "1.5"}))
    assert isinstance(scripted.error, RateLimitExceeded)
    assert (scripted.error.retry_after, scripted.error.attempts) == (1.5, 4)


@pytest.mark.parametrize("retries", [0, 1, 5])
def test_number_of_attempts_is_max_retries_plus_one(retries: int) -> None:
    scripted = ScriptedExchange(policy=RetryPolicy(max_retries=retries), total=1000.0).run(
        HTTPResponse(503)
    )
    assert len(scripted.attempts) == retries + 1


def test_maybe_processed_is_kept_after_a_later_error() -> None:
    """The first attempt may have stored the events, regardless of the second."""
    scripted = ScriptedExchange(INGEST).run(connection_reset(), HTTPResponse(401))
    assert isinstance(scripted.error, AuthenticationError)
    assert scripted.error.maybe_processed


def test_maybe_processed_is_false_after_a_single_422() -> None:
    scripted = ScriptedExchange(INGEST).run(HTTPResponse(422))
    assert scripted.error is not None
    assert not scripted.error.maybe_processed


def test_message_has_route_and_attempts() -> None:
    scripted = ScriptedExchange(INGEST, RetryPolicy(max_retries=1)).run(connection_refused())
    assert str(scripted.error) == "POST /ingest: connection refused (2 attempts)"
    once = ScriptedExchange(DELETE, RetryPolicy(max_retries=0)).run(connection_refused())
    assert str(once.error) == "DELETE /orgs/{org_id}: connection refused (1 attempt)"


def test_message_of_an_error_response_comes_from_the_service() -> None:
    scripted = ScriptedExchange().run(HTTPResponse(404, {}, b'{"detail": "no such memory"}'))
    assert scripted.error is not None
    assert scripted.error.message == "Memsy API error 404: no such memory"


def test_response_with_another_schema_has_the_json_path() -> None:
    health = Endpoint(
        name="health", plane=Plane.DATA, method="GET", path="/health", response=HealthResponse
    )
    flow = exchange(
        health.operation(),
        RetryState(RetryPolicy(), RetryBudget(), random.random),
        Deadline.start(Clock(), Timeout()),
    )
    next(flow)
    with pytest.raises(MemsyResponseError) as excinfo:
        flow.send(HTTPResponse(200, {}, b'{"status": 1}'))
    assert (
        str(excinfo.value) == "GET /health: $.status: expected a string, got a number (1 attempt)"
    )
    assert excinfo.value.attempts == 1


def test_closed_client_makes_no_attempt() -> None:
    scripted = ScriptedExchange().run(MemsyClientClosedError("closed"))
    assert scripted.error is not None
    assert (str(scripted.error), scripted.error.attempts) == ("closed", 0)
    assert scripted.error.route == READ.route


def test_client_closed_during_a_call_keeps_attempts_and_maybe_processed() -> None:
    scripted = ScriptedExchange(INGEST).run(connection_reset(), MemsyClientClosedError("closed"))
    assert isinstance(scripted.error, MemsyClientClosedError)
    assert (scripted.error.attempts, scripted.error.maybe_processed) == (1, True)


def test_foreign_exception_passes_through_unchanged() -> None:
    """The exception is the same object, with the same message."""
    flow = exchange(
        READ,
        RetryState(RetryPolicy(), RetryBudget(), random.random),
        Deadline.start(Clock(), Timeout()),
    )
    next(flow)
    interrupt = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt) as excinfo:
        flow.throw(interrupt)
    assert excinfo.value is interrupt
    assert excinfo.value.args == ()


def test_each_attempt_of_a_read_may_use_the_whole_deadline() -> None:
    scripted = ScriptedExchange(total=100.0).run(HTTPResponse(503), OK)
    assert [attempt.deadline.ends_at for attempt in scripted.attempts] == [100.0, 100.0]


def test_retries_of_an_ingest_end_within_the_dedup_window() -> None:
    scripted = ScriptedExchange(INGEST, total=100.0).run(HTTPResponse(503))
    end_times = [attempt.deadline.ends_at for attempt in scripted.attempts]
    assert end_times == [100.0, 55.0, 55.0, 55.0]


def test_ingest_is_not_retried_after_the_dedup_window() -> None:
    """After the window the service would store the events a second time."""
    scripted = ScriptedExchange(INGEST, total=100.0).run(HTTPResponse(503), latency=56.0)
    assert isinstance(scripted.error, ServerError)
    assert scripted.error.attempts == 1


def test_read_is_retried_after_the_dedup_window() -> None:
    scripted = ScriptedExchange(total=1000.0).run(HTTPResponse(503), latency=56.0)
    assert len(scripted.attempts) == 4


def test_attempt_without_response_ends_at_the_deadline() -> None:
    scripted = ScriptedExchange(total=10.0).run(OK, latency=11.0)
    assert isinstance(scripted.error, MemsyTimeoutError)
    assert scripted.end_times == [10.0]


OUTCOMES = st.one_of(
    st.builds(connection_refused),
    st.builds(connection_reset),
    st.builds(timeout_error),
    st.builds(garbled_body),
    st.just(OK),
    st.builds(
        lambda status, seconds: HTTPResponse(
            status, {} if seconds is None else {"retry-after": seconds}
        ),
        st.sampled_from([400, 404, 408, 425, 429, 500, 502, 503, 504]),
        st.none() | st.floats(0, 70).map("{:.3f}".format) | st.sampled_from(["-5", "soon"]),
    ),
)


def scripted_exchange(
    generator: random.Random, operation: Operation[str | None], total: float
) -> ScriptedExchange:
    policy = RetryPolicy(
        max_retries=generator.randrange(6),
        backoff=generator.choice([0.0, 0.1, 1.0, 30.0]),
        dedup_window=generator.choice([0.0, 5.0, 55.0]),
    )
    return ScriptedExchange(operation, policy, total, random_source=generator.random)


def run_with_late_response(operation: Operation[str | None], response: HTTPResponse) -> str | None:
    """Run one exchange whose response is complete a second after the deadline."""
    clock = Clock()
    retries = RetryState(RetryPolicy(), RetryBudget(), random.random)
    flow = exchange(operation, retries, Deadline.start(clock, Timeout(total=30)))
    next(flow)
    clock.advance(31)
    with pytest.raises(StopIteration) as stopped:
        flow.send(response)
    result: str | None = stopped.value.value
    return result


def test_late_response_to_a_read_is_a_timeout() -> None:
    with pytest.raises(MemsyTimeoutError) as excinfo:
        run_with_late_response(READ, OK)
    assert "GET /console/memories/stats: no complete response within 30 s" in str(excinfo.value)
    assert (excinfo.value.attempts, excinfo.value.maybe_processed) == (1, True)


@pytest.mark.parametrize("operation", [INGEST, WRITE])
def test_late_response_to_a_write_is_decoded(operation: Operation[str | None]) -> None:
    """The caller cannot request its ids again."""
    assert run_with_late_response(operation, OK) == "fine"


def test_late_error_response_keeps_its_status() -> None:
    with pytest.raises(NotFoundError):
        run_with_late_response(READ, HTTPResponse(404))


def run_out_of_memory(response: HTTPResponse) -> str:
    raise MemoryError


@pytest.mark.parametrize("fails_in_transport", [True, False])
def test_missing_memory_for_a_response_is_an_unusable_response(*, fails_in_transport: bool) -> None:
    operation = endpoint("memories.stats", "GET /stats", decode=run_out_of_memory).operation()
    retries = RetryState(RetryPolicy(), RetryBudget(), random.random)
    flow = exchange(operation, retries, Deadline.start(Clock(), Timeout()))
    next(flow)
    with pytest.raises(MemsyResponseError) as excinfo:
        flow.throw(MemoryError()) if fails_in_transport else flow.send(OK)
    error = excinfo.value
    assert str(error) == (
        "GET /stats: not enough memory to receive and decode the response (1 attempt)"
    )
    assert (error.attempts, error.maybe_processed, error.is_retryable) == (1, True, False)
    assert error.__context__ is None


class HugeContent(bytes):
    """Content whose parsed form does not fit into the memory."""

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise MemoryError


def test_error_status_counts_without_memory_for_the_body() -> None:
    scripted = ScriptedExchange().run(HTTPResponse(404, {}, HugeContent(b"{}")))
    assert type(scripted.error) is NotFoundError


EXCHANGES = st.builds(
    scripted_exchange,
    st.randoms(use_true_random=False),
    st.sampled_from(OPERATIONS),
    st.floats(0.1, 120.0),
)
LATENCIES = st.floats(0, 40)


@given(EXCHANGES, st.lists(OUTCOMES, min_size=1, max_size=8), LATENCIES)
def test_no_attempt_starts_or_ends_after_the_deadline(
    scripted: ScriptedExchange, outcomes: list[HTTPResponse | MemsyError], latency: float
) -> None:
    scripted.run(*outcomes, latency=latency)
    assert all(start < scripted.total for start in scripted.start_times)
    assert all(end <= scripted.total for end in scripted.end_times)


@given(EXCHANGES, st.lists(OUTCOMES, min_size=1, max_size=8), LATENCIES)
def test_no_retry_of_an_ingest_starts_or_ends_after_the_dedup_window(
    scripted: ScriptedExchange, outcomes: list[HTTPResponse | MemsyError], latency: float
) -> None:
    scripted.operation = INGEST
    scripted.run(*outcomes, latency=latency)
    assert all(start < scripted.policy.dedup_window for start in scripted.start_times[1:])
    assert all(end <= scripted.policy.dedup_window for end in scripted.end_times[1:])


@given(EXCHANGES, st.lists(OUTCOMES, min_size=1, max_size=8), LATENCIES)
def test_number_of_attempts_is_bounded_and_reported(
    scripted: ScriptedExchange, outcomes: list[HTTPResponse | MemsyError], latency: float
) -> None:
    scripted.run(*outcomes, latency=latency)
    assert 1 <= len(scripted.attempts) <= scripted.policy.max_retries + 1
    assert scripted.error is None or scripted.error.attempts == len(scripted.attempts)


@given(EXCHANGES, st.floats(0, 70), st.sampled_from([429, 503]))
def test_pause_is_at_least_retry_after(
    scripted: ScriptedExchange, seconds: float, status: int
) -> None:
    scripted.run(HTTPResponse(status, {"retry-after": f"{seconds:.3f}"}))
    requested = float(f"{seconds:.3f}")
    assert all(requested <= pause <= requested * 1.1 + 1e-9 for pause in scripted.pauses)
    assert not scripted.pauses or requested <= 60


@given(EXCHANGES, st.lists(OUTCOMES, max_size=8), LATENCIES)
def test_success_returns_all_tokens_to_the_budget(
    scripted: ScriptedExchange, outcomes: list[HTTPResponse | MemsyError], latency: float
) -> None:
    scripted.run(*outcomes, OK, latency=latency)
    is_spent = not scripted.budget.take(500)
    assert is_spent == (scripted.error is not None and len(scripted.attempts) > 1)
