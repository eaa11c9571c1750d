"""What is counted, what is allowed, and the headers that say both."""

from __future__ import annotations

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient, ServiceResponse, event

EVERY_HOT_READ = ["/v1/health", "/v1/orgs", "/v1/actors", "/v1/console/memories"]


def limited(clock: Clock, **limits: int) -> ServiceClient:
    return ServiceClient(LocalService(clock=clock, config=ServiceConfig(limits=limits)))


def used(answer: ServiceResponse) -> dict[str, int]:
    return {
        name.removeprefix("x-usage-"): int(value)
        for name, value in answer.headers.items()
        if name.startswith("x-usage-") and not name.endswith("-limit")
    }


@pytest.mark.parametrize("path", EVERY_HOT_READ)
def test_every_grant_on_the_hot_path_tells_what_was_used(ask: ServiceClient, path: str) -> None:
    answer = ask.get(path)
    assert answer.headers["x-plan"] == "free"
    assert set(used(answer)) == {
        "apicalls",
        "eventsingested",
        "memoriesstored",
        "llmtokens",
        "searchqueries",
    }
    assert answer.headers["x-usage-apicalls-limit"] == answer.headers["x-ratelimit-limit"]


def test_a_deletion_tells_it_too(ask: ServiceClient) -> None:
    role = ask.post("/v1/roles", {"org_id": "org_local", "name": "n", "focus": "f"}).body
    answer = ask.delete(f"/v1/roles/{role['role_id']}", org_id="org_local")
    assert answer.headers["x-usage-apicalls"] == "2"


def test_what_is_used_is_counted(ask: ServiceClient) -> None:
    ask.ingest("one", "two", "two", role_id="r")
    ask.search("one")
    assert used(ask.get("/v1/health")) == {
        "apicalls": 3,
        "eventsingested": 2,
        "memoriesstored": 4,
        "llmtokens": 0,
        "searchqueries": 1,
    }


def test_a_refusal_is_not_counted(ask: ServiceClient) -> None:
    ask.post("/v1/search", {})
    ask.get("/v1/nothing")
    assert used(ask.get("/v1/health"))["apicalls"] == 1


def test_the_control_plane_counts_nothing_and_tells_nothing(ask: ServiceClient) -> None:
    assert set(ask.get("/api/me").headers) == {"content-type"}
    assert used(ask.get("/v1/health"))["apicalls"] == 1


def test_each_organisation_has_its_own_count(service: LocalService) -> None:
    ServiceClient(service).ingest("hello")
    theirs = ServiceClient(service, service.issue_key(org_id="org_other"))
    assert used(theirs.get("/v1/health"))["eventsingested"] == 0


def test_every_month_begins_at_zero(ask: ServiceClient, clock: Clock) -> None:
    ask.ingest("hello")
    reset = int(ask.get("/v1/health").headers["x-ratelimit-reset"])
    clock.advance(reset - clock.time() - 1)
    assert used(ask.get("/v1/health"))["eventsingested"] == 1
    clock.advance(1)
    assert used(ask.get("/v1/health"))["eventsingested"] == 0


def test_the_rate_limit_is_that_of_api_calls(clock: Clock) -> None:
    ask = limited(clock, api_calls=10)
    ask.get("/v1/health")
    headers = ask.get("/v1/health").headers
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("10", "8")


def test_without_a_limit_there_is_no_header_of_one(clock: Clock) -> None:
    headers = limited(clock).get("/v1/health").headers
    assert not [name for name in headers if name.endswith("limit")]
    assert "x-ratelimit-remaining" not in headers


def test_a_batch_beyond_the_quota_is_refused_whole(clock: Clock) -> None:
    ask = limited(clock, events_ingested=3)
    ask.ingest("one", "two")
    answer = ask.post("/v1/ingest", {"events": [event("three"), event("four")]})
    assert answer.status == 429
    assert {name: answer.body[name] for name in ("error", "dimension", "current", "limit")} == {
        "error": "usage_limit_exceeded",
        "dimension": "events_ingested",
        "current": 2,
        "limit": 3,
    }
    assert answer.body["upgrade_url"]
    assert len(ask.service.events) == 2
    assert ask.ingest("three")


def test_a_duplicate_costs_no_quota(clock: Clock) -> None:
    ask = limited(clock, events_ingested=1)
    assert ask.ingest("one") == ask.ingest("one")


def test_a_refusal_for_the_quota_tells_the_rate_limit(clock: Clock) -> None:
    ask = limited(clock, search_queries=0, api_calls=10)
    ask.get("/v1/health")
    answer = ask.post("/v1/search", {"query": "tea"})
    assert (answer.status, answer.body["dimension"]) == (429, "search_queries")
    assert answer.headers["x-ratelimit-remaining"] == "9"
    assert ask.get("/v1/health").headers["x-ratelimit-remaining"] == "8"


def test_when_the_api_calls_are_used_up_nothing_works_any_more(clock: Clock) -> None:
    ask = limited(clock, api_calls=1)
    assert ask.ingest("hello")
    for answer in (ask.get("/v1/health"), ask.post("/v1/ingest", {"events": [event("more")]})):
        assert (answer.status, answer.body["dimension"]) == (429, "api_calls")
        assert answer.headers["x-ratelimit-remaining"] == "0"
    assert len(ask.service.events) == 1


def test_a_quota_can_be_raised_while_the_service_runs(clock: Clock) -> None:
    ask = limited(clock, search_queries=0)
    assert ask.post("/v1/search", {"query": "tea"}).status == 429
    ask.service.config = ServiceConfig(plan="pro")
    answer = ask.post("/v1/search", {"query": "tea"})
    assert (answer.status, answer.headers["x-plan"]) == (200, "pro")


def test_a_limit_on_what_is_not_counted_is_an_error() -> None:
    with pytest.raises(ValueError, match="events; there are api_calls"):
        ServiceConfig(limits={"events": 1})
