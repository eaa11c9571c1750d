"""Fault scheduling: order, counts, validation, quotas and chaos."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any, get_args

import pytest
from attrs import evolve

from memsy import (
    EventPayload,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyError,
    MemsyTLSError,
    NotFoundError,
    RateLimitExceeded,
    ServerError,
    UsageLimitExceeded,
    ValidationError,
)
from memsy._core.http import HTTPRequest
from memsy._endpoints import endpoints
from memsy.testing import FakeMemsyClient, LocalService, OperationName
from tests.support.endpoints import SIGNUP_ENDPOINTS
from tests.support.service_requests import ServiceClient, event


def status_of(api: ServiceClient, path: str = "/v1/health") -> int:
    """Send a GET through the fault injection, and return the status of the response."""
    headers = {"authorization": f"Bearer {api.api_key}"}
    return api.service.deliver(HTTPRequest("GET", path, None, headers)).response.status


def test_new_service_has_no_faults(api: ServiceClient) -> None:
    assert [status_of(api) for _ in range(3)] == [200] * 3
    assert repr(api.service.faults) == "<Faults: none scheduled>"


def test_times_is_the_number_of_failing_requests(api: ServiceClient) -> None:
    api.service.faults.fail_next("health", 503, times=2)
    assert [status_of(api) for _ in range(3)] == [503, 503, 200]


def test_times_none_fails_all_requests_until_clear(api: ServiceClient) -> None:
    api.service.faults.fail_next("health", 503, times=None)
    assert [status_of(api) for _ in range(100)] == [503] * 100
    assert repr(api.service.faults) == "<Faults: health: status 503 x unlimited>"
    api.service.faults.clear()
    assert status_of(api) == 200


def test_after_is_the_number_of_requests_that_succeed_first(api: ServiceClient) -> None:
    api.service.faults.fail_next("health", 503, after=2)
    assert [status_of(api) for _ in range(4)] == [200, 200, 503, 200]


def test_fault_hits_only_its_operation(api: ServiceClient) -> None:
    api.service.faults.fail_next("actors.list", 503)
    assert status_of(api) == 200
    assert status_of(api, "/v1/actors?limit=3") == 503


def test_asterisk_matches_any_operation(api: ServiceClient) -> None:
    api.service.faults.fail_next("*", 503, times=3)
    paths = ("/v1/actors", "/v1/health", "/v1/no/such/route", "/v1/health")
    assert [status_of(api, path) for path in paths] == [503, 503, 503, 200]


def test_faults_hit_in_the_order_of_scheduling(api: ServiceClient) -> None:
    faults = api.service.faults
    faults.fail_next("health", 502, times=2)
    faults.fail_next("*", 503)
    assert [status_of(api) for _ in range(4)] == [502, 502, 503, 200]


def test_fault_with_after_lets_later_faults_hit_first(api: ServiceClient) -> None:
    faults = api.service.faults
    faults.fail_next("health", 502, after=1)
    faults.fail_next("health", 503)
    assert [status_of(api) for _ in range(3)] == [503, 502, 200]


def test_pending_lists_the_scheduled_faults(service: LocalService) -> None:
    """A test can assert that all scheduled faults have hit."""
    service.faults.fail_next("ingest", RateLimitExceeded, retry_after=1, times=2)
    service.faults.delay_next("search", 3)
    (first, second) = service.faults.pending
    assert (first.operation, first.times, second.operation) == ("ingest", 2, "search")
    expected = "<Faults: ingest: RateLimitExceeded x 2; search: delay of 3 s x 1>"
    assert repr(service.faults) == expected


def test_pending_is_a_copy(api: ServiceClient) -> None:
    api.service.faults.fail_next("health", 503, times=3)
    before = api.service.faults.pending
    status_of(api)
    assert [scheduled.times for scheduled in (*before, *api.service.faults.pending)] == [3, 2]


def test_clear_removes_all_faults(api: ServiceClient) -> None:
    faults = api.service.faults
    faults.fail_next("*", 503, times=9)
    faults.chaos(1.0)
    faults.exhaust_quota("api_calls")
    faults.clear()
    assert faults.pending == ()
    assert [status_of(api) for _ in range(20)] == [200] * 20


@pytest.mark.parametrize("stored", [False, True])
def test_stored_processes_the_request_before_the_failure(api: ServiceClient, stored: bool) -> None:
    api.service.faults.fail_next("ingest", 500, stored=stored)
    memsy = FakeMemsyClient(service=api.service, max_retries=0)
    with pytest.raises(ServerError):
        memsy.ingest([EventPayload("ann", "chat-1", "user_message", "I like tea")])
    assert len(api.service.events) == stored


def test_exhausted_quota_is_restored_by_clear(api: ServiceClient) -> None:
    api.ingest("one", "two")
    api.service.faults.exhaust_quota("events_ingested")
    response = api.post("/v1/ingest", {"events": [event("three")]})
    assert response.status == 429
    assert (response.body["current"], response.body["limit"]) == (2, 2)
    assert api.get("/v1/health").status == 200
    api.service.faults.clear()
    assert api.ingest("three")


def test_clear_removes_a_limit_that_did_not_exist_before(api: ServiceClient) -> None:
    api.service.config = evolve(api.service.config, limits={"api_calls": 7})
    api.service.faults.exhaust_quota("search_queries")
    api.service.faults.clear()
    assert dict(api.service.config.limits) == {"api_calls": 7}


def test_chaos_is_equal_for_equal_seeds() -> None:
    def statuses(seed: int) -> list[int]:
        with LocalService() as service:
            service.faults.chaos(0.5, seed=seed)
            return [status_of(ServiceClient(service)) for _ in range(60)]

    assert statuses(1) == statuses(1) != statuses(2)


def test_chaos_hits_the_given_share_of_requests(api: ServiceClient) -> None:
    api.service.faults.chaos(0.3, seed=4)
    for _ in range(1000):
        status_of(api)
    faults = [request.fault for request in api.service.requests if request.fault]
    assert 250 < len(faults) < 350
    assert set(faults) == {
        *("MemsyConnectionError", "RateLimitExceeded", "truncated body"),
        *("status 500", "status 502", "status 503"),
    }


def test_scheduled_faults_take_precedence_over_chaos(api: ServiceClient) -> None:
    api.service.faults.chaos(1.0)
    api.service.faults.fail_next("health", 418)
    assert status_of(api) == 418


OPERATIONS = sorted({endpoint.name for endpoint in (*endpoints(), *SIGNUP_ENDPOINTS)})
"""The names under which faults can be scheduled."""

INVALID: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
    (("ingst", 500), {}, "unknown operation 'ingst': did you mean 'ingest'"),
    (("roles.iterate", 500), {}, "unknown operation 'roles.iterate': did you mean 'roles.list'"),
    (("zzz", 500), {}, re.escape(f"choose from {', '.join(OPERATIONS)}") + "$"),
    (("ingest", 200), {}, "300 to 599, got 200"),
    (("ingest", True), {}, "300 to 599, got True"),
    (("ingest", 500), {"times": 0}, "times must be a whole number, 1 or more"),
    (("ingest", 500), {"times": 2.5}, "times must be a whole number, 1 or more, got 2.5"),
    (("ingest", 500), {"times": True}, "times must be a whole number"),
    (("ingest", 500), {"times": float("nan")}, "times must be a whole number"),
    (("ingest", 500), {"after": -1}, "after must be a whole number, 0 or more, got -1"),
    (("ingest", 500), {"after": 0.5}, "after must be a whole number"),
    (("ingest", 500), {"limit": 3}, "status 500 has no limit; its details: retry_after"),
    (("ingest", NotFoundError), {"retry_after": 3}, "has no retry_after; its details: none"),
    (("ingest", RateLimitExceeded), {"retry_after": -1}, "seconds, 0 or more, got -1"),
    (("ingest", RateLimitExceeded), {"retry_after": float("nan")}, "seconds, 0 or more"),
    (("ingest", RateLimitExceeded), {"retry_after": 10**400}, "seconds, 0 or more, got 1000"),
    (
        ("ingest", RateLimitExceeded),
        {"retry_after": datetime.max.replace(tzinfo=timezone(timedelta(hours=-14)))},
        "retry_after must be in the years 1 to 9999 in UTC, got 9999-12-31T23:59:59",
    ),
    (("ingest", RateLimitExceeded), {"retry_after": "1\r\nx: y"}, "must be printable ASCII text"),
    (
        ("ingest", RateLimitExceeded),
        {"retry_after": "in a \u00fcber"},
        "must be printable ASCII text",
    ),
    (("ingest", MemsyError), {}, "base class of all errors"),
    (("ingest", MemsyConfigurationError), {}, "raises it for a bad argument"),
    (("ingest", MemsyClientClosedError), {}, "after close"),
    (
        ("ingest", MemsyConnectionError),
        {"detail": "no"},
        "does not come from an error response: remove detail",
    ),
    (
        ("ingest", MemsyConnectionError),
        {"limit": 1},
        "does not come from an error response: remove limit",
    ),
    (("ingest", MemsyTLSError), {"stored": True}, "allows no connection, so remove stored"),
    (("ingest", type("Own", (MemsyError,), {})), {}, "Own is not a class of memsy.exceptions"),
    (("ingest", type("Own", (ServerError,), {})), {}, "Own is not an error response"),
]


@pytest.mark.parametrize(("args", "options", "message"), INVALID)
def test_fail_next_rejects_invalid_arguments(
    service: LocalService, args: tuple[Any, ...], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        service.faults.fail_next(*args, **options)
    assert service.faults.pending == ()


@pytest.mark.parametrize("details", [{"limit": "1"}, {"limit": True}, {"dimension": 3}])
def test_fail_next_rejects_a_detail_of_the_wrong_type(
    service: LocalService, details: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match=r"(limit|dimension) must be of the type (int|str), got"):
        service.faults.fail_next("ingest", UsageLimitExceeded, **details)


@pytest.mark.parametrize("error", ["ServerError", None, 500.0, MemsyError("no")])
def test_fail_next_rejects_an_error_of_the_wrong_type(service: LocalService, error: Any) -> None:  # noqa: ANN401 - untyped code
    with pytest.raises(
        TypeError, match="error must be an exception class of memsy or an HTTP status"
    ):
        service.faults.fail_next("ingest", error)


def test_fail_next_rejects_errors_that_are_not_json(service: LocalService) -> None:
    with pytest.raises(TypeError, match="errors must be JSON values"):
        service.faults.fail_next("ingest", ValidationError, errors=[{"loc": object()}])


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_delay_must_be_positive_and_finite(service: LocalService, seconds: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        service.faults.delay_next("search", seconds)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_chaos_rate_must_be_a_share(service: LocalService, rate: float) -> None:
    with pytest.raises(ValueError, match=r"0\.0 to 1\.0"):
        service.faults.chaos(rate)


def test_exhaust_quota_rejects_an_unknown_dimension(service: LocalService) -> None:
    with pytest.raises(ValueError, match="unknown dimension 'tea': choose from api_calls, "):
        service.faults.exhaust_quota("tea")


@pytest.mark.parametrize("dimension", ["memories_stored", "llm_tokens"])
def test_exhaust_quota_rejects_a_dimension_without_enforcement(
    service: LocalService, dimension: str
) -> None:
    """The message names `fail_next()`, which can schedule the error response."""
    with pytest.raises(ValueError, match=f'UsageLimitExceeded, dimension="{dimension}"'):
        service.faults.exhaust_quota(dimension)


def test_retry_after_date_without_a_time_zone_is_in_utc(service: LocalService) -> None:
    """The time zone of the machine has no effect."""
    service.faults.fail_next("health", 503, retry_after=datetime(2026, 4, 14, 3, 8, 12))  # noqa: DTZ001 - the tested case
    delivery = service.deliver(HTTPRequest("GET", "/v1/health"))
    assert delivery.response.header("retry-after") == "Tue, 14 Apr 2026 03:08:12 GMT"


def test_operation_names_are_the_operations_of_the_service() -> None:
    assert sorted(get_args(OperationName)) == OPERATIONS


def test_misspelt_operation_of_a_fault_gets_a_suggestion(service: LocalService) -> None:
    operation: Any = "Memories.lst"
    with pytest.raises(ValueError, match=r"unknown operation 'Memories\.lst': did you mean 'mem"):
        service.faults.truncate_next(operation)


@pytest.mark.wrong_types
@pytest.mark.parametrize("operation", [5, None, ["ingest"], RateLimitExceeded])
def test_operation_of_a_fault_must_be_a_text(service: LocalService, operation: Any) -> None:  # noqa: ANN401
    with pytest.raises(TypeError, match=r"^operation must be a str such as 'search'"):
        service.faults.fail_next(operation, 500)
