"""Promises about who may call, what is counted, and what the service does not do."""

from __future__ import annotations

from memsy.exceptions import AuthenticationError, MemsyClientClosedError, ServerError
from memsy.testing.contract.scene import Scene, refused


def the_service_is_well(scene: Scene) -> None:
    assert scene.memsy.health().status == "ok"


def every_answer_counts_what_was_used(scene: Scene) -> None:
    before = scene.memsy.health()
    ingested = scene.memsy.ingest([scene.event("count me")])
    scene.settle(ingested.event_ids)
    found = scene.memsy.search("count", actor_id=scene.actor)
    status = scene.memsy.status(ingested.event_ids)
    assert before.usage is not None
    assert ingested.usage is not None
    assert found.usage is not None
    assert ingested.usage.events_ingested == (before.usage.events_ingested or 0) + 1
    assert found.usage.search_queries == (before.usage.search_queries or 0) + 1
    for answer in (before, ingested, found, status):
        assert answer.usage is not None
        assert answer.usage.plan


def a_key_that_nobody_knows_opens_nothing(scene: Scene) -> None:
    stranger = scene.stranger
    for call in (
        stranger.health,
        lambda: stranger.search("anything"),
        lambda: stranger.ingest([scene.event("never stored")]),
        stranger.memories.stats,
    ):
        assert refused(AuthenticationError, call).status_code in (401, 403)
    assert scene.memsy.search("never stored", actor_id=scene.actor).results == []


def clear_is_not_implemented_and_says_so(scene: Scene) -> None:
    scene.remember("still here")
    error = refused(ServerError, lambda: scene.memsy.clear("container_tag"))
    assert (error.status_code, error.attempts) == (501, 1)
    assert len(scene.memsy.search("still here", actor_id=scene.actor).results) == 1


def a_closed_client_says_that_it_is_closed(scene: Scene) -> None:
    scene.memsy.close()
    scene.memsy.close()
    refused(MemsyClientClosedError, scene.memsy.health)
    refused(MemsyClientClosedError, lambda: scene.memsy.ingest([scene.event("too late")]))
