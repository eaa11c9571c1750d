"""Injected faults as clients see them: fake and real, sync and async."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest

from memsy import (
    AgentSignupError,
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
from tests.support.service_clients import REAL, OpenClient, with_both_fakes, with_each_client

TEA = EventPayload("ann", "chat-1", "user_message", "I take my tea without sugar")
NO_RETRY = RetryPolicy(max_retries=0)
NO_BACKOFF = RetryPolicy(backoff=0.0)

ERRORS = [
    member
    for member in vars(exceptions).values()
    if inspect.isclass(member) and issubclass(member, MemsyError)
]
CLIENT_ERRORS = (MemsyError, MemsyConfigurationError, MemsyClientClosedError, AgentSignupError)
"""Errors that no response of a service can cause."""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service(clock: Clock) -> LocalService:
    return LocalService(clock=clock)


@with_each_client
@pytest.mark.parametrize("error", [error for error in ERRORS if error not in CLIENT_ERRORS])
def test_fail_next_makes_a_client_raise_any_error(
    service: LocalService, open_client: OpenClient, error: type[MemsyError]
) -> None:
    timeout = 0.5 if error is MemsyTimeoutError else 5.0  # the first one passes on a real clock
    with open_client(service, retry=NO_RETRY, timeout=timeout) as memsy:
        service.faults.fail_next("search", error)
        with pytest.raises(MemsyError) as excinfo:
            memsy.search("tea")
        # Plain HTTP has no certificate to reject.
        is_real = error is MemsyTLSError and open_client in REAL
        assert type(excinfo.value) is (MemsyConnectionError if is_real else error)
        assert memsy.search("tea").results == []


def test_client_side_errors_need_no_fault() -> None:
    memsy = FakeMemsyClient()
    with pytest.raises(MemsyConfigurationError):
        memsy.search("tea", actor_id="")
    memsy.close()
    with pytest.raises(MemsyClientClosedError):
        memsy.search("tea")


@pytest.mark.parametrize("error", [error for error in ERRORS if issubclass(error, MemsyAPIError)])
def test_fail_next_works_on_the_control_plane(
    service: LocalService, error: type[MemsyAPIError]
) -> None:
    """The control plane has another shape of error responses."""
    service.faults.fail_next("keys.list", error)
    with pytest.raises(MemsyAPIError) as excinfo:
        FakeMemsyControlClient(service=service, max_retries=0).keys.list()
    assert type(excinfo.value) is error
    assert excinfo.value.error_code or error.__name__ in {"AuthenticationError", "ValidationError"}


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


@with_each_client
@pytest.mark.parametrize(
    ("error", "details"), DETAILS, ids=lambda value: getattr(value, "__name__", "")
)
def test_details_become_attributes_of_the_exception(
    service: LocalService,
    open_client: OpenClient,
    error: type[MemsyAPIError],
    details: dict[str, Any],
) -> None:
    service.faults.fail_next("search", error, **details)
    with open_client(service, retry=NO_RETRY) as memsy, pytest.raises(error) as excinfo:
        memsy.search("tea")
    assert {name: getattr(excinfo.value, name) for name in details} == details


@with_each_client
def test_detail_becomes_the_message_of_the_exception(
    service: LocalService, open_client: OpenClient
) -> None:
    service.faults.fail_next("search", RateLimitExceeded, detail="come back tomorrow")
    service.faults.fail_next("search", ValidationError, detail="no such tea")
    with open_client(service, retry=NO_RETRY) as memsy:
        with pytest.raises(RateLimitExceeded, match="come back tomorrow") as excinfo:
            memsy.search("tea")
        assert excinfo.value.detail == "come back tomorrow"
        with pytest.raises(ValidationError, match="no such tea"):
            memsy.search("tea")


@with_each_client
@pytest.mark.parametrize("stored", [False, True])
def test_connection_is_lost_before_or_after_processing(
    service: LocalService, open_client: OpenClient, stored: bool
) -> None:
    """The client sets `maybe_processed` in both cases, and a retry stores no duplicate."""
    service.faults.fail_next("ingest", MemsyConnectionError, stored=stored)
    with open_client(service, retry=NO_RETRY) as memsy:
        with pytest.raises(MemsyConnectionError, match="without a response") as excinfo:
            memsy.ingest([TEA])
        assert (excinfo.value.maybe_processed, len(service.events)) == (True, int(stored))
        memsy.ingest([TEA])
    assert len(service.events) == 1


@with_each_client
def test_truncated_response_is_retried(service: LocalService, open_client: OpenClient) -> None:
    service.faults.truncate_next("ingest")
    with open_client(service, retry=NO_BACKOFF) as memsy:
        (event_id,) = memsy.ingest([TEA]).event_ids
    assert [event.event_id for event in service.events] == [event_id]
    assert [request.fault for request in service.requests] == ["truncated body", None]


@with_each_client
def test_truncated_response_without_retries_is_an_error(
    service: LocalService, open_client: OpenClient
) -> None:
    service.faults.truncate_next("search")
    truncated = pytest.raises(MemsyResponseError, match="middle of its body")
    with open_client(service, retry=NO_RETRY) as memsy, truncated as excinfo:
        memsy.search("tea")
    assert excinfo.value.is_retryable


def test_truncating_an_empty_response_loses_the_connection(service: LocalService) -> None:
    """The fake and the real client see the same error."""
    with (
        LocalServer(service) as server,
        MemsyControlClient(server.control_url, service.api_key, retry=NO_RETRY) as real,
        FakeMemsyControlClient(service=service, retry=NO_RETRY) as fake,
    ):
        for memsy in (fake, real):
            issued = memsy.keys.create("tea")
            service.faults.truncate_next("keys.delete")
            with pytest.raises(MemsyConnectionError, match="without a response"):
                memsy.keys.delete(issued.key_id)
    assert [request.status for request in service.requests if request.fault] == [204, 204]


@with_each_client
@pytest.mark.parametrize("timeout", [0.1, Timeout(total=9.0, read=0.1)])
def test_response_delayed_beyond_the_timeout_is_a_timeout(
    service: LocalService, open_client: OpenClient, timeout: float | Timeout
) -> None:
    """The service has processed the request."""
    service.faults.delay_next("ingest", 0.4)
    too_late = pytest.raises(MemsyTimeoutError, match=r"within 0\.1 s")
    with open_client(service, retry=NO_RETRY, timeout=timeout) as memsy, too_late as excinfo:
        memsy.ingest([TEA])
    assert (excinfo.value.maybe_processed, len(service.events)) == (True, 1)


@with_each_client
def test_response_delayed_within_the_timeout_is_returned(
    service: LocalService, open_client: OpenClient
) -> None:
    service.faults.delay_next("search", 0.05)
    with open_client(service, retry=NO_RETRY, timeout=5.0) as memsy:
        assert memsy.search("tea").results == []


@with_each_client
@pytest.mark.parametrize("timeout", [0.5, Timeout(total=0.5, read=0.3)])
def test_dripping_response_ends_at_the_deadline(
    service: LocalService, open_client: OpenClient, timeout: float | Timeout
) -> None:
    """The read timeout does not apply, because bytes keep arriving."""
    service.faults.drip_next("ingest")
    too_late = pytest.raises(MemsyTimeoutError, match=r"no complete response within 0\.5 s")
    with open_client(service, retry=NO_RETRY, timeout=timeout) as memsy, too_late:
        memsy.ingest([TEA])
    assert len(service.events) == 1


@with_both_fakes
def test_delay_in_a_fake_passes_on_the_clock(
    service: LocalService, clock: Clock, open_client: OpenClient
) -> None:
    started_at = clock.now
    service.faults.delay_next("search", 20)
    service.faults.fail_next("search", MemsyTimeoutError)
    with open_client(service, retry=NO_RETRY) as memsy:
        memsy.search("tea")
        assert clock.now - started_at == timedelta(seconds=20)
        with pytest.raises(MemsyTimeoutError):
            memsy.search("tea")
        assert clock.now - started_at == timedelta(seconds=50)


@with_each_client
def test_acknowledged_events_are_stored_exactly_once_under_chaos(
    service: LocalService, open_client: OpenClient
) -> None:
    service.faults.chaos(0.3, seed=11)
    acknowledged: list[str] = []
    with open_client(service, retry=RetryPolicy(max_retries=12, backoff=0.0)) as memsy:
        for number in range(40):
            event = EventPayload("ann", "chat-1", "user_message", f"tea number {number}")
            acknowledged += memsy.ingest([event]).event_ids
    assert [event.event_id for event in service.events] == acknowledged
    assert any(request.fault for request in service.requests)


@with_each_client
def test_error_after_all_retries_has_the_detail_of_the_service(
    service: LocalService, open_client: OpenClient
) -> None:
    service.faults.fail_next("*", 503, times=4, detail="back at noon")
    down = pytest.raises(ServerError, match="back at noon")
    with open_client(service, retry=NO_BACKOFF) as memsy, down as excinfo:
        memsy.search("tea")
    assert (excinfo.value.status_code, excinfo.value.attempts) == (503, 4)
