"""What a fake was asked, and what became of it, can be looked at: the same in both colours."""

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
    """Those of one colour, called like blocking ones, and what they note."""

    service: LocalService
    memsy: MemsyClientProtocol
    calls: Calls
    control: MemsyControlClientProtocol
    control_calls: Calls


@pytest.fixture(params=["blocking", "awaiting"])
def fakes(request: pytest.FixtureRequest) -> Iterator[Fakes]:
    with LocalService(clock=Clock()) as service, closing(asyncio.new_event_loop()) as loop:
        if request.param == "blocking":
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


def test_calls_stand_in_their_order(fakes: Fakes) -> None:
    assert len(fakes.calls) == 0
    fakes.memsy.ingest([TEA])
    fakes.memsy.search("tea")
    fakes.memsy.health()
    assert [call.operation for call in fakes.calls] == ["ingest", "search", "health"]
    assert fakes.calls[-1].operation == "health"
    assert [call.operation for call in fakes.calls[:2]] == ["ingest", "search"]


def test_a_call_has_what_was_asked_and_what_came_of_it(fakes: Fakes) -> None:
    fakes.memsy.ingest([TEA])
    found = fakes.memsy.search("tea", actor_id="ann", limit=3)
    (call,) = fakes.calls.of("search")
    assert call.arguments == {
        "query": "tea",
        "actor_id": "ann",
        "limit": 3,
        "threshold": 0.0,
        "include_source_events": False,
    }
    assert call.result == found
    assert (call.is_answered, call.error, call.attempts) == (True, None, 1)


def test_arguments_are_read_from_wherever_they_stand_in_a_request(fakes: Fakes) -> None:
    """Path, query and body; decoded, and numbers as numbers."""
    org_id = fakes.service.config.org_id
    odd = "a/b c?ü%"
    with pytest.raises(NotFoundError):
        fakes.memsy.roles.update(odd, org_id, name="night shift")
    fakes.memsy.actors.list(limit=7, offset=2)
    assert [dict(call.arguments) for call in fakes.calls] == [
        {"role_id": odd, "org_id": org_id, "name": "night shift"},
        {"limit": 7, "offset": 2, "sort": "first_memory_desc"},
    ]


def test_a_number_that_is_an_id_stays_a_text(fakes: Fakes) -> None:
    fakes.memsy.memories.list(actor_id="7", limit=7)
    arguments = fakes.calls[0].arguments
    assert (arguments["actor_id"], arguments["limit"]) == ("7", 7)


def test_what_was_ingested_are_the_events_themselves(fakes: Fakes) -> None:
    fakes.memsy.ingest([TEA, RAIN])
    fakes.memsy.ingest([TEA])
    assert fakes.calls.ingested == [TEA, RAIN, TEA]
    assert fakes.calls[0].arguments == {"events": [TEA, RAIN]}


def test_an_ingest_of_several_requests_is_one_call(fakes: Fakes) -> None:
    many = [EventPayload("ann", "chat-1", "app_event", f"tick {n}") for n in range(1001)]
    fakes.memsy.ingest(many)
    (call,) = fakes.calls
    assert (call.attempts, fakes.calls.ingested) == (3, many)


def test_of_an_ingest_that_fails_half_way_what_is_stored_was_ingested(fakes: Fakes) -> None:
    many = [EventPayload("ann", "chat-1", "app_event", f"tick {n}") for n in range(1001)]
    fakes.service.faults.fail_next("ingest", 400, after=1)
    with pytest.raises(MemsyError) as raised:
        fakes.memsy.ingest(many)
    assert len(raised.value.event_ids) == 500
    assert fakes.calls.ingested == many[:500]


def test_what_was_refused_was_not_ingested(fakes: Fakes) -> None:
    fakes.service.faults.exhaust_quota("events_ingested")
    with pytest.raises(UsageLimitExceeded):
        fakes.memsy.ingest([TEA])
    assert (len(fakes.calls), fakes.calls.ingested) == (1, [])


