"""The back door of a local server: shut unless it is asked for, and then for one token only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from attrs import frozen

from memsy import (
    EventPayload,
    MemsyClient,
    MemsyConfigurationError,
    MemsyResponseError,
    RateLimitExceeded,
    RetryPolicy,
    ServerError,
    UsageLimitExceeded,
)
from memsy._core.http import HTTPRequest
from memsy.local import LocalService
from memsy.local.server.admin import Admin
from memsy.testing import LocalServer
from tests.support import raw_http

TOKEN = "of the back door"
TEA = EventPayload("ann", "chat-1", "user_message", "I take my tea without sugar")


@frozen
class Door:
    """The admin routes of *server*, as any HTTP client uses them."""

    server: LocalServer

    def ask(
        self, method: str, path: str, body: object = None, *, token: str = TOKEN
    ) -> tuple[int, Any]:
        url = self.server.base_url.replace("/v1", f"/__admin/{path}")
        headers = {"authorization": f"Bearer {token}"}
        if body is not None:
            headers["content-type"] = "application/json"
        content = None if body is None else json.dumps(body)
        response = requests.request(method, url, data=content, headers=headers, timeout=10)
        return response.status_code, json.loads(response.content) if response.content else None

    def refusal(self, path: str, body: object) -> str:
        """Why a POST is refused."""
        status, said = self.ask("POST", path, body)
        assert status == 422
        return str(said["detail"][0]["msg"])


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with LocalServer(admin_token=TOKEN) as server:
        yield Door(server)


@pytest.fixture
def memsy(door: Door) -> Iterator[MemsyClient]:
    door.server.service.reset()
    once = RetryPolicy(max_retries=0)
    with MemsyClient(door.server.base_url, door.server.api_key, retry=once) as memsy:
        yield memsy


def test_misfortune_is_planned_by_the_name_of_an_exception(door: Door, memsy: MemsyClient) -> None:
    planned = {
        "operation": "search",
        "error": "RateLimitExceeded",
        "detail": "not so fast",
        "details": {"retry_after": 7},
        "times": 2,
    }
    pending = {"operation": "search", "fault": "RateLimitExceeded", "times": 2, "after": 0}
    assert door.ask("POST", "faults", planned) == (200, {"pending": [pending]})
    with pytest.raises(RateLimitExceeded, match="not so fast") as caught:
        memsy.search("tea")
    assert caught.value.retry_after == 7
    assert door.ask("GET", "faults") == (200, {"pending": [{**pending, "times": 1}]})


def test_misfortune_is_planned_by_a_status(door: Door, memsy: MemsyClient) -> None:
    door.ask("POST", "faults", {"operation": "ingest", "status": 502, "stored": True, "after": 1})
    memsy.search("tea")
    memsy.ingest([TEA])
    with pytest.raises(ServerError):
        memsy.ingest([TEA])
    assert memsy.memories.list().total == 1


def test_an_answer_is_cut_short(door: Door, memsy: MemsyClient) -> None:
    door.ask("POST", "faults", {"operation": "search", "truncate": True})
    with pytest.raises(MemsyResponseError):
        memsy.search("tea")


def test_an_answer_drips(door: Door, memsy: MemsyClient) -> None:
    _, planned = door.ask("POST", "faults", {"operation": "search", "drip": True})
    assert planned["pending"][0]["fault"] == "dripping answer"


def test_an_answer_is_late(door: Door, memsy: MemsyClient) -> None:
    door.ask("POST", "faults", {"operation": "search", "delay": 0.05})
    memsy.search("tea")
    (last,) = (r for r in door.server.service.requests if r.fault)
    assert last.fault == "delay of 0.05 s"


def test_chaos_begins_and_ends(door: Door, memsy: MemsyClient) -> None:
    assert door.ask("POST", "chaos", {"rate": 1, "seed": 3}) == (204, None)
    assert door.ask("GET", "faults")[0] == 200  # the door itself is spared
    befallen = [request.fault for request in door.server.service.requests]
    assert befallen == []
    assert door.ask("DELETE", "faults") == (204, None)
    assert memsy.health().status == "ok"


def test_a_quota_is_used_up(door: Door, memsy: MemsyClient) -> None:
    door.ask("POST", "quota", {"dimension": "search_queries"})
    with pytest.raises(UsageLimitExceeded):
        memsy.search("tea")
    door.ask("DELETE", "faults")
    memsy.search("tea")


def test_what_arrived_can_be_read(door: Door, memsy: MemsyClient) -> None:
    door.ask("POST", "faults", {"operation": "search", "status": 503})
    memsy.memories.list(limit=3)
    with pytest.raises(ServerError):
        memsy.search("tea")
    listed, searched = door.ask("GET", "requests")[1]["requests"]
    assert listed == {
        "operation": "memories.list",
        "method": "GET",
        "target": "/v1/console/memories?sort=observed_at_desc&limit=3&offset=0",
        "status": 200,
        "fault": None,
    }
    assert (searched["status"], searched["fault"]) == (503, "status 503")


def test_a_reset_leaves_nothing(door: Door, memsy: MemsyClient) -> None:
    memsy.ingest([TEA])
    door.ask("POST", "faults", {"operation": "*", "status": 500})
    assert door.ask("POST", "reset") == (204, None)
    assert memsy.search("tea").results == []
    assert door.ask("GET", "faults")[1] == {"pending": []}


WRONG = [
    ("faults", {"operation": "ingst", "status": 500}, "did you mean 'ingest'?"),
    ("faults", {"operation": "ingest"}, "say one of error, status, delay, drip, truncate"),
    ("faults", {"operation": "ingest", "status": 500, "delay": 1}, "say one of error"),
    ("faults", {"operation": "ingest", "status": 500, "error": "ServerError"}, "say one of error"),
    ("faults", {"operation": "ingest", "delay": 1, "stored": True}, "are for error and status"),
    ("faults", {"operation": "ingest", "error": "NoSuchError"}, "no exception 'NoSuchError'"),
    ("faults", {"operation": "ingest", "error": "annotations"}, "no exception 'annotations'"),
    ("faults", {"operation": "ingest", "error": "MemsyError"}, "root of all"),
    ("faults", {"operation": "ingest", "status": "500"}, "$.status: expected a whole number"),
    ("faults", {"operation": "ingest", "status": 500, "tims": 2}, "no field 'tims'; there are op"),
    ("faults", {"status": 500}, "$.operation: is missing"),
    (
        "faults",
        {"operation": "ingest", "status": 429, "details": {"retry_after": [1]}},
        "retry_after must be of the type int or float or datetime or str, got [1]",
    ),
    (
        "faults",
        {"operation": "ingest", "status": 500, "details": {"times": 3}},
        "there is no detail 'times'; there are retry_after, ",
    ),
    ("faults", [], "expected an object"),
    ("chaos", {"rate": 2}, "0.0 to 1.0"),
    ("quota", {"dimension": "tea"}, "no dimension 'tea'"),
    ("quota", None, "$.dimension: is missing"),
    ("reset", {"really": True}, "no field 'really'; there are none"),
]


@pytest.mark.parametrize(("path", "body", "words"), WRONG)
def test_what_makes_no_sense_is_refused_with_a_reason(
    door: Door, memsy: MemsyClient, path: str, body: object, words: str
) -> None:
    assert words in door.refusal(path, body)
    assert door.server.service.faults.pending == ()


def test_a_body_says_that_it_is_json(door: Door) -> None:
    url = door.server.base_url.replace("/v1", "/__admin/chaos")
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "text/plain"}
    response = requests.post(url, data=b"{}", headers=headers, timeout=10)
    assert response.status_code == 415
    headers["content-type"] = "Application/JSON; charset=utf-8"
    response = requests.post(url, data=b"{}", headers=headers, timeout=10)
    assert response.status_code == 204
    door.server.service.reset()


@pytest.mark.parametrize("path", ["faults?x=1", "nothing", "", "faults/", "requests"])
def test_there_is_nothing_else_behind_the_door(door: Door, path: str) -> None:
    status, said = door.ask("PUT", path)
    assert (status, said["error"]) == (404, "not_found")


@pytest.mark.parametrize("token", ["", "wrong", "msy_local"])
def test_only_the_token_opens_the_door(door: Door, token: str) -> None:
    """Not even the key does."""
    status, said = door.ask("POST", "reset", token=token)
    assert (status, said["error"]) == (401, "unauthenticated")


def test_what_is_no_text_is_no_token(door: Door) -> None:
    """Though bytes of every kind may stand in a header."""
    asked = raw_http.head("/__admin/reset", authorization="Bearer \xff\xfe", content_length=0)
    assert raw_http.send(door.server, asked).status == 401


def test_the_token_is_no_key(door: Door) -> None:
    url = f"{door.server.base_url}/health"
    response = requests.get(url, headers={"authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert response.status_code == 401


def test_from_elsewhere_nobody_gets_in() -> None:
    """Whatever token they have."""
    with LocalService() as service:
        asked = HTTPRequest("POST", "/__admin/reset", None, {"authorization": f"Bearer {TOKEN}"})
        assert Admin(service, TOKEN).handle(asked, is_near=False).status == 403
        assert Admin(service, TOKEN).handle(asked, is_near=True).status == 204


def test_without_a_token_there_is_no_door() -> None:
    with LocalServer() as server:
        status, said = Door(server).ask("POST", "reset", token=server.api_key)
    assert (status, said["message"]) == (
        404,
        "the local service has no route POST /__admin/reset",
    )


@pytest.mark.parametrize("token", ["", " ", "tea ", "th\u00e9", "a\nb"])
def test_a_token_that_nobody_could_send_is_refused(token: str) -> None:
    with pytest.raises(MemsyConfigurationError, match="admin_token must be") as caught:
        LocalServer(admin_token=token)
    assert not token.strip() or token not in str(caught.value)
