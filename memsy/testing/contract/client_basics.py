"""Contract tests of health, usage, wrong keys, options, `close()`, and `clear()`."""

from __future__ import annotations

from functools import partial

from memsy.exceptions import (
    AuthenticationError,
    MemsyClientClosedError,
    MemsyConfigurationError,
    NotFoundError,
    ServerError,
)
from memsy.testing.contract.context import ContractContext, expect_error


def health_is_ok(context: ContractContext) -> None:
    """`health()` of the data plane returns the status `ok` (wire contract 5.4)."""
    assert context.memsy.health().status == "ok"


def responses_report_usage(context: ContractContext) -> None:
    """Responses of the data plane report usage and plan (wire contract 2.1, 2.3)."""
    before = context.memsy.health()
    ingested = context.memsy.ingest([context.event("count me")])
    context.wait_until_processed(ingested.event_ids)
    search_response = context.memsy.search("count", actor_id=context.actor)
    status = context.memsy.status(ingested.event_ids)
    assert before.usage is not None
    assert ingested.usage is not None
    assert search_response.usage is not None
    assert ingested.usage.events_ingested == (before.usage.events_ingested or 0) + 1
    assert search_response.usage.search_queries == (before.usage.search_queries or 0) + 1
    for response in (before, ingested, search_response, status):
        assert response.usage is not None
        assert response.usage.plan


def responses_have_request_ids(context: ContractContext) -> None:
    """Responses and errors have the id of their request (wire contract 2.5)."""
    first, second = context.memsy.health(), context.memsy.health()
    assert first.request_id
    assert second.request_id
    assert first.request_id != second.request_id
    unknown_id = "00000000-0000-4000-8000-000000000000"
    error = expect_error(NotFoundError, lambda: context.memsy.memories.get(unknown_id))
    assert error.request_id
    details = f"GET /console/memories/{{memory_id}}, 1 attempt, request id {error.request_id}"
    assert str(error).endswith(f"({details})")


def unknown_key_is_rejected(context: ContractContext) -> None:
    """An unknown API key gets a 401 or 403 on every endpoint (wire contract 1.2, 3.4)."""
    unauthorized_client = context.unauthorized_client
    for call in (
        unauthorized_client.health,
        lambda: unauthorized_client.search("anything"),
        lambda: unauthorized_client.ingest([context.event("never stored")]),
        unauthorized_client.memories.stats,
    ):
        assert expect_error(AuthenticationError, call).status_code in (401, 403)
    assert context.memsy.search("never stored", actor_id=context.actor).results == []


def clear_raises_not_implemented(context: ContractContext) -> None:
    """`clear()` gets a 501, is not retried and deletes nothing (wire contract 5.8, 9 Q19)."""
    context.ingest_and_wait("still here")
    error = expect_error(ServerError, lambda: context.memsy.clear("container_tag"))
    assert (error.status_code, error.attempts) == (501, 1)
    assert len(context.memsy.search("still here", actor_id=context.actor).results) == 1


def closed_client_raises_closed_error(context: ContractContext) -> None:
    """A closed client raises `MemsyClientClosedError` (a rule of this package)."""
    context.memsy.close()
    context.memsy.close()
    expect_error(MemsyClientClosedError, context.memsy.health)
    expect_error(MemsyClientClosedError, lambda: context.memsy.ingest([context.event("too late")]))


def derived_client_has_its_own_end(context: ContractContext) -> None:
    """A client of `with_options()` ends alone, or with the first one (a rule of this package)."""
    derived = context.memsy.with_options(timeout=20.0, headers={"X-Contract": "yes"})
    child = derived.with_options(max_retries=1)
    assert derived.health().status == child.health().status == "ok"
    derived.close()
    expect_error(MemsyClientClosedError, derived.health)
    assert context.memsy.health().status == child.health().status == "ok"
    context.memsy.close()
    expect_error(MemsyClientClosedError, child.health)


def derived_client_refuses_headers_of_the_client(context: ContractContext) -> None:
    """`with_options()` refuses `Authorization` and `Host` (a rule of this package)."""
    for name in ("Authorization", "host"):
        with_header = partial(context.memsy.with_options, headers={name: "x"})
        assert name in str(expect_error(MemsyConfigurationError, with_header))
