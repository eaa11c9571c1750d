"""Admin endpoints of a local server: commands, validation, authorization."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from attrs import evolve, frozen

from memsy import (
    AgentSignupError,
    EventPayload,
    MemsyClient,
    MemsyConfigurationError,
    MemsyResponseError,
    RateLimitExceeded,
    RetryPolicy,
    ServerError,
    UsageLimitExceeded,
    agent_signup,
)
from memsy._core.http import HTTPRequest
from memsy.local import LocalService
from memsy.local.server.admin import Admin
from memsy.testing import LocalServer
from tests.support import raw_http

TOKEN = "admin secret"
TEA = EventPayload("ann", "chat-1", "user_message", "I take my tea without sugar")


@frozen
class AdminClient:
    """HTTP client for the admin endpoints of a server."""

    server: LocalServer

    def request(
        self, method: str, path: str, body: object = None, *, token: str = TOKEN
    ) -> tuple[int, Any]:
        url = self.server.base_url.replace("/v1", f"/__admin/{path}")
        headers = {"authorization": f"Bearer {token}"}
        if body is not None:
            headers["content-type"] = "application/json"
        content = None if body is None else json.dumps(body)
        response = requests.request(method, url, data=content, headers=headers, timeout=10)
        return response.status_code, json.loads(response.content) if response.content else None

    def error_message(self, path: str, body: object) -> str:
        """Send a POST that gets a 422, and return the message."""
        status, payload = self.request("POST", path, body)
        assert status == 422
        return str(payload["detail"][0]["msg"])


@pytest.fixture(scope="module")
def admin() -> Iterator[AdminClient]:
    with LocalServer(admin_token=TOKEN) as server:
        yield AdminClient(server)


@pytest.fixture
def memsy(admin: AdminClient) -> Iterator[MemsyClient]:
    admin.server.service.reset()
    no_retry = RetryPolicy(max_retries=0)
    with MemsyClient(admin.server.base_url, admin.server.api_key, retry=no_retry) as memsy:
        yield memsy


def test_fault_can_be_scheduled_by_exception_name(admin: AdminClient, memsy: MemsyClient) -> None:
    fault = {
        "operation": "search",
        "error": "RateLimitExceeded",
        "detail": "not so fast",
        "details": {"retry_after": 7},
        "times": 2,
    }
    pending = {"operation": "search", "fault": "RateLimitExceeded", "times": 2, "after": 0}
    assert admin.request("POST", "faults", fault) == (200, {"pending": [pending]})
    with pytest.raises(RateLimitExceeded, match="not so fast") as excinfo:
        memsy.search("tea")
    assert excinfo.value.retry_after == 7
    assert admin.request("GET", "faults") == (200, {"pending": [{**pending, "times": 1}]})


def test_fault_can_be_scheduled_by_status(admin: AdminClient, memsy: MemsyClient) -> None:
    admin.request(
        "POST", "faults", {"operation": "ingest", "status": 502, "stored": True, "after": 1}
    )
    memsy.search("tea")
    memsy.ingest([TEA])
    with pytest.raises(ServerError):
        memsy.ingest([TEA])
    assert memsy.memories.list().total == 1


def test_truncated_response_can_be_scheduled(admin: AdminClient, memsy: MemsyClient) -> None:
    admin.request("POST", "faults", {"operation": "search", "truncate": True})
    with pytest.raises(MemsyResponseError):
        memsy.search("tea")


def test_dripping_response_can_be_scheduled(admin: AdminClient, memsy: MemsyClient) -> None:
    _, payload = admin.request("POST", "faults", {"operation": "search", "drip": True})
    assert payload["pending"][0]["fault"] == "dripping body"


def test_delayed_response_can_be_scheduled(admin: AdminClient, memsy: MemsyClient) -> None:
    admin.request("POST", "faults", {"operation": "search", "delay": 0.05})
    memsy.search("tea")
    (delayed,) = (r for r in admin.server.service.requests if r.fault)
    assert delayed.fault == "delay of 0.05 s"


def test_chaos_can_be_started_and_cleared(admin: AdminClient, memsy: MemsyClient) -> None:
    assert admin.request("POST", "chaos", {"rate": 1, "seed": 3}) == (204, None)
    assert admin.request("GET", "faults")[0] == 200  # admin requests are exempt
    faults = [request.fault for request in admin.server.service.requests]
    assert faults == []
    assert admin.request("DELETE", "faults") == (204, None)
    assert memsy.health().status == "ok"


def test_quota_can_be_exhausted_and_restored(admin: AdminClient, memsy: MemsyClient) -> None:
    admin.request("POST", "quota", {"dimension": "search_queries"})
    with pytest.raises(UsageLimitExceeded):
        memsy.search("tea")
    admin.request("DELETE", "faults")
    memsy.search("tea")


def test_requests_can_be_listed(admin: AdminClient, memsy: MemsyClient) -> None:
    admin.request("POST", "faults", {"operation": "search", "status": 503})
    memsy.memories.list(limit=3)
    with pytest.raises(ServerError):
        memsy.search("tea")
    listed, searched = admin.request("GET", "requests")[1]["requests"]
    assert listed == {
        "operation": "memories.list",
        "method": "GET",
        "target": "/v1/console/memories?sort=observed_at_desc&limit=3&offset=0",
        "status": 200,
        "fault": None,
        "request_id": f"req_{int(searched['request_id'].removeprefix('req_')) - 1}",
    }
    assert (searched["status"], searched["fault"]) == (503, "status 503")


def test_sign_up_of_an_agent_can_be_approved_and_refused(admin: AdminClient) -> None:
    service = admin.server.service
    service.config = evolve(service.config, agent_signup=True)

    def approve(url: str, inbox_id: str, agentmail_api_key: str) -> None:
        decision = {"authorize_url": url, "inbox_id": inbox_id}
        assert admin.request("POST", "signups", decision) == (204, None)

    def refuse(url: str, inbox_id: str, agentmail_api_key: str) -> None:
        decision = {"authorize_url": url, "error": "access_denied"}
        assert admin.request("POST", "signups", decision) == (204, None)

    arguments = (admin.server.control_url, "ada@agentmail.to", "am_key")
    assert agent_signup(*arguments, approve=approve).api_key
    with pytest.raises(AgentSignupError, match="access_denied"):
        agent_signup(*arguments, approve=refuse)


def test_reset_deletes_data_and_faults(admin: AdminClient, memsy: MemsyClient) -> None:
    memsy.ingest([TEA])
    admin.request("POST", "faults", {"operation": "*", "status": 500})
    assert admin.request("POST", "reset") == (204, None)
    assert memsy.search("tea").results == []
    assert admin.request("GET", "faults")[1] == {"pending": []}


INVALID = [
    ("signups", {"authorize_url": "https://x.invalid"}, "no pending sign-up has the URL"),
    ("signups", {"authorize_url": "x", "error": "no"}, "unknown error 'no': choose from"),
    ("signups", {"authorize_url": "x", "inbox_id": ""}, "inbox_id must not be empty"),
    ("signups", {}, "authorize_url"),
    ("faults", {"operation": "ingst", "status": 500}, "did you mean 'ingest'?"),
    ("faults", {"operation": "ingest"}, "exactly one of error, status, delay, drip, truncate"),
    ("faults", {"operation": "ingest", "status": 500, "delay": 1}, "is required, got 2"),
    (
        "faults",
        {"operation": "ingest", "status": 500, "error": "ServerError"},
        "is required, got 2",
    ),
    ("faults", {"operation": "ingest", "delay": 1, "stored": True}, "require error or status"),
    ("faults", {"operation": "ingest", "error": "NoSuchError"}, "unknown exception 'NoSuchError'"),
    ("faults", {"operation": "ingest", "error": "annotations"}, "unknown exception 'annotations'"),
    ("faults", {"operation": "ingest", "error": "MemsyError"}, "base class of all errors"),
    ("faults", {"operation": "ingest", "status": "500"}, "$.status: expected a whole number"),
    (
        "faults",
        {"operation": "ingest", "status": 500, "tims": 2},
        "unknown field 'tims': choose from op",
    ),
    ("faults", {"status": 500}, "$.operation: is missing"),
    (
        "faults",
        {"operation": "ingest", "status": 429, "details": {"retry_after": [1]}},
        "retry_after must be of the type int or float or datetime or str, got [1]",
    ),
    (
        "faults",
        {"operation": "ingest", "status": 429, "details": {"retry_after": 10**400}},
        "retry_after must be a number of seconds, 0 or more, got 1000",
    ),
    (
        "faults",
        {"operation": "ingest", "status": 500, "details": {"times": 3}},
        "unknown detail 'times': choose from retry_after, ",
    ),
    ("faults", [], "expected an object"),
    ("chaos", {"rate": 2}, "0.0 to 1.0"),
    ("quota", {"dimension": "tea"}, "unknown dimension 'tea'"),
    ("quota", None, "$.dimension: is missing"),
    ("reset", {"really": True}, "unknown field 'really': none is allowed"),
]


@pytest.mark.parametrize(("path", "body", "message"), INVALID)
def test_invalid_command_is_a_422_with_a_message(
    admin: AdminClient, memsy: MemsyClient, path: str, body: object, message: str
) -> None:
    assert message in admin.error_message(path, body)
    assert admin.server.service.faults.pending == ()


def test_media_type_must_be_json(admin: AdminClient) -> None:
    url = admin.server.base_url.replace("/v1", "/__admin/chaos")
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "text/plain"}
    response = requests.post(url, data=b"{}", headers=headers, timeout=10)
    assert response.status_code == 415
    headers["content-type"] = "Application/JSON; charset=utf-8"
    response = requests.post(url, data=b"{}", headers=headers, timeout=10)
    assert response.status_code == 204
    admin.server.service.reset()


@pytest.mark.parametrize("path", ["faults?x=1", "nothing", "", "faults/", "requests"])
def test_other_admin_routes_are_a_404(admin: AdminClient, path: str) -> None:
    status, payload = admin.request("PUT", path)
    assert (status, payload["error"]) == (404, "not_found")


@pytest.mark.parametrize("token", ["", "wrong", "msy_local"])
def test_wrong_token_is_a_401(admin: AdminClient, token: str) -> None:
    """The API key of the service is not an admin token."""
    status, payload = admin.request("POST", "reset", token=token)
    assert (status, payload["error"]) == (401, "unauthenticated")


def test_token_that_is_not_utf_8_is_a_401(admin: AdminClient) -> None:
    request = raw_http.request_head(
        "/__admin/reset", authorization="Bearer \xff\xfe", content_length=0
    )
    assert raw_http.send_request(admin.server, request).status == 401


def test_admin_token_is_not_an_api_key(admin: AdminClient) -> None:
    url = f"{admin.server.base_url}/health"
    response = requests.get(url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert response.status_code == 401


def test_request_from_another_machine_is_a_403() -> None:
    with LocalService() as service:
        request = HTTPRequest("POST", "/__admin/reset", None, {"authorization": f"Bearer {TOKEN}"})
        assert Admin(service, TOKEN).handle(request, is_local=False).status == 403
        assert Admin(service, TOKEN).handle(request, is_local=True).status == 204


def test_without_an_admin_token_there_are_no_admin_routes() -> None:
    with LocalServer() as server:
        status, payload = AdminClient(server).request("POST", "reset", token=server.api_key)
    assert (status, payload["message"]) == (
        404,
        "the local service has no route POST /__admin/reset",
    )


@pytest.mark.parametrize("token", ["", " ", "tea ", "th\u00e9", "a\nb"])
def test_admin_token_that_is_not_a_valid_header_value_is_rejected(token: str) -> None:
    with pytest.raises(MemsyConfigurationError, match="admin_token must be") as excinfo:
        LocalServer(admin_token=token)
    assert not token.strip() or token not in str(excinfo.value)