def test_a_call_that_failed_has_the_error_that_was_raised(fakes: Fakes) -> None:
    org_id = fakes.service.config.org_id
    with pytest.raises(NotFoundError) as raised:
        fakes.memsy.roles.get("night", org_id)
    (call,) = fakes.calls
    assert call.error is raised.value
    assert (call.result, call.is_answered, call.attempts) == (None, False, 1)


def test_repeated_attempts_are_counted_whatever_comes_of_them(fakes: Fakes) -> None:
    fakes.service.faults.fail_next("ingest", MemsyConnectionError, times=2)
    fakes.memsy.ingest([TEA])
    fakes.service.faults.fail_next("search", RateLimitExceeded, times=9)
    with pytest.raises(RateLimitExceeded) as raised:
        fakes.memsy.search("tea")
    ingest, search = fakes.calls
    assert (ingest.attempts, ingest.error) == (3, None)
    assert (search.attempts, search.error) == (4, raised.value)
    assert search.attempts == raised.value.attempts


def test_a_call_of_a_closed_client_has_made_no_attempt() -> None:
    memsy = FakeMemsyClient()
    memsy.close()
    with pytest.raises(MemsyClientClosedError):
        memsy.health()
    assert (memsy.calls[0].attempts, repr(memsy.calls[0])) == (
        0,
        "health() -> MemsyClientClosedError",
    )


def test_a_call_that_never_was_sent_is_none(fakes: Fakes) -> None:
    with pytest.raises(MemsyConfigurationError):
        fakes.memsy.search("tea", actor_id="")
    assert len(fakes.calls) == 0


def test_a_deletion_is_answered_with_nothing(fakes: Fakes) -> None:
    key = fakes.control.keys.create("ci")
    fakes.control.keys.delete(key.key_id)
    (call,) = fakes.control_calls.of("keys.delete")
    assert (call.result, call.is_answered, call.error) == (None, True, None)


def test_a_wait_is_one_call_under_its_own_name(fakes: Fakes) -> None:
    connector = fakes.control.connectors.create("slack").connector_id
    with pytest.raises(MemsyTimeoutError):
        fakes.control.connectors.wait_until_authorized(connector, timeout=10.0)
    call = fakes.control_calls[-1]
    assert call.operation == "connectors.wait_until_authorized"
    assert (call.arguments, call.attempts > 3) == ({"connector_id": connector}, True)


async def test_a_call_that_was_cancelled_has_no_end() -> None:
    memsy = FakeAsyncMemsyClient(service=LocalService(clock=Clock(autojump=False)))
    memsy.service.faults.fail_next("search", ServerError)
    searching = asyncio.create_task(memsy.search("tea"))
    await asyncio.sleep(0)
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    (call,) = memsy.calls
    assert (call.is_answered, call.error) == (False, None)
    assert repr(call) == "search('tea') -> no answer"


async def test_call_cancelled_in_a_pause_counts_the_attempts_that_were_sent() -> None:
    clock = Clock(autojump=False)
    memsy = FakeAsyncMemsyClient(service=LocalService(clock=clock))
    memsy.service.faults.fail_next("search", ServerError)
    searching = asyncio.create_task(memsy.search("tea"))
    await clock.wait_all_tasks_blocked()
    searching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await searching
    assert [call.attempts for call in memsy.calls] == [1]


async def test_calls_at_once_stand_in_the_order_in_which_they_began() -> None:
    memsy = FakeAsyncMemsyClient()
    await asyncio.gather(*(memsy.search(f"cup {n}") for n in range(20)))
    assert [call.arguments["query"] for call in memsy.calls] == [f"cup {n}" for n in range(20)]


def test_calls_compare_with_a_list_of_them(fakes: Fakes) -> None:
    """And none are as good as an empty list: who asserts that would not look for another way."""
    assert fakes.calls == []
    fakes.memsy.health()
    fakes.memsy.search("tea")
    health, search = fakes.calls
    assert fakes.calls == [health, search]
    assert fakes.calls != [search, health]
    assert fakes.calls != []
    assert fakes.calls != "health"


