"""Connector endpoints: states, providers, S3 and permissions."""

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
NOT_AUTHORIZED = (409, {"detail": "Connector is waiting for authorization"})


def connect(ask: ServiceClient, provider: str = "slack") -> str:
    response = ask.post(f"{PATH}/{provider}/connect")
    assert response.status == 200, response
    connector_id: str = response.body["connector_id"]
    assert connector_id in response.body["authorize_url"]
    return connector_id


def create_authorized(ask: ServiceClient, provider: str = "slack") -> str:
    connector_id = connect(ask, provider)
    ask.service.connectors.authorize(connector_id)
    return connector_id


def select(ask: ServiceClient, connector_id: str, *resources: object) -> ServiceResponse:
    return ask.put(f"{PATH}/{connector_id}/resources", {"resources": list(resources)})


def resources(ask: ServiceClient, connector_id: str, **query: object) -> list[tuple[str, bool]]:
    return resource_ids(ask.get(f"{PATH}/{connector_id}/resources", **query))


def resource_ids(response: ServiceResponse) -> list[tuple[str, bool]]:
    assert response.status == 200, response
    return [(item["external_id"], item["selected"]) for item in response.body["resources"]]


def status(ask: ServiceClient, connector_id: str) -> str:
    value: str = ask.get(f"{PATH}/{connector_id}").body["status"]
    return value


@pytest.fixture
def member(service: LocalService) -> ServiceClient:
    """A signed-in member with a seat and without the admin role."""
    return ServiceClient(service, service.sign_in(Member("user_haise")))


@pytest.fixture
def other(service: LocalService) -> ServiceClient:
    """Another signed-in member."""
    return ServiceClient(service, service.sign_in(Member("user_swigert")))


@pytest.fixture
def admin(service: LocalService) -> ServiceClient:
    """A signed-in admin."""
    return ServiceClient(service, service.sign_in(Member("user_kranz", "org:admin")))


