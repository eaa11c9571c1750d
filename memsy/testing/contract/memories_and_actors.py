"""Promises about memories and actors, as the console shows them."""

from __future__ import annotations

from memsy.exceptions import AuthorizationError, NotFoundError, ValidationError
from memsy.testing.contract.context import ContractContext, expect_error, same_items

_NO_MEMORY = "00000000-0000-4000-8000-000000000000"


def a_memory_that_was_found_can_be_fetched(context: ContractContext) -> None:
    (event_id,) = context.ingest_and_wait(
        context.event("Fuel cell 1 is gone", ts="1970-04-14T03:30:00Z")
    )
    (found,) = context.memsy.search("fuel cell", actor_id=context.actor).results
    memory = context.memsy.memories.get(found.id)
    assert (memory.memory_id, memory.text) == (found.id, "Fuel cell 1 is gone")
    assert (memory.scope.level, memory.scope.actor_id) == ("actor", context.actor)
    assert (memory.status, memory.pinned) == ("active", False)
    assert memory.source_event_ids == [event_id]
    assert memory.observed_at == "1970-04-14T03:30:00Z"


def an_unknown_memory_is_not_found(context: ContractContext) -> None:
    assert (
        expect_error(NotFoundError, lambda: context.memsy.memories.get(_NO_MEMORY)).status_code
        == 404
    )


def a_memory_id_that_is_no_uuid_is_refused(context: ContractContext) -> None:
    error = expect_error(ValidationError, lambda: context.memsy.memories.get("mem_1"))
    assert error.status_code == 422


def pages_neither_repeat_nor_skip(context: ContractContext) -> None:
    context.ingest_and_wait(
        *(context.event(f"page {n}", ts="1970-04-14T03:00:00Z") for n in range(7))
    )
    pages = [
        context.memsy.memories.list(actor_id=context.actor, limit=3, offset=offset)
        for offset in (0, 3, 6)
    ]
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert {(page.total, page.limit) for page in pages} == {(7, 3)}
    assert len({item.memory_id for page in pages for item in page.items}) == 7


def memories_are_listed_in_the_order_asked_for(context: ContractContext) -> None:
    context.ingest_and_wait(
        context.event("second", ts="1970-04-14T02:00:00Z"),
        context.event("first", ts="1970-04-14T01:00:00Z"),
        context.event("third", ts="1970-04-14T03:00:00Z"),
    )
    latest = context.memsy.memories.list(actor_id=context.actor)
    earliest = context.memsy.memories.list(actor_id=context.actor, sort="observed_at_asc")
    assert [item.text for item in latest.items] == ["third", "second", "first"]
    assert [item.text for item in earliest.items] == ["first", "second", "third"]


def memories_can_be_picked_by_a_part_of_their_text(context: ContractContext) -> None:
    context.ingest_and_wait("main bus A is fine", "main bus B is down")
    found = context.memsy.memories.list(actor_id=context.actor, search="bus B")
    assert [item.text for item in found.items] == ["main bus B is down"]
    assert context.memsy.memories.list(actor_id=context.actor, search="100%_").items == []


def a_status_type_or_kind_that_no_memory_has_matches_none(context: ContractContext) -> None:
    context.ingest_and_wait("main bus A is fine")
    assert context.memsy.memories.list(actor_id=context.actor, status="archived").total == 0
    assert context.memsy.memories.list(actor_id=context.actor, type="no-such-type").total == 0
    assert context.memsy.memories.list(actor_id=context.actor, kind="no-such-kind").total == 0


def an_unknown_order_or_a_page_out_of_range_is_refused(context: ContractContext) -> None:
    expect_error(ValidationError, lambda: context.memsy.memories.list(sort="loudest"))
    expect_error(ValidationError, lambda: context.memsy.memories.list(limit=0))
    expect_error(ValidationError, lambda: context.memsy.memories.list(limit=201))
    expect_error(ValidationError, lambda: context.memsy.memories.list(offset=-1))
    expect_error(ValidationError, lambda: context.memsy.actors.list(limit=501))


def the_numbers_count_what_is_there(context: ContractContext) -> None:
    before = context.memsy.memories.stats()
    context.ingest_and_wait("one more memory", "and another one")
    after = context.memsy.memories.stats()
    assert after.total_memories == before.total_memories + 2
    assert after.active_memories == before.active_memories + 2
    assert sum(after.by_status.values()) == after.total_memories


def an_actor_exists_when_it_has_memories(context: ContractContext) -> None:
    expect_error(NotFoundError, lambda: context.memsy.actors.get(context.actor))
    context.ingest_and_wait("I am here", "and I stay")
    actor = context.memsy.actors.get(context.actor)
    assert (actor.actor_id, actor.memory_count, actor.active_memory_count) == (context.actor, 2, 2)
    assert actor.scope_levels == ["actor"]
    assert actor.first_memory_at is not None
    assert actor.last_memory_at is not None
    assert actor.first_memory_at <= actor.last_memory_at


def an_actor_id_may_hold_any_character(context: ContractContext) -> None:
    actor = f"{context.actor}/T1:U 1?#%2e"
    context.ingest_and_wait(context.event("odd name, good memory", actor=actor))
    assert context.memsy.actors.get(actor).actor_id == actor


def actors_can_be_picked_by_a_part_of_their_id(context: ContractContext) -> None:
    one, two = f"{context.actor}:CDR", f"{context.actor}:lmp"
    context.ingest_and_wait(context.event("hello", actor=one), context.event("hello", actor=two))
    picked = context.memsy.actors.list(q=f"{context.actor}:cdr")
    every = context.memsy.actors.list(q=f"{context.actor}:", sort="actor_id_asc")
    assert ([a.actor_id for a in picked.items], picked.total) == ([one], 1)
    assert same_items([a.actor_id for a in every.items], one, two)


def the_actors_of_another_organisation_are_not_shown(context: ContractContext) -> None:
    error = expect_error(AuthorizationError, lambda: context.memsy.actors.list("org_of_others"))
    assert error.status_code == 403
