"""Search endpoint: matching, ranking, visibility, results and strength."""

from __future__ import annotations

import pytest

from memsy.local import LocalService
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient, event

QUERY_SYNTAX = [
    '"',
    '""',
    '"tank',
    "'tank'",
    "tank AND",
    "NOT tank",
    "AND OR NOT NEAR",
    "tank NEAR(tank, 2)",
    "text:tank",
    "{text}:tank",
    "-tank",
    "^tank",
    "tank*",
    "tank + tank",
    "(tank",
    "tank)",
    "tank; DROP TABLE memories",
    "\0tank\0",
    "tank\\",
    "tank_tank",
    "\N{GRINNING FACE} tank",
    "tank\u200b",
    "tank%",
]


@pytest.mark.parametrize("query", QUERY_SYNTAX)
def test_index_syntax_in_a_query_is_plain_text(api: ServiceClient, query: str) -> None:
    api.ingest("The tank is empty")
    response = api.post("/v1/search", {"query": query})
    assert response.status == 200
    assert len(response.body["results"]) == (1 if "tank" in query else 0)


@pytest.mark.parametrize("query", ["\N{GRINNING FACE}", "?!", "...", "_", "\ue000", "\u0301"])
def test_query_without_words_finds_nothing(api: ServiceClient, query: str) -> None:
    api.ingest("The tank is empty _ ... ?!")
    assert api.search_texts(query) == []


def test_query_may_have_thousands_of_words(api: ServiceClient) -> None:
    api.ingest("The tank is empty")
    words = " ".join(f"word{n}" for n in range(3000))
    assert api.search_texts(f"tank {words}") == ["The tank is empty"]


def test_words_match_other_forms_and_cases(api: ServiceClient) -> None:
    api.ingest("Crème BRÛLÉE, heating twice")
    assert (
        api.search_texts("creme brulee")
        == api.search_texts("HEATED")
        == ["Crème BRÛLÉE, heating twice"]
    )


def test_stop_words_are_ignored(api: ServiceClient) -> None:
    api.ingest("What is the weather in the morning?", "A cabin of leaking oxygen")
    assert api.search_texts("What is the oxygen in the cabin?") == ["A cabin of leaking oxygen"]


def test_query_of_stop_words_matches_them(api: ServiceClient) -> None:
    api.ingest("To be or not to be")
    assert api.search_texts("to be") == ["To be or not to be"]


def test_more_words_in_common_give_a_higher_score(api: ServiceClient) -> None:
    api.ingest("oxygen is low", "the oxygen tank is low", "the oxygen tank pressure is low")
    scores = {r["content"]: r["score"] for r in api.search("oxygen tank pressure")}
    assert list(scores) == [
        "the oxygen tank pressure is low",
        "the oxygen tank is low",
        "oxygen is low",
    ]
    assert 1 > scores["the oxygen tank pressure is low"] > scores["oxygen is low"] > 0.2


def test_threshold_works_with_one_memory(api: ServiceClient) -> None:
    api.ingest("Prefers dark mode in every editor")
    assert len(api.search("dark mode", threshold=0.3)) == 1
    assert api.search("dark mode", threshold=0.9) == []


def test_equal_scores_are_sorted_newest_first(api: ServiceClient) -> None:
    api.ingest("Roger.", session_id="old", ts="1970-04-13")
    api.ingest("Roger.", session_id="new", ts="1970-04-14")
    api.ingest("Roger.", session_id="oldest", ts="1970-04-12")
    sessions = [result["metadata"]["session_id"] for result in api.search("roger")]
    assert sessions == ["new", "old", "oldest"]


def test_equal_scores_and_times_are_sorted_by_id(api: ServiceClient) -> None:
    for n in range(20):
        api.ingest("Roger.", session_id=f"s{n}")
    ids = [result["id"] for result in api.search("roger", limit=20)]
    assert ids == sorted(ids)
    assert ids[:5] == [result["id"] for result in api.search("roger", limit=5)]


def test_search_with_actor_finds_only_memories_of_the_actor(api: ServiceClient) -> None:
    api.ingest("tank one")
    api.ingest("tank two", actor_id="swigert")
    assert api.search_texts("tank", actor_id="swigert") == ["tank two"]
    assert api.search_texts("tank", actor_id="haise") == []


def test_search_without_actor_covers_the_organisation(api: ServiceClient) -> None:
    api.ingest("tank one")
    api.ingest("tank two", actor_id="swigert")
    assert sorted(api.search_texts("tank")) == ["tank one", "tank two"]


