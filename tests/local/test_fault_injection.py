"""What a test scripts at the service is what a client meets, in memory and over HTTP alike."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest

from memsy import (
    AuthorizationError,
    BillingNotEnabledError,
    EventPayload,
    FeatureNotAvailable,
    KeyLimitReachedError,
    MemsyAPIError,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyControlClient,
    MemsyError,
    MemsyResponseError,
    MemsyTimeoutError,
    MemsyTLSError,
    OrgLimitReachedError,
    RateLimitExceeded,
    RetryPolicy,
    SeatLimitReachedError,
    ServerError,
    Timeout,
    UsageLimitExceeded,
    ValidationError,
    exceptions,
)
from memsy.testing import (
    Clock,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalServer,
    LocalService,
)
from tests.support.service_clients import REAL, OpenClient, with_both_fakes, with_every_client

TEA = EventPayload("ann", "chat-1", "user_message", "I take my tea without sugar")
ONCE = RetryPolicy(max_retries=0)
AT_ONCE = RetryPolicy(backoff=0.0)

TREE = [
    member
    for member in vars(exceptions).values()
    if inspect.isclass(member) and issubclass(member, MemsyError)
]
AT_HOME = (MemsyError, MemsyConfigurationError, MemsyClientClosedError)
"""What no service brings about."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(clock: Clock) -> LocalService:
    return LocalService(clock=clock)


@with_every_client
@pytest.mark.parametrize("error", [error for error in TREE if error not in AT_HOME])
def test_every_exception_is_one_line_away(
    service: LocalService, opened: OpenClient, error: type[MemsyError]
) -> None:
    with opened(service, retry=ONCE, timeout=0.2) as memsy:
        service.faults.fail_next("search", error)
        with pytest.raises(MemsyError) as caught:
            memsy.search("tea")
        # No certificate stands in the way of plain HTTP.
        is_real = error is MemsyTLSError and opened in REAL
        assert type(caught.value) is (MemsyConnectionError if is_real else error)
        assert memsy.search("tea").results == []


def test_those_that_no_service_brings_about_are_one_line_away_too() -> None:
    memsy = FakeMemsyClient()
    with pytest.raises(MemsyConfigurationError):
        memsy.search("tea", actor_id="")
    memsy.close()
    with pytest.raises(MemsyClientClosedError):
        memsy.search("tea")


@pytest.mark.parametrize("error", [error for error in TREE if issubclass(error, MemsyAPIError)])
def test_the_control_plane_meets_the_same(
    service: LocalService, error: type[MemsyAPIError]
) -> None:
    """Where refusals have another shape."""
    service.faults.fail_next("keys.list", error)
    with pytest.raises(MemsyAPIError) as caught:
        FakeMemsyControlClient(service=service, max_retries=0).keys.list()
    assert type(caught.value) is error
    assert caught.value.error_code or error.__name__ in {"AuthenticationError", "ValidationError"}


DETAILS: list[tuple[type[MemsyAPIError], dict[str, Any]]] = [
    (RateLimitExceeded, {"retry_after": 12.5}),
    (AuthorizationError, {"required_scope": "write"}),
    (FeatureNotAvailable, {"feature": "slack", "current_tier": "free", "upgrade_url": "https://a"}),
    (UsageLimitExceeded, {"dimension": "llm_tokens", "current": 8, "limit": 7, "upgrade_url": "u"}),
    (OrgLimitReachedError, {"limit": 3, "current": 4}),
    (KeyLimitReachedError, {"limit": 3, "current": 4}),
    (BillingNotEnabledError, {"interest_path": "/interest/pro"}),
    (
        SeatLimitReachedError,
        {"purchased_seats": 3, "assigned_seats": 2, "pending_invites": 1},
    ),
    (ValidationError, {"errors": [{"loc": ["body", "q"], "msg": "no", "type": "value_error"}]}),
]


@with_every_client
@pytest.mark.parametrize(
    ("error", "details"), DETAILS, ids=lambda one: getattr(one, "__name__", "")
)
def test_an_exception_has_the_details_that_were_planned(
    service: LocalService, opened: OpenClient, error: type[MemsyAPIError], details: dict[str, Any]
) -> None:
    service.faults.fail_next("search", error, **details)
    with opened(service, retry=ONCE) as memsy, pytest.raises(error) as caught:
        memsy.search("tea")
    assert {name: getattr(caught.value, name) for name in details} == details


@with_every_client
def test_an_exception_says_what_was_planned(service: LocalService, opened: OpenClient) -> None:
    service.faults.fail_next("search", RateLimitExceeded, detail="come back tomorrow")
    service.faults.fail_next("search", ValidationError, detail="no such tea")
    with opened(service, retry=ONCE) as memsy:
        with pytest.raises(RateLimitExceeded, match="come back tomorrow") as caught:
            memsy.search("tea")
        assert caught.value.detail == "come back tomorrow"
        with pytest.raises(ValidationError, match="no such tea"):
            memsy.search("tea")


