"""Connectors: their states, and who may do what with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from memsy.local import LocalService, Member, ServiceConfig
from memsy.local.clock import Clock
from memsy.models import ResourceSelection
from tests.support.service_requests import ServiceClient, ServiceResponse

PATH = "/api/connectors"
BUCKET: dict[str, object] = {
    "access_key_id": "AKIA1",
    "secret_access_key": "very secret",
    "region": "eu-west-1",
    "bucket": "tapes",
}
GENERAL = {"external_id": "C1", "resource_type": "channel", "name": "general"}
WAITING = (409, {"detail": "Connector is waiting for authorization"})


def connect(ask: ServiceClient, provider: str = "slack") -> str:
    answer = ask.post(f"{PATH}/{provider}/connect")
    assert answer.status == 200, answer
    connector_id: str = answer.body["connector_id"]
    assert connector_id in answer.body["authorize_url"]
    return connector_id


def authorized(ask: ServiceClient, provider: str = "slack") -> str:
    connector_id = connect(ask, provider)
    ask.service.connectors.authorize(connector_id)
    return connector_id


def choose(ask: ServiceClient, connector_id: str, *resources: object) -> ServiceResponse:
    return ask.put(f"{PATH}/{connector_id}/resources", {"resources": list(resources)})


def resources(ask: ServiceClient, connector_id: str, **query: object) -> list[tuple[str, bool]]:
    return shown(ask.get(f"{PATH}/{connector_id}/resources", **query))


def shown(answer: ServiceResponse) -> list[tuple[str, bool]]:
    assert answer.status == 200, answer
    return [(item["external_id"], item["selected"]) for item in answer.body["resources"]]


def status(ask: ServiceClient, connector_id: str) -> str:
    word: str = ask.get(f"{PATH}/{connector_id}").body["status"]
    return word


@pytest.fixture
def member(service: LocalService) -> ServiceClient:
    """A member with a seat, who has signed in, and is no admin."""
    return ServiceClient(service, service.sign_in(Member("user_haise")))


@pytest.fixture
def other(service: LocalService) -> ServiceClient:
    """Another one."""
    return ServiceClient(service, service.sign_in(Member("user_swigert")))


@pytest.fixture
def admin(service: LocalService) -> ServiceClient:
    """An admin, who has signed in."""
    return ServiceClient(service, service.sign_in(Member("user_kranz", "org:admin")))


class TestStates:
    """From consent to the first sync."""

    def test_a_new_connector_is_pending(self, ask: ServiceClient) -> None:
        connector_id = connect(ask)
        assert ask.get(f"{PATH}/{connector_id}").body == {
            "id": connector_id,
            "provider": "slack",
            "status": "pending",
            "display_name": None,
            "external_account_id": None,
            "configured_by_email": "user_org_local@example.invalid",
            "scopes": [],
            "last_sync_at": None,
            "next_sync_at": None,
            "last_error": None,
            "created_at": "2026-04-14T03:08:00Z",
            "bucket": None,
            "region": None,
        }

    def test_nothing_can_be_chosen_before_there_is_consent(self, ask: ServiceClient) -> None:
        connector_id = connect(ask)
        listed = ask.get(f"{PATH}/{connector_id}/resources")
        chosen = choose(ask, connector_id, GENERAL)
        assert (listed.status, listed.body) == WAITING
        assert (chosen.status, chosen.body) == WAITING

    def test_consent_lets_the_user_choose(self, ask: ServiceClient) -> None:
        connector_id = connect(ask)
        ask.service.connectors.offer(connector_id, [ResourceSelection("C1", name="general")])
        ask.service.connectors.authorize(connector_id, account="Mission Control")
        body = ask.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["display_name"]) == ("pending", "Mission Control")
        assert body["scopes"]
        assert ask.get(f"{PATH}/{connector_id}/resources").body == {
            "resources": [{**GENERAL, "selected": False}]
        }

    def test_a_choice_makes_it_active(self, ask: ServiceClient, clock: Clock) -> None:
        connector_id = authorized(ask)
        clock.advance(60)
        body = choose(ask, connector_id, GENERAL).body
        assert (body["id"], body["status"]) == (connector_id, "active")
        assert body["last_sync_at"] == "2026-04-14T03:09:00Z"

    def test_a_choice_takes_the_place_of_the_former(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask)
        offered = [ResourceSelection(name) for name in ("C1", "C2", "C3")]
        ask.service.connectors.offer(connector_id, offered)
        choose(ask, connector_id, GENERAL, {"external_id": "C2"})
        choose(ask, connector_id, {"external_id": "C3"}, {"external_id": "C9"})
        assert resources(ask, connector_id) == [
            ("C1", False),
            ("C2", False),
            ("C3", True),
            ("C9", True),
        ]

    def test_only_what_is_active_can_be_synchronised(
        self, ask: ServiceClient, clock: Clock
    ) -> None:
        connector_id = connect(ask)
        sync = f"{PATH}/{connector_id}/sync"
        assert ask.post(sync).error == (409, "connector_not_active")
        ask.service.connectors.authorize(connector_id)
        assert ask.post(sync).error == (409, "connector_not_active")
        choose(ask, connector_id, GENERAL)
        clock.advance(60)
        assert ask.post(sync).body["last_sync_at"] == "2026-04-14T03:09:00Z"

    def test_notion_is_active_as_soon_as_there_is_consent(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask, "notion")
        assert status(ask, connector_id) == "active"
        (item,) = ask.get(f"{PATH}/{connector_id}/resources").body["resources"]
        assert (item["resource_type"], item["selected"]) == ("workspace", True)

    def test_a_connector_can_fail(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask)
        choose(ask, connector_id, GENERAL)
        ask.service.connectors.fail(connector_id, "the token was revoked")
        body = ask.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["last_error"]) == ("error", "the token was revoked")
        assert ask.post(f"{PATH}/{connector_id}/sync").status == 409
        assert choose(ask, connector_id, GENERAL).body["status"] == "error"

    def test_a_new_consent_mends_what_has_failed(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask, "notion")
        ask.service.connectors.fail(connector_id, "the token was revoked")
        ask.service.connectors.authorize(connector_id)
        body = ask.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["last_error"]) == ("active", None)

    def test_a_deleted_connector_is_gone_with_its_choice(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask)
        choose(ask, connector_id, GENERAL)
        answer = ask.delete(f"{PATH}/{connector_id}")
        assert (answer.status, answer.body) == (204, None)
        for gone in (ask.get(f"{PATH}/{connector_id}"), ask.delete(f"{PATH}/{connector_id}")):
            assert gone.error == (404, "not_found")
        assert ask.get(PATH).body == []
        assert resources(ask, authorized(ask)) == []

    def test_there_is_consent_once(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask)
        with pytest.raises(ValueError, match="already"):
            ask.service.connectors.authorize(connector_id)

    def test_nothing_happens_to_a_connector_that_is_not_there(self, service: LocalService) -> None:
        with pytest.raises(ValueError, match="no connector 'c1'"):
            service.connectors.authorize("c1")
        with pytest.raises(ValueError, match="no connector 'c1'"):
            service.connectors.offer("c1", [])
        with pytest.raises(ValueError, match="no connector 'c1'"):
            service.connectors.fail("c1", "why")

    def test_a_file_keeps_connectors(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            connector_id = authorized(ServiceClient(service))
            choose(ServiceClient(service), connector_id, GENERAL)
        with LocalService(path, clock=clock) as service:
            assert status(ServiceClient(service), connector_id) == "active"
            assert resources(ServiceClient(service), connector_id) == [("C1", True)]


class TestProviders:
    """What one provider has and another has not."""

    def test_all_are_listed(self, ask: ServiceClient) -> None:
        """The fixed path wins over an id."""
        assert ask.get(f"{PATH}/providers").body == {
            "providers": ["slack", "google_drive", "s3", "notion", "github", "onedrive"]
        }

    def test_one_that_is_none_is_not_found(self, ask: ServiceClient) -> None:
        assert ask.post(f"{PATH}/gmail/connect").error == (404, "not_found")
        assert ask.get(f"{PATH}/gmail/status").error == (404, "not_found")

    def test_the_status_tells_whether_all_is_well(self, ask: ServiceClient) -> None:
        path = f"{PATH}/slack/status"
        assert ask.get(path).body == {"connected": False, "display_name": None}
        connector_id = connect(ask)
        assert ask.get(path).body["connected"] is False
        ask.service.connectors.authorize(connector_id, account="Mission Control")
        choose(ask, connector_id, GENERAL)
        assert ask.get(path).body == {"connected": True, "display_name": "Mission Control"}
        ask.service.connectors.fail(connector_id, "gone")
        assert ask.get(path).body["connected"] is False

    def test_branches_are_those_of_a_repository(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask, "github")
        connectors = ask.service.connectors
        connectors.offer(connector_id, [ResourceSelection("acme/app", "repo")])
        branch = ResourceSelection("acme/app#main", "branch", "main")
        connectors.offer(connector_id, [branch], below="acme/app")
        choose(ask, connector_id, branch.to_dict())
        path = f"{PATH}/{connector_id}/branches"
        assert shown(ask.get(path, repo="acme/app")) == [("acme/app#main", True)]
        assert shown(ask.get(path, repo="acme/other")) == []
        assert resources(ask, connector_id) == [("acme/app", False)]
        assert ask.get(path).validation_errors == [(["query", "repo"], "missing")]

    def test_only_github_has_branches(self, ask: ServiceClient) -> None:
        answer = ask.get(f"{PATH}/{authorized(ask)}/branches", repo="acme/app")
        assert answer.error == (400, "not_supported")

    def test_onedrive_has_folders(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask, "onedrive")
        ask.service.connectors.offer(connector_id, [ResourceSelection("F1", "folder")])
        ask.service.connectors.offer(connector_id, [ResourceSelection("f", "file")], below="F1")
        assert resources(ask, connector_id) == [("F1", False)]
        assert resources(ask, connector_id, parent_id="F1") == [("f", False)]

    def test_nothing_else_has_folders(self, ask: ServiceClient) -> None:
        answer = ask.get(f"{PATH}/{authorized(ask)}/resources", parent_id="F1")
        assert answer.error == (400, "not_supported")

    def test_of_a_drive_nothing_is_listed_but_what_was_picked(self, ask: ServiceClient) -> None:
        connector_id = authorized(ask, "google_drive")
        ask.service.connectors.offer(connector_id, [ResourceSelection("f1", "file")])
        assert resources(ask, connector_id) == []
        choose(ask, connector_id, {"external_id": "f1", "resource_type": "file"})
        assert resources(ask, connector_id) == [("f1", True)]

    def test_only_a_drive_has_a_picker(self, ask: ServiceClient) -> None:
        drive, slack = connect(ask, "google_drive"), connect(ask)
        answer = ask.get(f"{PATH}/{drive}/picker-token")
        assert (answer.status, answer.body) == WAITING
        ask.service.connectors.authorize(drive)
        picker = ask.get(f"{PATH}/{drive}/picker-token").body
        assert set(picker) == {"access_token", "expires_in", "api_key", "app_id"}
        assert isinstance(picker["expires_in"], int)
        assert ask.get(f"{PATH}/{slack}/picker-token").error == (400, "not_supported")

    @pytest.mark.parametrize("connector_id", ["c/1", "../keys", "été"])
    def test_an_encoded_id_stays_one_segment(self, clock: Clock, connector_id: str) -> None:
        with LocalService(clock=clock, ids=lambda number: connector_id) as service:
            ask = ServiceClient(service)
            ask.post(f"{PATH}/slack/connect")
            body = ask.get(f"{PATH}/{quote(connector_id, safe='')}").body
            assert body["id"] == connector_id


class TestS3:
    """A bucket needs no consent."""

    def configure(self, ask: ServiceClient, **fields: object) -> ServiceResponse:
        return ask.post(f"{PATH}/s3/configure", {**BUCKET, **fields})

    def test_a_bucket_is_active_at_once(self, ask: ServiceClient) -> None:
        body = self.configure(ask).body
        assert (body["provider"], body["status"]) == ("s3", "active")
        assert (body["bucket"], body["region"]) == ("tapes", "eu-west-1")
        assert body["last_sync_at"] == "2026-04-14T03:08:00Z"
        assert ask.get(f"{PATH}/{body['id']}/resources").body["resources"] == [
            {"external_id": "tapes", "resource_type": "bucket", "name": "tapes", "selected": True}
        ]

    def test_no_secret_is_kept(self, tmp_path: Path) -> None:
        with LocalService(tmp_path / "memsy.db") as service:
            assert self.configure(ServiceClient(service)).status == 200
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"very secret" not in written
        assert b"AKIA1" not in written

    def test_there_is_one_bucket(self, ask: ServiceClient) -> None:
        self.configure(ask)
        assert self.configure(ask, bucket="more").error == (409, "already_connected")

    def test_it_can_be_exchanged(self, ask: ServiceClient) -> None:
        connector_id = self.configure(ask).body["id"]
        ask.service.connectors.fail(connector_id, "access denied")
        body = self.configure(ask, bucket="other", connector_id=connector_id).body
        assert (body["id"], body["bucket"], body["status"]) == (connector_id, "other", "active")
        assert body["last_error"] is None
        assert resources(ask, connector_id) == [("other", True)]

    def test_only_a_bucket_can_be_exchanged_for_one(self, ask: ServiceClient) -> None:
        slack = connect(ask)
        assert self.configure(ask, connector_id=slack).error == (404, "not_found")
        assert self.configure(ask, connector_id="nonsense").error == (404, "not_found")
        assert status(ask, slack) == "pending"

    def test_bad_credentials_leave_nothing_behind(self, ask: ServiceClient) -> None:
        ask.service.config = ServiceConfig(refused_access_keys={"AKIA1"})
        assert self.configure(ask).error == (400, "invalid_credentials")
        assert ask.get(PATH).body == []

    @pytest.mark.parametrize("name", list(BUCKET))
    def test_every_field_is_needed(self, ask: ServiceClient, name: str) -> None:
        body: dict[str, Any] = {key: value for key, value in BUCKET.items() if key != name}
        answer = ask.post(f"{PATH}/s3/configure", body)
        assert answer.validation_errors == [(["body", name], "missing")]

    def test_nobody_consents_to_it(self, ask: ServiceClient) -> None:
        assert ask.post(f"{PATH}/s3/connect").error == (400, "no_oauth")


class TestRights:
    """Some belong to the organisation, some to one member."""

    @pytest.mark.parametrize("provider", ["slack", "notion", "github"])
    def test_an_organisation_has_one_connector_to_a_provider(
        self, ask: ServiceClient, provider: str
    ) -> None:
        connect(ask, provider)
        answer = ask.post(f"{PATH}/{provider}/connect")
        assert answer.error == (409, "already_connected")

    def test_a_member_alone_cannot_connect_all(self, member: ServiceClient) -> None:
        assert member.post(f"{PATH}/slack/connect").error == (403, "admin_required")
        assert member.post(f"{PATH}/s3/configure", BUCKET).error == (403, "admin_required")

    def test_an_admin_and_any_api_key_can(
        self, service: LocalService, admin: ServiceClient
    ) -> None:
        connect(admin, "slack")
        connect(ServiceClient(service, service.issue_key(member=Member("user_haise"))), "github")

    def test_what_is_shared_all_members_can_see_and_not_change(
        self, ask: ServiceClient, member: ServiceClient
    ) -> None:
        connector_id = authorized(ask)
        path = f"{PATH}/{connector_id}"
        choose(ask, connector_id, GENERAL)
        assert status(member, connector_id) == "active"
        assert resources(member, connector_id) == [("C1", True)]
        assert member.get(f"{PATH}/slack/status").body["connected"] is True
        for answer in (
            choose(member, connector_id, GENERAL),
            member.post(f"{path}/sync"),
            member.delete(path),
        ):
            assert answer.error == (403, "admin_required")

    @pytest.mark.parametrize("provider", ["google_drive", "onedrive"])
    def test_each_member_has_one_of_their_own(
        self, member: ServiceClient, other: ServiceClient, provider: str
    ) -> None:
        own, theirs = connect(member, provider), connect(other, provider)
        assert own != theirs
        answer = member.post(f"{PATH}/{provider}/connect")
        assert answer.error == (409, "already_connected")

    def test_the_status_is_that_of_the_caller(
        self, member: ServiceClient, other: ServiceClient
    ) -> None:
        choose(member, authorized(member, "onedrive"), {"external_id": "F1"})
        assert member.get(f"{PATH}/onedrive/status").body["connected"] is True
        assert other.get(f"{PATH}/onedrive/status").body["connected"] is False

    def test_one_s_own_is_nobody_else_s_business(
        self, member: ServiceClient, other: ServiceClient
    ) -> None:
        connector_id = authorized(member, "google_drive")
        path = f"{PATH}/{connector_id}"
        for answer in (
            other.get(path),
            other.get(f"{path}/resources"),
            other.get(f"{path}/picker-token"),
            other.delete(path),
        ):
            assert answer.error == (404, "not_found")

    def test_an_admin_may_look_at_it_and_no_more(
        self, member: ServiceClient, admin: ServiceClient
    ) -> None:
        connector_id = authorized(member, "google_drive")
        path = f"{PATH}/{connector_id}"
        assert admin.get(path).body["configured_by_email"] == "user_haise@example.invalid"
        for answer in (
            choose(admin, connector_id, GENERAL),
            admin.get(f"{path}/picker-token"),
            admin.post(f"{path}/sync"),
            admin.delete(path),
        ):
            assert answer.error == (403, "owner_required")
        assert member.delete(path).status == 204

    def test_a_list_shows_what_concerns_the_caller(
        self,
        service: LocalService,
        ask: ServiceClient,
        member: ServiceClient,
        other: ServiceClient,
        admin: ServiceClient,
    ) -> None:
        shared, own, theirs = connect(ask), connect(member, "onedrive"), connect(other, "onedrive")
        key = ServiceClient(service, service.issue_key(member=Member("user_haise")))

        def listed(who: ServiceClient) -> list[str]:
            return [connector["id"] for connector in who.get(PATH).body]

        assert listed(ask) == listed(admin) == [shared, own, theirs]
        assert listed(key) == [shared, own]
        assert listed(member) == [own]

    def test_another_organisation_sees_nothing(
        self, service: LocalService, ask: ServiceClient
    ) -> None:
        connector_id = connect(ask)
        theirs = ServiceClient(service, service.issue_key(org_id="org_other"))
        assert theirs.get(PATH).body == []
        assert theirs.get(f"{PATH}/{connector_id}").error == (404, "not_found")
        assert connect(theirs)

    def test_scopes_hold_here_too(self, service: LocalService) -> None:
        reader = ServiceClient(service, service.issue_key(scopes=["read"]))
        assert reader.get(PATH).status == 200
        answer = reader.post(f"{PATH}/slack/connect")
        assert answer.body["detail"]["required_scope"] == "write"
