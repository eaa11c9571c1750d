"""The local service as a whole: who gets in, what is refused in which shape, what it survives."""

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
from memsy.local.http.routing_table import ROUTES
from tests.support.service_requests import ServiceClient, event

EVERY_ROUTE = [(route.method, "/" + "/".join(route.pattern)) for route in ROUTES]


def test_the_service_is_well(ask: ServiceClient) -> None:
    for path in ("/v1/health", "/api/health"):
        body = ask.get(path).body
        assert body["status"] == "ok"
        assert body["version"].startswith("local")
        assert body["components"] == {"store": "ok"}


def test_who_asks_learns_who_they_are(ask: ServiceClient) -> None:
    me = ask.get("/api/me").body
    assert (me["org_id"], me["tier"], me["org_role"]) == ("org_local", "free", "org:admin")
    assert {"customer_id", "email", "is_superadmin", "is_billing_admin", "user_id"} <= set(me)


def test_clear_clears_nothing_and_says_so(ask: ServiceClient) -> None:
    ask.ingest("hello")
    answer = ask.delete("/v1/clear/anything")
    assert (answer.status, answer.body["error"]) == (501, "not_implemented")
    assert len(ask.service.memories) == 1


def test_clear_can_be_gone(clock: Clock) -> None:
    ask = ServiceClient(LocalService(clock=clock, config=ServiceConfig(clear_status=404)))
    answer = ask.delete("/v1/clear/anything")
    assert (answer.status, answer.body["error"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/v1/health", "/api/me", "/v1/nothing", "/"])
def test_a_request_without_a_key_is_a_401(service: LocalService, path: str) -> None:
    response = service.handle(HTTPRequest("GET", path))
    assert (response.status, response.text) == (401, '{"detail":"Missing Authorization header"}')


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Bearer ", "Bearer msy_wrong", "Basic msy_local", "msy_local"]
)
def test_a_bad_key_is_a_401(service: LocalService, authorization: str) -> None:
    response = service.handle(
        HTTPRequest("GET", "/v1/health", None, {"authorization": authorization})
    )
    assert (response.status, response.text) == (401, '{"detail":"Invalid API key"}')


def test_the_gateway_says_forbidden(clock: Clock) -> None:
    service = LocalService(clock=clock, config=ServiceConfig(gateway_auth=True))
    answer = ServiceClient(service, "msy_wrong").get("/v1/health")
    assert (answer.status, answer.body) == (403, {"message": "Forbidden"})


def test_a_key_may_be_chosen(clock: Clock) -> None:
    service = LocalService(clock=clock, api_key="msy_ours")
    assert service.api_key == "msy_ours"
    assert ServiceClient(service).get("/v1/health").status == 200
    assert ServiceClient(service, "msy_local").get("/v1/health").status == 401


def test_an_empty_key_would_let_anybody_in() -> None:
    with pytest.raises(MemsyConfigurationError, match="api_key"):
        LocalService(api_key="")


def test_a_key_does_what_its_scopes_say(service: LocalService) -> None:
    reader = ServiceClient(service, service.issue_key(scopes=["read"]))
    writer = ServiceClient(service, service.issue_key(scopes=["write"]))
    assert writer.ingest("hello")
    assert reader.found("hello") == ["hello"]
    refused = reader.post("/v1/ingest", {"events": [event()]})
    assert (refused.status, refused.body["error"]) == (403, "insufficient_scope")
    assert refused.body["required_scope"] == "write"
    assert writer.post("/v1/search", {"query": "x"}).body["required_scope"] == "read"
    for ask in (reader, writer):
        assert ask.get("/v1/health").status == 200
        assert ask.get("/api/me").status == 200


def test_no_key_is_kept_in_clear(tmp_path: Path) -> None:
    with LocalService(tmp_path / "memsy.db", api_key="msy_very_secret_indeed") as service:
        issued = service.issue_key("ci")
        assert ServiceClient(service, issued).get("/v1/health").status == 200
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"very_secret" not in written
    assert issued.encode() not in written


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
def test_an_unknown_route_is_a_404_that_names_it(
    ask: ServiceClient, method: str, target: str
) -> None:
    answer = ask.raw(method, target)
    assert (answer.status, answer.body["error"]) == (404, "not_found")
    assert f"{method} {target}" in answer.body["message"]


def test_the_control_plane_wraps_its_refusals(ask: ServiceClient) -> None:
    answer = ask.get("/api/nothing")
    assert answer.status == 404
    assert "/api/nothing" in answer.body["detail"]["message"]


@pytest.mark.parametrize("method", ["PUT", "HEAD", "OPTIONS", "get", "BREW"])
def test_a_method_that_a_path_has_not_is_a_405(ask: ServiceClient, method: str) -> None:
    answer = ask.raw(method, "/v1/orgs")
    assert (answer.status, answer.body["error"]) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
def test_no_route_takes_a_parameter_that_it_does_not_know(
    ask: ServiceClient, method: str, path: str
) -> None:
    body = b"{}" if method in ("POST", "PATCH", "PUT") else None
    answer = ask.raw(method, f"{path}?nonsense=1", body, content_type="application/json")
    assert (["query", "nonsense"], "extra_forbidden") in answer.validation_errors


@pytest.mark.parametrize(("method", "path"), EVERY_ROUTE)
def test_every_route_wants_a_key(service: LocalService, method: str, path: str) -> None:
    assert service.handle(HTTPRequest(method, path)).status == 401


def test_a_fixed_segment_wins_over_an_id(ask: ServiceClient) -> None:
    assert "avg_strength" in ask.get("/v1/console/memories/stats").body


def test_replies_are_json_in_utf_8(ask: ServiceClient) -> None:
    ask.ingest("été ✨")
    (result,) = ask.search("ete")
    assert result["content"] == "été ✨"
    assert ask.get("/v1/health").headers["content-type"] == "application/json"


def test_what_goes_wrong_inside_is_a_500_with_its_cause_in_the_log(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    service = LocalService(clock=clock, api_key="msy_secret", ids=lambda number: "always the same")
    ask = ServiceClient(service)
    with caplog.at_level(logging.ERROR, "memsy.testing"):
        answer = ask.post("/v1/ingest", {"events": [event("one"), event("two")]})
    assert (answer.status, answer.body["error"]) == (500, "internal_error")
    assert "UNIQUE" not in str(answer.body)
    assert "POST /v1/ingest failed" in caplog.text
    assert "UNIQUE" in caplog.text
    assert "msy_secret" not in caplog.text
    assert service.events == ()


def test_a_closed_service_says_that_it_is_closed(service: LocalService) -> None:
    service.close()
    service.close()
    with pytest.raises(MemsyClientClosedError, match="the local service was used after close"):
        ServiceClient(service).get("/v1/health")
    with pytest.raises(MemsyClientClosedError):
        assert service.events


def test_no_misfortune_befalls_the_requests_to_a_closed_service(service: LocalService) -> None:
    service.faults.fail_next("health", 503)
    service.close()
    with pytest.raises(MemsyClientClosedError, match="used after close"):
        service.deliver(HTTPRequest("GET", "/v1/health"))
    assert len(service.faults.pending) == 1


def test_no_secret_is_in_the_repr(service: LocalService) -> None:
    assert repr(service) == "<LocalService of 'org_local'>"


def test_views_are_easy_on_the_eye(ask: ServiceClient) -> None:
    ask.ingest("hello")
    (stored,), (memory,) = ask.service.events, ask.service.memories
    assert repr(stored).startswith("Event(event_id='01K00000000000000000000001', actor_id='lovell'")
    assert "text='hello'" in repr(memory)


def test_many_threads_may_use_it_at_once(ask: ServiceClient) -> None:
    def work(n: int) -> int:
        ask.ingest(*(f"thread {n} event {i}" for i in range(5)), session_id=f"s{n}")
        return len(ask.search("thread", limit=100))

    with ThreadPoolExecutor(8) as pool:
        assert all(found > 0 for found in pool.map(work, range(40)))
    assert len({event.event_id for event in ask.service.events}) == 200


def test_what_is_forgotten_is_closed_without_a_word() -> None:
    """A fake's service is closed by nobody, and newer Pythons warn of open databases."""
    for _ in range(3):
        ServiceClient(LocalService()).ingest("hello")
    gc.collect()


class TestFile:
    """A service in a file."""

    def test_a_file_keeps_its_memories(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            ServiceClient(service).ingest("hello", role_id="r")
            before = service.events, service.memories
        with LocalService(path, clock=clock) as service:
            assert (service.events, service.memories) == before
            assert ServiceClient(service).found("hello") == ["hello"]

    def test_the_window_and_the_ids_go_on_after_a_restart(
        self, tmp_path: Path, clock: Clock
    ) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            first = ServiceClient(service).ingest("Roger.")
        clock.advance(30)
        with LocalService(path, clock=clock) as service:
            assert ServiceClient(service).ingest("Roger.") == first
            assert ServiceClient(service).ingest("Go ahead.") > first

    def test_pending_events_wait_for_the_next_start(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        config = ServiceConfig(process_delay=10)
        with LocalService(path, clock=clock, config=config) as service:
            ServiceClient(service).ingest("hello")
        clock.advance(10)
        with LocalService(path, clock=clock, config=config) as service:
            assert ServiceClient(service).found("hello") == ["hello"]

    def test_another_key_takes_the_place_of_the_former(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        LocalService(path, clock=clock, api_key="msy_former").close()
        with LocalService(path, clock=clock, api_key="msy_new") as service:
            assert ServiceClient(service).get("/v1/health").status == 200
            assert ServiceClient(service, "msy_former").get("/v1/health").status == 401

    def test_an_issued_key_outlives_a_restart(self, tmp_path: Path, clock: Clock) -> None:
        path = tmp_path / "memsy.db"
        with LocalService(path, clock=clock) as service:
            issued = service.issue_key()
        with LocalService(path, clock=clock) as service:
            assert ServiceClient(service, issued).get("/v1/health").status == 200

    def test_what_was_acknowledged_outlives_a_kill(self, tmp_path: Path) -> None:
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
        killed = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False)
        assert killed.returncode == -signal.SIGKILL
        with LocalService(path) as service:
            assert [stored.content for stored in service.events] == [
                f"event {n}" for n in range(20)
            ]
            assert len(service.memories) == 20

    def test_a_file_of_the_former_version_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "memsy.db"
        LocalService(path).close()
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA user_version = 1")
        with pytest.raises(MemsyConfigurationError, match="it has version 1, not 3"):
            LocalService(path)

    def test_a_file_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("not a database, whatever its length " * 100)
        before = path.read_bytes()
        with pytest.raises(MemsyConfigurationError, match=r"notes\.txt"):
            LocalService(path)
        assert path.read_bytes() == before

    def test_a_database_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "other.db"
        connection = sqlite3.connect(path)
        connection.execute("CREATE TABLE notes (text)")
        connection.commit()
        connection.close()
        before = path.read_bytes()
        with pytest.raises(MemsyConfigurationError, match="not a database of this version"):
            LocalService(path)
        assert path.read_bytes() == before

    def test_a_path_that_cannot_be_opened_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(MemsyConfigurationError, match=r"missing.memsy\.db"):
            LocalService(tmp_path / "missing" / "memsy.db")


@pytest.mark.parametrize("scopes", ["read", ["admin"]])
def test_a_key_of_unknown_scopes_is_not_issued(service: LocalService, scopes: Any) -> None:  # noqa: ANN401 - untyped code
    with pytest.raises(ValueError, match="scopes are some of read, write"):
        service.issue_key(scopes=scopes)


def test_a_reset_leaves_nothing_but_the_rules(ask: ServiceClient, clock: Clock) -> None:
    ask.service.config = ServiceConfig(plan="pro")
    ask.ingest("one")
    other = ask.service.issue_key("another")
    ask.service.faults.fail_next("*", 500)
    ask.service.reset()
    assert (ask.service.events, ask.service.memories, ask.service.requests) == ((), (), ())
    assert ask.get("/api/me").body["tier"] == "pro"
    assert ServiceClient(ask.service, other).get("/v1/health").status == 401
    assert ask.service.faults.pending == ()


def test_a_reset_gives_no_id_out_again(ask: ServiceClient) -> None:
    before = ask.ingest("one")
    ask.service.reset()
    assert ask.ingest("one") != before


def test_a_reset_empties_a_file_for_good(tmp_path: Path) -> None:
    path = tmp_path / "memories.db"
    with LocalService(path) as service:
        ServiceClient(service).ingest("one")
        service.reset()
        ServiceClient(service).ingest("two")
    with LocalService(path) as service:
        assert [event.content for event in service.events] == ["two"]
        assert ServiceClient(service).found("two") == ["two"]
