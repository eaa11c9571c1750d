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


def connect(api: ServiceClient, provider: str = "slack") -> str:
    response = api.post(f"{PATH}/{provider}/connect")
    assert response.status == 200, response
    connector_id: str = response.body["connector_id"]
    assert connector_id in response.body["authorize_url"]
    return connector_id


def create_authorized(api: ServiceClient, provider: str = "slack") -> str:
    connector_id = connect(api, provider)
    api.service.connectors.authorize(connector_id)
    return connector_id


def select(api: ServiceClient, connector_id: str, *resources: object) -> ServiceResponse:
    return api.put(f"{PATH}/{connector_id}/resources", {"resources": list(resources)})


def resources(api: ServiceClient, connector_id: str, **query: object) -> list[tuple[str, bool]]:
    return resource_ids(api.get(f"{PATH}/{connector_id}/resources", **query))


def resource_ids(response: ServiceResponse) -> list[tuple[str, bool]]:
    assert response.status == 200, response
    return [(item["external_id"], item["selected"]) for item in response.body["resources"]]


def status(api: ServiceClient, connector_id: str) -> str:
    value: str = api.get(f"{PATH}/{connector_id}").body["status"]
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

    def test_new_connector_is_pending(self, api: ServiceClient) -> None:
        connector_id = connect(api)
        assert api.get(f"{PATH}/{connector_id}").body == {
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

    def test_resources_are_a_409_before_consent(self, api: ServiceClient) -> None:
        connector_id = connect(api)
        listed = api.get(f"{PATH}/{connector_id}/resources")
        selected = select(api, connector_id, GENERAL)
        assert (listed.status, listed.body) == NOT_AUTHORIZED
        assert (selected.status, selected.body) == NOT_AUTHORIZED

    def test_resources_are_listed_after_consent(self, api: ServiceClient) -> None:
        connector_id = connect(api)
        api.service.connectors.offer(connector_id, [ResourceSelection("C1", name="general")])
        api.service.connectors.authorize(connector_id, account="Mission Control")
        body = api.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["display_name"]) == ("pending", "Mission Control")
        assert body["scopes"]
        assert api.get(f"{PATH}/{connector_id}/resources").body == {
            "resources": [{**GENERAL, "selected": False}]
        }

    def test_selection_activates_the_connector(self, api: ServiceClient, clock: Clock) -> None:
        connector_id = create_authorized(api)
        clock.advance(60)
        body = select(api, connector_id, GENERAL).body
        assert (body["id"], body["status"]) == (connector_id, "active")
        assert body["last_sync_at"] == "2026-04-14T03:09:00Z"

    def test_selection_replaces_the_former_selection(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api)
        available = [ResourceSelection(name) for name in ("C1", "C2", "C3")]
        api.service.connectors.offer(connector_id, available)
        select(api, connector_id, GENERAL, {"external_id": "C2"})
        select(api, connector_id, {"external_id": "C3"}, {"external_id": "C9"})
        assert resources(api, connector_id) == [
            ("C1", False),
            ("C2", False),
            ("C3", True),
            ("C9", True),
        ]

    def test_sync_requires_an_active_connector(self, api: ServiceClient, clock: Clock) -> None:
        connector_id = connect(api)
        sync = f"{PATH}/{connector_id}/sync"
        assert api.post(sync).error == (409, "connector_not_active")
        api.service.connectors.authorize(connector_id)
        assert api.post(sync).error == (409, "connector_not_active")
        select(api, connector_id, GENERAL)
        clock.advance(60)
        assert api.post(sync).body["last_sync_at"] == "2026-04-14T03:09:00Z"

    def test_notion_is_active_after_consent(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api, "notion")
        assert status(api, connector_id) == "active"
        (item,) = api.get(f"{PATH}/{connector_id}/resources").body["resources"]
        assert (item["resource_type"], item["selected"]) == ("workspace", True)

    def test_failed_connector_reports_its_error(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api)
        select(api, connector_id, GENERAL)
        api.service.connectors.fail(connector_id, "the token was revoked")
        body = api.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["last_error"]) == ("error", "the token was revoked")
        assert api.post(f"{PATH}/{connector_id}/sync").status == 409
        assert select(api, connector_id, GENERAL).body["status"] == "error"

    def test_new_consent_repairs_a_failed_connector(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api, "notion")
        api.service.connectors.fail(connector_id, "the token was revoked")
        api.service.connectors.authorize(connector_id)
        body = api.get(f"{PATH}/{connector_id}").body
        assert (body["status"], body["last_error"]) == ("active", None)

    def test_delete_removes_connector_and_selection(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api)
        select(api, connector_id, GENERAL)
        response = api.delete(f"{PATH}/{connector_id}")
        assert (response.status, response.body) == (204, None)
        for missing in (api.get(f"{PATH}/{connector_id}"), api.delete(f"{PATH}/{connector_id}")):
            assert missing.error == (404, "not_found")
        assert api.get(PATH).body == []
        assert resources(api, create_authorized(api)) == []

    def test_second_consent_raises(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api)
        with pytest.raises(ValueError, match="already"):
            api.service.connectors.authorize(connector_id)

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

    def test_providers_are_listed(self, api: ServiceClient) -> None:
        """The fixed path takes precedence over an id."""
        assert api.get(f"{PATH}/providers").body == {
            "providers": ["slack", "google_drive", "s3", "notion", "github", "onedrive"]
        }

    def test_unknown_provider_is_a_404(self, api: ServiceClient) -> None:
        assert api.post(f"{PATH}/gmail/connect").error == (404, "not_found")
        assert api.get(f"{PATH}/gmail/status").error == (404, "not_found")

    def test_status_is_connected_only_while_active(self, api: ServiceClient) -> None:
        path = f"{PATH}/slack/status"
        assert api.get(path).body == {"connected": False, "display_name": None}
        connector_id = connect(api)
        assert api.get(path).body["connected"] is False
        api.service.connectors.authorize(connector_id, account="Mission Control")
        select(api, connector_id, GENERAL)
        assert api.get(path).body == {"connected": True, "display_name": "Mission Control"}
        api.service.connectors.fail(connector_id, "gone")
        assert api.get(path).body["connected"] is False

    def test_branches_of_a_repository_are_listed(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api, "github")
        connectors = api.service.connectors
        connectors.offer(connector_id, [ResourceSelection("acme/app", "repo")])
        branch = ResourceSelection("acme/app#main", "branch", "main")
        connectors.offer(connector_id, [branch], parent="acme/app")
        select(api, connector_id, branch.to_dict())
        path = f"{PATH}/{connector_id}/branches"
        assert resource_ids(api.get(path, repo="acme/app")) == [("acme/app#main", True)]
        assert resource_ids(api.get(path, repo="acme/other")) == []
        assert resources(api, connector_id) == [("acme/app", False)]
        assert api.get(path).validation_errors == [(["query", "repo"], "missing")]

    def test_branches_of_another_provider_are_a_400(self, api: ServiceClient) -> None:
        response = api.get(f"{PATH}/{create_authorized(api)}/branches", repo="acme/app")
        assert response.error == (400, "not_supported")

    def test_onedrive_folder_is_listed_by_parent_id(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api, "onedrive")
        api.service.connectors.offer(connector_id, [ResourceSelection("F1", "folder")])
        api.service.connectors.offer(connector_id, [ResourceSelection("f", "file")], parent="F1")
        assert resources(api, connector_id) == [("F1", False)]
        assert resources(api, connector_id, parent_id="F1") == [("f", False)]

    def test_parent_id_for_another_provider_is_a_400(self, api: ServiceClient) -> None:
        response = api.get(f"{PATH}/{create_authorized(api)}/resources", parent_id="F1")
        assert response.error == (400, "not_supported")

    def test_google_drive_lists_only_picked_files(self, api: ServiceClient) -> None:
        connector_id = create_authorized(api, "google_drive")
        api.service.connectors.offer(connector_id, [ResourceSelection("f1", "file")])
        assert resources(api, connector_id) == []
        select(api, connector_id, {"external_id": "f1", "resource_type": "file"})
        assert resources(api, connector_id) == [("f1", True)]

    def test_picker_token_is_for_google_drive_only(self, api: ServiceClient) -> None:
        drive, slack = connect(api, "google_drive"), connect(api)
        response = api.get(f"{PATH}/{drive}/picker-token")
        assert (response.status, response.body) == NOT_AUTHORIZED
        api.service.connectors.authorize(drive)
        picker = api.get(f"{PATH}/{drive}/picker-token").body
        assert set(picker) == {"access_token", "expires_in", "api_key", "app_id"}
        assert isinstance(picker["expires_in"], int)
        assert api.get(f"{PATH}/{slack}/picker-token").error == (400, "not_supported")

    @pytest.mark.parametrize("connector_id", ["c/1", "../keys", "été"])
    def test_encoded_id_is_one_path_segment(self, clock: Clock, connector_id: str) -> None:
        with LocalService(clock=clock, ids=lambda number: connector_id) as service:
            api = ServiceClient(service)
            api.post(f"{PATH}/slack/connect")
            body = api.get(f"{PATH}/{quote(connector_id, safe='')}").body
            assert body["id"] == connector_id


