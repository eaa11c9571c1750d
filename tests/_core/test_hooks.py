"""Hooks: the four events of a call, guards, and the three scopes in which hooks are installed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Protocol, TypeAlias

import pytest
from attrs import define, field, frozen

from memsy._core.batch import Batch
from memsy._core.events import AttemptEnd, AttemptStart, CallEnd, CallStart
from memsy._core.hooks import (
    CallObserver,
    ObservedCall,
    install_in_context,
    install_in_process,
    installed_observers,
)
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.operation import Operation
from memsy._core.plane import Plane
from memsy._core.poll import OperationPolling
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.retry import RetryPolicy, RetrySafety
from memsy._core.secret import Secret
from memsy._core.settings import ConnectionSettings, Settings
from memsy._core.timeout import Deadline, Timeout
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy._transports.requests.transport import RequestsTransport
from memsy.exceptions import (
    MemsyAPIError,
    MemsyClientClosedError,
    MemsyConnectionError,
    NotFoundError,
)
from memsy.local.clock import Clock
from memsy.testing import FakeMemsyClient
from tests._core.scripted_exchange import INGEST, OK, READ, half
from tests.support.run_without_loop import run_without_loop

Install: TypeAlias = Callable[[CallObserver], AbstractContextManager[None]]
Event: TypeAlias = "CallStart | AttemptStart | AttemptEnd | CallEnd"

SETTINGS = Settings(
    plane=Plane.CONTROL,
    base_url="http://127.0.0.1:9/api",
    api_key=Secret("msy_hunter2"),
    timeout=Timeout(total=30.0),
    retry=RetryPolicy(max_retries=2, backoff=1.0),
    connection=ConnectionSettings(),
)

NOT_YET = HTTPResponse(409, {}, b'{"detail": "not yet"}')
RESET = MemsyConnectionError("connection reset")
ONE_ATTEMPT = ["CallStart", "AttemptStart", "AttemptEnd", "CallEnd"]


class Refused(BaseException):
    """Exception of a guard that `except Exception` does not catch."""


@define(eq=False)
class EventLog(CallObserver):
    """Records all events, and the call with each of them."""

    events: list[Event] = field(factory=list)
    calls: list[ObservedCall] = field(factory=list)
    requests: list[HTTPRequest] = field(factory=list)
    responses: list[HTTPResponse | None] = field(factory=list)

    def on_call_start(self, event: CallStart, call: ObservedCall) -> None:
        self.events.append(event)
        self.calls.append(call)

    def on_attempt_start(self, event: AttemptStart, call: ObservedCall) -> None:
        self.events.append(event)
        self.requests.append(call.request)

    def on_attempt_end(self, event: AttemptEnd, call: ObservedCall) -> None:
        self.events.append(event)
        self.responses.append(call.response)

    def on_call_end(self, event: CallEnd, call: ObservedCall) -> None:
        self.events.append(event)

    @property
    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]

    @property
    def call(self) -> CallStart:
        (event,) = (event for event in self.events if isinstance(event, CallStart))
        return event

    @property
    def attempt_starts(self) -> list[AttemptStart]:
        return [event for event in self.events if isinstance(event, AttemptStart)]

    @property
    def attempt_ends(self) -> list[AttemptEnd]:
        return [event for event in self.events if isinstance(event, AttemptEnd)]

    @property
    def end(self) -> CallEnd:
        (event,) = (event for event in self.events if isinstance(event, CallEnd))
        return event


@define
class Guard(CallObserver):
    """Accepts a number of attempts and refuses the next ones."""

    accepted: int = 0
    checked: list[AttemptStart] = field(factory=list)
    peers: list[tuple[str, int] | None] = field(factory=list)
    error: BaseException = field(factory=Refused)

    def guard_attempt(self, event: AttemptStart, call: ObservedCall) -> None:
        self.checked.append(event)
        self.peers.append(call.peer)
        if len(self.checked) > self.accepted:
            raise self.error


@define
class ScriptedTransport:
    """Ends each attempt with the next outcome, after `latency` seconds."""

    outcomes: list[HTTPResponse | BaseException]
    latency: float = 0.0
    clock: Clock = field(factory=Clock)
    peer: tuple[str, int] | None = ("memsy.test", 443)
    sent: list[HTTPRequest] = field(factory=list)
    on_send: Callable[[], object] = lambda: None

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.sent.append(request)
        self.on_send()
        self.clock.advance(self.latency)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    def close(self) -> None: ...


@frozen
class AsyncScriptedTransport:
    script: ScriptedTransport

    @property
    def clock(self) -> Clock:
        return self.script.clock

    @property
    def peer(self) -> tuple[str, int] | None:
        return self.script.peer

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        await asyncio.sleep(0)
        return self.script.send(request, deadline)

    async def close(self) -> None: ...


class Client(Protocol):
    """A sync or async client with a sync interface."""

    def __init__(self, transport: ScriptedTransport, *hooks: CallObserver) -> None: ...
    def call(self, operation: Operation[str | None] = READ) -> str | None: ...
    def ingest(self, batches: int) -> str | None: ...
    def poll(self) -> str | None: ...


def ingest_batch(number: int) -> Batch[str | None]:
    return Batch([INGEST] * number, lambda results: results[-1], lambda error, results: None)


def is_not_yet(error: MemsyAPIError) -> bool:
    return error.status_code == 409


def polling() -> OperationPolling[str | None]:
    return OperationPolling(READ, 60.0, 3.0, is_not_yet)


class SyncClient:
    def __init__(self, transport: ScriptedTransport, *hooks: CallObserver) -> None:
        self._requestor = Requestor(SETTINGS, transport, hooks, half)

    def call(self, operation: Operation[str | None] = READ) -> str | None:
        return self._requestor(operation)

    def ingest(self, batches: int) -> str | None:
        return self._requestor.send_batches(ingest_batch(batches))

    def poll(self) -> str | None:
        return self._requestor.poll(polling())


class AsyncClient:
    def __init__(self, transport: ScriptedTransport, *hooks: CallObserver) -> None:
        self._requestor = AsyncRequestor(SETTINGS, AsyncScriptedTransport(transport), hooks, half)

    def call(self, operation: Operation[str | None] = READ) -> str | None:
        return run_without_loop(self._requestor(operation))

    def ingest(self, batches: int) -> str | None:
        return run_without_loop(self._requestor.send_batches(ingest_batch(batches)))

    def poll(self) -> str | None:
        return run_without_loop(self._requestor.poll(polling()))


@pytest.fixture(params=[SyncClient, AsyncClient])
def connect(request: pytest.FixtureRequest) -> type[Client]:
    mode: type[Client] = request.param
    return mode


def async_requestor(transport: ScriptedTransport, *hooks: CallObserver) -> AsyncRequestor:
    return AsyncRequestor(SETTINGS, AsyncScriptedTransport(transport), hooks, half)


# Order and content of the events


def test_call_emits_four_events_in_order(connect: type[Client]) -> None:
    log = EventLog()
    assert connect(ScriptedTransport([OK]), log).call() == "fine"
    assert log.names == ONE_ATTEMPT


def test_all_events_hold_the_same_call(connect: type[Client]) -> None:
    log = EventLog()
    connect(ScriptedTransport([HTTPResponse(503), OK]), log).call()
    assert {id(start.call) for start in log.attempt_starts} == {id(log.call)}
    assert {id(end.call) for end in log.attempt_ends} == {id(log.call)}
    assert log.end.call is log.call


def test_call_start_names_operation_plane_and_mode(connect: type[Client]) -> None:
    log = EventLog()
    connect(ScriptedTransport([OK]), log).call()
    (call,) = log.calls
    assert (log.call.operation, log.call.route) == ("memories.stats", READ.route)
    assert list(call.operations) == [READ]
    assert call.plane is Plane.CONTROL
    assert call.is_async is (connect is AsyncClient)


def test_attempt_start_holds_request_and_peer(connect: type[Client]) -> None:
    log = EventLog()
    connect(ScriptedTransport([OK]), log).call()
    assert (log.requests, log.calls[0].peer) == ([READ.request], ("memsy.test", 443))


def test_retry_emits_start_and_end_of_each_attempt(connect: type[Client]) -> None:
    log = EventLog()
    connect(ScriptedTransport([HTTPResponse(503), RESET, OK]), log).call()
    assert log.names == ["CallStart", *["AttemptStart", "AttemptEnd"] * 3, "CallEnd"]
    assert [(start.attempt, start.pause) for start in log.attempt_starts] == [
        (1, 0.0),
        (2, 0.5),
        (3, 1.0),
    ]
    assert log.responses == [HTTPResponse(503), None, OK]
    assert [
        (end.attempt, end.max_attempts, end.status, end.retry_in) for end in log.attempt_ends
    ] == [(1, 3, 503, 0.5), (2, 3, None, 1.0), (3, 3, 200, None)]
    unavailable, reset, error = [end.error for end in log.attempt_ends]
    assert str(unavailable) == f"Memsy API error 503: Service Unavailable ({READ.route}, 1 attempt)"
    assert (reset, error) == (RESET, None)
    assert (log.end.attempts, log.end.retries, log.end.status) == (3, 2, 200)


def test_attempt_starts_after_the_pause(connect: type[Client]) -> None:
    transport, times = ScriptedTransport([HTTPResponse(503), OK]), list[float]()

    class TimeLog(CallObserver):
        def on_attempt_start(self, event: AttemptStart, call: ObservedCall) -> None:
            times.append(transport.clock.monotonic())

    connect(transport, TimeLog()).call()
    assert times == [0.0, 0.5]


def test_batches_of_an_ingest_are_one_call(connect: type[Client]) -> None:
    log = EventLog()
    connect(ScriptedTransport([OK, HTTPResponse(503), OK]), log).ingest(batches=2)
    assert log.names == ["CallStart", *["AttemptStart", "AttemptEnd"] * 3, "CallEnd"]
    assert list(log.calls[0].operations) == [INGEST] * 2
    assert [start.attempt for start in log.attempt_starts] == [1, 1, 2]
    assert [end.retry_in for end in log.attempt_ends] == [None, 0.5, None]
    assert (log.end.attempts, log.end.retries) == (3, 1)


def test_polls_are_one_call(connect: type[Client]) -> None:
    log = EventLog()
    connect(ScriptedTransport([NOT_YET, NOT_YET, OK]), log).poll()
    assert log.names == ["CallStart", *["AttemptStart", "AttemptEnd"] * 3, "CallEnd"]
    assert [(start.attempt, start.pause) for start in log.attempt_starts] == [
        (1, 0.0),
        (1, 3.0),
        (1, 3.0),
    ]
    assert [(end.status, end.error, end.retry_in) for end in log.attempt_ends] == [
        (409, None, None),
        (409, None, None),
        (200, None, None),
    ]
    assert (log.calls[0].result, log.end.error, log.end.retries) == ("fine", None, 0)


def test_elapsed_of_a_call_includes_pauses(connect: type[Client]) -> None:
    log = EventLog()
    connect(ScriptedTransport([HTTPResponse(503), OK], latency=2.0), log).call()
    assert [end.elapsed for end in log.attempt_ends] == [2.0, 2.0]
    assert log.end.elapsed == 4.5


def test_call_end_has_the_result(connect: type[Client]) -> None:
    log = EventLog()
    connect(ScriptedTransport([OK]), log).call()
    assert (log.calls[0].result, log.end.error, log.end.attempts) == ("fine", None, 1)


def test_call_end_has_the_error_of_the_caller(connect: type[Client]) -> None:
    log = EventLog()
    with pytest.raises(NotFoundError) as excinfo:
        connect(ScriptedTransport([HTTPResponse(404)]), log).call()
    assert log.names == ONE_ATTEMPT
    assert (log.calls[0].result, log.end.error) == (None, excinfo.value)
    assert log.responses == [HTTPResponse(404)]
    assert [(end.status, end.error) for end in log.attempt_ends] == [(404, excinfo.value)]


def test_attempt_of_a_closed_client_ends_with_the_error(connect: type[Client]) -> None:
    log = EventLog()
    closed = MemsyClientClosedError("closed")
    with pytest.raises(MemsyClientClosedError):
        connect(ScriptedTransport([closed]), log).call()
    assert log.names == ONE_ATTEMPT
    assert [end.error for end in log.attempt_ends] == [closed]


def test_no_event_shows_a_secret(connect: type[Client]) -> None:
    log = EventLog()
    echo = HTTPResponse(200, {"x-key": "msy_hunter2"}, b"msy_hunter2")
    request = HTTPRequest("POST", "/keys", b"msy_hunter2", {"authorization": "msy_hunter2"})
    operation = Operation("keys.create", "POST /keys", request, READ.decode, RetrySafety.ALWAYS)
    errors: list[HTTPResponse | BaseException] = [MemsyConnectionError("msy_hunter2"), echo]
    assert connect(ScriptedTransport(errors), log).call(operation) == "msy_hunter2"
    with pytest.raises(ZeroDivisionError):
        connect(ScriptedTransport([ZeroDivisionError("msy_hunter2")]), log).call(operation)
    assert len(log.events) == 10
    assert "hunter2" not in repr(log.events)


# Calls that end early


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()], ids=repr)
def test_foreign_exception_in_an_attempt_ends_attempt_and_call(
    connect: type[Client], error: BaseException
) -> None:
    log = EventLog()
    with pytest.raises(type(error)) as excinfo:
        connect(ScriptedTransport([error]), log).call()
    assert excinfo.value is error
    assert log.names == ONE_ATTEMPT
    assert ([end.error for end in log.attempt_ends], log.end.error) == ([error], error)


def test_cancellation_in_an_attempt_ends_attempt_and_call() -> None:
    log, error = EventLog(), asyncio.CancelledError()
    call = async_requestor(ScriptedTransport([OK]), log)(READ)
    call.send(None)
    with pytest.raises(asyncio.CancelledError):
        call.throw(error)
    assert log.names == ONE_ATTEMPT
    assert ([end.error for end in log.attempt_ends], log.end.error) == ([error], error)


def test_cancellation_in_a_pause_ends_the_call() -> None:
    log = EventLog()
    call = async_requestor(ScriptedTransport([HTTPResponse(503), OK]), log)(READ)
    call.send(None)  # the first attempt
    call.send(None)  # the pause
    with pytest.raises(asyncio.CancelledError):
        call.throw(asyncio.CancelledError())
    assert log.names == ONE_ATTEMPT
    assert isinstance(log.end.error, asyncio.CancelledError)


def test_interrupt_in_a_pause_ends_the_call() -> None:
    class InterruptedClock(Clock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    log = EventLog()
    with pytest.raises(KeyboardInterrupt):
        SyncClient(ScriptedTransport([HTTPResponse(503)], clock=InterruptedClock()), log).call()
    assert log.names == ONE_ATTEMPT
    assert isinstance(log.end.error, KeyboardInterrupt)


def test_closing_a_coroutine_ends_the_call() -> None:
    log = EventLog()
    call = async_requestor(ScriptedTransport([OK]), log)(READ)
    call.send(None)
    call.close()
    assert log.names == ONE_ATTEMPT
    assert isinstance(log.end.error, GeneratorExit)


def test_coroutine_that_never_runs_emits_nothing() -> None:
    log = EventLog()
    async_requestor(ScriptedTransport([OK]), log)(READ).close()
    assert log.events == []


# Guards


def test_attempt_refused_by_a_guard_is_not_sent(connect: type[Client]) -> None:
    guard, log, transport = Guard(), EventLog(), ScriptedTransport([OK])
    with pytest.raises(Refused) as excinfo:
        connect(transport, log, guard).call()
    assert excinfo.value is guard.error
    assert transport.sent == []
    assert log.names == ["CallStart", "CallEnd"]
    assert (log.end.error, log.end.attempts) == (guard.error, 0)


def test_ordinary_exception_of_a_guard_is_not_retried(connect: type[Client]) -> None:
    guard, transport = Guard(error=PermissionError("no")), ScriptedTransport([OK])
    with pytest.raises(PermissionError) as excinfo:
        connect(transport, guard).call()
    assert excinfo.value is guard.error
    assert (transport.sent, len(guard.checked)) == ([], 1)


def test_guard_checks_each_attempt(connect: type[Client]) -> None:
    guard, transport = Guard(accepted=1), ScriptedTransport([HTTPResponse(503), OK])
    with pytest.raises(Refused):
        connect(transport, guard).call()
    assert [event.attempt for event in guard.checked] == [1, 2]
    assert len(transport.sent) == 1


def test_each_guard_may_refuse_an_attempt(connect: type[Client]) -> None:
    accepting, refusing = Guard(accepted=1), Guard()
    with pytest.raises(Refused):
        connect(ScriptedTransport([OK]), accepting, refusing).call()
    assert (len(accepting.checked), len(refusing.checked)) == (1, 1)


def test_attempt_accepted_by_a_guard_is_sent(connect: type[Client]) -> None:
    guard, log = Guard(accepted=1), EventLog()
    assert connect(ScriptedTransport([OK]), guard, log).call() == "fine"
    assert guard.checked == log.attempt_starts


def test_guard_refuses_before_the_sync_transport_connects() -> None:
    guard, transport = Guard(), RequestsTransport(SETTINGS)
    with pytest.raises(Refused):
        Requestor(SETTINGS, transport, [guard])(READ)
    transport.close()
    assert guard.peers == [("127.0.0.1", 9)]


async def test_guard_refuses_before_the_async_transport_connects() -> None:
    guard, transport = Guard(), AiohttpTransport(SETTINGS)
    with pytest.raises(Refused):
        await AsyncRequestor(SETTINGS, transport, [guard])(READ)
    await transport.close()
    assert guard.peers == [("127.0.0.1", 9)]


async def test_closed_transports_have_no_peer() -> None:
    transport, async_transport = RequestsTransport(SETTINGS), AiohttpTransport(SETTINGS)
    transport.close()
    await async_transport.close()
    assert transport.peer is None
    assert async_transport.peer is None


# Observers that raise


class BrokenHook(CallObserver):
    """An observer that raises at every event."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def on_call_start(self, event: CallStart, call: ObservedCall) -> None:
        raise self._error

    def on_attempt_start(self, event: AttemptStart, call: ObservedCall) -> None:
        raise self._error

    def on_attempt_end(self, event: AttemptEnd, call: ObservedCall) -> None:
        raise self._error

    def on_call_end(self, event: CallEnd, call: ObservedCall) -> None:
        raise self._error


