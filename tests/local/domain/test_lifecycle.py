"""Promotion, archival, decay and supersession of memories."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from memsy.local import LocalService, Memory
from memsy.local.clock import Clock
from tests.support.service_requests import ServiceClient

Retire = Callable[[LocalService, str], None]


def supersede(service: LocalService, memory_id: str) -> None:
    """Supersede a memory by the newest memory."""
    service.supersede(memory_id, service.memories[-1].memory_id)


each_way = pytest.mark.parametrize(
    ("retire", "status"),
    [
        (LocalService.archive, "archived"),
        (LocalService.decay, "decayed"),
        (supersede, "superseded"),
    ],
    ids=["archive", "decay", "supersede"],
)


def create_memories(api: ServiceClient, *contents: str, **fields: object) -> list[str]:
    """Ingest events, and return the ids of their actor-level memories."""
    event_ids = api.ingest(*contents, **fields)
    memories = {m.event_id: m.memory_id for m in api.service.memories if m.level == "actor"}
    return [memories[event_id] for event_id in event_ids]


def get_memory(api: ServiceClient, memory_id: str) -> Memory:
    (memory,) = (m for m in api.service.memories if m.memory_id == memory_id)
    return memory


def listed(api: ServiceClient, **query: object) -> list[str]:
    return [item["text"] for item in api.get("/v1/console/memories", **query).body["items"]]


class TestPromotion:
    """Promotion of a memory to a role, a team or the organisation."""

    def test_organisation_memory_is_found_by_all_actors(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "the coffee machine is on the third floor")
        assert api.search_texts("coffee", actor_id="haise") == []
        api.service.promote(memory_id)
        for fields in ({}, {"session_id": "other"}, {"role_ids": ["r"]}):
            found = api.search_texts("coffee", actor_id="haise", **fields)
            assert found == ["the coffee machine is on the third floor"]

    @pytest.mark.parametrize(("group", "other"), [("role", "team"), ("team", "role")])
    def test_role_or_team_memory_is_found_with_its_id(
        self, api: ServiceClient, group: str, other: str
    ) -> None:
        (memory_id,) = create_memories(api, "the coffee machine is on the third floor")
        api.service.promote(memory_id, **{f"{group}_id": "g"})
        assert api.search_texts("coffee", actor_id="haise", **{f"{group}_ids": ["g"]})
        for fields in ({}, {f"{group}_ids": ["h"]}, {f"{other}_ids": ["g"]}):
            assert api.search_texts("coffee", actor_id="haise", **fields) == []

    @pytest.mark.parametrize(
        ("to", "level"),
        [({}, "org"), ({"role_id": "r"}, "role"), ({"team_id": "t"}, "team")],
        ids=["organisation", "role", "team"],
    )
    def test_copy_has_no_actor_and_no_session(
        self, api: ServiceClient, to: dict[str, Any], level: str
    ) -> None:
        (memory_id,) = create_memories(api, "I prefer tea", role_id="own", team_id="own")
        copy = get_memory(api, api.service.promote(memory_id, **to))
        assert (copy.level, copy.actor_id, copy.session_id) == (level, None, None)
        assert (copy.role_id, copy.team_id) == (to.get("role_id"), to.get("team_id"))
        own = get_memory(api, memory_id)
        assert (copy.text, copy.type, copy.kind) == (own.text, own.type, own.kind)
        assert (copy.event_id, copy.observed_at) == (own.event_id, own.observed_at)
        assert (own.level, own.actor_id, own.status) == ("actor", "lovell", "active")

    def test_copy_has_initial_strength_and_recall_count(
        self, api: ServiceClient, clock: Clock
    ) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        api.search_texts("tea")
        clock.advance(86_400)
        copy_id = api.service.promote(memory_id)
        copy = get_memory(api, copy_id)
        assert (copy.strength, copy.recall_count) == (1.0, 0)
        item = api.get(f"/v1/console/memories/{copy_id}").body
        assert item["created_at"] == "2026-04-15T03:08:00Z"
        assert item["observed_at"] == "2026-04-14T03:08:00Z"

    def test_second_promotion_returns_the_first_copy(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        assert api.service.promote(memory_id) == api.service.promote(memory_id)
        roles = [api.service.promote(memory_id, role_id=role) for role in ("a", "b", "a")]
        assert roles[0] == roles[2] != roles[1]
        assert [m.level for m in api.service.memories] == ["actor", "org", "role", "role"]

    def test_promotion_by_tag_is_not_repeated(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "I prefer tea", role_id="r")
        _, tagged = api.service.memories
        assert api.service.promote(memory_id, role_id="r") == tagged.memory_id
        assert len(api.service.memories) == 2

    def test_promotion_along_two_paths_gives_one_copy(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        in_team = api.service.promote(api.service.promote(memory_id, role_id="r"), team_id="t")
        assert api.service.promote(in_team) == api.service.promote(memory_id)
        assert [m.level for m in api.service.memories] == ["actor", "role", "team", "org"]

    def test_promotion_to_the_same_or_a_lower_level_raises(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        role, team = (
            api.service.promote(memory_id, role_id="r"),
            api.service.promote(memory_id, team_id="t"),
        )
        org = api.service.promote(memory_id)
        for copy_id, to in (
            (role, {"role_id": "other"}),
            (team, {"role_id": "r"}),
            (team, {"team_id": "other"}),
            (org, {"role_id": "r"}),
            (org, {}),
        ):
            with pytest.raises(ValueError, match=f"'{copy_id}' is at the level"):
                api.service.promote(copy_id, **to)

    @pytest.mark.parametrize(
        ("to", "reason"),
        [
            ({"role_id": "r", "team_id": "t"}, "not to both"),
            ({"role_id": ""}, "must not be empty"),
            ({"team_id": ""}, "must not be empty"),
        ],
    )
    def test_promotion_target_is_validated(
        self, api: ServiceClient, to: dict[str, str], reason: str
    ) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        with pytest.raises(ValueError, match=reason):
            api.service.promote(memory_id, **to)

    def test_copy_counts_as_a_stored_memory(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        api.service.promote(memory_id)
        api.service.promote(memory_id)
        assert api.get("/v1/health").headers["x-usage-memoriesstored"] == "2"
        assert api.get("/v1/console/memories/stats").body["total"] == 2

    def test_copy_survives_the_archival_of_the_original(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        copy_id = api.service.promote(memory_id)
        api.service.archive(memory_id)
        assert [m["id"] for m in api.search("tea")] == [copy_id]
        api.service.archive(copy_id)
        assert api.search_texts("tea") == []

    def test_archived_copy_is_not_restored_by_promotion(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        copy_id = api.service.promote(memory_id)
        api.service.archive(copy_id)
        with pytest.raises(ValueError, match=f"'{copy_id}' is archived, not active"):
            api.service.promote(memory_id)

    def test_actor_does_not_count_copies(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "I prefer tea")
        api.service.promote(memory_id, role_id="r")
        actor = api.get("/v1/actors/lovell").body
        assert (actor["memory_count"], actor["role_ids"]) == (1, [])


class TestRetirement:
    """Archived, decayed and superseded memories: hidden from search, still stored."""

    @each_way
    def test_retired_memory_is_not_found(
        self, api: ServiceClient, retire: Retire, status: str
    ) -> None:
        memory_id, _ = create_memories(api, "tea at four", "tea at five")
        retire(api.service, memory_id)
        assert api.search_texts("tea") == ["tea at five"]
        assert api.search_texts("tea four", actor_id="lovell", session_id="tape-1") == [
            "tea at five"
        ]

    @each_way
    def test_retired_memory_is_listed_by_status(
        self, api: ServiceClient, retire: Retire, status: str
    ) -> None:
        memory_id, _ = create_memories(api, "tea at four", "tea at five")
        retire(api.service, memory_id)
        assert listed(api, status=status) == ["tea at four"]
        assert listed(api) == ["tea at five"]
        assert get_memory(api, memory_id).status == status

    @each_way
    def test_retired_memory_can_be_read_and_is_counted(
        self, api: ServiceClient, clock: Clock, retire: Retire, status: str
    ) -> None:
        memory_id, _ = create_memories(api, "tea at four", "tea at five")
        clock.advance(60)
        retire(api.service, memory_id)
        item = api.get(f"/v1/console/memories/{memory_id}").body
        assert (item["status"], item["updated_at"]) == (status, "2026-04-14T03:09:00Z")
        stats = api.get("/v1/console/memories/stats").body
        assert stats["by_status"] == {"active": 1, status: 1}
        actor = api.get("/v1/actors/lovell").body
        assert (actor["memory_count"], actor["active_memory_count"]) == (2, 1)

    @each_way
    def test_retiring_an_inactive_memory_raises(
        self, api: ServiceClient, retire: Retire, status: str
    ) -> None:
        memory_id, _ = create_memories(api, "tea at four", "tea at five")
        retire(api.service, memory_id)
        before = api.service.snapshot()
        for operation in (
            LocalService.archive,
            LocalService.decay,
            supersede,
            LocalService.promote,
        ):
            with pytest.raises(ValueError, match=f"the memory '{memory_id}' is {status}"):
                operation(api.service, memory_id)
        assert api.service.snapshot() == before

    @each_way
    def test_retiring_an_unknown_memory_raises(
        self, api: ServiceClient, retire: Retire, status: str
    ) -> None:
        create_memories(api, "tea at five")
        with pytest.raises(ValueError, match="there is no memory 'nope'"):
            retire(api.service, "nope")

    def test_archival_restores_the_scores_of_other_memories(self, api: ServiceClient) -> None:
        create_memories(api, "tea at five")
        (before,) = api.search("tea at five")
        (memory_id,) = create_memories(api, "tea at four")
        api.service.archive(memory_id)
        (after,) = api.search("tea at five")
        assert after["score"] == before["score"]

    def test_equal_event_after_archival_makes_a_new_memory(
        self, api: ServiceClient, clock: Clock
    ) -> None:
        (memory_id,) = create_memories(api, "tea at four")
        api.service.archive(memory_id)
        clock.advance(61)
        api.ingest("tea at four")
        assert api.search_texts("tea") == ["tea at four"]
        assert [m.status for m in api.service.memories] == ["archived", "active"]


class TestSupersession:
    """Supersession of one memory by another."""

    def test_memory_cannot_supersede_itself(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "tea at four")
        with pytest.raises(ValueError, match=f"'{memory_id}' cannot supersede itself"):
            api.service.supersede(memory_id, memory_id)

    def test_superseding_memory_must_exist_and_be_active(self, api: ServiceClient) -> None:
        memory_id, retired = create_memories(api, "tea at four", "tea at five")
        api.service.decay(retired)
        with pytest.raises(ValueError, match=f"'{retired}' is decayed, not active"):
            api.service.supersede(memory_id, by=retired)
        with pytest.raises(ValueError, match="there is no memory 'nope'"):
            api.service.supersede(memory_id, by="nope")
        assert get_memory(api, memory_id).status == "active"

    def test_superseding_memory_must_belong_to_the_organisation(self, api: ServiceClient) -> None:
        (memory_id,) = create_memories(api, "tea at four")
        other_org = ServiceClient(api.service, api.service.issue_key(org_id="org_other"))
        other_org.ingest("tea at five")
        other = api.service.memories[-1].memory_id
        with pytest.raises(ValueError, match="different organisations"):
            api.service.supersede(memory_id, by=other)


def test_ids_of_copies_are_deterministic(api: ServiceClient, clock: Clock) -> None:
    (memory_id,) = create_memories(api, "tea at four")
    with LocalService(clock=clock) as other:
        ServiceClient(other).ingest("tea at four")
        assert other.promote(memory_id) == api.service.promote(memory_id)
