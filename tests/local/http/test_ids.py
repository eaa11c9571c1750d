"""Trimming of ids: the same in bodies, lists, queries, paths and Python calls."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from memsy import EventPayload
from memsy.local import LocalService, ServiceConfig
from memsy.local.clock import Clock
from memsy.models import ResourceSelection
from tests.support.service_requests import ServiceClient

SPACES = {
    "space": " ",
    "tab and line break": "\t\r\n",
    "no-break space": "\u00a0",
    "ideographic space": "\u3000",
    "narrow no-break space": "\u202f",
    "line separator": "\u2028",
    "next line": "\u0085",
    "separator control": "\u001c",
    "NUL": "\0",
    "NUL and space": "\0 \0",
}
INVISIBLE = {"zero-width space": "\u200b", "byte order mark": "\ufeff", "joiner": "\u2060"}


@pytest.fixture(params=SPACES.values(), ids=list(SPACES))
def space(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def padded(space: str, api: ServiceClient) -> ServiceClient:
    """A service with an event whose ids have space around."""
    ids = {"actor_id": "ann", "session_id": "s", "role_id": "r", "team_id": "t"}
    api.ingest("tea", **{name: f"{space}{id_}{space}" for name, id_ in ids.items()})
    return api


def test_ids_of_an_event_are_trimmed(padded: ServiceClient) -> None:
    (event,) = padded.service.events
    assert (event.actor_id, event.session_id, event.role_id, event.team_id) == (
        *("ann", "s"),
        *("r", "t"),
    )


def test_ids_of_a_seeded_event_are_trimmed(service: LocalService, space: str) -> None:
    service.seed([EventPayload(f"{space}ann", f"s{space}", "app_event", "tea")])
    (event,) = service.events
    assert (event.actor_id, event.session_id) == ("ann", "s")


@pytest.mark.parametrize("name", ["actor_id", "session_id"])
def test_id_of_a_search_is_trimmed(padded: ServiceClient, space: str, name: str) -> None:
    id_ = {"actor_id": "ann", "session_id": "s"}[name]
    assert padded.search_texts("tea", **{name: f"{space}{id_}{space}"}) == ["tea"]


@pytest.mark.parametrize("name", ["role_ids", "team_ids"])
def test_list_of_ids_is_trimmed(padded: ServiceClient, space: str, name: str) -> None:
    scope = {"actor_id": "bob", name: [f"{space}{name[0]}{space}"]}
    assert padded.search_texts("tea", **scope) == ["tea"]


def test_event_id_of_a_status_is_trimmed(padded: ServiceClient, space: str) -> None:
    (event,) = padded.service.events
    response = padded.post("/v1/status", {"event_ids": [f"{space}{event.event_id}{space}"]})
    assert response.body["completedIds"] == [event.event_id]


def test_id_of_a_path_is_trimmed(padded: ServiceClient, space: str) -> None:
    path = f"/v1/actors/{quote(f'{space}ann{space}')}"
    assert padded.get(path).body["actor_id"] == "ann"


def test_blank_id_of_a_path_is_a_404(padded: ServiceClient, space: str) -> None:
    response = padded.get(f"/v1/actors/{quote(space)}")
    assert (response.status, "has no route" in response.body["message"]) == (404, True)


@pytest.mark.parametrize("path", ["/v1/console/memories", "/api/console/events"])
def test_id_of_a_query_is_trimmed(padded: ServiceClient, space: str, path: str) -> None:
    response = padded.get(path, actor_id=f"{space}ann{space}")
    assert response.body["items"][0]["org_id"] == "org_local"


def test_ids_of_a_promotion_are_trimmed(padded: ServiceClient, space: str) -> None:
    memory, *_ = padded.service.memories
    padded.service.promote(f"{space}{memory.memory_id}", role_id=f"{space}chef{space}")
    assert padded.search_texts("tea", actor_id="bob", role_ids=["chef"]) == ["tea"]


def test_blank_role_of_a_promotion_is_rejected(padded: ServiceClient, space: str) -> None:
    memory, *_ = padded.service.memories
    with pytest.raises(ValueError, match="must not be empty"):
        padded.service.promote(memory.memory_id, role_id=space)


def test_ids_of_status_changes_are_trimmed(padded: ServiceClient, space: str) -> None:
    memories = [memory.memory_id for memory in padded.service.memories]
    padded.ingest("coffee")
    newest = padded.service.memories[-1].memory_id
    padded.service.archive(f"{memories[0]}{space}")
    padded.service.decay(f"{memories[1]}{space}")
    padded.service.supersede(f"{memories[2]}{space}", by=f"{space}{newest}")
    assert [memory.status for memory in padded.service.memories] == [
        *("archived", "decayed", "superseded"),
        "active",
    ]


def test_event_id_of_a_failure_is_trimmed(clock: Clock, space: str) -> None:
    with LocalService(clock=clock, config=ServiceConfig(processing="manual")) as service:
        (event_id,) = ServiceClient(service).ingest("tea")
        service.fail(f"{space}{event_id}")
        assert service.events[0].state == "failed"


def test_ids_of_connectors_and_their_resources_are_trimmed(api: ServiceClient, space: str) -> None:
    connector_id = api.post("/api/connectors/github/connect").body["connector_id"]
    path = f"/api/connectors/{connector_id}{quote(space)}"
    simulator = api.service.connectors
    simulator.authorize(f"{space}{connector_id}")
    main = ResourceSelection(f"{space}main", "branch")
    simulator.offer(f"{connector_id}{space}", [main], parent=f"{space}our/repo")
    branches = api.get(f"{path}/branches", repo=f"our/repo{space}").body["resources"]
    assert [branch["external_id"] for branch in branches] == ["main"]
    simulator.fail(f"{connector_id}{space}", "revoked")
    assert api.get(path).body["last_error"] == "revoked"


def test_organisation_is_trimmed(clock: Clock, space: str) -> None:
    config = ServiceConfig(org_id=f"{space}acme{space}")
    with LocalService(clock=clock, config=config) as service:
        other = service.issue_key(org_id=f"{space}other")
        for api_key, org_id in ((service.api_key, "acme"), (other, "other")):
            api = ServiceClient(service, api_key)
            assert api.get("/v1/roles", org_id=f"{org_id}{space}").status == 200
            assert api.get("/api/me").body["org_id"] == org_id


@pytest.mark.parametrize("mark", INVISIBLE.values(), ids=list(INVISIBLE))
def test_invisible_character_is_a_part_of_an_id(api: ServiceClient, mark: str) -> None:
    """The service trims what `str.strip()` trims."""
    actor = f"{mark}ann{mark}"
    api.ingest("tea", actor_id=actor)
    assert api.search_texts("tea", actor_id="ann") == []
    assert api.search_texts("tea", actor_id=actor) == ["tea"]
    assert api.get(f"/v1/actors/{quote(actor)}").body["actor_id"] == actor
