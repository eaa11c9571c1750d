"""What a test lets become of memories: promoted, archived, decayed, superseded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from memsy.local import LocalService, Memory
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

Retiring = Callable[[LocalService, str], None]


def supersede(service: LocalService, memory_id: str) -> None:
    """By whatever is the newest."""
    service.supersede(memory_id, service.memories[-1].memory_id)


in_every_way = pytest.mark.parametrize(
    ("retire", "status"),
    [
        (LocalService.archive, "archived"),
        (LocalService.decay, "decayed"),
        (supersede, "superseded"),
    ],
    ids=["archive", "decay", "supersede"],
)


def remembered(ask: ServiceClient, *contents: str, **fields: object) -> list[str]:
    """The ids of the actor's own memories of *contents*."""
    event_ids = ask.ingest(*contents, **fields)
    memories = {m.event_id: m.memory_id for m in ask.service.memories if m.level == "actor"}
    return [memories[event_id] for event_id in event_ids]


def memory_of(ask: ServiceClient, memory_id: str) -> Memory:
    (memory,) = (m for m in ask.service.memories if m.memory_id == memory_id)
    return memory


def listed(ask: ServiceClient, **query: object) -> list[str]:
    return [item["text"] for item in ask.get("/v1/console/memories", **query).body["items"]]