def test_each_fake_notes_its_own_calls(fakes: Fakes) -> None:
    fakes.memsy.health()
    fakes.control.me()
    assert [call.operation for call in fakes.calls] == ["health"]
    assert [call.operation for call in fakes.control_calls] == ["me"]


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_notes_its_calls_where_the_original_does(
    copied: Callable[[FakeMemsyClient], FakeMemsyClient],
) -> None:
    """So a test sees what was asked of a copy that the code under test has made for itself."""
    memsy = FakeMemsyClient()
    memsy.health()
    copied(memsy).ingest([TEA])
    assert [call.operation for call in memsy.calls] == ["health", "ingest"]


def test_calls_can_be_forgotten(fakes: Fakes) -> None:
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
        "nobody.search",
        "",
        "keys.",
        "__init__",
        "roles._call",
        "protocols",
        "close",
    ],
)
def test_to_ask_for_calls_that_there_cannot_be_is_refused(operation: str) -> None:
    """Or else a test that looks for none of them would pass for a slip of the pen."""
    with pytest.raises(ValueError, match="no client asks the service"):
        FakeMemsyClient().calls.of(operation)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("serach", "search"), ("role.get", "roles.get"), ("memories.lst", "memories.list")],
)
def test_a_slip_of_the_pen_is_told_what_was_meant(slip: str, meant: str) -> None:
    with pytest.raises(ValueError, match=f"did you mean '{meant}'"):
        FakeMemsyClient().calls.of(slip)


@pytest.mark.parametrize(
    "operation", [*sorted({route.name for route in ROUTES}), "connectors.wait_until_authorized"]
)
def test_all_that_the_service_can_be_asked_can_be_asked_for(operation: str) -> None:
    assert FakeMemsyClient().calls.of(operation) == []


def test_a_call_reads_as_one_would_write_it(fakes: Fakes) -> None:
    org_id = fakes.service.config.org_id
    fakes.memsy.ingest([TEA])
    fakes.memsy.ingest([TEA, RAIN])
    fakes.memsy.search("tea")
    fakes.memsy.search("tea", actor_id="ann", limit=3)
    fakes.memsy.status(["e1"])
    fakes.memsy.roles.create(org_id, "night", "who works at night")
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
        f"roles.create('{org_id}', 'night', 'who works at night') -> RoleResource",
        f"roles.list('{org_id}') -> 1 item",
        "actors.list() -> 2 items",
        "health() -> RateLimitExceeded after 4 attempts",
        "health() -> HealthResponse after 2 attempts",
    ]
    assert repr(fakes.calls).startswith("Calls([ingest(1 event) -> 1 event id, ingest(2 events)")


def test_a_long_call_is_cut_to_a_readable_length(fakes: Fakes) -> None:
    fakes.memsy.search("tea " * 1000)
    assert len(repr(fakes.calls[0])) < 100


def test_no_call_shows_a_secret(fakes: Fakes) -> None:
    """Neither what was sent, nor what came back; yet a test can compare it."""
    fakes.control.connectors.configure_s3(
        access_key_id="AKIA", secret_access_key="hunter2", region="eu-1", bucket="b"
    )
    key = fakes.control.keys.create("ci")
    configured, created = fakes.control_calls
    assert "hunter2" not in f"{fakes.control_calls} {configured.arguments}"
    assert configured.arguments["secret_access_key"] == "hunter2"
    assert key.raw_key not in f"{fakes.control_calls} {created.result}"


def test_a_bad_key_is_told_and_not_shown() -> None:
    memsy = FakeMemsyClient(api_key="msy_somebody")
    with pytest.raises(AuthenticationError):
        memsy.health()
    assert repr(memsy.calls) == "Calls([health() -> AuthenticationError])"
