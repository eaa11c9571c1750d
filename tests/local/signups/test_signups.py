"""Sign-up of agents at the local service: the two endpoints, approval, refusal and expiry."""

from __future__ import annotations

import re
from typing import Any

import pytest

from memsy._core.http import HTTPRequest
from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from memsy.local.http.routing_table import ROUTES
from tests.support.service_requests import ServiceClient, ServiceResponse

ENABLED = ServiceConfig(agent_signup=True)
UNKNOWN_URL = "https://auth.agentid.com/memsy-local-service?signup=unknown"


@pytest.fixture
def service(service: LocalService) -> LocalService:
    service.config = ENABLED
    return service


def start(service: LocalService, **fields: object) -> dict[str, Any]:
    response = ServiceClient(service).post("/api/agents/signup", fields)
    assert response.status == 201, response
    body = response.body
    assert isinstance(body, dict)
    return body


def poll(
    service: LocalService, signup: dict[str, Any], secret: str | None = None
) -> ServiceResponse:
    client = ServiceClient(service, signup["poll_secret"] if secret is None else secret)
    return client.get(f"/api/agents/signup/{signup['signup_id']}")


def signed_up(service: LocalService, inbox: str = "ada@agentmail.to", **fields: object) -> Any:  # noqa: ANN401 - JSON
    signup = start(service, **fields)
    service.signups.approve(signup["authorize_url"], inbox)
    return poll(service, signup).body


def code(response: ServiceResponse) -> tuple[int, object]:
    return response.status, response.body["detail"]


def test_sign_up_is_off_by_default() -> None:
    api = ServiceClient(LocalService())
    expected = (404, "agent_signup_not_enabled")
    assert code(api.post("/api/agents/signup", {})) == expected
    assert code(api.get("/api/agents/signup/any")) == expected


def test_start_needs_no_key(service: LocalService) -> None:
    headers = {"content-type": "application/json"}
    request = HTTPRequest("POST", "/api/agents/signup", b"{}", headers)
    assert service.handle(request).status == 201


def test_start_returns_a_secret_and_an_url_of_agentid(service: LocalService) -> None:
    signup = start(service)
    assert sorted(signup) == ["authorize_url", "expires_in", "poll_secret", "signup_id"]
    assert signup["authorize_url"].startswith("https://auth.agentid.com/")
    assert signup["expires_in"] == 600
    assert start(service)["poll_secret"] != signup["poll_secret"]


@pytest.mark.parametrize("name", [7, " ", "x" * 101])
def test_unusable_org_name_is_a_422(service: LocalService, name: object) -> None:
    response = ServiceClient(service).post("/api/agents/signup", {"org_name": name})
    assert response.validation_errors[0][0] == ["body", "org_name"]


def test_sign_up_is_pending_until_it_is_approved(service: LocalService) -> None:
    signup = start(service)
    assert poll(service, signup).body == {"status": "pending"}
    service.signups.approve(signup["authorize_url"])
    assert poll(service, signup).body["status"] == "complete"


def test_issued_key_belongs_to_a_new_organisation_with_the_given_name(
    service: LocalService,
) -> None:
    issued = signed_up(service, org_name="Ada's agents")
    agent = ServiceClient(service, issued["api_key"])
    me = agent.get("/api/me").body
    assert (me["org_id"], me["user_id"]) == (issued["org_id"], issued["user_id"])
    (org,) = agent.get("/v1/orgs").body
    assert (org["org_id"], org["name"]) == (issued["org_id"], "Ada's agents")
    (key,) = agent.get("/api/keys").body["keys"]
    assert (key["key_id"], key["name"]) == (issued["key_id"], "ada@agentmail.to")
    assert ServiceClient(service).get("/v1/orgs").body == []


def test_organisation_without_a_name_has_no_record(service: LocalService) -> None:
    agent = ServiceClient(service, signed_up(service)["api_key"])
    assert agent.get("/v1/orgs").body == []
    assert (
        agent.post(
            "/v1/roles",
            {"org_id": agent.get("/api/me").body["org_id"], "name": "Pilots", "focus": "flying"},
        ).status
        == 200
    )


def test_key_is_in_one_response_only(service: LocalService) -> None:
    signup = start(service)
    service.signups.approve(signup["authorize_url"])
    assert poll(service, signup).status == 200
    assert code(poll(service, signup)) == (410, "api_key_already_issued")


def test_second_sign_up_of_an_inbox_revokes_the_former_key(service: LocalService) -> None:
    first, other = signed_up(service, org_name="One"), signed_up(service, "bob@agentmail.to")
    second = signed_up(service, org_name="Two")
    assert (second["org_id"], second["user_id"]) == (first["org_id"], first["user_id"])
    assert other["org_id"] != first["org_id"]
    assert ServiceClient(service, first["api_key"]).get("/api/me").status == 401
    assert [
        org["name"] for org in ServiceClient(service, second["api_key"]).get("/v1/orgs").body
    ] == ["One"]
    third = signed_up(service)
    assert ServiceClient(service, second["api_key"]).get("/api/me").status == 401
    assert ServiceClient(service, third["api_key"]).get("/api/me").status == 200