class TestPromotion:
    """A copy on a higher level."""

    def test_what_is_promoted_to_the_organisation_is_found_by_everybody(
        self, ask: ServiceClient
    ) -> None:
        (memory_id,) = remembered(ask, "the coffee machine is on the third floor")
        assert ask.found("coffee", actor_id="haise") == []
        ask.service.promote(memory_id)
        for fields in ({}, {"session_id": "other"}, {"role_ids": ["r"]}):
            found = ask.found("coffee", actor_id="haise", **fields)
            assert found == ["the coffee machine is on the third floor"]

    @pytest.mark.parametrize(("noun", "other"), [("role", "team"), ("team", "role")])
    def test_what_is_promoted_to_a_group_is_found_by_whoever_names_it(
        self, ask: ServiceClient, noun: str, other: str
    ) -> None:
        (memory_id,) = remembered(ask, "the coffee machine is on the third floor")
        ask.service.promote(memory_id, **{f"{noun}_id": "g"})
        assert ask.found("coffee", actor_id="haise", **{f"{noun}_ids": ["g"]})
        for fields in ({}, {f"{noun}_ids": ["h"]}, {f"{other}_ids": ["g"]}):
            assert ask.found("coffee", actor_id="haise", **fields) == []

    @pytest.mark.parametrize(
        ("to", "level"),
        [({}, "org"), ({"role_id": "r"}, "role"), ({"team_id": "t"}, "team")],
        ids=["organisation", "role", "team"],
    )
    def test_a_copy_knows_neither_the_actor_nor_the_conversation(
        self, ask: ServiceClient, to: dict[str, Any], level: str
    ) -> None:
        (memory_id,) = remembered(ask, "I prefer tea", role_id="own", team_id="own")
        copy = memory_of(ask, ask.service.promote(memory_id, **to))
        assert (copy.level, copy.actor_id, copy.session_id) == (level, None, None)
        assert (copy.role_id, copy.team_id) == (to.get("role_id"), to.get("team_id"))
        own = memory_of(ask, memory_id)
        assert (copy.text, copy.type, copy.kind) == (own.text, own.type, own.kind)
        assert (copy.event_id, copy.observed_at) == (own.event_id, own.observed_at)
        assert (own.level, own.actor_id, own.status) == ("actor", "lovell", "active")

    def test_a_copy_begins_anew(self, ask: ServiceClient, clock: Clock) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        ask.found("tea")
        clock.advance(86_400)
        copy_id = ask.service.promote(memory_id)
        copy = memory_of(ask, copy_id)
        assert (copy.strength, copy.recall_count) == (1.0, 0)
        item = ask.get(f"/v1/console/memories/{copy_id}").body
        assert item["created_at"] == "2026-04-15T03:08:00Z"
        assert item["observed_at"] == "2026-04-14T03:08:00Z"

    def test_to_promote_twice_makes_one_copy(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        assert ask.service.promote(memory_id) == ask.service.promote(memory_id)
        roles = [ask.service.promote(memory_id, role_id=role) for role in ("a", "b", "a")]
        assert roles[0] == roles[2] != roles[1]
        assert [m.level for m in ask.service.memories] == ["actor", "org", "role", "role"]

    def test_what_its_tag_has_promoted_is_there_already(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "I prefer tea", role_id="r")
        _, tagged = ask.service.memories
        assert ask.service.promote(memory_id, role_id="r") == tagged.memory_id
        assert len(ask.service.memories) == 2

    def test_two_ways_up_lead_to_one_copy(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        in_team = ask.service.promote(ask.service.promote(memory_id, role_id="r"), team_id="t")
        assert ask.service.promote(in_team) == ask.service.promote(memory_id)
        assert [m.level for m in ask.service.memories] == ["actor", "role", "team", "org"]

    def test_nothing_is_promoted_downwards_or_on_its_level(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        role, team = (
            ask.service.promote(memory_id, role_id="r"),
            ask.service.promote(memory_id, team_id="t"),
        )
        org = ask.service.promote(memory_id)
        for copy_id, to in (
            (role, {"role_id": "other"}),
            (team, {"role_id": "r"}),
            (team, {"team_id": "other"}),
            (org, {"role_id": "r"}),
            (org, {}),
        ):
            with pytest.raises(ValueError, match=f"'{copy_id}' is at the level"):
                ask.service.promote(copy_id, **to)

    @pytest.mark.parametrize(
        ("to", "reason"),
        [
            ({"role_id": "r", "team_id": "t"}, "not to both"),
            ({"role_id": ""}, "must not be empty"),
            ({"team_id": ""}, "must not be empty"),
        ],
    )
    def test_the_target_is_one_place(
        self, ask: ServiceClient, to: dict[str, str], reason: str
    ) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        with pytest.raises(ValueError, match=reason):
            ask.service.promote(memory_id, **to)

    def test_a_copy_is_counted_as_any_memory(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        ask.service.promote(memory_id)
        ask.service.promote(memory_id)
        assert ask.get("/v1/health").headers["x-usage-memoriesstored"] == "2"
        assert ask.get("/v1/console/memories/stats").body["total"] == 2

    def test_a_copy_lives_a_life_of_its_own(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        copy_id = ask.service.promote(memory_id)
        ask.service.archive(memory_id)
        assert [m["id"] for m in ask.search("tea")] == [copy_id]
        ask.service.archive(copy_id)
        assert ask.found("tea") == []

    def test_a_copy_that_was_retired_does_not_come_back(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        copy_id = ask.service.promote(memory_id)
        ask.service.archive(copy_id)
        with pytest.raises(ValueError, match=f"'{copy_id}' is archived, not active"):
            ask.service.promote(memory_id)

    def test_an_actor_has_no_part_in_the_copies(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "I prefer tea")
        ask.service.promote(memory_id, role_id="r")
        actor = ask.get("/v1/actors/lovell").body
        assert (actor["memory_count"], actor["role_ids"]) == (1, [])


class TestRetirement:
    """Out of sight, and still on record."""

    @in_every_way
    def test_it_is_found_no_more(self, ask: ServiceClient, retire: Retiring, status: str) -> None:
        memory_id, _ = remembered(ask, "tea at four", "tea at five")
        retire(ask.service, memory_id)
        assert ask.found("tea") == ["tea at five"]
        assert ask.found("tea four", actor_id="lovell", session_id="tape-1") == ["tea at five"]

    @in_every_way
    def test_it_is_listed_under_its_status(
        self, ask: ServiceClient, retire: Retiring, status: str
    ) -> None:
        memory_id, _ = remembered(ask, "tea at four", "tea at five")
        retire(ask.service, memory_id)
        assert listed(ask, status=status) == ["tea at four"]
        assert listed(ask) == ["tea at five"]
        assert memory_of(ask, memory_id).status == status

    @in_every_way
    def test_it_can_still_be_looked_up_and_is_counted(
        self, ask: ServiceClient, clock: Clock, retire: Retiring, status: str
    ) -> None:
        memory_id, _ = remembered(ask, "tea at four", "tea at five")
        clock.advance(60)
        retire(ask.service, memory_id)
        item = ask.get(f"/v1/console/memories/{memory_id}").body
        assert (item["status"], item["updated_at"]) == (status, "2026-04-14T03:09:00Z")
        stats = ask.get("/v1/console/memories/stats").body
        assert stats["by_status"] == {"active": 1, status: 1}
        actor = ask.get("/v1/actors/lovell").body
        assert (actor["memory_count"], actor["active_memory_count"]) == (2, 1)

    @in_every_way
    def test_only_what_is_active_can_be_retired(
        self, ask: ServiceClient, retire: Retiring, status: str
    ) -> None:
        memory_id, _ = remembered(ask, "tea at four", "tea at five")
        retire(ask.service, memory_id)
        before = ask.service.snapshot()
        for again in (LocalService.archive, LocalService.decay, supersede, LocalService.promote):
            with pytest.raises(ValueError, match=f"the memory '{memory_id}' is {status}"):
                again(ask.service, memory_id)
        assert ask.service.snapshot() == before

    @in_every_way
    def test_what_is_not_there_cannot_be_retired(
        self, ask: ServiceClient, retire: Retiring, status: str
    ) -> None:
        remembered(ask, "tea at five")
        with pytest.raises(ValueError, match="there is no memory 'nope'"):
            retire(ask.service, "nope")

    def test_the_others_score_as_if_it_had_never_been(self, ask: ServiceClient) -> None:
        remembered(ask, "tea at five")
        (before,) = ask.search("tea at five")
        (memory_id,) = remembered(ask, "tea at four")
        ask.service.archive(memory_id)
        (after,) = ask.search("tea at five")
        assert after["score"] == before["score"]

    def test_an_equal_event_makes_a_new_memory(self, ask: ServiceClient, clock: Clock) -> None:
        (memory_id,) = remembered(ask, "tea at four")
        ask.service.archive(memory_id)
        clock.advance(61)
        ask.ingest("tea at four")
        assert ask.found("tea") == ["tea at four"]
        assert [m.status for m in ask.service.memories] == ["archived", "active"]


class TestSupersession:
    """One memory says what another one said before."""

    def test_nothing_supersedes_itself(self, ask: ServiceClient) -> None:
        (memory_id,) = remembered(ask, "tea at four")
        with pytest.raises(ValueError, match=f"'{memory_id}' cannot supersede itself"):
            ask.service.supersede(memory_id, memory_id)

    def test_nothing_is_superseded_by_what_is_not_there_or_retired(
        self, ask: ServiceClient
    ) -> None:
        memory_id, retired = remembered(ask, "tea at four", "tea at five")
        ask.service.decay(retired)
        with pytest.raises(ValueError, match=f"'{retired}' is decayed, not active"):
            ask.service.supersede(memory_id, by=retired)
        with pytest.raises(ValueError, match="there is no memory 'nope'"):
            ask.service.supersede(memory_id, by="nope")
        assert memory_of(ask, memory_id).status == "active"

    def test_nothing_is_superseded_by_what_another_organisation_knows(
        self, ask: ServiceClient
    ) -> None:
        (memory_id,) = remembered(ask, "tea at four")
        theirs = ServiceClient(ask.service, ask.service.issue_key(org_id="org_other"))
        theirs.ingest("tea at five")
        other = ask.service.memories[-1].memory_id
        with pytest.raises(ValueError, match="two organisations"):
            ask.service.supersede(memory_id, by=other)


def test_the_same_events_have_copies_with_the_same_ids(ask: ServiceClient, clock: Clock) -> None:
    (memory_id,) = remembered(ask, "tea at four")
    with LocalService(clock=clock) as twin:
        ServiceClient(twin).ingest("tea at four")
        assert twin.promote(memory_id) == ask.service.promote(memory_id)