def test_exception_of_an_observer_is_logged_and_the_call_continues(
    connect: type[Client], caplog: pytest.LogCaptureFixture
) -> None:
    log = EventLog()
    broken = BrokenHook(ZeroDivisionError())
    assert connect(ScriptedTransport([OK]), broken, log).call() == "fine"
    assert log.names == ONE_ATTEMPT
    assert {record.name for record in caplog.records} == {"memsy"}
    assert [record.getMessage() for record in caplog.records] == [
        "hook BrokenHook raised an exception"
    ] * 4


def test_exception_of_an_observer_does_not_hide_the_error(connect: type[Client]) -> None:
    with pytest.raises(NotFoundError):
        connect(ScriptedTransport([HTTPResponse(404)]), BrokenHook(ZeroDivisionError())).call()


def test_interrupt_in_an_observer_ends_the_call(connect: type[Client]) -> None:
    log, transport = EventLog(), ScriptedTransport([OK])
    with pytest.raises(KeyboardInterrupt):
        connect(transport, log, BrokenHook(KeyboardInterrupt())).call()
    assert log.names == ["CallStart", "CallEnd"]
    assert transport.sent == []


@pytest.mark.parametrize(
    ("event", "names"),
    [
        ("on_call_start", ["CallStart", "CallEnd"]),
        ("on_attempt_start", ONE_ATTEMPT),
        ("on_attempt_end", ONE_ATTEMPT),
        ("on_call_end", ONE_ATTEMPT),
    ],
)
def test_all_hooks_observe_the_event_at_which_one_is_interrupted(
    connect: type[Client], event: str, names: list[str]
) -> None:
    first, second, log = CallObserver(), CallObserver(), EventLog()
    setattr(first, event, getattr(BrokenHook(KeyboardInterrupt()), event))
    setattr(second, event, getattr(BrokenHook(SystemExit()), event))
    with pytest.raises(KeyboardInterrupt):
        connect(ScriptedTransport([OK]), first, second, log).call()
    assert log.names == names


