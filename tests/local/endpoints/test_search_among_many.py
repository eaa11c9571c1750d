"""Search in a store of more memories than are ranked at once: what is found there all the same."""

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
MANY = 2 * ranking.MAX_CANDIDATES + BATCH
"""Half of the memories are beyond the newest that are ranked, and some more."""


def text(number: int) -> str:
    """What very many say alike, and every other one at night."""
    return f"reading {number} of the gauge" + (" at night" if number % 2 else "")


def reading(number: int) -> dict[str, object]:
    """Each is a second after the one before."""
    ts = OLDEST + timedelta(seconds=number)
    return event(text(number), session_id=f"s{number % 7}", ts=ts.isoformat())


@pytest.fixture(scope="module")
def many() -> Iterator[ServiceClient]:
    """Some that nobody knows anything newer of, and very many after them."""
    with LocalService(clock=Clock()) as service:
        ask = ServiceClient(service)
        theirs(ask).ingest("their gauge")
        ask.ingest("first gauge", "second gauge", actor_id="haise", session_id="old")
        ask.ingest("role gauge", actor_id="haise", session_id="older", role_id="r")
        ask.ingest("team gauge", actor_id="haise", session_id="older", team_id="t")
        for first in range(0, MANY, BATCH):
            batch = [reading(number) for number in range(first, first + BATCH)]
            assert ask.post("/v1/ingest", {"events": batch}).status == 200
        yield ask


def theirs(ask: ServiceClient) -> ServiceClient:
    """Another organisation."""
    return ServiceClient(ask.service, ask.service.issue_key(org_id="org_other"))


def test_a_rare_word_finds_its_memory_however_old(many: ServiceClient) -> None:
    assert many.found("gauge reading 3")[0] == text(3)


def test_where_rare_words_find_too_few_the_newest_with_the_others_follow(
    many: ServiceClient,
) -> None:
    newest = [text(MANY - n) for n in (2, 4, 6)]  # those that are short
    assert many.found("reading 3", limit=4) == [text(3), *newest]


def test_the_best_still_comes_first_and_nothing_twice(many: ServiceClient) -> None:
    results = many.search(f"gauge reading 3 {MANY - 1}", limit=100)
    scores = [result["score"] for result in results]
    assert scores == sorted(scores, reverse=True)
    assert len({result["id"] for result in results}) == len(results) == 100


def test_what_all_have_in_common_finds_the_newest(many: ServiceClient) -> None:
    assert many.found("gauge", limit=100) == [text(MANY - 2 * n) for n in range(1, 101)]


def test_where_rare_words_find_enough_nothing_else_is_looked_for(many: ServiceClient) -> None:
    assert many.found("gauge reading 3", limit=1) == [text(3)]


def test_where_it_is_narrowed_down_all_words_count(many: ServiceClient) -> None:
    """Of two that are equal but for a frequent word, the newer one would come first."""
    many.ingest("hatch at night", actor_id="swigert", ts="2026-05-01")
    many.ingest("hatch at noon", actor_id="swigert", ts="2026-05-02")
    assert many.found("hatch night", actor_id="swigert", limit=1) == ["hatch at night"]


def test_a_memory_scores_by_all_words_that_it_was_ranked_by(many: ServiceClient) -> None:
    by_one, *_ = many.search(f"{MANY - 1}")
    by_two, *_ = many.search(f"{MANY - 1} night")
    assert by_one["content"] == by_two["content"] == text(MANY - 1)
    assert by_one["score"] < by_two["score"]


@pytest.mark.parametrize(
    ("narrowed", "found"),
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
def test_what_narrows_a_search_does_so_before_the_newest_are_taken(
    many: ServiceClient, narrowed: Mapping[str, object], found: set[str]
) -> None:
    assert {text.split()[0] for text in many.found("gauge", **narrowed)} == found


def test_another_organisation_finds_its_own_however_much_there_is_of_ours(
    many: ServiceClient,
) -> None:
    assert theirs(many).found("gauge") == ["their gauge"]


def test_what_was_retired_does_not_come_back(many: ServiceClient) -> None:
    many.ingest("a valve", "another valve")
    (retired,) = [m.memory_id for m in many.service.memories if m.text == "a valve"]
    many.service.archive(retired)
    assert many.found("valve", limit=1) == ["another valve"]
    assert many.found("valve", actor_id="lovell", limit=1) == ["another valve"]


def test_actors_whom_the_index_cannot_tell_apart_see_their_own_only(many: ServiceClient) -> None:
    one, other = "7f217f6b6dc8", "d7e77869948b"
    assert words_of(one) == words_of(other)
    many.ingest("pump of one", actor_id=one)
    many.ingest("pump of the other", actor_id=other)
    assert many.found("pump", actor_id=one) == ["pump of one"]
    assert many.found("pump", actor_id=other) == ["pump of the other"]


def words_of(actor_id: str) -> str:
    return visibility.index_terms("org_local", "actor", actor_id, None, None, "tape-1")
