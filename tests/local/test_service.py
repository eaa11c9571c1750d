"""Local service as a whole: authentication, routing, errors, threads, files and resets."""

from __future__ import annotations

import gc
import logging
import signal
import sqlite3
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from memsy._core.http import HTTPRequest
from memsy.exceptions import MemsyClientClosedError, MemsyConfigurationError
from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from memsy.local.http.routes import Route
from memsy.local.http.routing_table import ROUTES
from tests.support.platforms import needs_posix_signals
from tests.support.service_requests import ServiceClient, event

ALL_ROUTES = [(route.method, "/" + "/".join(route.pattern)) for route in ROUTES]


def test_health_is_available_on_both_planes(api: ServiceClient) -> None:
    for path in ("/v1/health", "/api/health"):
        body = api.get(path).body
        assert body["status"] == "ok"
        assert body["version"].startswith("local")
        assert body["components"] == {"store": "ok"}


def test_me_describes_the_caller(api: ServiceClient) -> None:
    me = api.get("/api/me").body
    assert (me["org_id"], me["tier"], me["org_role"]) == ("org_local", "free", "org:admin")
    assert {"customer_id", "email", "is_superadmin", "is_billing_admin", "user_id"} <= set(me)


def test_own_key_belongs_to_the_organisation_of_a_new_config(api: ServiceClient) -> None:
    api.service.config = ServiceConfig(org_id="org_tea")
    assert api.get("/api/me").body["org_id"] == "org_tea"
    api.service.reset()
    assert api.get("/api/me").body["org_id"] == "org_tea"


def test_clear_is_a_501_and_deletes_nothing(api: ServiceClient) -> None:
    api.ingest("hello")
    response = api.delete("/v1/clear/anything")
    assert (response.status, response.body["error"]) == (501, "not_implemented")
    assert len(api.service.memories) == 1


def test_clear_can_be_a_404(clock: Clock) -> None:
    api = ServiceClient(LocalService(clock=clock, config=ServiceConfig(clear_status=404)))
    response = api.delete("/v1/clear/anything")
    assert (response.status, response.body["error"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/health", "/api/me", "/v1/nothing", "/"])
def test_request_without_a_key_is_a_401(service: LocalService, path: str) -> None:
    response = service.handle(HTTPRequest("GET", path))
    assert (response.status, response.text) == (401, '{"detail":"Missing Authorization header"}')


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer msy_wrong", "Basic msy_local", "msy_local"]
)
def test_invalid_key_is_a_401(service: LocalService, authorization: str) -> None:
    response = service.handle(
        HTTPRequest("GET", "/v1/health", None, {"authorization": authorization})
    )
    assert (response.status, response.text) == (401, '{"detail":"Invalid API key"}')


def test_invalid_key_at_the_gateway_is_a_403(clock: Clock) -> None:
    service = LocalService(clock=clock, config=ServiceConfig(gateway_auth=True))
    response = ServiceClient(service, "msy_wrong").get("/v1/health")
    assert (response.status, response.body) == (403, {"message": "Forbidden"})


def test_api_key_can_be_set(clock: Clock) -> None:
    service = LocalService(clock=clock, api_key="msy_ours")
    assert service.api_key == "msy_ours"
    assert ServiceClient(service).get("/v1/health").status == 200
    assert ServiceClient(service, "msy_local").get("/v1/health").status == 401


def test_empty_api_key_is_rejected() -> None:
    with pytest.raises(MemsyConfigurationError, match="api_key"):
        LocalService(api_key="")


def test_scopes_limit_an_issued_key(service: LocalService) -> None:
    reader = ServiceClient(service, service.issue_key(scopes=["read"]))
    writer = ServiceClient(service, service.issue_key(scopes=["write"]))
    assert writer.ingest("hello")
    assert reader.search_texts("hello") == ["hello"]
    response = reader.post("/v1/ingest", {"events": [event()]})
    assert (response.status, response.body["error"]) == (403, "insufficient_scope")
    assert response.body["required_scope"] == "write"
    assert writer.post("/v1/search", {"query": "x"}).body["required_scope"] == "read"
    for api in (reader, writer):
        assert api.get("/v1/health").status == 200
        assert api.get("/api/me").status == 200


def test_keys_are_not_stored_as_plain_text(tmp_path: Path) -> None:
    with LocalService(tmp_path / "memsy.db", api_key="msy_very_secret_indeed") as service:
        issued = service.issue_key("ci")
        assert ServiceClient(service, issued).get("/v1/health").status == 200
    stored = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"very_secret" not in stored
    assert issued.encode() not in stored


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/"),
        ("GET", "/v1"),
        ("GET", "/v1/"),
        ("GET", "/v1/orgs/"),
        ("GET", "/v1/actors/"),
        ("GET", "/v2/health"),
        ("GET", "/health"),
        ("GET", "//v1/health"),
        ("POST", "/v1/detect-conflicts"),
        ("GET", "v1/health"),
        ("GET", ""),
    ],
)
def test_unknown_route_is_a_404_with_its_name(api: ServiceClient, method: str, target: str) -> None:
    response = api.request(method, target)
    assert (response.status, response.body["error"]) == (404, "not_found")
    assert f"{method} {target}" in response.body["message"]


