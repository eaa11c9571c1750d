"""Search in a store with more memories than one ranking covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone

import pytest

from memsy.local import LocalService
from memsy.local.clock import Clock
from memsy.local.domain import ranking, visibility
from tests.support.service_requests import ServiceClient, event

OLDEST = datetime(2026, 4, 1, tzinfo=timezone.utc)
BATCH = 500
COUNT = 2 * ranking.MAX_CANDIDATES + BATCH
"""More than twice the number of memories that one ranking covers."""


def text(number: int) -> str:
    """Return the text of one reading. Odd numbers have the words `at night`."""
    return f"reading {number} of the gauge" + (" at night" if number % 2 else "")


def reading_event(number: int) -> dict[str, object]:
    """Return the event of one reading, one second after the previous one."""
    ts = OLDEST + timedelta(seconds=number)
    return event(text(number), session_id=f"s{number % 7}", ts=ts.isoformat())


@pytest.fixture(scope="module")
def large_store() -> Iterator[ServiceClient]:
    """A few old memories of their own actor and sessions, and `COUNT` newer ones."""
    with LocalService(clock=Clock()) as service:
        api = ServiceClient(service)
        other_org(api).ingest("other gauge")
        api.ingest("first gauge", "second gauge", actor_id="haise", session_id="old")
        api.ingest("role gauge", actor_id="haise", session_id="older", role_id="r")
        api.ingest("team gauge", actor_id="haise", session_id="older", team_id="t")
        for first in range(0, COUNT, BATCH):
            batch = [reading_event(number) for number in range(first, first + BATCH)]
            assert api.post("/v1/ingest", {"events": batch}).status == 200
        yield api


def other_org(api: ServiceClient) -> ServiceClient:
    """Return a caller of another organisation."""
    return ServiceClient(api.service, api.service.issue_key(org_id="org_other"))


def test_rare_word_finds_an_old_memory(large_store: ServiceClient) -> None:
    assert large_store.search_texts("gauge reading 3")[0] == text(3)


def test_frequent_words_add_the_newest_memories(large_store: ServiceClient) -> None:
    newest = [text(COUNT - n) for n in (2, 4, 6)]  # without `at night`, so they rank higher
    assert large_store.search_texts("reading 3", limit=4) == [text(3), *newest]


def test_results_are_sorted_by_score_without_duplicates(large_store: ServiceClient) -> None:
    results = large_store.search(f"gauge reading 3 {COUNT - 1}", limit=100)
    scores = [result["score"] for result in results]
    assert scores == sorted(scores, reverse=True)
    assert len({result["id"] for result in results}) == len(results) == 100


def test_frequent_word_finds_the_newest_memories(large_store: ServiceClient) -> None:
    assert large_store.search_texts("gauge", limit=100) == [
        text(COUNT - 2 * n) for n in range(1, 101)
    ]


def test_rare_words_are_enough_for_the_limit(large_store: ServiceClient) -> None:
    assert large_store.search_texts("gauge reading 3", limit=1) == [text(3)]


def test_frequent_words_rank_within_one_actor(large_store: ServiceClient) -> None:
    """Without the frequent word the newer memory would rank first."""
    large_store.ingest("hatch at night", actor_id="swigert", ts="2026-05-01")
    large_store.ingest("hatch at noon", actor_id="swigert", ts="2026-05-02")
    assert large_store.search_texts("hatch night", actor_id="swigert", limit=1) == [
        "hatch at night"
    ]


def test_score_counts_all_ranked_words(large_store: ServiceClient) -> None:
    by_one, *_ = large_store.search(f"{COUNT - 1}")
    by_two, *_ = large_store.search(f"{COUNT - 1} night")
    assert by_one["content"] == by_two["content"] == text(COUNT - 1)
    assert by_one["score"] < by_two["score"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"actor_id": "haise"}, {"first", "second", "role", "team"}),
        ({"actor_id": "haise", "session_id": "old"}, {"first", "second"}),
        ({"actor_id": "haise", "exclude_session_id": "old"}, {"role", "team"}),
        ({"session_id": "older"}, {"role", "team"}),
        ({"actor_id": "swigert", "role_ids": ["r"]}, {"role"}),
        ({"actor_id": "swigert", "team_ids": ["t"]}, {"team"}),
        ({"session_id": "old", "role_ids": ["r"]}, {"first", "second", "role"}),
        ({"actor_id": "swigert"}, set[str]()),
        ({"session_id": "none"}, set[str]()),
    ],
)
def test_filters_apply_before_the_newest_are_ranked(
    large_store: ServiceClient, filters: Mapping[str, object], expected: set[str]
) -> None:
    assert {text.split()[0] for text in large_store.search_texts("gauge", **filters)} == expected


def test_other_organisation_finds_its_own_memories(large_store: ServiceClient) -> None:
    assert other_org(large_store).search_texts("gauge") == ["other gauge"]


def test_archived_memory_is_not_found(large_store: ServiceClient) -> None:
    large_store.ingest("a valve", "another valve")
    (archived,) = [m.memory_id for m in large_store.service.memories if m.text == "a valve"]
    large_store.service.archive(archived)
    assert large_store.search_texts("valve", limit=1) == ["another valve"]
    assert large_store.search_texts("valve", actor_id="lovell", limit=1) == ["another valve"]


def test_actors_with_equal_index_terms_see_only_their_own_memories(
    large_store: ServiceClient,
) -> None:
    first, second = "7f217f6b6dc8", "d7e77869948b"
    assert index_terms(first) == index_terms(second)
    large_store.ingest("pump one", actor_id=first)
    large_store.ingest("pump two", actor_id=second)
    assert large_store.search_texts("pump", actor_id=first) == ["pump one"]
    assert large_store.search_texts("pump", actor_id=second) == ["pump two"]


def index_terms(actor_id: str) -> str:
    return visibility.index_terms("org_local", "actor", actor_id, None, None, "tape-1")