def test_fake_records_a_call_that_an_observer_interrupts() -> None:
    memsy = FakeMemsyClient()
    with pytest.raises(KeyboardInterrupt), install_in_context(BrokenHook(KeyboardInterrupt())):
        memsy.health()
    memsy.health()
    assert repr(memsy.calls) == "Calls([health() -> no response, health() -> HealthResponse])"


# Scopes: client, context, process

context_and_process = pytest.mark.parametrize("install", [install_in_context, install_in_process])


def test_client_hook_sees_the_calls_of_its_client_only(connect: type[Client]) -> None:
    log, other = EventLog(), EventLog()
    connect(ScriptedTransport([OK]), log).call()
    connect(ScriptedTransport([OK]), other)
    assert (log.names, other.names) == (ONE_ATTEMPT, [])


@context_and_process
def test_installed_hook_sees_the_calls_within_the_block(
    connect: type[Client], install: Install
) -> None:
    log, client = EventLog(), connect(ScriptedTransport([OK] * 3))
    client.call()
    with install(log):
        client.call()
    client.call()
    assert log.names == ONE_ATTEMPT


@context_and_process
def test_hook_is_removed_when_the_block_fails(install: Install) -> None:
    with pytest.raises(KeyError), install(EventLog()):
        raise KeyError
    assert installed_observers([]) == ()


