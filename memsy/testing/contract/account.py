"""Promises about who may call, what is counted, and what the service does not do."""

from __future__ import annotations

from memsy.exceptions import AuthenticationError, MemsyClientClosedError, ServerError
from memsy.testing.contract.context import ContractContext, expect_error


def the_service_is_well(context: ContractContext) -> None:
    assert context.memsy.health().status == "ok"


def every_answer_counts_what_was_used(context: ContractContext) -> None:
    before = context.memsy.health()
    ingested = context.memsy.ingest([context.event("count me")])
    context.wait_until_processed(ingested.event_ids)
    found = context.memsy.search("count", actor_id=context.actor)
    status = context.memsy.status(ingested.event_ids)
    assert before.usage is not None
    assert ingested.usage is not None
    assert found.usage is not None
    assert ingested.usage.events_ingested == (before.usage.events_ingested or 0) + 1
    assert found.usage.search_queries == (before.usage.search_queries or 0) + 1
    for answer in (before, ingested, found, status):
        assert answer.usage is not None
        assert answer.usage.plan


def a_key_that_nobody_knows_opens_nothing(context: ContractContext) -> None:
    unauthorized_client = context.unauthorized_client
    for call in (
        unauthorized_client.health,
        lambda: unauthorized_client.search("anything"),
        lambda: unauthorized_client.ingest([context.event("never stored")]),
        unauthorized_client.memories.stats,
    ):
        assert expect_error(AuthenticationError, call).status_code in (401, 403)
    assert context.memsy.search("never stored", actor_id=context.actor).results == []


def clear_is_not_implemented_and_says_so(context: ContractContext) -> None:
    context.ingest_and_wait("still here")
    error = expect_error(ServerError, lambda: context.memsy.clear("container_tag"))
    assert (error.status_code, error.attempts) == (501, 1)
    assert len(context.memsy.search("still here", actor_id=context.actor).results) == 1


def a_closed_client_says_that_it_is_closed(context: ContractContext) -> None:
    context.memsy.close()
    context.memsy.close()
    expect_error(MemsyClientClosedError, context.memsy.health)
    expect_error(MemsyClientClosedError, lambda: context.memsy.ingest([context.event("too late")]))
