"""Every branch of retrying, played by the fakes alone: what a user could write as well as we."""

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
    """A failure, and whether a search, an ingest and another write are tried again after it."""

    error: type[MemsyError] | int
    reads: bool
    ingests: bool
    writes: bool


CASES = (
    Case(RateLimitExceeded, True, True, True),
    Case(503, True, True, True),
    *(Case(status, True, True, False) for status in (408, 425, 500, 502, 504)),
    Case(MemsyConnectionError, True, True, False),
    Case(MemsyResponseError, True, True, False),
    Case(MemsyTimeoutError, False, False, False),  # it takes all the time there is
    *(
        Case(error, False, False, False)
        for error in (
            *(AuthenticationError, NotFoundError, ConflictError, ValidationError, RedirectError),
            *(UsageLimitExceeded, MemsyTLSError, 501, 400),
        )
    ),
)
every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.error))


@with_both_fakes
@every_case
def test_a_read_is_repeated_if_that_may_help(
    service: LocalService, opened: OpenClient, case: Case
) -> None:
    service.faults.fail_next("search", case.error)
    with opened(service) as memsy:
        if case.reads:
            assert memsy.search("tea").results == []
        else:
            with pytest.raises(MemsyError) as caught:
                memsy.search("tea")
            assert caught.value.attempts == 1


@with_both_fakes
@every_case
@pytest.mark.parametrize("stored", [False, True])
def test_an_ingest_is_repeated_and_stored_once(
    service: LocalService, opened: OpenClient, case: Case, stored: bool
) -> None:
    stored = stored and case.error is not MemsyTLSError
    service.faults.fail_next("ingest", case.error, stored=stored)
    with opened(service) as memsy:
        if case.ingests:
            memsy.ingest([TEA])
        else:
            with pytest.raises(MemsyError):
                memsy.ingest([TEA])
    assert len(service.events) == (case.ingests or stored)


@with_both_fakes
@every_case
def test_another_write_is_repeated_only_if_it_was_not_done(
    service: LocalService, opened: OpenClient, case: Case
) -> None:
    with opened(service) as memsy:
        service.faults.fail_next("roles.create", case.error)
        if case.writes:
            assert memsy.roles.create("org_local", "host", "tea").name == "host"
        else:
            with pytest.raises(MemsyError):
                memsy.roles.create("org_local", "host", "tea")
            assert memsy.roles.list("org_local") == []


@with_both_fakes
def test_half_an_answer_is_asked_for_again_where_that_does_no_harm(
    service: LocalService, opened: OpenClient
) -> None:
    with opened(service) as memsy:
        service.faults.truncate_next("ingest")
        memsy.ingest([TEA])
        service.faults.truncate_next("search")
        assert len(memsy.search("tea").results) == 1
        service.faults.truncate_next("roles.create")
        with pytest.raises(MemsyResponseError):
            memsy.roles.create("org_local", "host", "tea")
        assert len(memsy.roles.list("org_local")) == 1


@with_both_fakes
def test_what_was_deleted_by_an_attempt_that_was_lost_is_deleted(
    service: LocalService, opened: OpenClient
) -> None:
    """The second attempt finds nothing, which is what was wanted; a first one must find it."""
    with opened(service) as memsy:
        role = memsy.roles.create("org_local", "host", "tea")
        service.faults.fail_next("roles.delete", 503, stored=True)
        memsy.roles.delete(role.role_id, "org_local")
        with pytest.raises(NotFoundError):
            memsy.roles.delete(role.role_id, "org_local")


@with_both_fakes
def test_the_last_refusal_is_the_one_raised(service: LocalService, opened: OpenClient) -> None:
    service.faults.fail_next("search", MemsyConnectionError)
    service.faults.fail_next("search", 503)
    service.faults.fail_next("search", 502, times=2)
    with opened(service) as memsy, pytest.raises(ServerError) as caught:
        memsy.search("tea")
    assert (caught.value.status_code, caught.value.attempts) == (502, 4)