def test_inbox_keeps_its_organisation_after_the_expiry(service: LocalService, clock: Clock) -> None:
    first = signed_up(service)
    clock.advance(10_000.0)
    assert signed_up(service)["org_id"] == first["org_id"]


@pytest.mark.parametrize("error", ["access_denied", "invalid_id_token", "owner_signup_limit"])
def test_refused_sign_up_has_the_error(service: LocalService, error: Any) -> None:  # noqa: ANN401
    signup = start(service)
    service.signups.refuse(signup["authorize_url"], error)
    assert poll(service, signup).body == {"status": "error", "error": error}
    assert poll(service, signup).body == {"status": "error", "error": error}


@pytest.mark.parametrize("secret", ["wrong", "msy_local", ""])
def test_wrong_secret_is_a_401(service: LocalService, secret: str) -> None:
    signup = start(service)
    service.signups.approve(signup["authorize_url"])
    assert code(poll(service, signup, secret)) == (401, "invalid_poll_secret")
    assert poll(service, signup).body["status"] == "complete"


def test_secret_in_another_scheme_is_a_401(service: LocalService) -> None:
    signup = start(service)
    target = f"/api/agents/signup/{signup['signup_id']}"
    for headers in ({}, {"authorization": f"Basic {signup['poll_secret']}"}):
        assert service.handle(HTTPRequest("GET", target, None, headers)).status == 401


def test_secret_of_a_sign_up_is_not_an_api_key(service: LocalService) -> None:
    assert ServiceClient(service, start(service)["poll_secret"]).get("/api/me").status == 401


def test_unknown_sign_up_is_a_404(service: LocalService) -> None:
    response = poll(service, {"signup_id": "unknown", "poll_secret": "any"})
    assert code(response) == (404, "unknown_or_expired_signup")


@pytest.mark.parametrize("is_approved", [False, True])
def test_sign_up_expires_after_600_s(
    service: LocalService, clock: Clock, is_approved: bool
) -> None:
    signup = start(service)
    if is_approved:
        service.signups.approve(signup["authorize_url"])
    clock.advance(599.0)
    if not is_approved:
        assert poll(service, signup).status == 200
    clock.advance(1.0)
    assert code(poll(service, signup)) == (404, "unknown_or_expired_signup")


def test_too_many_sign_ups_are_a_429_until_the_first_expires(
    service: LocalService, clock: Clock
) -> None:
    service.config = ServiceConfig(agent_signup=True, max_agent_signups=2)
    start(service)
    clock.advance(1.0)
    start(service)
    api = ServiceClient(service)
    assert code(api.post("/api/agents/signup", {})) == (429, "too_many_signup_attempts")
    clock.advance(599.0)
    start(service)
    assert code(api.post("/api/agents/signup", {})) == (429, "too_many_signup_attempts")


def test_only_a_pending_sign_up_can_be_approved_or_refused(
    service: LocalService, clock: Clock
) -> None:
    decided, expired = start(service)["authorize_url"], start(service)["authorize_url"]
    service.signups.refuse(decided)
    clock.advance(600.0)
    for url in (decided, expired, UNKNOWN_URL, "https://auth.agentid.com/", ""):
        message = f"no pending sign-up has the URL {re.escape(repr(url))}: use the authorize_url"
        with pytest.raises(ValueError, match=message):
            service.signups.approve(url)
        with pytest.raises(ValueError, match=message):
            service.signups.refuse(url)


@pytest.mark.wrong_types
def test_approval_needs_an_inbox_and_refusal_a_known_error(service: LocalService) -> None:
    url = start(service)["authorize_url"]
    with pytest.raises(ValueError, match="inbox_id must not be empty"):
        service.signups.approve(url, " ")
    unknown: Any = "denied"
    with pytest.raises(ValueError, match="unknown error 'denied': choose from access_denied, "):
        service.signups.refuse(url, unknown)


def test_sign_up_survives_a_snapshot(service: LocalService) -> None:
    issued = signed_up(service)
    signup = start(service)
    text = service.snapshot()
    for secret in (issued["api_key"], signup["poll_secret"]):
        assert secret not in text
    with LocalService.from_snapshot(text, config=ENABLED) as restored:
        restored.signups.approve(signup["authorize_url"], "ada@agentmail.to")
        assert poll(restored, signup).body["org_id"] == issued["org_id"]


def test_reset_deletes_sign_ups(service: LocalService) -> None:
    signup = start(service)
    service.reset()
    assert poll(service, signup).status == 404


def test_poll_is_not_a_read() -> None:
    """On a full disk, the service refuses a poll: it could not store the key that it returns."""
    assert not ROUTES.is_read("GET", "/api/agents/signup/x")