class TestStates:
    """States of a connector, from consent to sync and deletion."""

    def test_new_connector_is_pending(self, ask: ServiceClient) -> None:
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

    def test_resources_are_a_409_before_consent(self, ask: ServiceClient) -> None:
        connector_id = connect(ask)
        listed = ask.get(f"{PATH}/{connector_id}/resources")
        selected = select(ask, connector_id, GENERAL)
        assert (listed.status, listed.body) == NOT_AUTHORIZED
        assert (selected.status, selected.body) == NOT_AUTHORIZED

    def test_resources_are_listed_after_consent(self, ask: ServiceClient) -> None:
        connector_id = connect(ask)
        ask.service.connectors.offer(connector_id, [ResourceSelection("C1", name="general")])
        ask.service.connectors.authorize(connector_id, account="Mission Control")
        body = ask.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["display_name"]) == ("pending", "Mission Control")
        assert body["scopes"]
        assert ask.get(f"{PATH}/{connector_id}/resources").body == {
            "resources": [{**GENERAL, "selected": False}]
        }

    def test_selection_activates_the_connector(self, ask: ServiceClient, clock: Clock) -> None:
        connector_id = create_authorized(ask)
        clock.advance(60)
        body = select(ask, connector_id, GENERAL).body
        assert (body["id"], body["status"]) == (connector_id, "active")
        assert body["last_sync_at"] == "2026-04-14T03:09:00Z"

    def test_selection_replaces_the_former_selection(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask)
        available = [ResourceSelection(name) for name in ("C1", "C2", "C3")]
        ask.service.connectors.offer(connector_id, available)
        select(ask, connector_id, GENERAL, {"external_id": "C2"})
        select(ask, connector_id, {"external_id": "C3"}, {"external_id": "C9"})
        assert resources(ask, connector_id) == [
            ("C1", False),
            ("C2", False),
            ("C3", True),
            ("C9", True),
        ]

    def test_sync_requires_an_active_connector(self, ask: ServiceClient, clock: Clock) -> None:
        connector_id = connect(ask)
        sync = f"{PATH}/{connector_id}/sync"
        assert ask.post(sync).error == (409, "connector_not_active")
        ask.service.connectors.authorize(connector_id)
        assert ask.post(sync).error == (409, "connector_not_active")
        select(ask, connector_id, GENERAL)
        clock.advance(60)
        assert ask.post(sync).body["last_sync_at"] == "2026-04-14T03:09:00Z"

    def test_notion_is_active_after_consent(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask, "notion")
        assert status(ask, connector_id) == "active"
        (item,) = ask.get(f"{PATH}/{connector_id}/resources").body["resources"]
        assert (item["resource_type"], item["selected"]) == ("workspace", True)

    def test_failed_connector_reports_its_error(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask)
        select(ask, connector_id, GENERAL)
        ask.service.connectors.fail(connector_id, "the token was revoked")
        body = ask.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["last_error"]) == ("error", "the token was revoked")
        assert ask.post(f"{PATH}/{connector_id}/sync").status == 409
        assert select(ask, connector_id, GENERAL).body["status"] == "error"

    def test_new_consent_repairs_a_failed_connector(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask, "notion")
        ask.service.connectors.fail(connector_id, "the token was revoked")
        ask.service.connectors.authorize(connector_id)
        body = ask.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["last_error"]) == ("active", None)

    def test_delete_removes_connector_and_selection(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask)
        select(ask, connector_id, GENERAL)
        response = ask.delete(f"{PATH}/{connector_id}")
        assert (response.status, response.body) == (204, None)
        for missing in (ask.get(f"{PATH}/{connector_id}"), ask.delete(f"{PATH}/{connector_id}")):
            assert missing.error == (404, "not_found")
        assert ask.get(PATH).body == []
        assert resources(ask, create_authorized(ask)) == []

    def test_second_consent_raises(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask)
        with pytest.raises(ValueError, match="already"):
            ask.service.connectors.authorize(connector_id)

    def test_simulator_rejects_an_unknown_connector(self, service: LocalService) -> None:
        with pytest.raises(ValueError, match="no connector 'c1'"):
            service.connectors.authorize("c1")
        with pytest.raises(ValueError, match="no connector 'c1'"):
            service.connectors.offer("c1", [])
        with pytest.raises(ValueError, match="no connector 'c1'"):
            service.connectors.fail("c1", "why")

    def test_connectors_are_stored_in_the_file(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            connector_id = create_authorized(ServiceClient(service))
            select(ServiceClient(service), connector_id, GENERAL)
        with LocalService(path, clock=clock) as service:
            assert status(ServiceClient(service), connector_id) == "active"
            assert resources(ServiceClient(service), connector_id) == [("C1", True)]


class TestProviders:
    """Providers: their list, status, branches, folders and file picker."""

    def test_providers_are_listed(self, ask: ServiceClient) -> None:
        """The fixed path takes precedence over an id."""
        assert ask.get(f"{PATH}/providers").body == {
            "providers": ["slack", "google_drive", "s3", "notion", "github", "onedrive"]
        }

    def test_unknown_provider_is_a_404(self, ask: ServiceClient) -> None:
        assert ask.post(f"{PATH}/gmail/connect").error == (404, "not_found")
        assert ask.get(f"{PATH}/gmail/status").error == (404, "not_found")

    def test_status_is_connected_only_while_active(self, ask: ServiceClient) -> None:
        path = f"{PATH}/slack/status"
        assert ask.get(path).body == {"connected": False, "display_name": None}
        connector_id = connect(ask)
        assert ask.get(path).body["connected"] is False
        ask.service.connectors.authorize(connector_id, account="Mission Control")
        select(ask, connector_id, GENERAL)
        assert ask.get(path).body == {"connected": True, "display_name": "Mission Control"}
        ask.service.connectors.fail(connector_id, "gone")
        assert ask.get(path).body["connected"] is False

    def test_branches_of_a_repository_are_listed(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask, "github")
        connectors = ask.service.connectors
        connectors.offer(connector_id, [ResourceSelection("acme/app", "repo")])
        branch = ResourceSelection("acme/app#main", "branch", "main")
        connectors.offer(connector_id, [branch], below="acme/app")
        select(ask, connector_id, branch.to_dict())
        path = f"{PATH}/{connector_id}/branches"
        assert resource_ids(ask.get(path, repo="acme/app")) == [("acme/app#main", True)]
        assert resource_ids(ask.get(path, repo="acme/other")) == []
        assert resources(ask, connector_id) == [("acme/app", False)]
        assert ask.get(path).validation_errors == [(["query", "repo"], "missing")]

    def test_branches_of_another_provider_are_a_400(self, ask: ServiceClient) -> None:
        response = ask.get(f"{PATH}/{create_authorized(ask)}/branches", repo="acme/app")
        assert response.error == (400, "not_supported")

    def test_onedrive_folder_is_listed_by_parent_id(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask, "onedrive")
        ask.service.connectors.offer(connector_id, [ResourceSelection("F1", "folder")])
        ask.service.connectors.offer(connector_id, [ResourceSelection("f", "file")], below="F1")
        assert resources(ask, connector_id) == [("F1", False)]
        assert resources(ask, connector_id, parent_id="F1") == [("f", False)]

    def test_parent_id_for_another_provider_is_a_400(self, ask: ServiceClient) -> None:
        response = ask.get(f"{PATH}/{create_authorized(ask)}/resources", parent_id="F1")
        assert response.error == (400, "not_supported")

    def test_google_drive_lists_only_picked_files(self, ask: ServiceClient) -> None:
        connector_id = create_authorized(ask, "google_drive")
        ask.service.connectors.offer(connector_id, [ResourceSelection("f1", "file")])
        assert resources(ask, connector_id) == []
        select(ask, connector_id, {"external_id": "f1", "resource_type": "file"})
        assert resources(ask, connector_id) == [("f1", True)]

    def test_picker_token_is_for_google_drive_only(self, ask: ServiceClient) -> None:
        drive, slack = connect(ask, "google_drive"), connect(ask)
        response = ask.get(f"{PATH}/{drive}/picker-token")
        assert (response.status, response.body) == NOT_AUTHORIZED
        ask.service.connectors.authorize(drive)
        picker = ask.get(f"{PATH}/{drive}/picker-token").body
        assert set(picker) == {"access_token", "expires_in", "api_key", "app_id"}
        assert isinstance(picker["expires_in"], int)
        assert ask.get(f"{PATH}/{slack}/picker-token").error == (400, "not_supported")

    @pytest.mark.parametrize("connector_id", ["c/1", "../keys", "été"])
    def test_encoded_id_is_one_path_segment(self, clock: Clock, connector_id: str) -> None:
        with LocalService(clock=clock, ids=lambda number: connector_id) as service:
            ask = ServiceClient(service)
            ask.post(f"{PATH}/slack/connect")
            body = ask.get(f"{PATH}/{quote(connector_id, safe='')}").body
            assert body["id"] == connector_id


class TestS3:
    """S3 buckets, which need no consent."""

    def configure(self, ask: ServiceClient, **fields: object) -> ServiceResponse:
        return ask.post(f"{PATH}/s3/configure", {**BUCKET, **fields})

    def test_configured_bucket_is_active(self, ask: ServiceClient) -> None:
        body = self.configure(ask).body
        assert (body["provider"], body["status"]) == ("s3", "active")
        assert (body["bucket"], body["region"]) == ("tapes", "eu-west-1")
        assert body["last_sync_at"] == "2026-04-14T03:08:00Z"
        assert ask.get(f"{PATH}/{body['id']}/resources").body["resources"] == [
            {"external_id": "tapes", "resource_type": "bucket", "name": "tapes", "selected": True}
        ]

    def test_credentials_are_not_stored(self, tmp_path: Path) -> None:
        with LocalService(tmp_path / "memsy.db") as service:
            assert self.configure(ServiceClient(service)).status == 200
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"very secret" not in written
        assert b"AKIA1" not in written

    def test_second_bucket_is_a_409(self, ask: ServiceClient) -> None:
        self.configure(ask)
        assert self.configure(ask, bucket="more").error == (409, "already_connected")

    def test_bucket_can_be_replaced(self, ask: ServiceClient) -> None:
        connector_id = self.configure(ask).body["id"]
        ask.service.connectors.fail(connector_id, "access denied")
        body = self.configure(ask, bucket="other", connector_id=connector_id).body
        assert (body["id"], body["bucket"], body["status"]) == (connector_id, "other", "active")
        assert body["last_error"] is None
        assert resources(ask, connector_id) == [("other", True)]

    def test_bucket_cannot_replace_another_connector(self, ask: ServiceClient) -> None:
        slack = connect(ask)
        assert self.configure(ask, connector_id=slack).error == (404, "not_found")
        assert self.configure(ask, connector_id="nonsense").error == (404, "not_found")
        assert status(ask, slack) == "pending"

    def test_rejected_credentials_create_no_connector(self, ask: ServiceClient) -> None:
        ask.service.config = ServiceConfig(refused_access_keys={"AKIA1"})
        assert self.configure(ask).error == (400, "invalid_credentials")
        assert ask.get(PATH).body == []

    @pytest.mark.parametrize("name", list(BUCKET))
    def test_s3_field_is_required(self, ask: ServiceClient, name: str) -> None:
        body: dict[str, Any] = {key: value for key, value in BUCKET.items() if key != name}
        response = ask.post(f"{PATH}/s3/configure", body)
        assert response.validation_errors == [(["body", name], "missing")]

    def test_connect_s3_is_a_400(self, ask: ServiceClient) -> None:
        assert ask.post(f"{PATH}/s3/connect").error == (400, "no_oauth")


class TestPermissions:
    """Permissions on connectors of the organisation and of one member."""

    @pytest.mark.parametrize("provider", ["slack", "notion", "github"])
    def test_second_shared_connector_is_a_409(self, ask: ServiceClient, provider: str) -> None:
        connect(ask, provider)
        response = ask.post(f"{PATH}/{provider}/connect")
        assert response.error == (409, "already_connected")

    def test_member_cannot_connect_a_shared_provider(self, member: ServiceClient) -> None:
        assert member.post(f"{PATH}/slack/connect").error == (403, "admin_required")
        assert member.post(f"{PATH}/s3/configure", BUCKET).error == (403, "admin_required")

    def test_admin_and_api_key_can_connect_a_shared_provider(
        self, service: LocalService, admin: ServiceClient
    ) -> None:
        connect(admin, "slack")
        connect(ServiceClient(service, service.issue_key(member=Member("user_haise"))), "github")

    def test_member_can_read_but_not_change_a_shared_connector(
        self, ask: ServiceClient, member: ServiceClient
    ) -> None:
        connector_id = create_authorized(ask)
        path = f"{PATH}/{connector_id}"
        select(ask, connector_id, GENERAL)
        assert status(member, connector_id) == "active"
        assert resources(member, connector_id) == [("C1", True)]
        assert member.get(f"{PATH}/slack/status").body["connected"] is True
        for response in (
            select(member, connector_id, GENERAL),
            member.post(f"{path}/sync"),
            member.delete(path),
        ):
            assert response.error == (403, "admin_required")

    @pytest.mark.parametrize("provider", ["google_drive", "onedrive"])
    def test_each_member_has_one_user_scoped_connector(
        self, member: ServiceClient, other: ServiceClient, provider: str
    ) -> None:
        own, others = connect(member, provider), connect(other, provider)
        assert own != others
        response = member.post(f"{PATH}/{provider}/connect")
        assert response.error == (409, "already_connected")

    def test_user_scoped_status_is_about_the_caller(
        self, member: ServiceClient, other: ServiceClient
    ) -> None:
        select(member, create_authorized(member, "onedrive"), {"external_id": "F1"})
        assert member.get(f"{PATH}/onedrive/status").body["connected"] is True
        assert other.get(f"{PATH}/onedrive/status").body["connected"] is False

    def test_user_scoped_connector_is_hidden_from_other_members(
        self, member: ServiceClient, other: ServiceClient
    ) -> None:
        connector_id = create_authorized(member, "google_drive")
        path = f"{PATH}/{connector_id}"
        for response in (
            other.get(path),
            other.get(f"{path}/resources"),
            other.get(f"{path}/picker-token"),
            other.delete(path),
        ):
            assert response.error == (404, "not_found")

    def test_admin_can_read_but_not_change_a_user_scoped_connector(
        self, member: ServiceClient, admin: ServiceClient
    ) -> None:
        connector_id = create_authorized(member, "google_drive")
        path = f"{PATH}/{connector_id}"
        assert admin.get(path).body["configured_by_email"] == "user_haise@example.invalid"
        for response in (
            select(admin, connector_id, GENERAL),
            admin.get(f"{path}/picker-token"),
            admin.post(f"{path}/sync"),
            admin.delete(path),
        ):
            assert response.error == (403, "owner_required")
        assert member.delete(path).status == 204

    def test_list_depends_on_the_caller(
        self,
        service: LocalService,
        ask: ServiceClient,
        member: ServiceClient,
        other: ServiceClient,
        admin: ServiceClient,
    ) -> None:
        shared = connect(ask)
        own, others = connect(member, "onedrive"), connect(other, "onedrive")
        key = ServiceClient(service, service.issue_key(member=Member("user_haise")))

        def listed(caller: ServiceClient) -> list[str]:
            return [connector["id"] for connector in caller.get(PATH).body]

        assert listed(ask) == listed(admin) == [shared, own, others]
        assert listed(key) == [shared, own]
        assert listed(member) == [own]

    def test_other_organisation_cannot_see_the_connector(
        self, service: LocalService, ask: ServiceClient
    ) -> None:
        connector_id = connect(ask)
        other_org = ServiceClient(service, service.issue_key(org_id="org_other"))
        assert other_org.get(PATH).body == []
        assert other_org.get(f"{PATH}/{connector_id}").error == (404, "not_found")
        assert connect(other_org)

    def test_write_scope_is_required_to_connect(self, service: LocalService) -> None:
        reader = ServiceClient(service, service.issue_key(scopes=["read"]))
        assert reader.get(PATH).status == 200
        response = reader.post(f"{PATH}/slack/connect")
        assert response.body["detail"]["required_scope"] == "write"