@with_both_fakes
def test_four_retries_and_the_whole_window_take_no_time(
    service: LocalService, clock: Clock, opened: OpenClient
) -> None:
    service.faults.fail_next("ingest", RateLimitExceeded, retry_after=10, times=4)
    began = clock.now
    with opened(service, retry=RetryPolicy(max_retries=4), timeout=100.0) as memsy:
        first = memsy.ingest([TEA]).event_ids
        assert timedelta(seconds=40) <= clock.now - began <= timedelta(seconds=44)
        clock.advance(60)
        assert memsy.ingest([TEA]).event_ids != first


@with_both_fakes
def test_a_pause_is_as_long_as_the_service_asks_for(
    service: LocalService, clock: Clock, opened: OpenClient
) -> None:
    service.faults.fail_next("search", RateLimitExceeded, retry_after=7)
    service.faults.fail_next("search", ServerError, retry_after=3)
    with opened(service) as memsy:
        began = clock.now
        memsy.search("tea")
        assert timedelta(seconds=10) <= clock.now - began <= timedelta(seconds=11)


@with_both_fakes
def test_a_moment_to_wait_for_is_waited_for(
    service: LocalService, clock: Clock, opened: OpenClient
) -> None:
    began = clock.now
    service.faults.fail_next("search", 503, retry_after=began + timedelta(seconds=20))
    service.faults.fail_next("search", 503, retry_after=began)
    with opened(service) as memsy:
        memsy.search("tea")
    assert timedelta(seconds=20) <= clock.now - began <= timedelta(seconds=22)


@with_both_fakes
@pytest.mark.parametrize("nonsense", ["soon", "", "9" * 400, "Tue, 99 Foo 2026 25:61:61 GMT"])
def test_a_wish_that_nobody_understands_is_none(
    service: LocalService, clock: Clock, opened: OpenClient, nonsense: str
) -> None:
    began = clock.now
    service.faults.fail_next("search", RateLimitExceeded, retry_after=nonsense)
    with opened(service) as memsy:
        memsy.search("tea")
    assert clock.now - began <= timedelta(seconds=1)


@with_both_fakes
@pytest.mark.parametrize(
    ("retry_after", "timeout"),
    [(61, 100.0), (10, 9.0)],
    ids=["longer than the policy waits", "beyond the deadline"],
)
def test_who_is_asked_to_wait_for_too_long_does_not(
    service: LocalService, clock: Clock, opened: OpenClient, retry_after: float, timeout: float
) -> None:
    service.faults.fail_next("search", RateLimitExceeded, retry_after=retry_after)
    began = clock.now
    with opened(service, timeout=timeout) as memsy, pytest.raises(RateLimitExceeded) as caught:
        memsy.search("tea")
    assert (caught.value.attempts, clock.now) == (1, began)


@with_both_fakes
def test_an_ingest_is_not_repeated_beyond_the_window(
    service: LocalService, opened: OpenClient
) -> None:
    """The service would take the event for a new one."""
    service.faults.delay_next("ingest", 50)
    service.faults.fail_next("ingest", RateLimitExceeded, retry_after=30, times=2)
    policy = RetryPolicy(max_retry_after=100)
    with opened(service, retry=policy, timeout=300.0) as memsy:
        memsy.ingest([TEA])
        with pytest.raises(RateLimitExceeded) as caught:
            memsy.ingest([TEA])
        assert caught.value.attempts == 2


@with_both_fakes
def test_a_dead_service_is_not_stormed(service: LocalService, opened: OpenClient) -> None:
    """The budget of a client lasts for some 36 retries, and comes back with what succeeds."""
    service.faults.fail_next("*", 503, times=10_000)
    with opened(service) as memsy:
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
def test_of_a_long_ingest_each_part_has_its_retries(
    service: LocalService, opened: OpenClient
) -> None:
    service.faults.fail_next("ingest", 503, times=3)
    service.faults.fail_next("ingest", 503, times=3, after=1)
    with opened(service, timeout=300.0) as memsy:
        assert len(memsy.ingest(MANY).event_ids) == len(service.events) == 1001