def test_role_and_team_memories_need_their_role_or_team_id(api: ServiceClient) -> None:
    api.ingest("tank rule of the role", role_id="r")
    api.ingest("tank rule of the team", team_id="t")
    assert api.search_texts("tank", actor_id="haise") == []
    assert api.search_texts("tank", actor_id="haise", role_ids=["r", "x"]) == [
        "tank rule of the role"
    ]
    assert api.search_texts("tank", actor_id="haise", team_ids=["t"]) == ["tank rule of the team"]
    assert len(api.search_texts("tank", actor_id="haise", role_ids=["r"], team_ids=["t"])) == 2
    assert len(api.search_texts("tank")) == 2
    assert len(api.search_texts("tank", role_ids=["r"])) == 3


def test_session_filters_keep_memories_without_session(api: ServiceClient) -> None:
    api.ingest("tank in this", session_id="this")
    api.ingest("tank in that", session_id="that", role_id="r")
    scope = {"actor_id": "lovell", "role_ids": ["r"]}
    this = api.search("tank", session_id="this", **scope)
    other = api.search("tank", exclude_session_id="that", **scope)
    for results in (this, other):
        assert sorted(r["content"] for r in results) == ["tank in that", "tank in this"]
        assert sorted(r["metadata"].get("session_id", "none") for r in results) == ["none", "this"]


def test_other_organisation_finds_nothing(service: LocalService) -> None:
    ServiceClient(service).ingest("tank", role_id="r")
    other_org = ServiceClient(service, service.issue_key(org_id="org_other"))
    assert other_org.search_texts("tank", role_ids=["r"]) == []


def test_result_has_metadata(api: ServiceClient) -> None:
    api.ingest("I prefer tea", ts="1970-04-14T03:07:53Z", metadata='{"page": 7}')
    (event_id,) = [event.event_id for event in api.service.events]
    (result,) = api.search("tea")
    (memory,) = api.service.memories
    assert result["id"] == memory.memory_id
    assert result["metadata"] == {
        "title": "I prefer tea",
        "type": "preference",
        "kind": "semantic",
        "tags": [],
        "entities": [],
        "strength": 1.0,
        "confidence": 0.9,
        "observed_at": "1970-04-14T03:07:53Z",
        "actor_id": "lovell",
        "session_id": "tape-1",
        "source_event_ids": [event_id],
        "source_metadata": [{"event_id": event_id, "metadata": {"page": 7}}],
    }


def test_source_events_are_returned_unchanged(api: ServiceClient) -> None:
    (event_id,) = api.ingest("tea,\n no sugar", kind="tool_result", ts="1970-04-14T03:07:53Z")
    (result,) = api.search("tea", include_source_events=True)
    assert result["metadata"]["source_events"] == [
        {
            "event_id": event_id,
            "kind": "tool_result",
            "content": "tea,\n no sugar",
            "ts": "1970-04-14T03:07:53Z",
        }
    ]


def test_search_increases_the_strength_of_results(api: ServiceClient) -> None:
    api.ingest("tea", "coffee")
    assert [api.search("tea")[0]["metadata"]["strength"] for _ in range(3)] == [1.0, 1.1, 1.2]
    tea, coffee = api.service.memories
    assert (tea.recall_count, coffee.recall_count, coffee.strength) == (3, 0, 1.0)


def test_result_below_the_threshold_is_not_recalled(api: ServiceClient) -> None:
    api.ingest("tea")
    assert api.search("tea", threshold=1) == []
    assert api.service.memories[0].recall_count == 0


def test_strength_is_at_most_5(api: ServiceClient) -> None:
    api.ingest("tea")
    for _ in range(60):
        api.search("tea")
    assert api.search("tea")[0]["metadata"]["strength"] == 5.0


def test_strength_halves_after_30_days(api: ServiceClient, clock: Clock) -> None:
    api.ingest("tea")
    clock.advance(30 * 86_400)
    assert api.search("tea")[0]["metadata"]["strength"] == 0.5
    assert api.search("tea")[0]["metadata"]["strength"] == 0.6


def test_best_matches_of_500_memories_are_found(api: ServiceClient) -> None:
    batch = [event(f"reading {n} of the gauge", session_id=f"s{n}") for n in range(500)]
    assert api.post("/v1/ingest", {"events": batch}).status == 200
    assert api.search_texts("reading 321")[0] == "reading 321 of the gauge"
    assert len(api.search_texts("gauge", limit=100)) == 100