@context_and_process
def test_hooks_of_inner_and_outer_blocks_see_the_same_call(
    connect: type[Client], install: Install
) -> None:
    outer, inner, client = EventLog(), EventLog(), connect(ScriptedTransport([OK] * 2))
    with install(outer):
        with install(inner):
            client.call()
        client.call()
    assert (outer.names, inner.names) == (ONE_ATTEMPT * 2, ONE_ATTEMPT)
    assert outer.events[:4] == inner.events


def test_equal_hooks_are_removed_separately() -> None:
    @frozen
    class EqualHook(CallObserver):
        pass

    first, second = EqualHook(), EqualHook()
    assert first == second
    with install_in_process(first):
        with install_in_process(second):
            pass
        (remaining,) = installed_observers([])
        assert remaining is first


def test_call_keeps_the_hooks_that_were_installed_at_its_start(connect: type[Client]) -> None:
    """An observer never sees the end of a call without the start."""
    late = EventLog()
    installation = install_in_process(late)
    transport = ScriptedTransport([OK, OK], on_send=installation.__enter__)
    client = connect(transport)
    with install_in_process(CallObserver()):
        client.call()
        assert late.events == []
        transport.on_send = lambda: installation.__exit__(None, None, None)
        client.call()
    assert late.names == ONE_ATTEMPT


