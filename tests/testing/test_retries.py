"""Tests of retries with fakes: errors, pauses, deadlines, budget, consent."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import NamedTuple

import pytest

from memsy import (
    AuthenticationError,
    ConflictError,
    EventPayload,
    MemsyAPIError,
    MemsyConnectionError,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    MemsyTLSError,
    NotFoundError,
    RateLimitExceeded,
    RedirectError,
    RetryPolicy,
    ServerError,
    UsageLimitExceeded,
    ValidationError,
)
from memsy.testing import (
    Clock,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalService,
    ServiceConfig,
)
from tests.support.service_clients import OpenClient, with_both_fakes

TEA = EventPayload("ann", "chat-1", "user_message", "I take my tea without sugar")
MANY = [EventPayload("ann", "chat-1", "user_message", f"cup number {n}") for n in range(1001)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(clock: Clock) -> LocalService:
    return LocalService(clock=clock)


class Case(NamedTuple):
    """A fault, and the kinds of operations that the client retries after it."""

    error: type[MemsyError] | int
    retries_search: bool
    retries_ingest: bool
    retries_write: bool


CASES = (
    Case(RateLimitExceeded, True, True, True),
    Case(503, True, True, True),
    *(Case(status, True, True, False) for status in (408, 425, 500, 502, 504)),
    Case(MemsyConnectionError, True, True, False),
    Case(MemsyResponseError, True, True, False),
    Case(MemsyTimeoutError, False, False, False),  # the first attempt takes the whole timeout
    *(
        Case(error, False, False, False)
        for error in (
            *(AuthenticationError, NotFoundError, ConflictError, ValidationError, RedirectError),
            *(UsageLimitExceeded, MemsyTLSError, 501, 400),
        )
    ),
)
with_each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.error))


@with_both_fakes
@with_each_case
def test_search_is_retried_after_temporary_errors(
    service: LocalService, open_client: OpenClient, case: Case
) -> None:
    service.faults.fail_next("search", case.error)
    with open_client(service) as memsy:
        if case.retries_search:
            assert memsy.search("tea").results == []
        else:
            with pytest.raises(MemsyError) as excinfo:
                memsy.search("tea")
            assert excinfo.value.attempts == 1


@with_both_fakes
@with_each_case
@pytest.mark.parametrize("stored", [False, True])
def test_ingest_is_retried_and_stored_once(
    service: LocalService, open_client: OpenClient, case: Case, stored: bool
) -> None:
    stored = stored and case.error is not MemsyTLSError
    service.faults.fail_next("ingest", case.error, stored=stored)
    with open_client(service) as memsy:
        if case.retries_ingest:
            memsy.ingest([TEA])
        else:
            with pytest.raises(MemsyError):
                memsy.ingest([TEA])
    assert len(service.events) == (case.retries_ingest or stored)


@with_both_fakes
@with_each_case
def test_other_write_is_retried_only_if_it_was_not_applied(
    service: LocalService, open_client: OpenClient, case: Case
) -> None:
    with open_client(service) as memsy:
        service.faults.fail_next("roles.create", case.error)
        if case.retries_write:
            assert memsy.roles.create("org_local", "host", "tea").name == "host"
        else:
            with pytest.raises(MemsyError):
                memsy.roles.create("org_local", "host", "tea")
            assert memsy.roles.list("org_local") == []


@with_both_fakes
def test_truncated_response_is_retried_if_safe(
    service: LocalService, open_client: OpenClient
) -> None:
    with open_client(service) as memsy:
        service.faults.truncate_next("ingest")
        memsy.ingest([TEA])
        service.faults.truncate_next("search")
        assert len(memsy.search("tea").results) == 1
        service.faults.truncate_next("roles.create")
        with pytest.raises(MemsyResponseError):
            memsy.roles.create("org_local", "host", "tea")
        assert len(memsy.roles.list("org_local")) == 1


@with_both_fakes
def test_retry_of_a_delete_with_a_lost_response_succeeds(
    service: LocalService, open_client: OpenClient
) -> None:
    """A 404 of a retry means that the deletion is done. A 404 of the first attempt is an error."""
    with open_client(service) as memsy:
        role = memsy.roles.create("org_local", "host", "tea")
        service.faults.fail_next("roles.delete", 503, stored=True)
        memsy.roles.delete(role.role_id, "org_local")
        with pytest.raises(NotFoundError):
            memsy.roles.delete(role.role_id, "org_local")


@with_both_fakes
def test_error_of_the_last_retry_is_raised(service: LocalService, open_client: OpenClient) -> None:
    service.faults.fail_next("search", MemsyConnectionError)
    service.faults.fail_next("search", 503)
    service.faults.fail_next("search", 502, times=2)
    with open_client(service) as memsy, pytest.raises(ServerError) as excinfo:
        memsy.search("tea")
    assert (excinfo.value.status_code, excinfo.value.attempts) == (502, 4)


@with_both_fakes
def test_four_retries_and_the_dedup_window_take_no_real_time(
    service: LocalService, clock: Clock, open_client: OpenClient
) -> None:
    service.faults.fail_next("ingest", RateLimitExceeded, retry_after=10, times=4)
    started_at = clock.now
    with open_client(service, retry=RetryPolicy(max_retries=4), timeout=100.0) as memsy:
        first = memsy.ingest([TEA]).event_ids
        assert timedelta(seconds=40) <= clock.now - started_at <= timedelta(seconds=44)
        clock.advance(60)
        assert memsy.ingest([TEA]).event_ids != first


@with_both_fakes
def test_all_requests_of_a_status_share_the_timeout(
    service: LocalService, clock: Clock, open_client: OpenClient
) -> None:
    service.faults.delay_next("status", 20.0, times=None)
    started_at = clock.now
    ids = [f"event-{number}" for number in range(5000)]
    with open_client(service, timeout=50.0) as memsy, pytest.raises(MemsyTimeoutError):
        memsy.status(ids)
    assert clock.now - started_at == timedelta(seconds=50)
    assert len(service.requests) == 3


@with_both_fakes
def test_retry_after_seconds_is_honoured(
    service: LocalService, clock: Clock, open_client: OpenClient
) -> None:
    service.faults.fail_next("search", RateLimitExceeded, retry_after=7)
    service.faults.fail_next("search", ServerError, retry_after=3)
    with open_client(service) as memsy:
        started_at = clock.now
        memsy.search("tea")
        assert timedelta(seconds=10) <= clock.now - started_at <= timedelta(seconds=11)


@with_both_fakes
def test_retry_after_date_is_honoured(
    service: LocalService, clock: Clock, open_client: OpenClient
) -> None:
    started_at = clock.now
    service.faults.fail_next("search", 503, retry_after=started_at + timedelta(seconds=20))
    service.faults.fail_next("search", 503, retry_after=started_at)
    with open_client(service) as memsy:
        memsy.search("tea")
    assert timedelta(seconds=20) <= clock.now - started_at <= timedelta(seconds=22)


@with_both_fakes
@pytest.mark.parametrize("retry_after", ["soon", "", "9" * 400, "Tue, 99 Foo 2026 25:61:61 GMT"])
def test_invalid_retry_after_is_ignored(
    service: LocalService, clock: Clock, open_client: OpenClient, retry_after: str
) -> None:
    started_at = clock.now
    service.faults.fail_next("search", RateLimitExceeded, retry_after=retry_after)
    with open_client(service) as memsy:
        memsy.search("tea")
    assert clock.now - started_at <= timedelta(seconds=1)


@with_both_fakes
@pytest.mark.parametrize(
    ("retry_after", "timeout"),
    [(61, 100.0), (10, 9.0)],
    ids=["above-the-maximum-of-the-policy", "beyond-the-deadline"],
)
def test_too_long_retry_after_ends_the_call(
    service: LocalService, clock: Clock, open_client: OpenClient, retry_after: float, timeout: float
) -> None:
    service.faults.fail_next("search", RateLimitExceeded, retry_after=retry_after)
    started_at = clock.now
    with (
        open_client(service, timeout=timeout) as memsy,
        pytest.raises(RateLimitExceeded) as excinfo,
    ):
        memsy.search("tea")
    assert (excinfo.value.attempts, clock.now) == (1, started_at)


@with_both_fakes
def test_ingest_is_not_retried_after_the_dedup_window(
    service: LocalService, open_client: OpenClient
) -> None:
    """The service would store the event again."""
    service.faults.delay_next("ingest", 50)
    service.faults.fail_next("ingest", RateLimitExceeded, retry_after=30, times=2)
    policy = RetryPolicy(max_retry_after=100)
    with open_client(service, retry=policy, timeout=300.0) as memsy:
        memsy.ingest([TEA])
        with pytest.raises(RateLimitExceeded) as excinfo:
            memsy.ingest([TEA])
        assert excinfo.value.attempts == 2


@with_both_fakes
def test_retry_budget_limits_retries_of_a_failing_service(
    service: LocalService, open_client: OpenClient
) -> None:
    """The budget of a client allows about 36 retries. Successful calls refill it."""
    service.faults.fail_next("*", 503, times=10_000)
    with open_client(service) as memsy:
        for _ in range(100):
            with pytest.raises(ServerError):
                memsy.search("tea")
        assert len(service.requests) - 100 <= 36
        service.faults.clear()
        for _ in range(50):
            memsy.search("tea")
        service.faults.fail_next("search", 503, times=3)
        assert memsy.search("tea").results == []


@with_both_fakes
def test_each_batch_of_an_ingest_has_its_own_retries(
    service: LocalService, open_client: OpenClient
) -> None:
    service.faults.fail_next("ingest", 503, times=3)
    service.faults.fail_next("ingest", 503, times=3, after=1)
    with open_client(service, timeout=300.0) as memsy:
        assert len(memsy.ingest(MANY).event_ids) == len(service.events) == 1001


@with_both_fakes
def test_partly_failed_ingest_reports_the_stored_ids(
    service: LocalService, open_client: OpenClient
) -> None:
    service.faults.fail_next("ingest", UsageLimitExceeded, after=2)
    with open_client(service) as memsy, pytest.raises(UsageLimitExceeded) as excinfo:
        memsy.ingest(MANY)
    assert list(excinfo.value.event_ids) == [event.event_id for event in service.events]
    assert len(excinfo.value.event_ids) == 1000


@with_both_fakes
def test_client_without_retries_raises_the_first_error(
    service: LocalService, open_client: OpenClient
) -> None:
    service.faults.fail_next("search", 503)
    with (
        open_client(service, retry=RetryPolicy(max_retries=0)) as memsy,
        pytest.raises(MemsyAPIError),
    ):
        memsy.search("tea")


def test_wait_for_consent_retries_errors_and_times_out(service: LocalService, clock: Clock) -> None:
    control = FakeMemsyControlClient(service=service)
    connection = control.connectors.create("notion")
    service.faults.fail_next("connectors.list_resources", 503, times=2)
    started_at = clock.now
    with pytest.raises(MemsyTimeoutError, match="still not ready after 60 s"):
        control.connectors.wait_until_authorized(connection.connector_id, timeout=60)
    assert timedelta(seconds=60) <= clock.now - started_at < timedelta(seconds=61)


def test_wait_for_consent_ends_with_an_error_other_than_409(
    service: LocalService, clock: Clock
) -> None:
    control = FakeMemsyControlClient(service=service)
    connector_id = control.connectors.create("notion").connector_id
    service.faults.fail_next("connectors.list_resources", NotFoundError, after=2)
    with pytest.raises(NotFoundError):
        control.connectors.wait_until_authorized(connector_id)
    assert clock.now == Clock().now + timedelta(seconds=6)


@pytest.mark.parametrize(("after", "message"), [(0, "no response"), (10, "still not ready")])
def test_wait_for_consent_times_out_without_a_response(
    service: LocalService, clock: Clock, after: int, message: str
) -> None:
    """The message differs if an earlier poll got a response."""
    control = FakeMemsyControlClient(service=service, timeout=100.0)
    connector_id = control.connectors.create("notion").connector_id
    service.faults.fail_next("connectors.list_resources", MemsyTimeoutError, after=after)
    with pytest.raises(MemsyTimeoutError, match=message):
        control.connectors.wait_until_authorized(connector_id, timeout=60)
    assert clock.now - Clock().now < timedelta(seconds=61)


async def test_wait_for_consent_ends_with_the_consent(service: LocalService, clock: Clock) -> None:
    control = FakeAsyncMemsyControlClient(service=service)
    connection = await control.connectors.create("notion")

    async def consent() -> None:
        await clock.sleep_async(31)
        service.connectors.authorize(connection.connector_id)

    wait = control.connectors.wait_until_authorized(connection.connector_id, timeout=60)
    resources, _ = await asyncio.gather(wait, consent())
    assert [resource.name for resource in resources] == ["Local workspace"]
    assert clock.now == Clock().now + timedelta(seconds=33)


def test_quota_error_is_never_retried(clock: Clock) -> None:
    service = LocalService(clock=clock, config=ServiceConfig(limits={"search_queries": 1}))
    memsy = FakeMemsyClient(service=service)
    memsy.search("tea")
    with pytest.raises(UsageLimitExceeded) as excinfo:
        memsy.search("tea")
    assert (excinfo.value.attempts, clock.now) == (1, Clock().now)
