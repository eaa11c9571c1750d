"""Contract tests of `memories` and `actors`: lists, filters, pages, counts."""

from __future__ import annotations

from enum import Enum
from typing import Any

from memsy.exceptions import (
    AuthorizationError,
    MemsyConfigurationError,
    NotFoundError,
    ValidationError,
)
from memsy.testing.contract.context import ContractContext, expect_error, same_items

_UNKNOWN_MEMORY_ID = "00000000-0000-4000-8000-000000000000"


def found_memory_can_be_fetched(context: ContractContext) -> None:
    """`memories.get()` returns the memory of a search result (wire contract 5.2, 5.6)."""
    (event_id,) = context.ingest_and_wait(
        context.event("Fuel cell 1 is gone", ts="1970-04-14T03:30:00Z")
    )
    (result,) = context.memsy.search("fuel cell", actor_id=context.actor).results
    memory = context.memsy.memories.get(result.id)
    assert (memory.memory_id, memory.text) == (result.id, "Fuel cell 1 is gone")
    assert (memory.scope.level, memory.scope.actor_id) == ("actor", context.actor)
    assert (memory.status, memory.pinned) == ("active", False)
    assert memory.source_event_ids == [event_id]
    assert memory.observed_at == "1970-04-14T03:30:00Z"


def unknown_memory_is_not_found(context: ContractContext) -> None:
    """An unknown memory id gets a 404 (wire contract 5.6, 9 Q13)."""
    error = expect_error(NotFoundError, lambda: context.memsy.memories.get(_UNKNOWN_MEMORY_ID))
    assert error.status_code == 404


def memory_id_must_be_a_uuid(context: ContractContext) -> None:
    """A memory id that is not a UUID gets a 422 (wire contract 4, 9 Q13)."""
    error = expect_error(ValidationError, lambda: context.memsy.memories.get("mem_1"))
    assert error.status_code == 422


def memory_pages_contain_each_memory_once(context: ContractContext) -> None:
    """The pages of `memories.list()` contain each memory once (wire contract 5.6, 7.12)."""
    context.ingest_and_wait(
        *(context.event(f"page {number}", ts="1970-04-14T03:00:00Z") for number in range(7))
    )
    pages = [
        context.memsy.memories.list(actor_id=context.actor, limit=3, offset=offset)
        for offset in (0, 3, 6)
    ]
    assert [len(page.items) for page in pages] == [3, 3, 1]
    assert {(page.total, page.limit) for page in pages} == {(7, 3)}
    assert len({item.memory_id for page in pages for item in page.items}) == 7


def iteration_returns_each_memory_once(context: ContractContext) -> None:
    """`memories.iterate()` returns the memories of all pages in order (wire contract 5.6)."""
    context.ingest_and_wait(*(f"number {number} of seven" for number in range(7)))
    listed = context.memsy.memories.list(actor_id=context.actor).items
    iterated = context.memsy.memories.iterate(actor_id=context.actor, page_size=3)
    assert [memory.memory_id for memory in iterated] == [memory.memory_id for memory in listed]


def iteration_repeats_no_memory_when_memories_are_added(context: ContractContext) -> None:
    """A new memory moves the others to later pages. `memories.iterate()` repeats none of them."""
    context.ingest_and_wait(
        *(context.event(f"old {number}", ts="1970-04-14T03:00:00Z") for number in range(4))
    )
    memories = context.memsy.memories.iterate(actor_id=context.actor, page_size=2)
    texts = [next(memories).text, next(memories).text]
    context.ingest_and_wait(context.event("new", ts="1970-04-14T04:00:00Z"))
    texts += [memory.text for memory in memories]
    assert same_items(texts, "old 0", "old 1", "old 2", "old 3")


def iteration_ends_after_max_items(context: ContractContext) -> None:
    """`max_items` limits an iteration. Nothing to iterate over is no error."""
    context.ingest_and_wait("first", "second", "third")
    iterate = context.memsy.memories.iterate
    assert len(list(iterate(actor_id=context.actor, page_size=2, max_items=3))) == 3
    assert len(list(iterate(actor_id=context.actor, max_items=1))) == 1
    assert list(iterate(actor_id=context.actor, max_items=0)) == []
    assert list(iterate(actor_id=context.unique_id("nobody"))) == []


def iteration_rejects_invalid_pages(context: ContractContext) -> None:
    """`iterate()` checks its arguments before a request. The service checks the page size."""
    iterate = context.memsy.memories.iterate
    expect_error(MemsyConfigurationError, lambda: iterate(page_size=0))
    expect_error(MemsyConfigurationError, lambda: iterate(max_items=-1))
    expect_error(ValidationError, lambda: list(iterate(page_size=201)))


def iteration_returns_all_actors(context: ContractContext) -> None:
    """`actors.iterate()` returns the actors of all pages (wire contract 5.7)."""
    actors = [f"{context.actor}:{number}" for number in range(5)]
    context.ingest_and_wait(*(context.event("hello", actor=actor) for actor in actors))
    found = context.memsy.actors.iterate(q=f"{context.actor}:", sort="actor_id_asc", page_size=2)
    assert [actor.actor_id for actor in found] == actors


def memories_are_sorted_by_observation_time(context: ContractContext) -> None:
    """`memories.list()` sorts by `observed_at`, latest first by default (wire contract 5.6)."""
    context.ingest_and_wait(
        context.event("second", ts="1970-04-14T02:00:00Z"),
        context.event("first", ts="1970-04-14T01:00:00Z"),
        context.event("third", ts="1970-04-14T03:00:00Z"),
    )
    latest = context.memsy.memories.list(actor_id=context.actor)
    earliest = context.memsy.memories.list(actor_id=context.actor, sort="observed_at_asc")
    assert [item.text for item in latest.items] == ["third", "second", "first"]
    assert [item.text for item in earliest.items] == ["first", "second", "third"]