def test_context_hook_does_not_see_another_thread(connect: type[Client]) -> None:
    log = EventLog()
    with install_in_context(log):
        call_in_thread(connect(ScriptedTransport([OK])))
    assert log.events == []


def test_process_hook_sees_every_thread(connect: type[Client]) -> None:
    log = EventLog()
    with install_in_process(log):
        call_in_thread(connect(ScriptedTransport([OK])))
    assert log.names == ONE_ATTEMPT


async def test_context_hook_sees_the_tasks_that_start_within_the_block() -> None:
    log = EventLog()
    outside = asyncio.create_task(async_requestor(ScriptedTransport([OK]))(READ))
    with install_in_context(log):
        within = asyncio.create_task(async_requestor(ScriptedTransport([OK]))(READ))
        await asyncio.gather(outside, within)
    assert log.names == ONE_ATTEMPT


def test_call_without_hooks_builds_no_events() -> None:
    class TransportWithoutPeer:
        clock = Clock()

        @property
        def peer(self) -> None:
            raise AssertionError("only events need the peer")

        def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
            return OK

        def close(self) -> None: ...

    assert Requestor(SETTINGS, TransportWithoutPeer())(READ) == "fine"


def call_in_thread(client: Client) -> None:
    thread = threading.Thread(target=client.call)
    thread.start()
    thread.join()
