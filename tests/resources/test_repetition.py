"""Which calls are asked again after their answer was lost on the way."""

from __future__ import annotations

import pytest

from memsy import EventPayload, MemsyConnectionError, MemsyError
from tests.recording import Call, Colour, in_both_colours, outcome, record_of

EVENT = EventPayload("u7", "chat-1", "user_message", "tea")
GROUP = dict.fromkeys(
    [
        *("org_id", "role_id", "team_id", "name", "focus"),
        *("promotion_prompt", "created_at", "updated_at"),
    ],
    "x",
)
PAGE = {"total": 0, "limit": 1, "offset": 0}
MEMORY = {"memory_id": "m1", "org_id": "o1", "scope": {"level": "actor"}}
STATS = dict.fromkeys(
    ["total", "total_memories", "active_memories", "avg_confidence", "avg_strength"], 1
)

HARMLESS: dict[str, tuple[Call, object]] = {
    "ingest": (lambda m: m.ingest([EVENT]), {"event_ids": ["e1"]}),
    "search": (lambda m: m.search("tea"), {}),
    "status": (lambda m: m.status(["e1"]), {}),
    "health": (lambda m: m.health(), {}),
    "orgs.list": (lambda m: m.orgs.list(), []),
    "orgs.get": (lambda m: m.orgs.get("o1"), GROUP),
    "roles.list": (lambda m: m.roles.list("o1"), []),
    "roles.get": (lambda m: m.roles.get("r1", "o1"), GROUP),
    "teams.list": (lambda m: m.teams.list("o1"), []),
    "teams.get": (lambda m: m.teams.get("t1", "o1"), GROUP),
    "memories.list": (lambda m: m.memories.list(), PAGE),
    "memories.stats": (lambda m: m.memories.stats(), STATS),
    "memories.get": (lambda m: m.memories.get("m1"), MEMORY),
    "actors.list": (lambda m: m.actors.list(), PAGE),
    "actors.get": (lambda m: m.actors.get("u7"), {"actor_id": "u7"}),
}
"""They read, or the service knows them again."""

HARMFUL: dict[str, Call] = {
    "clear": lambda m: m.clear("tag"),
    "orgs.create": lambda m: m.orgs.create("o1", "a", "b"),
    "orgs.update": lambda m: m.orgs.update("o1", name="a"),
    "orgs.regenerate_prompt": lambda m: m.orgs.regenerate_prompt("o1"),
    "orgs.delete": lambda m: m.orgs.delete("o1"),
    "roles.create": lambda m: m.roles.create("o1", "a", "b"),
    "roles.update": lambda m: m.roles.update("r1", "o1", name="a"),
    "roles.regenerate_prompt": lambda m: m.roles.regenerate_prompt("r1", "o1"),
    "roles.delete": lambda m: m.roles.delete("r1", "o1"),
    "teams.create": lambda m: m.teams.create("o1", "a", "b"),
    "teams.update": lambda m: m.teams.update("t1", "o1", name="a"),
    "teams.regenerate_prompt": lambda m: m.teams.regenerate_prompt("t1", "o1"),
    "teams.delete": lambda m: m.teams.delete("t1", "o1"),
}


def lost() -> MemsyError:
    error = MemsyConnectionError("the connection was reset")
    error.maybe_processed = True
    return error


@in_both_colours
@pytest.mark.parametrize(("call", "body"), HARMLESS.values(), ids=HARMLESS)
def test_a_call_that_does_no_harm_is_repeated(colour: Colour, call: Call, body: object) -> None:
    record = record_of(lost(), body)
    outcome(colour, call, record)
    first, second = record.requests
    assert first == second


@in_both_colours
@pytest.mark.parametrize("call", HARMFUL.values(), ids=HARMFUL)
def test_a_call_that_may_have_been_heard_is_not(colour: Colour, call: Call) -> None:
    record = record_of(lost())
    with pytest.raises(MemsyConnectionError) as raised:
        outcome(colour, call, record)
    assert (raised.value.attempts, raised.value.maybe_processed) == (1, True)


@in_both_colours
def test_an_ingest_is_not_repeated_once_the_service_would_store_it_twice(colour: Colour) -> None:
    """A client may be as patient as it likes: the service knows an event again for 60 s."""
    record = record_of(lost())
    record.each_takes = 56.0
    with pytest.raises(MemsyConnectionError) as raised:
        outcome(colour, lambda m: m.ingest([EVENT]), record)
    assert raised.value.attempts == 1