def memories_can_be_filtered_by_part_of_their_text(context: ContractContext) -> None:
    """The filter `search` of `memories.list()` matches part of the text (wire contract 5.6)."""
    context.ingest_and_wait("main bus A is fine", "main bus B is down")
    page = context.memsy.memories.list(actor_id=context.actor, search="bus B")
    assert [item.text for item in page.items] == ["main bus B is down"]
    assert context.memsy.memories.list(actor_id=context.actor, search="100%_").items == []


def unmatched_memory_filter_returns_an_empty_page(context: ContractContext) -> None:
    """An unknown status, type or kind matches no memory (wire contract 9 Q12)."""
    context.ingest_and_wait("main bus A is fine")
    assert context.memsy.memories.list(actor_id=context.actor, status="archived").total == 0
    assert context.memsy.memories.list(actor_id=context.actor, type="no-such-type").total == 0
    assert context.memsy.memories.list(actor_id=context.actor, kind="no-such-kind").total == 0


def invalid_memory_sort_or_page_is_rejected(context: ContractContext) -> None:
    """An unknown sort order is not sent; limit and offset get a 422 (wire contract 4, 9 Q12)."""
    sort: Any = "observed_at"
    for call in (
        lambda: context.memsy.memories.list(sort=sort),
        lambda: context.memsy.actors.list(sort=sort),
    ):
        assert "sort must be '" in str(expect_error(MemsyConfigurationError, call))
    expect_error(ValidationError, lambda: context.memsy.memories.list(limit=0))
    expect_error(ValidationError, lambda: context.memsy.memories.list(limit=201))
    expect_error(ValidationError, lambda: context.memsy.memories.list(offset=-1))
    expect_error(ValidationError, lambda: context.memsy.actors.list(limit=501))


def memory_stats_count_memories(context: ContractContext) -> None:
    """`memories.stats()` counts memories, in total and by status (wire contract 5.6)."""
    before = context.memsy.memories.stats()
    context.ingest_and_wait("one more memory", "and another one")
    after = context.memsy.memories.stats()
    assert after.total_memories == before.total_memories + 2
    assert after.active_memories == before.active_memories + 2
    assert sum(after.by_status.values()) == after.total_memories


def actor_exists_once_it_has_memories(context: ContractContext) -> None:
    """An actor exists once it has a memory; before, it gets a 404 (wire contract 5.7, 7.11)."""
    expect_error(NotFoundError, lambda: context.memsy.actors.get(context.actor))
    context.ingest_and_wait("I am here", "and I stay")
    actor = context.memsy.actors.get(context.actor)
    assert (actor.actor_id, actor.memory_count, actor.active_memory_count) == (context.actor, 2, 2)
    assert actor.scope_levels == ["actor"]
    assert actor.first_memory_at is not None
    assert actor.last_memory_at is not None
    assert actor.first_memory_at <= actor.last_memory_at


def actor_id_may_contain_any_character(context: ContractContext) -> None:
    """An actor id may contain any character, such as `/` and `%` (wire contract 1.4, 4)."""
    actor = f"{context.actor}/T1:U 1?#%2e"
    context.ingest_and_wait(context.event("odd name, good memory", actor=actor))
    assert context.memsy.actors.get(actor).actor_id == actor


class _Text(str, Enum):
    """Texts of requests, as an application may define them."""

    CONTENT = "okay, houston"
    ACTOR = "houston"
    EARLIEST = "observed_at_asc"


def enum_members_are_sent_as_their_values(context: ContractContext) -> None:
    """A member of an enum that is a `str` is sent as its value (a rule of this package)."""
    actor = f"{context.actor}:houston"
    context.ingest_and_wait(context.event(_Text.CONTENT, actor=actor))
    assert actor in [item.actor_id for item in context.memsy.actors.list(q=_Text.ACTOR).items]
    sort: Any = _Text.EARLIEST  # type checkers accept no enum member for a literal
    (memory,) = context.memsy.memories.list(actor_id=actor, sort=sort).items
    assert memory.text == "okay, houston"
    (result,) = context.memsy.search(_Text.CONTENT, actor_id=actor).results
    assert result.id == memory.memory_id


def actors_can_be_filtered_by_part_of_their_id(context: ContractContext) -> None:
    """The filter `q` of `actors.list()` matches part of the id in any case (wire contract 5.7)."""
    commander_id, pilot_id = f"{context.actor}:CDR", f"{context.actor}:lmp"
    context.ingest_and_wait(
        context.event("hello", actor=commander_id), context.event("hello", actor=pilot_id)
    )
    matching = context.memsy.actors.list(q=f"{context.actor}:cdr")
    all_actors = context.memsy.actors.list(q=f"{context.actor}:", sort="actor_id_asc")
    assert ([actor.actor_id for actor in matching.items], matching.total) == ([commander_id], 1)
    assert same_items([actor.actor_id for actor in all_actors.items], commander_id, pilot_id)


def actors_of_another_organisation_are_forbidden(context: ContractContext) -> None:
    """The actors of another organisation get a 403 (wire contract 5.7)."""
    error = expect_error(AuthorizationError, lambda: context.memsy.actors.list("another_org"))
    assert error.status_code == 403