class TestS3:
    """S3 buckets, which need no consent."""

    def configure(self, api: ServiceClient, **fields: object) -> ServiceResponse:
        return api.post(f"{PATH}/s3/configure", {**BUCKET, **fields})

    def test_configured_bucket_is_active(self, api: ServiceClient) -> None:
        body = self.configure(api).body
        assert (body["provider"], body["status"]) == ("s3", "active")
        assert (body["bucket"], body["region"]) == ("tapes", "eu-west-1")
        assert body["last_sync_at"] == "2026-04-14T03:08:00Z"
        assert api.get(f"{PATH}/{body['id']}/resources").body["resources"] == [
            {"external_id": "tapes", "resource_type": "bucket", "name": "tapes", "selected": True}
        ]

    def test_credentials_are_not_stored(self, tmp_path: Path) -> None:
        with LocalService(tmp_path / "memsy.db") as service:
            assert self.configure(ServiceClient(service)).status == 200
        written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        assert b"very secret" not in written
        assert b"AKIA1" not in written

    def test_second_bucket_is_a_409(self, api: ServiceClient) -> None:
        self.configure(api)
        assert self.configure(api, bucket="more").error == (409, "already_connected")

    def test_bucket_can_be_replaced(self, api: ServiceClient) -> None:
        connector_id = self.configure(api).body["id"]
        api.service.connectors.fail(connector_id, "access denied")
        body = self.configure(api, bucket="other", connector_id=connector_id).body
        assert (body["id"], body["bucket"], body["status"]) == (connector_id, "other", "active")
        assert body["last_error"] is None
        assert resources(api, connector_id) == [("other", True)]

    def test_bucket_cannot_replace_another_connector(self, api: ServiceClient) -> None:
        slack = connect(api)
        assert self.configure(api, connector_id=slack).error == (404, "not_found")
        assert self.configure(api, connector_id="nonsense").error == (404, "not_found")
        assert status(api, slack) == "pending"

    def test_rejected_credentials_create_no_connector(self, api: ServiceClient) -> None:
        api.service.config = ServiceConfig(refused_access_keys={"AKIA1"})
        assert self.configure(api).error == (400, "invalid_credentials")
        assert api.get(PATH).body == []

    @pytest.mark.parametrize("name", list(BUCKET))
    def test_s3_field_is_required(self, api: ServiceClient, name: str) -> None:
        body: dict[str, Any] = {key: value for key, value in BUCKET.items() if key != name}
        response = api.post(f"{PATH}/s3/configure", body)
        assert response.validation_errors == [(["body", name], "missing")]

    def test_connect_s3_is_a_400(self, api: ServiceClient) -> None:
        assert api.post(f"{PATH}/s3/connect").error == (400, "no_oauth")


