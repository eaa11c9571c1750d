"""Usage accounting: counts, quotas and response headers."""

from __future__ import annotations

import pytest

from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from memsy.models import EventPayload
from tests.support.service_requests import ServiceClient, ServiceResponse, event

DATA_PLANE_PATHS = ["/v1/health", "/v1/orgs", "/v1/actors", "/v1/console/memories"]


def limited_service(clock: Clock, **limits: int) -> ServiceClient:
    return ServiceClient(LocalService(clock=clock, config=ServiceConfig(limits=limits)))


def usage_headers(response: ServiceResponse) -> dict[str, int]:
    return {
        name.removeprefix("x-usage-"): int(value)
        for name, value in response.headers.items()
        if name.startswith("x-usage-") and not name.endswith("-limit")
    }


@pytest.mark.parametrize("path", DATA_PLANE_PATHS)
def test_data_plane_response_has_usage_headers(api: ServiceClient, path: str) -> None:
    response = api.get(path)
    assert response.headers["x-plan"] == "free"
    assert set(usage_headers(response)) == {
        "apicalls",
        "eventsingested",
        "memoriesstored",
        "llmtokens",
        "searchqueries",
    }
    assert response.headers["x-usage-apicalls-limit"] == response.headers["x-ratelimit-limit"]


def test_delete_response_has_usage_headers(api: ServiceClient) -> None:
    role = api.post("/v1/roles", {"org_id": "org_local", "name": "n", "focus": "f"}).body
    response = api.delete(f"/v1/roles/{role['role_id']}", org_id="org_local")
    assert response.headers["x-usage-apicalls"] == "2"


def test_usage_is_counted_by_dimension(api: ServiceClient) -> None:
    api.ingest("one", "two", "two", role_id="r")
    api.search("one")
    assert usage_headers(api.get("/v1/health")) == {
        "apicalls": 3,
        "eventsingested": 2,
        "memoriesstored": 4,
        "llmtokens": 0,
        "searchqueries": 1,
    }


def test_error_response_is_not_counted(api: ServiceClient) -> None:
    api.post("/v1/search", {})
    api.get("/v1/nothing")
    assert usage_headers(api.get("/v1/health"))["apicalls"] == 1


def test_counts_are_the_same_in_a_restored_service(api: ServiceClient, clock: Clock) -> None:
    """The restored service counts the stored usage again."""
    api.ingest("one", "two", role_id="r")
    api.post("/v1/search", {"query": ""})
    api.search("one")
    api.service.seed([EventPayload("ann", "chat-1", "user_message", "three")])
    clock.advance(3 * 3600)
    api.search("one")
    restored = LocalService.from_snapshot(api.service.snapshot(), clock=clock)
    counts = usage_headers(api.get("/v1/health"))
    assert counts == usage_headers(ServiceClient(restored).get("/v1/health"))
    assert counts["apicalls"] == 4


def test_control_plane_has_no_usage_headers_and_counts_nothing(api: ServiceClient) -> None:
    assert set(api.get("/api/me").headers) == {"content-type"}
    assert usage_headers(api.get("/v1/health"))["apicalls"] == 1


def test_organisations_have_separate_counts(service: LocalService) -> None:
    ServiceClient(service).ingest("hello")
    other_org = ServiceClient(service, service.issue_key(org_id="org_other"))
    assert usage_headers(other_org.get("/v1/health"))["eventsingested"] == 0


def test_counts_restart_each_month(api: ServiceClient, clock: Clock) -> None:
    api.ingest("hello")
    reset = int(api.get("/v1/health").headers["x-ratelimit-reset"])
    clock.advance(reset - clock.time() - 1)
    assert usage_headers(api.get("/v1/health"))["eventsingested"] == 1
    clock.advance(1)
    assert usage_headers(api.get("/v1/health"))["eventsingested"] == 0


def test_rate_limit_headers_are_about_api_calls(clock: Clock) -> None:
    api = limited_service(clock, api_calls=10)
    api.get("/v1/health")
    headers = api.get("/v1/health").headers
    assert (headers["x-ratelimit-limit"], headers["x-ratelimit-remaining"]) == ("10", "8")


def test_dimension_without_limit_has_no_limit_header(clock: Clock) -> None:
    headers = limited_service(clock).get("/v1/health").headers
    assert not [name for name in headers if name.endswith("limit")]
    assert "x-ratelimit-remaining" not in headers


def test_batch_over_the_quota_is_rejected_completely(clock: Clock) -> None:
    api = limited_service(clock, events_ingested=3)
    api.ingest("one", "two")
    response = api.post("/v1/ingest", {"events": [event("three"), event("four")]})
    assert response.status == 429
    assert {name: response.body[name] for name in ("error", "dimension", "current", "limit")} == {
        "error": "usage_limit_exceeded",
        "dimension": "events_ingested",
        "current": 2,
        "limit": 3,
    }
    assert response.body["upgrade_url"]
    assert len(api.service.events) == 2
    assert api.ingest("three")


def test_duplicate_event_consumes_no_quota(clock: Clock) -> None:
    api = limited_service(clock, events_ingested=1)
    assert api.ingest("one") == api.ingest("one")


def test_quota_error_has_rate_limit_headers(clock: Clock) -> None:
    api = limited_service(clock, search_queries=0, api_calls=10)
    api.get("/v1/health")
    response = api.post("/v1/search", {"query": "tea"})
    assert (response.status, response.body["dimension"]) == (429, "search_queries")
    assert response.headers["x-ratelimit-remaining"] == "9"
    assert api.get("/v1/health").headers["x-ratelimit-remaining"] == "8"


def test_exhausted_api_calls_reject_all_requests(clock: Clock) -> None:
    api = limited_service(clock, api_calls=1)
    assert api.ingest("hello")
    for response in (api.get("/v1/health"), api.post("/v1/ingest", {"events": [event("more")]})):
        assert (response.status, response.body["dimension"]) == (429, "api_calls")
        assert response.headers["x-ratelimit-remaining"] == "0"
    assert len(api.service.events) == 1


def test_quota_can_change_at_run_time(clock: Clock) -> None:
    api = limited_service(clock, search_queries=0)
    assert api.post("/v1/search", {"query": "tea"}).status == 429
    api.service.config = ServiceConfig(plan="pro")
    response = api.post("/v1/search", {"query": "tea"})
    assert (response.status, response.headers["x-plan"]) == (200, "pro")


def test_limit_of_an_unknown_dimension_raises() -> None:
    with pytest.raises(ValueError, match="events; choose from api_calls"):
        ServiceConfig(limits={"events": 1})