def test_control_plane_wraps_its_error_responses(api: ServiceClient) -> None:
    response = api.get("/api/nothing")
    assert response.status == 404
    assert "/api/nothing" in response.body["detail"]["message"]


@pytest.mark.parametrize("method", ["PUT", "HEAD", "OPTIONS", "get", "BREW"])
def test_unsupported_method_is_a_405(api: ServiceClient, method: str) -> None:
    response = api.request(method, "/v1/orgs")
    assert (response.status, response.body["error"]) == (405, "method_not_allowed")
    assert response.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(("method", "path"), ALL_ROUTES)
def test_every_route_rejects_an_unknown_query_parameter(
    api: ServiceClient, method: str, path: str
) -> None:
    body = b"{}" if method in ("POST", "PATCH", "PUT") else None
    response = api.request(method, f"{path}?nonsense=1", body, content_type="application/json")
    assert (["query", "nonsense"], "extra_forbidden") in response.validation_errors


@pytest.mark.parametrize("route", list(ROUTES), ids=lambda route: route.name)
def test_every_route_but_the_sign_up_of_agents_requires_a_key(
    service: LocalService, route: Route
) -> None:
    response = service.handle(HTTPRequest(route.method, "/" + "/".join(route.pattern)))
    assert (response.status == 401) is not route.name.startswith("agent_signup.")


def test_fixed_path_segment_takes_precedence_over_an_id(api: ServiceClient) -> None:
    assert "avg_strength" in api.get("/v1/console/memories/stats").body


def test_responses_are_json_in_utf_8(api: ServiceClient) -> None:
    api.ingest("été ✨")
    (result,) = api.search("ete")
    assert result["content"] == "été ✨"
    assert api.get("/v1/health").headers["content-type"] == "application/json"


