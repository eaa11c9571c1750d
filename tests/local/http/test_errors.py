"""Error responses of the local service: code, extra fields, admin and seat requirements."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from memsy.local import LocalService, Member, ServiceConfig
from tests.support.service_requests import ServiceClient, ServiceResponse, event

ORG = {"org_id": "org_local", "name": "n", "focus": "f"}
ADMIN_ENDPOINTS = [
    ("GET", "/api/usage/summary"),
    ("GET", "/api/usage/timeseries"),
    ("GET", "/api/billing/summary"),
    ("GET", "/api/billing/invoices"),
    ("GET", "/api/keys"),
    ("POST", "/api/keys"),
    ("DELETE", "/api/keys/key_local"),
    ("GET", "/api/keys/key_local/usage"),
    ("GET", "/v1/orgs"),
    ("GET", "/v1/roles?org_id=org_local"),
    ("POST", "/v1/teams"),
]
SEAT_ENDPOINTS = [
    ("GET", "/api/console/events"),
    ("GET", "/api/connectors"),
    ("GET", "/api/connectors/providers"),
    ("GET", "/api/connectors/slack/status"),
    ("POST", "/api/connectors/slack/connect"),
    ("POST", "/api/connectors/s3/configure"),
    ("DELETE", "/api/connectors/any"),
]


def caller(
    service: LocalService, *, is_admin: bool = False, has_seat: bool = True
) -> ServiceClient:
    """Return a caller with the API key of one member."""
    member = Member("user_haise", "org:admin" if is_admin else "org:member", has_seat)
    return ServiceClient(service, service.issue_key(member=member))


def exceed_quota(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(limits={"events_ingested": 1})
    return ServiceClient(service).post("/v1/ingest", {"events": [event("one"), event("two")]})


def search_with_pro_feature(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(pro_only={"source_events"})
    return ServiceClient(service).post(
        "/v1/search", {"query": "tea", "include_source_events": True}
    )


def connect_pro_provider(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(pro_only={"slack"})
    return ServiceClient(service).post("/api/connectors/slack/connect")


def send_org_id_on_free_plan(service: LocalService) -> ServiceResponse:
    return ServiceClient(service).post("/v1/search", {"query": "tea", "org_id": "org_local"})


def list_events_without_seat(service: LocalService) -> ServiceResponse:
    return caller(service, has_seat=False).get("/api/console/events")


def connect_without_free_seat(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(purchased_seats=3, pending_invites=2)
    return caller(service, has_seat=False).post("/api/connectors/onedrive/connect")


def exceed_org_limit(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(max_orgs=0)
    return ServiceClient(service).post("/v1/orgs", ORG)


def exceed_key_limit(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(max_keys=1)
    return ServiceClient(service).post("/api/keys", {"name": "ci"})


def read_disabled_billing(service: LocalService) -> ServiceResponse:
    return ServiceClient(service).get("/api/billing/summary")


def list_keys_without_admin_role(service: LocalService) -> ServiceResponse:
    return caller(service).get("/api/keys")


def create_org_without_write_scope(service: LocalService) -> ServiceResponse:
    return ServiceClient(service, service.issue_key(scopes=["read"])).post("/v1/orgs", ORG)


def read_roles_of_another_org(service: LocalService) -> ServiceResponse:
    return ServiceClient(service).get("/v1/roles", org_id="org_other")


ERRORS: list[tuple[Callable[[LocalService], ServiceResponse], int, str, dict[str, object]]] = [
    (
        exceed_quota,
        429,
        "usage_limit_exceeded",
        {
            "dimension": "events_ingested",
            "current": 0,
            "limit": 1,
            "upgrade_url": "https://memsy.io/upgrade",
        },
    ),
    (
        search_with_pro_feature,
        403,
        "feature_not_available",
        {
            "feature": "source_events",
            "current_tier": "free",
            "upgrade_url": "https://memsy.io/upgrade",
        },
    ),
    (
        connect_pro_provider,
        403,
        "feature_not_available",
        {"feature": "slack", "current_tier": "free", "upgrade_url": "https://memsy.io/upgrade"},
    ),
    (send_org_id_on_free_plan, 400, "org_id_not_allowed", {}),
    (list_events_without_seat, 403, "seat_required", {}),
    (
        connect_without_free_seat,
        409,
        "seat_limit_reached",
        {"purchased_seats": 3, "assigned_seats": 1, "pending_invites": 2},
    ),
    (exceed_org_limit, 403, "org_limit_reached", {"limit": 0, "current": 0}),
    (exceed_key_limit, 403, "key_limit_reached", {"limit": 1, "current": 1}),
    (read_disabled_billing, 403, "billing_not_enabled", {"interest_path": "/interest/pro"}),
    (list_keys_without_admin_role, 403, "admin_required", {}),
    (create_org_without_write_scope, 403, "insufficient_scope", {"required_scope": "write"}),
    (read_roles_of_another_org, 403, "wrong_org", {}),
]


@pytest.mark.parametrize(
    ("send", "status", "code", "extras"), ERRORS, ids=[row[0].__name__ for row in ERRORS]
)
def test_error_response_has_code_and_extra_fields(
    service: LocalService,
    send: Callable[[LocalService], ServiceResponse],
    status: int,
    code: str,
    extras: dict[str, object],
) -> None:
    """The body is flat on the data plane, and in `detail` on the control plane."""
    response = send(service)
    body = response.body.get("detail", response.body)
    assert body.pop("message")
    assert (response.status, body) == (status, {"error": code, **extras})


@pytest.mark.parametrize(("method", "target"), ADMIN_ENDPOINTS)
def test_endpoint_requires_admin_role(service: LocalService, method: str, target: str) -> None:
    response = caller(service).request(method, target)
    body = response.body.get("detail", response.body)
    assert (response.status, body["error"]) == (403, "admin_required")
    allowed = caller(service, is_admin=True).request(method, target)
    assert "admin_required" not in str(allowed.body)


@pytest.mark.parametrize(("method", "target"), SEAT_ENDPOINTS)
def test_endpoint_requires_seat(service: LocalService, method: str, target: str) -> None:
    """An admin needs a seat, too."""
    response = caller(service, is_admin=True, has_seat=False).request(method, target)
    assert response.error == (403, "seat_required")
    assert "seat_required" not in str(caller(service).request(method, target).body)


def test_member_without_seat_can_use_other_endpoints(service: LocalService) -> None:
    api = caller(service, has_seat=False)
    api.ingest("hello")
    assert api.search_texts("hello") == ["hello"]
    for path in ("/api/me", "/api/health", "/api/interest/pro/status", "/v1/console/memories"):
        assert api.get(path).status == 200


def test_me_returns_the_member_of_the_key(service: LocalService) -> None:
    me = caller(service).get("/api/me").body
    assert (me["user_id"], me["org_role"], me["is_billing_admin"]) == (
        "user_haise",
        "org:member",
        False,
    )
    assert me["email"] == "user_haise@example.invalid"


def test_new_role_applies_to_earlier_keys_of_the_member(service: LocalService) -> None:
    member = caller(service)
    assert member.get("/api/keys").status == 403
    caller(service, is_admin=True)
    assert member.get("/api/keys").status == 200


def test_pro_plan_includes_pro_features(service: LocalService) -> None:
    service.config = ServiceConfig(plan="pro", pro_only={"slack", "source_events"})
    api = ServiceClient(service)
    assert api.post("/api/connectors/slack/connect").status == 200
    assert api.search("tea", include_source_events=True) == []


def test_rejected_search_consumes_no_quota(service: LocalService) -> None:
    search_with_pro_feature(service)
    used = ServiceClient(service).get("/v1/health").headers["x-usage-searchqueries"]
    assert used == "0"


def test_unknown_pro_feature_raises() -> None:
    with pytest.raises(ValueError, match="reranking; choose from slack"):
        ServiceConfig(pro_only={"reranking"})


def test_org_limit_counts_all_organisations(service: LocalService) -> None:
    service.config = ServiceConfig(max_orgs=1)
    other_org = ServiceClient(service, service.issue_key(org_id="org_other"))
    assert other_org.post("/v1/orgs", {**ORG, "org_id": "org_other"}).status == 200
    response = ServiceClient(service).post("/v1/orgs", ORG)
    assert (response.status, response.body["error"]) == (403, "org_limit_reached")
    assert (response.body["limit"], response.body["current"]) == (1, 1)


def test_connecting_user_scoped_provider_assigns_a_seat(service: LocalService) -> None:
    service.config = ServiceConfig(purchased_seats=2)
    api = caller(service, has_seat=False)
    assert api.post("/api/connectors/onedrive/connect").status == 200
    assert api.get("/api/console/events").status == 200
    second = ServiceClient(
        service, service.issue_key(member=Member("user_swigert", has_seat=False))
    )
    assert second.post("/api/connectors/onedrive/connect").error == (409, "seat_limit_reached")
    assert second.get("/api/console/events").error == (403, "seat_required")
