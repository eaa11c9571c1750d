"""Tests of `calls`, the recorded calls of a fake, sync and async."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from attrs import frozen

from memsy import (
    AuthenticationError,
    EventPayload,
    MemsyClientClosedError,
    MemsyClientProtocol,
    MemsyConfigurationError,
    MemsyConnectionError,
    MemsyControlClientProtocol,
    MemsyError,
    MemsyTimeoutError,
    NotFoundError,
    RateLimitExceeded,
    ServerError,
    UsageLimitExceeded,
)
from memsy.local.http.routing_table import ROUTES
from memsy.testing import (
    Calls,
    Clock,
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
    LocalService,
)
from memsy.testing.contract import as_sync

TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")
RAIN = EventPayload("bob", "chat-2", "app_event", "it rains", role_id="r1", metadata={"mm": 3})


@frozen
class Fakes:
    """The fakes of one mode, behind the sync interface, and their calls."""

    service: LocalService
    memsy: MemsyClientProtocol
    calls: Calls
    control: MemsyControlClientProtocol
    control_calls: Calls


@pytest.fixture(params=["sync", "async"])
def fakes(request: pytest.FixtureRequest) -> Iterator[Fakes]:
    with LocalService(clock=Clock()) as service, closing(asyncio.new_event_loop()) as loop:
        if request.param == "sync":
            memsy, control = (
                FakeMemsyClient(service=service),
                FakeMemsyControlClient(service=service),
            )
            yield Fakes(service, memsy, memsy.calls, control, control.calls)
        else:
            async_memsy = FakeAsyncMemsyClient(service=service)
            async_control = FakeAsyncMemsyControlClient(service=service)
            yield Fakes(
                service,
                as_sync(async_memsy, loop),
                async_memsy.calls,
                as_sync(async_control, loop),
                async_control.calls,
            )


def test_calls_are_in_order(fakes: Fakes) -> None:
    assert len(fakes.calls) == 0
    fakes.memsy.ingest([TEA])
    fakes.memsy.search("tea")
    fakes.memsy.health()
    assert [call.operation for call in fakes.calls] == ["ingest", "search", "health"]
    assert fakes.calls[-1].operation == "health"
    assert [call.operation for call in fakes.calls[:2]] == ["ingest", "search"]


def test_call_has_arguments_and_result(fakes: Fakes) -> None:
    fakes.memsy.ingest([TEA])
    found = fakes.memsy.search("tea", actor_id="ann", limit=3)
    (call,) = fakes.calls.for_operation("search")
    assert call.arguments == {
        "query": "tea",
        "actor_id": "ann",
        "limit": 3,
        "threshold": 0.0,
        "include_source_events": False,
    }
    assert call.result == found
    assert (call.is_successful, call.error, call.attempts) == (True, None, 1)


def test_arguments_come_from_path_query_and_body(fakes: Fakes) -> None:
    """Text is decoded, and numbers are `int`."""
    org_id = fakes.service.config.org_id
    role_id = "a/b c?ü%"
    with pytest.raises(NotFoundError):
        fakes.memsy.roles.update(role_id, org_id, name="night shift")
    fakes.memsy.actors.list(limit=7, offset=2)
    assert [dict(call.arguments) for call in fakes.calls] == [
        {"role_id": role_id, "org_id": org_id, "name": "night shift"},
        {"limit": 7, "offset": 2, "sort": "first_memory_desc"},
    ]


def test_numeric_id_stays_text(fakes: Fakes) -> None:
    fakes.memsy.memories.list(actor_id="7", limit=7)
    arguments = fakes.calls[0].arguments
    assert (arguments["actor_id"], arguments["limit"]) == ("7", 7)


def test_ingested_contains_the_events_of_all_calls(fakes: Fakes) -> None:
    fakes.memsy.ingest([TEA, RAIN])
    fakes.memsy.ingest([TEA])
    assert fakes.calls.ingested == [TEA, RAIN, TEA]
    assert fakes.calls[0].arguments == {"events": [TEA, RAIN]}


def test_ingest_of_several_requests_is_one_call(fakes: Fakes) -> None:
    many = [EventPayload("ann", "chat-1", "app_event", f"tick {n}") for n in range(1001)]
    fakes.memsy.ingest(many)
    (call,) = fakes.calls
    assert (call.attempts, fakes.calls.ingested) == (3, many)


def test_status_of_several_requests_is_one_call(fakes: Fakes) -> None:
    ids = [f"event-{number}" for number in range(1001)]
    result = fakes.memsy.status(ids)
    (call,) = fakes.calls
    assert (call.attempts, call.arguments, call.result) == (3, {"event_ids": ids}, result)
    assert result.total == 1001


def test_failed_status_of_several_requests_is_one_call(fakes: Fakes) -> None:
    ids = [f"event-{number}" for number in range(1001)]
    fakes.service.faults.fail_next("status", 400, after=1)
    with pytest.raises(MemsyError):
        fakes.memsy.status(ids)
    (call,) = fakes.calls
    assert (call.attempts, call.arguments, call.result) == (2, {"event_ids": ids}, None)


def test_partly_failed_ingest_contains_the_stored_events(fakes: Fakes) -> None:
    many = [EventPayload("ann", "chat-1", "app_event", f"tick {n}") for n in range(1001)]
    fakes.service.faults.fail_next("ingest", 400, after=1)
    with pytest.raises(MemsyError) as excinfo:
        fakes.memsy.ingest(many)
    assert len(excinfo.value.event_ids) == 500
    assert fakes.calls.ingested == many[:500]


def test_rejected_events_are_not_ingested(fakes: Fakes) -> None:
    fakes.service.faults.exhaust_quota("events_ingested")
    with pytest.raises(UsageLimitExceeded):
        fakes.memsy.ingest([TEA])
    assert (len(fakes.calls), fakes.calls.ingested) == (1, [])


def test_failed_call_has_the_raised_error(fakes: Fakes) -> None:
    org_id = fakes.service.config.org_id
    with pytest.raises(NotFoundError) as excinfo:
        fakes.memsy.roles.get("night", org_id)
    (call,) = fakes.calls
    assert call.error is excinfo.value
    assert (call.result, call.is_successful, call.attempts) == (None, False, 1)


def test_attempts_include_retries(fakes: Fakes) -> None:
    fakes.service.faults.fail_next("ingest", MemsyConnectionError, times=2)
    fakes.memsy.ingest([TEA])
    fakes.service.faults.fail_next("search", RateLimitExceeded, times=9)
    with pytest.raises(RateLimitExceeded) as excinfo:
        fakes.memsy.search("tea")
    ingest, search = fakes.calls
    assert (ingest.attempts, ingest.error) == (3, None)
    assert (search.attempts, search.error) == (4, excinfo.value)
    assert search.attempts == excinfo.value.attempts


def test_call_of_a_closed_client_has_no_attempt() -> None:
    memsy = FakeMemsyClient()
    memsy.close()
    with pytest.raises(MemsyClientClosedError):
        memsy.health()
    assert (memsy.calls[0].attempts, repr(memsy.calls[0])) == (
        0,
        "health() -> MemsyClientClosedError",
    )


def test_invalid_call_is_not_recorded(fakes: Fakes) -> None:
    with pytest.raises(MemsyConfigurationError):
        fakes.memsy.search("tea", actor_id="")
    assert len(fakes.calls) == 0


def test_deletion_has_the_result_none(fakes: Fakes) -> None:
    key = fakes.control.keys.create("ci")
    fakes.control.keys.delete(key.key_id)
    (call,) = fakes.control_calls.for_operation("keys.delete")
    assert (call.result, call.is_successful, call.error) == (None, True, None)


def test_wait_until_authorized_is_one_call_with_several_attempts(fakes: Fakes) -> None:
    connector = fakes.control.connectors.create("slack").connector_id
    with pytest.raises(MemsyTimeoutError):
        fakes.control.connectors.wait_until_authorized(connector, timeout=10.0)
    call = fakes.control_calls[-1]
    assert call.operation == "connectors.wait_until_authorized"
    assert (call.arguments, call.attempts > 3) == ({"connector_id": connector}, True)


async def test_cancelled_call_has_no_result_and_no_error() -> None:
    memsy = FakeAsyncMemsyClient(service=LocalService(clock=Clock(autojump=False)))
    memsy.service.faults.fail_next("search", ServerError)
    task = asyncio.create_task(memsy.search("tea"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    (call,) = memsy.calls
    assert (call.is_successful, call.error) == (False, None)
    assert repr(call) == "search('tea') -> no response"


async def test_call_cancelled_in_a_pause_counts_sent_attempts() -> None:
    clock = Clock(autojump=False)
    memsy = FakeAsyncMemsyClient(service=LocalService(clock=clock))
    memsy.service.faults.fail_next("search", ServerError)
    task = asyncio.create_task(memsy.search("tea"))
    await clock.wait_all_tasks_blocked()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert [call.attempts for call in memsy.calls] == [1]


async def test_concurrent_calls_are_in_start_order() -> None:
    memsy = FakeAsyncMemsyClient()
    await asyncio.gather(*(memsy.search(f"cup {n}") for n in range(20)))
    assert [call.arguments["query"] for call in memsy.calls] == [f"cup {n}" for n in range(20)]


def test_calls_equal_a_list_of_calls(fakes: Fakes) -> None:
    """Users write `assert fake.calls == []`."""
    assert fakes.calls == []
    fakes.memsy.health()
    fakes.memsy.search("tea")
    health, search = fakes.calls
    assert fakes.calls == [health, search]
    assert fakes.calls != [search, health]
    assert fakes.calls != []
    assert fakes.calls != "health"


def test_each_fake_records_its_own_calls(fakes: Fakes) -> None:
    fakes.memsy.health()
    fakes.control.me()
    assert [call.operation for call in fakes.calls] == ["health"]
    assert [call.operation for call in fakes.control_calls] == ["me"]


@pytest.mark.parametrize("copy_of", [copy.copy, copy.deepcopy])
def test_copy_of_a_fake_shares_its_calls(
    copy_of: Callable[[FakeMemsyClient], FakeMemsyClient],
) -> None:
    """A test sees the calls of a copy that the code under test made."""
    memsy = FakeMemsyClient()
    memsy.health()
    copy_of(memsy).ingest([TEA])
    assert [call.operation for call in memsy.calls] == ["health", "ingest"]


def test_calls_clear_removes_all_calls(fakes: Fakes) -> None:
    fakes.memsy.ingest([TEA])
    fakes.calls.clear()
    fakes.memsy.health()
    assert [call.operation for call in fakes.calls] == ["health"]
    assert fakes.calls.ingested == []


@pytest.mark.parametrize(
    "operation",
    [
        "serach",
        "roles.fly",
        "role.get",
        "unknown.search",
        "",
        "keys.",
        "__init__",
        "roles._call",
        "protocols",
        "close",
    ],
)
def test_unknown_operation_is_rejected(operation: str) -> None:
    """With a typo, an assertion that there are no such calls would pass."""
    with pytest.raises(ValueError, match="is not a client method that sends requests"):
        FakeMemsyClient().calls.for_operation(operation)


@pytest.mark.parametrize(
    ("typo", "suggestion"),
    [
        ("serach", "search"),
        ("role.get", "roles.get"),
        ("memories.lst", "memories.list"),
        ("memories.iterate", "memories.list"),
    ],
)
def test_misspelt_operation_gets_a_suggestion(typo: str, suggestion: str) -> None:
    with pytest.raises(ValueError, match=f"did you mean '{suggestion}'"):
        FakeMemsyClient().calls.for_operation(typo)


@pytest.mark.parametrize(
    "operation",
    [
        *sorted({route.name for route in ROUTES if not route.is_open}),
        "connectors.wait_until_authorized",
    ],
)
def test_every_operation_can_be_queried(operation: str) -> None:
    assert FakeMemsyClient().calls.for_operation(operation) == []


def test_repr_of_a_call_is_python_syntax(fakes: Fakes) -> None:
    org_id = fakes.service.config.org_id
    fakes.memsy.ingest([TEA])
    fakes.memsy.ingest([TEA, RAIN])
    fakes.memsy.search("tea")
    fakes.memsy.search("tea", actor_id="ann", limit=3)
    fakes.memsy.status(["e1"])
    fakes.memsy.roles.create(org_id, "night", "night shift work")
    fakes.memsy.roles.list(org_id)
    fakes.memsy.actors.list()
    fakes.service.faults.fail_next("health", RateLimitExceeded, times=9)
    with pytest.raises(RateLimitExceeded):
        fakes.memsy.health()
    fakes.service.faults.clear()
    fakes.service.faults.fail_next("health", ServerError)
    fakes.memsy.health()
    assert [repr(call) for call in fakes.calls] == [
        "ingest(1 event) -> 1 event id",
        "ingest(2 events) -> 2 event ids",
        "search('tea') -> 1 result",
        "search('tea', actor_id='ann', limit=3) -> 1 result",
        "status(['e1']) -> 0 completed ids",
        f"roles.create('{org_id}', 'night', 'night shift work') -> RoleResource",
        f"roles.list('{org_id}') -> 1 item",
        "actors.list() -> 2 items",
        "health() -> RateLimitExceeded after 4 attempts",
        "health() -> HealthResponse after 2 attempts",
    ]
    assert repr(fakes.calls).startswith("Calls([ingest(1 event) -> 1 event id, ingest(2 events)")


def test_repr_of_a_long_call_is_shortened(fakes: Fakes) -> None:
    fakes.memsy.search("tea " * 1000)
    assert len(repr(fakes.calls[0])) < 100


def test_repr_of_a_call_masks_secrets(fakes: Fakes) -> None:
    """Arguments and results are masked, and still compare with plain text."""
    fakes.control.connectors.configure_s3(
        access_key_id="AKIA", secret_access_key="hunter2", region="eu-1", bucket="b"
    )
    key = fakes.control.keys.create("ci")
    configured, created = fakes.control_calls
    assert "hunter2" not in f"{fakes.control_calls} {configured.arguments}"
    assert configured.arguments["secret_access_key"] == "hunter2"
    assert key.raw_key not in f"{fakes.control_calls} {created.result}"


def test_repr_of_a_call_omits_the_api_key() -> None:
    memsy = FakeMemsyClient(api_key="msy_unknown")
    with pytest.raises(AuthenticationError):
        memsy.health()
    assert repr(memsy.calls) == "Calls([health() -> AuthenticationError])"