def test_internal_error_is_a_500_with_its_cause_in_the_log(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    service = LocalService(clock=clock, api_key="msy_secret", ids=lambda number: "constant")
    api = ServiceClient(service)
    with caplog.at_level(logging.ERROR, "memsy.local"):
        response = api.post("/v1/ingest", {"events": [event("one"), event("two")]})
    assert (response.status, response.body["error"]) == (500, "internal_error")
    assert "UNIQUE" not in str(response.body)
    assert "POST /v1/ingest failed" in caplog.text
    assert "UNIQUE" in caplog.text
    assert "msy_secret" not in caplog.text
    assert service.events == ()


def test_closed_service_raises_client_closed_error(service: LocalService) -> None:
    service.close()
    service.close()
    with pytest.raises(MemsyClientClosedError, match="the local service was used after close"):
        ServiceClient(service).get("/v1/health")
    with pytest.raises(MemsyClientClosedError):
        assert service.events


def test_request_to_a_closed_service_consumes_no_fault(service: LocalService) -> None:
    service.faults.fail_next("health", 503)
    service.close()
    with pytest.raises(MemsyClientClosedError, match="used after close"):
        service.deliver(HTTPRequest("GET", "/v1/health"))
    assert len(service.faults.pending) == 1


def test_repr_shows_the_organisation_and_no_secret(service: LocalService) -> None:
    assert repr(service) == "<LocalService of 'org_local'>"


def test_records_have_a_readable_repr(api: ServiceClient) -> None:
    api.ingest("hello")
    (stored,), (memory,) = api.service.events, api.service.memories
    assert repr(stored).startswith("Event(event_id='01K00000000000000000000001', actor_id='lovell'")
    assert "text='hello'" in repr(memory)


def test_service_is_thread_safe(api: ServiceClient) -> None:
    def work(n: int) -> int:
        api.ingest(*(f"thread {n} event {i}" for i in range(5)), session_id=f"s{n}")
        return len(api.search("thread", limit=100))

    with ThreadPoolExecutor(8) as pool:
        assert all(count > 0 for count in pool.map(work, range(40)))
    assert len({event.event_id for event in api.service.events}) == 200


def test_unreferenced_service_is_closed_without_a_warning() -> None:
    """Fake clients do not close their service, and newer Pythons warn of open databases."""
    for _ in range(3):
        ServiceClient(LocalService()).ingest("hello")
    gc.collect()


class TestFile:
    """A service in a file."""

    def test_file_keeps_events_and_memories(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            ServiceClient(service).ingest("hello", role_id="r")
            before = service.events, service.memories
        with LocalService(path, clock=clock) as service:
            assert (service.events, service.memories) == before
            assert ServiceClient(service).search_texts("hello") == ["hello"]

    def test_dedup_window_and_ids_continue_after_a_restart(
        self, tmp_path: Path, clock: Clock
    ) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            first = ServiceClient(service).ingest("Roger.")
        clock.advance(30)
        with LocalService(path, clock=clock) as service:
            assert ServiceClient(service).ingest("Roger.") == first
            assert ServiceClient(service).ingest("Go ahead.") > first

    def test_pending_events_are_processed_after_a_restart(
        self, tmp_path: Path, clock: Clock
    ) -> None:
        path = tmp_path / "memsy.db"
        config = ServiceConfig(process_delay=10)
        with LocalService(path, clock=clock, config=config) as service:
            ServiceClient(service).ingest("hello")
        clock.advance(10)
        with LocalService(path, clock=clock, config=config) as service:
            assert ServiceClient(service).search_texts("hello") == ["hello"]

    def test_new_api_key_replaces_the_previous_one(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        LocalService(path, clock=clock, api_key="msy_former").close()
        with LocalService(path, clock=clock, api_key="msy_new") as service:
            assert ServiceClient(service).get("/v1/health").status == 200
            assert ServiceClient(service, "msy_former").get("/v1/health").status == 401

    def test_issued_key_survives_a_restart(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            issued = service.issue_key()
        with LocalService(path, clock=clock) as service:
            assert ServiceClient(service, issued).get("/v1/health").status == 200

    @needs_posix_signals
    def test_acknowledged_events_survive_a_kill(self, tmp_path: Path) -> None:
        path = tmp_path / "memsy.db"
        script = f"""
            import json, os, signal
            from memsy._core.http import HTTPRequest
            from memsy.local import LocalService

            service = LocalService({str(path)!r})
            headers = {{"authorization": "Bearer msy_local", "content-type": "application/json"}}
            for n in range(20):
                event = {event()!r} | {{"content": f"event {{n}}"}}
                body = json.dumps({{"events": [event]}}).encode()
                response = service.handle(HTTPRequest("POST", "/v1/ingest", body, headers))
                assert response.status == 200
            os.kill(os.getpid(), signal.SIGKILL)
        """
        if sys.platform == "win32":  # for type checkers
            raise NotImplementedError
        killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
        assert killed.returncode == -signal.SIGKILL
        with LocalService(path) as service:
            assert [stored.content for stored in service.events] == [
                f"event {n}" for n in range(20)
            ]
            assert len(service.memories) == 20

    def test_database_of_another_version_is_rejected(self, tmp_path: Path) -> None:
        path = tmp_path / "memsy.db"
        LocalService(path).close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 1")
        with pytest.raises(MemsyConfigurationError, match="it has version 1, not 4"):
            LocalService(path)

    def test_file_that_is_not_a_database_is_rejected_unchanged(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("this is not a database, only text " * 100)
        before = path.read_bytes()
        with pytest.raises(MemsyConfigurationError, match=r"notes\.txt"):
            LocalService(path)
        assert path.read_bytes() == before

    def test_foreign_database_is_rejected_unchanged(self, tmp_path: Path) -> None:
        path = tmp_path / "other.db"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE notes (text)")
        connection.commit()
        connection.close()
        before = path.read_bytes()
        with pytest.raises(MemsyConfigurationError, match="not a database of the local service"):
            LocalService(path)
        assert path.read_bytes() == before

    def test_path_that_cannot_be_opened_is_in_the_message(self, tmp_path: Path) -> None:
        with pytest.raises(MemsyConfigurationError, match=r"missing.memsy\.db"):
            LocalService(tmp_path / "missing" / "memsy.db")


@pytest.mark.parametrize("scopes", ["read", ["admin"]])
def test_issue_key_rejects_unknown_scopes(service: LocalService, scopes: Any) -> None:  # noqa: ANN401 - untyped code
    with pytest.raises(ValueError, match="scopes must be a list of 'read' and 'write'"):
        service.issue_key(scopes=scopes)


def test_reset_keeps_the_config_and_nothing_else(api: ServiceClient, clock: Clock) -> None:
    api.service.config = ServiceConfig(plan="pro")
    api.ingest("one")
    other = api.service.issue_key("another")
    api.service.faults.fail_next("*", 500)
    api.service.reset()
    assert (api.service.events, api.service.memories, api.service.requests) == ((), (), ())
    assert api.get("/api/me").body["tier"] == "pro"
    assert ServiceClient(api.service, other).get("/v1/health").status == 401
    assert api.service.faults.pending == ()


def test_reset_does_not_reuse_ids(api: ServiceClient) -> None:
    before = api.ingest("one")
    api.service.reset()
    assert api.ingest("one") != before


def test_reset_empties_a_file(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    with LocalService(path) as service:
        ServiceClient(service).ingest("one")
        service.reset()
        ServiceClient(service).ingest("two")
    with LocalService(path) as service:
        assert [event.content for event in service.events] == ["two"]
        assert ServiceClient(service).search_texts("two") == ["two"]