@with_both_fakes
def test_of_a_long_ingest_that_fails_it_is_known_what_is_stored(
    service: LocalService, opened: OpenClient
) -> None:
    service.faults.fail_next("ingest", UsageLimitExceeded, after=2)
    with opened(service) as memsy, pytest.raises(UsageLimitExceeded) as caught:
        memsy.ingest(MANY)
    assert list(caught.value.event_ids) == [event.event_id for event in service.events]
    assert len(caught.value.event_ids) == 1000


@with_both_fakes
def test_a_client_without_retries_takes_the_first_answer(
    service: LocalService, opened: OpenClient
) -> None:
    service.faults.fail_next("search", 503)
    with opened(service, retry=RetryPolicy(max_retries=0)) as memsy, pytest.raises(MemsyAPIError):
        memsy.search("tea")


def test_waiting_for_consent_outlasts_refusals_and_gives_up_in_time(
    service: LocalService, clock: Clock
) -> None:
    control = FakeMemsyControlClient(service=service)
    connection = control.connectors.create("notion")
    service.faults.fail_next("connectors.list_resources", 503, times=2)
    began = clock.now
    with pytest.raises(MemsyTimeoutError, match="still not ready after 60 s"):
        control.connectors.wait_until_authorized(connection.connector_id, timeout=60)
    assert timedelta(seconds=60) <= clock.now - began < timedelta(seconds=61)


def test_waiting_for_consent_ends_with_a_refusal_that_says_more_than_not_yet(
    service: LocalService, clock: Clock
) -> None:
    control = FakeMemsyControlClient(service=service)
    connector_id = control.connectors.create("notion").connector_id
    service.faults.fail_next("connectors.list_resources", NotFoundError, after=2)
    with pytest.raises(NotFoundError):
        control.connectors.wait_until_authorized(connector_id)
    assert clock.now == Clock().now + timedelta(seconds=6)


@pytest.mark.parametrize(("after", "words"), [(0, "no answer"), (10, "still not ready")])
def test_waiting_for_consent_ends_in_silence(
    service: LocalService, clock: Clock, after: int, words: str
) -> None:
    """A service that said "not yet" before is known to be there."""
    control = FakeMemsyControlClient(service=service, timeout=100.0)
    connector_id = control.connectors.create("notion").connector_id
    service.faults.fail_next("connectors.list_resources", MemsyTimeoutError, after=after)
    with pytest.raises(MemsyTimeoutError, match=words):
        control.connectors.wait_until_authorized(connector_id, timeout=60)
    assert clock.now - Clock().now < timedelta(seconds=61)


async def test_waiting_for_consent_ends_with_it(service: LocalService, clock: Clock) -> None:
    control = FakeAsyncMemsyControlClient(service=service)
    connection = await control.connectors.create("notion")

    async def consent() -> None:
        await clock.sleep_async(31)
        service.connectors.authorize(connection.connector_id)

    waiting = control.connectors.wait_until_authorized(connection.connector_id, timeout=60)
    offered, _ = await asyncio.gather(waiting, consent())
    assert [resource.name for resource in offered] == ["Local workspace"]
    assert clock.now == Clock().now + timedelta(seconds=33)


def test_a_quota_is_never_tried_again(clock: Clock) -> None:
    service = LocalService(clock=clock, config=ServiceConfig(limits={"search_queries": 1}))
    memsy = FakeMemsyClient(service=service)
    memsy.search("tea")
    with pytest.raises(UsageLimitExceeded) as caught:
        memsy.search("tea")
    assert (caught.value.attempts, clock.now) == (1, Clock().now)