@with_every_client
@pytest.mark.parametrize("stored", [False, True])
def test_a_connection_is_lost_before_or_after_the_event_is_stored(
    service: LocalService, opened: OpenClient, stored: bool
) -> None:
    """The client cannot know, and says so; asking again does no harm."""
    service.faults.fail_next("ingest", MemsyConnectionError, stored=stored)
    with opened(service, retry=ONCE) as memsy:
        with pytest.raises(MemsyConnectionError, match="without an answer") as caught:
            memsy.ingest([TEA])
        assert (caught.value.maybe_processed, len(service.events)) == (True, int(stored))
        memsy.ingest([TEA])
    assert len(service.events) == 1


@with_every_client
def test_half_an_answer_is_asked_for_again(service: LocalService, opened: OpenClient) -> None:
    service.faults.truncate_next("ingest")
    with opened(service, retry=AT_ONCE) as memsy:
        (event_id,) = memsy.ingest([TEA]).event_ids
    assert [event.event_id for event in service.events] == [event_id]
    assert [request.fault for request in service.requests] == ["truncated body", None]


@with_every_client
def test_half_an_answer_is_no_answer(service: LocalService, opened: OpenClient) -> None:
    service.faults.truncate_next("search")
    halfway = pytest.raises(MemsyResponseError, match="middle of its body")
    with opened(service, retry=ONCE) as memsy, halfway as caught:
        memsy.search("tea")
    assert caught.value.is_retryable


def test_an_answer_without_a_body_has_no_middle(service: LocalService) -> None:
    """So that the connection is lost before anything of it is there, over HTTP as well."""
    with (
        LocalServer(service) as server,
        MemsyControlClient(server.control_url, service.api_key, retry=ONCE) as real,
        FakeMemsyControlClient(service=service, retry=ONCE) as fake,
    ):
        for memsy in (fake, real):
            issued = memsy.keys.create("tea")
            service.faults.truncate_next("keys.delete")
            with pytest.raises(MemsyConnectionError, match="without an answer"):
                memsy.keys.delete(issued.key_id)
    assert [request.status for request in service.requests if request.fault] == [204, 204]


@with_every_client
@pytest.mark.parametrize("timeout", [0.1, Timeout(total=9.0, read=0.1)])
def test_an_answer_that_comes_too_late_is_not_waited_for(
    service: LocalService, opened: OpenClient, timeout: float | Timeout
) -> None:
    """Though the service does what it was asked to."""
    service.faults.delay_next("ingest", 0.4)
    too_late = pytest.raises(MemsyTimeoutError, match=r"within 0\.1 s")
    with opened(service, retry=ONCE, timeout=timeout) as memsy, too_late as caught:
        memsy.ingest([TEA])
    assert (caught.value.maybe_processed, len(service.events)) == (True, 1)


@with_every_client
def test_an_answer_that_comes_late_is_good(service: LocalService, opened: OpenClient) -> None:
    service.faults.delay_next("search", 0.05)
    with opened(service, retry=ONCE, timeout=5.0) as memsy:
        assert memsy.search("tea").results == []


@with_every_client
@pytest.mark.parametrize("timeout", [0.15, Timeout(total=0.15, read=0.1)])
def test_an_answer_that_drips_is_waited_for_to_the_deadline(
    service: LocalService, opened: OpenClient, timeout: float | Timeout
) -> None:
    """Whatever the patience is between two drops."""
    service.faults.drip_next("ingest")
    too_late = pytest.raises(MemsyTimeoutError, match=r"no whole answer within 0\.15 s")
    with opened(service, retry=ONCE, timeout=timeout) as memsy, too_late:
        memsy.ingest([TEA])
    assert len(service.events) == 1


@with_both_fakes
def test_late_is_as_the_clock_has_it(
    service: LocalService, clock: Clock, opened: OpenClient
) -> None:
    began = clock.now
    service.faults.delay_next("search", 20)
    service.faults.fail_next("search", MemsyTimeoutError)
    with opened(service, retry=ONCE) as memsy:
        memsy.search("tea")
        assert clock.now - began == timedelta(seconds=20)
        with pytest.raises(MemsyTimeoutError):
            memsy.search("tea")
        assert clock.now - began == timedelta(seconds=50)


@with_every_client
def test_nothing_is_lost_in_chaos(service: LocalService, opened: OpenClient) -> None:
    """And nothing stored twice: whatever was acknowledged stands there, once."""
    service.faults.chaos(0.3, seed=11)
    acknowledged: list[str] = []
    with opened(service, retry=RetryPolicy(max_retries=12, backoff=0.0)) as memsy:
        for number in range(40):
            event = EventPayload("ann", "chat-1", "user_message", f"tea number {number}")
            acknowledged += memsy.ingest([event]).event_ids
    assert [event.event_id for event in service.events] == acknowledged
    assert any(request.fault for request in service.requests)


@with_every_client
def test_a_service_that_is_down_is_told_of_in_its_own_words(
    service: LocalService, opened: OpenClient
) -> None:
    service.faults.fail_next("*", 503, times=4, detail="back at noon")
    down = pytest.raises(ServerError, match="back at noon")
    with opened(service, retry=AT_ONCE) as memsy, down as caught:
        memsy.search("tea")
    assert (caught.value.status_code, caught.value.attempts) == (503, 4)