class TestPermissions:
    """Permissions on connectors of the organisation and of one member."""

    @pytest.mark.parametrize("provider", ["slack", "notion", "github"])
    def test_second_shared_connector_is_a_409(self, api: ServiceClient, provider: str) -> None:
        connect(api, provider)
        response = api.post(f"{PATH}/{provider}/connect")
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
        self, api: ServiceClient, member: ServiceClient
    ) -> None:
        connector_id = create_authorized(api)
        path = f"{PATH}/{connector_id}"
        select(api, connector_id, GENERAL)
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

    def test_user_scoped_status_is_separate_for_each_member(
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

    def test_list_has_the_connectors_visible_to_the_caller(
        self,
        service: LocalService,
        api: ServiceClient,
        member: ServiceClient,
        other: ServiceClient,
        admin: ServiceClient,
    ) -> None:
        shared = connect(api)
        own, others = connect(member, "onedrive"), connect(other, "onedrive")
        key = ServiceClient(service, service.issue_key(member=Member("user_haise")))

        def listed(caller: ServiceClient) -> list[str]:
            return [connector["id"] for connector in caller.get(PATH).body]

        assert listed(api) == listed(admin) == [shared, own, others]
        assert listed(key) == [shared, own]
        assert listed(member) == [own]

    def test_other_organisation_cannot_see_the_connector(
        self, service: LocalService, api: ServiceClient
    ) -> None:
        connector_id = connect(api)
        other_org = ServiceClient(service, service.issue_key(org_id="org_other"))
        assert other_org.get(PATH).body == []
        assert other_org.get(f"{PATH}/{connector_id}").error == (404, "not_found")
        assert connect(other_org)

    def test_write_scope_is_required_to_connect(self, service: LocalService) -> None:
        reader = ServiceClient(service, service.issue_key(scopes=["read"]))
        assert reader.get(PATH).status == 200
        response = reader.post(f"{PATH}/slack/connect")
        assert response.body["detail"]["required_scope"] == "write"
