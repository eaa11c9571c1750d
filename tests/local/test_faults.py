"""Misfortune is planned in words, checked when it is planned, and comes in its order."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

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
from memsy.testing import FakeMemsyClient, LocalService
from tests.support.service_requests import ServiceClient, event


def status_of(ask: ServiceClient, path: str = "/v1/health") -> int:
    """The status with which a request arrives, whatever befalls it."""
    headers = {"authorization": f"Bearer {ask.api_key}"}
    return ask.service.deliver(HTTPRequest("GET", path, None, headers)).response.status


def test_nothing_befalls_anybody_until_it_is_planned(ask: ServiceClient) -> None:
    assert [status_of(ask) for _ in range(3)] == [200] * 3
    assert repr(ask.service.faults) == "<Faults: none to come>"


def test_it_befalls_so_many_requests_and_no_more(ask: ServiceClient) -> None:
    ask.service.faults.fail_next("health", 503, times=2)
    assert [status_of(ask) for _ in range(3)] == [503, 503, 200]


def test_it_befalls_all_of_them_until_it_is_called_off(ask: ServiceClient) -> None:
    ask.service.faults.fail_next("health", 503, times=None)
    assert [status_of(ask) for _ in range(100)] == [503] * 100
    assert repr(ask.service.faults) == "<Faults: health: status 503 x ever>"
    ask.service.faults.clear()
    assert status_of(ask) == 200


def test_it_befalls_after_so_many_that_go_well(ask: ServiceClient) -> None:
    ask.service.faults.fail_next("health", 503, after=2)
    assert [status_of(ask) for _ in range(4)] == [200, 200, 503, 200]


def test_it_befalls_that_operation_only(ask: ServiceClient) -> None:
    ask.service.faults.fail_next("actors.list", 503)
    assert status_of(ask) == 200
    assert status_of(ask, "/v1/actors?limit=3") == 503


def test_any_operation_is_said_with_an_asterisk(ask: ServiceClient) -> None:
    ask.service.faults.fail_next("*", 503, times=3)
    paths = ("/v1/actors", "/v1/health", "/v1/no/such/route", "/v1/health")
    assert [status_of(ask, path) for path in paths] == [503, 503, 503, 200]


def test_what_was_planned_first_comes_first(ask: ServiceClient) -> None:
    faults = ask.service.faults
    faults.fail_next("health", 502, times=2)
    faults.fail_next("*", 503)
    assert [status_of(ask) for _ in range(4)] == [502, 502, 503, 200]


def test_who_still_waits_lets_others_pass(ask: ServiceClient) -> None:
    faults = ask.service.faults
    faults.fail_next("health", 502, after=1)
    faults.fail_next("health", 503)
    assert [status_of(ask) for _ in range(3)] == [503, 502, 200]


def test_what_is_to_come_can_be_looked_at(service: LocalService) -> None:
    """So a test can say that all it planned has come about."""
    service.faults.fail_next("ingest", RateLimitExceeded, retry_after=1, times=2)
    service.faults.delay_next("search", 3)
    (first, second) = service.faults.pending
    assert (first.operation, first.times, second.operation) == ("ingest", 2, "search")
    told = "<Faults: ingest: RateLimitExceeded x 2; search: delay of 3 s x 1>"
    assert repr(service.faults) == told


def test_what_was_looked_at_stays_as_it_was(ask: ServiceClient) -> None:
    ask.service.faults.fail_next("health", 503, times=3)
    before = ask.service.faults.pending
    status_of(ask)
    assert [planned.times for planned in (*before, *ask.service.faults.pending)] == [3, 2]


def test_all_of_it_can_be_called_off(ask: ServiceClient) -> None:
    faults = ask.service.faults
    faults.fail_next("*", 503, times=9)
    faults.chaos(1.0)
    faults.exhaust_quota("api_calls")
    faults.clear()
    assert faults.pending == ()
    assert [status_of(ask) for _ in range(20)] == [200] * 20


@pytest.mark.parametrize("stored", [False, True])
def test_a_failure_says_whether_the_service_has_acted(ask: ServiceClient, stored: bool) -> None:
    ask.service.faults.fail_next("ingest", 500, stored=stored)
    memsy = FakeMemsyClient(service=ask.service, max_retries=0)
    with pytest.raises(ServerError):
        memsy.ingest([EventPayload("ann", "chat-1", "user_message", "I like tea")])
    assert len(ask.service.events) == stored


def test_a_quota_that_is_used_up_is_so_for_all_until_it_is_not(ask: ServiceClient) -> None:
    ask.ingest("one", "two")
    ask.service.faults.exhaust_quota("events_ingested")
    refused = ask.post("/v1/ingest", {"events": [event("three")]})
    assert refused.status == 429
    assert (refused.body["current"], refused.body["limit"]) == (2, 2)
    assert ask.get("/v1/health").status == 200
    ask.service.faults.clear()
    assert ask.ingest("three")


def test_a_quota_that_did_not_exist_does_not_exist_afterwards(ask: ServiceClient) -> None:
    ask.service.config = evolve(ask.service.config, limits={"api_calls": 7})
    ask.service.faults.exhaust_quota("search_queries")
    ask.service.faults.clear()
    assert dict(ask.service.config.limits) == {"api_calls": 7}


def test_the_same_seed_brings_the_same_chaos() -> None:
    def fates(seed: int) -> list[int]:
        with LocalService() as service:
            service.faults.chaos(0.5, seed=seed)
            return [status_of(ServiceClient(service)) for _ in range(60)]

    assert fates(1) == fates(1) != fates(2)


def test_chaos_befalls_one_in_so_many(ask: ServiceClient) -> None:
    ask.service.faults.chaos(0.3, seed=4)
    for _ in range(1000):
        status_of(ask)
    befallen = [request.fault for request in ask.service.requests if request.fault]
    assert 250 < len(befallen) < 350
    assert set(befallen) == {
        *("MemsyConnectionError", "RateLimitExceeded", "truncated body"),
        *("status 500", "status 502", "status 503"),
    }


def test_what_is_planned_comes_before_chaos(ask: ServiceClient) -> None:
    ask.service.faults.chaos(1.0)
    ask.service.faults.fail_next("health", 418)
    assert status_of(ask) == 418


OPERATIONS = sorted({endpoint.name for endpoint in endpoints()})
"""The names under which faults can be scheduled."""

WRONG: list[tuple[tuple[Any, ...], dict[str, Any], str]] = [
    (("ingst", 500), {}, "no operation 'ingst': did you mean 'ingest'"),
    (("zzz", 500), {}, re.escape(f"there are {', '.join(OPERATIONS)}") + "$"),
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
    (("ingest", RateLimitExceeded), {"retry_after": "1\r\nx: y"}, "must be printable ASCII text"),
    (
        ("ingest", RateLimitExceeded),
        {"retry_after": "in a \u00fcber"},
        "must be printable ASCII text",
    ),
    (("ingest", MemsyError), {}, "root of all"),
    (("ingest", MemsyConfigurationError), {}, "comes of a bad argument"),
    (("ingest", MemsyClientClosedError), {}, "after close"),
    (("ingest", MemsyConnectionError), {"detail": "no"}, "says nothing: detail has no place"),
    (("ingest", MemsyConnectionError), {"limit": 1}, "says nothing: limit has no place"),
    (("ingest", MemsyTLSError), {"stored": True}, "where no connection is made"),
    (("ingest", type("Own", (MemsyError,), {})), {}, "Own is no class of memsy's own"),
    (
        ("ingest", type("Own", (ServerError,), {})),
        {},
        "Own is not an error response of the service",
    ),
]


@pytest.mark.parametrize(("planned", "options", "words"), WRONG)
def test_what_cannot_be_is_refused_when_it_is_planned(
    service: LocalService, planned: tuple[Any, ...], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        service.faults.fail_next(*planned, **options)
    assert service.faults.pending == ()


@pytest.mark.parametrize("wrong", [{"limit": "1"}, {"limit": True}, {"dimension": 3}])
def test_a_detail_of_a_wrong_type_is_refused_too(
    service: LocalService, wrong: dict[str, Any]
) -> None:
    with pytest.raises(TypeError, match=r"(limit|dimension) must be of the type (int|str), got"):
        service.faults.fail_next("ingest", UsageLimitExceeded, **wrong)


@pytest.mark.parametrize("error", ["ServerError", None, 500.0, MemsyError("no")])
def test_what_befalls_is_a_class_or_a_status(service: LocalService, error: Any) -> None:  # noqa: ANN401 - untyped code
    with pytest.raises(TypeError, match="error is an exception class of memsy's or a status, got"):
        service.faults.fail_next("ingest", error)


def test_faults_that_no_json_can_say_are_refused_too(service: LocalService) -> None:
    with pytest.raises(TypeError, match="errors must be JSON values"):
        service.faults.fail_next("ingest", ValidationError, errors=[{"loc": object()}])


@pytest.mark.parametrize("seconds", [0, -1, float("inf"), float("nan")])
def test_a_delay_is_some_time(service: LocalService, seconds: float) -> None:
    with pytest.raises(ValueError, match="more than 0"):
        service.faults.delay_next("search", seconds)


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_rate_is_a_share(service: LocalService, rate: float) -> None:
    with pytest.raises(ValueError, match=r"0\.0 to 1\.0"):
        service.faults.chaos(rate)


def test_a_quota_has_a_dimension(service: LocalService) -> None:
    with pytest.raises(ValueError, match="no dimension 'tea': there are api_calls, "):
        service.faults.exhaust_quota("tea")


@pytest.mark.parametrize("dimension", ["memories_stored", "llm_tokens"])
def test_what_no_request_asks_for_cannot_be_used_up(service: LocalService, dimension: str) -> None:
    """A test would wait for it in vain; the refusal itself can be planned."""
    with pytest.raises(ValueError, match=f'UsageLimitExceeded, dimension="{dimension}"'):
        service.faults.exhaust_quota(dimension)


def test_a_date_without_a_time_zone_is_in_utc(service: LocalService) -> None:
    """As on a `Clock`, and whatever the time zone of the machine."""
    service.faults.fail_next("health", 503, retry_after=datetime(2026, 4, 14, 3, 8, 12))  # noqa: DTZ001 - that is the case
    delivery = service.deliver(HTTPRequest("GET", "/v1/health"))
    assert delivery.response.header("retry-after") == "Tue, 14 Apr 2026 03:08:12 GMT"
