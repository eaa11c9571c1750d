"""Every refusal that has a code of its own, and how to come by it in a line or two."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from memsy.local import LocalService, Member, ServiceConfig
from tests.support.service_requests import ServiceClient, ServiceResponse, event

ORG = {"org_id": "org_local", "name": "n", "focus": "f"}
ADMIN_ONLY = [
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
SEAT_ONLY = [
    ("GET", "/api/console/events"),
    ("GET", "/api/connectors"),
    ("GET", "/api/connectors/providers"),
    ("GET", "/api/connectors/slack/status"),
    ("POST", "/api/connectors/slack/connect"),
    ("POST", "/api/connectors/s3/configure"),
    ("DELETE", "/api/connectors/any"),
]


def of(service: LocalService, *, is_admin: bool = False, has_seat: bool = True) -> ServiceClient:
    """Somebody with an API key."""
    member = Member("user_haise", "org:admin" if is_admin else "org:member", has_seat)
    return ServiceClient(service, service.issue_key(member=member))


def quota(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(limits={"events_ingested": 1})
    return ServiceClient(service).post("/v1/ingest", {"events": [event("one"), event("two")]})


def feature_of_a_search(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(pro_only={"source_events"})
    return ServiceClient(service).post(
        "/v1/search", {"query": "tea", "include_source_events": True}
    )


def feature_of_the_control_plane(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(pro_only={"slack"})
    return ServiceClient(service).post("/api/connectors/slack/connect")


def org_id_on_the_free_plan(service: LocalService) -> ServiceResponse:
    return ServiceClient(service).post("/v1/search", {"query": "tea", "org_id": "org_local"})


def no_seat(service: LocalService) -> ServiceResponse:
    return of(service, has_seat=False).get("/api/console/events")


def no_seat_left(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(purchased_seats=3, pending_invites=2)
    return of(service, has_seat=False).post("/api/connectors/onedrive/connect")


def an_org_too_many(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(max_orgs=0)
    return ServiceClient(service).post("/v1/orgs", ORG)


def a_key_too_many(service: LocalService) -> ServiceResponse:
    service.config = ServiceConfig(max_keys=1)
    return ServiceClient(service).post("/api/keys", {"name": "ci"})


def no_billing(service: LocalService) -> ServiceResponse:
    return ServiceClient(service).get("/api/billing/summary")


def no_admin(service: LocalService) -> ServiceResponse:
    return of(service).get("/api/keys")


def no_scope(service: LocalService) -> ServiceResponse:
    return ServiceClient(service, service.issue_key(scopes=["read"])).post("/v1/orgs", ORG)


def another_org(service: LocalService) -> ServiceResponse:
    return ServiceClient(service).get("/v1/roles", org_id="org_other")


REFUSALS: list[tuple[Callable[[LocalService], ServiceResponse], int, str, dict[str, object]]] = [
    (
        quota,
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
        feature_of_a_search,
        403,
        "feature_not_available",
        {
            "feature": "source_events",
            "current_tier": "free",
            "upgrade_url": "https://memsy.io/upgrade",
        },
    ),
    (
        feature_of_the_control_plane,
        403,
        "feature_not_available",
        {"feature": "slack", "current_tier": "free", "upgrade_url": "https://memsy.io/upgrade"},
    ),
    (org_id_on_the_free_plan, 400, "org_id_not_allowed", {}),
    (no_seat, 403, "seat_required", {}),
    (
        no_seat_left,
        409,
        "seat_limit_reached",
        {"purchased_seats": 3, "assigned_seats": 1, "pending_invites": 2},
    ),
    (an_org_too_many, 403, "org_limit_reached", {"limit": 0, "current": 0}),
    (a_key_too_many, 403, "key_limit_reached", {"limit": 1, "current": 1}),
    (no_billing, 403, "billing_not_enabled", {"interest_path": "/interest/pro"}),
    (no_admin, 403, "admin_required", {}),
    (no_scope, 403, "insufficient_scope", {"required_scope": "write"}),
    (another_org, 403, "wrong_org", {}),
]


@pytest.mark.parametrize(
    ("provoke", "status", "code", "extras"), REFUSALS, ids=[row[0].__name__ for row in REFUSALS]
)
def test_a_refusal_says_all_that_clients_read(
    service: LocalService,
    provoke: Callable[[LocalService], ServiceResponse],
    status: int,
    code: str,
    extras: dict[str, object],
) -> None:
    """Flat on the hot path; on the control plane in a `detail`."""
    answer = provoke(service)
    said = answer.body.get("detail", answer.body)
    assert said.pop("message")
    assert (answer.status, said) == (status, {"error": code, **extras})


@pytest.mark.parametrize(("method", "target"), ADMIN_ONLY)
def test_some_things_are_for_admins(service: LocalService, method: str, target: str) -> None:
    answer = of(service).raw(method, target)
    said = answer.body.get("detail", answer.body)
    assert (answer.status, said["error"]) == (403, "admin_required")
    allowed = of(service, is_admin=True).raw(method, target)
    assert "admin_required" not in str(allowed.body)


@pytest.mark.parametrize(("method", "target"), SEAT_ONLY)
def test_some_things_need_a_seat(service: LocalService, method: str, target: str) -> None:
    """An admin needs one as well."""
    answer = of(service, is_admin=True, has_seat=False).raw(method, target)
    assert answer.error == (403, "seat_required")
    assert "seat_required" not in str(of(service).raw(method, target).body)


def test_everybody_may_do_the_rest(service: LocalService) -> None:
    ask = of(service, has_seat=False)
    ask.ingest("hello")
    assert ask.found("hello") == ["hello"]
    for path in ("/api/me", "/api/health", "/api/interest/pro/status", "/v1/console/memories"):
        assert ask.get(path).status == 200


def test_who_asks_learns_their_standing(service: LocalService) -> None:
    me = of(service).get("/api/me").body
    assert (me["user_id"], me["org_role"], me["is_billing_admin"]) == (
        "user_haise",
        "org:member",
        False,
    )
    assert me["email"] == "user_haise@example.invalid"


def test_what_was_said_last_of_a_member_is_true(service: LocalService) -> None:
    """Of all their keys, at once."""
    first = of(service)
    assert first.get("/api/keys").status == 403
    of(service, is_admin=True)
    assert first.get("/api/keys").status == 200


def test_a_feature_comes_with_the_plan(service: LocalService) -> None:
    service.config = ServiceConfig(plan="pro", pro_only={"slack", "source_events"})
    ask = ServiceClient(service)
    assert ask.post("/api/connectors/slack/connect").status == 200
    assert ask.search("tea", include_source_events=True) == []


def test_a_refused_search_costs_no_quota(service: LocalService) -> None:
    feature_of_a_search(service)
    used = ServiceClient(service).get("/v1/health").headers["x-usage-searchqueries"]
    assert used == "0"


def test_a_feature_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="reranking; there are slack"):
        ServiceConfig(pro_only={"reranking"})


def test_organisations_are_counted_together(service: LocalService) -> None:
    service.config = ServiceConfig(max_orgs=1)
    theirs = ServiceClient(service, service.issue_key(org_id="org_other"))
    assert theirs.post("/v1/orgs", {**ORG, "org_id": "org_other"}).status == 200
    answer = ServiceClient(service).post("/v1/orgs", ORG)
    assert (answer.status, answer.body["error"]) == (403, "org_limit_reached")
    assert (answer.body["limit"], answer.body["current"]) == (1, 1)


def test_who_connects_an_account_of_their_own_takes_a_seat(service: LocalService) -> None:
    service.config = ServiceConfig(purchased_seats=2)
    ask = of(service, has_seat=False)
    assert ask.post("/api/connectors/onedrive/connect").status == 200
    assert ask.get("/api/console/events").status == 200
    late = ServiceClient(service, service.issue_key(member=Member("user_swigert", has_seat=False)))
    assert late.post("/api/connectors/onedrive/connect").error == (409, "seat_limit_reached")
    assert late.get("/api/console/events").error == (403, "seat_required")
