"""Hooks of users, and `capture_responses()`, with all clients and fakes."""

from __future__ import annotations

import asyncio
import copy
import inspect
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unittest.mock import AsyncMock

import attrs
import pytest
from attrs import define, field

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    EventPayload,
    MemsyClient,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyControlClient,
    MemsyError,
    MemsyTimeoutError,
    NotFoundError,
    RetryPolicy,
    ServerError,
    capture_responses,
    metered,
)
from memsy.hooks import AttemptEnd, AttemptStart, CallEnd, CallStart
from memsy.testing import (
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
)

CLIENTS: list[Callable[..., Any]] = [
    *(MemsyClient, AsyncMemsyClient, MemsyControlClient, AsyncMemsyControlClient),
    *(FakeMemsyClient, FakeAsyncMemsyClient),
    *(FakeMemsyControlClient, FakeAsyncMemsyControlClient),
]
FAKES: list[Callable[..., Any]] = [FakeMemsyClient, FakeAsyncMemsyClient]
SECRET_CONTENT = "the content of an event"
TEA = EventPayload("ann", "chat-1", "user_message", SECRET_CONTENT)

in_both_modes = pytest.mark.parametrize("make_fake", FAKES)


@define
class EventLog:
    """A hook with all four methods."""

    events: list[Any] = field(factory=list)

    def on_call_start(self, event: CallStart) -> None:
        self.events.append(event)

    def on_attempt_start(self, event: AttemptStart) -> None:
        self.events.append(event)

    def on_attempt_end(self, event: AttemptEnd) -> None:
        self.events.append(event)

    def on_call_end(self, event: CallEnd) -> None:
        self.events.append(event)

    @property
    def names(self) -> list[str]:
        return [type(event).__name__ for event in self.events]


class EndsOnly:
    """A hook with one method."""

    def __init__(self) -> None:
        self.ends: list[CallEnd] = []

    def on_call_end(self, event: CallEnd) -> None:
        self.ends.append(event)


def run(value: Any) -> Any:  # noqa: ANN401 - of any method
    """Return a result, or await it."""
    return asyncio.run(value) if inspect.iscoroutine(value) else value


@in_both_modes
def test_hook_receives_the_values_of_a_call(make_fake: Callable[..., Any]) -> None:
    log = EventLog()
    fake = make_fake(hooks=[log])
    fake.service.faults.fail_next("search", 503)
    run(fake.search(SECRET_CONTENT))
    start, first, failed, second, answered, end = log.events
    assert attrs.asdict(start) == {"operation": "search", "route": "POST /search"}
    assert (first.attempt, first.max_attempts, first.pause) == (1, 4, 0.0)
    assert (failed.attempt, failed.status, failed.request_id) == (1, 503, "req_1")
    assert isinstance(failed.error, ServerError)
    assert failed.retry_in == second.pause > 0
    assert (second.attempt, second.max_attempts) == (2, 4)
    assert (answered.attempt, answered.status, answered.request_id) == (2, 200, "req_2")
    assert (answered.error, answered.retry_in) == (None, None)
    assert (end.attempts, end.retries, end.status, end.error) == (2, 1, 200, None)
    assert (end.request_id, end.elapsed >= second.pause) == ("req_2", True)
    assert {(event.operation, event.route) for event in log.events} == {("search", "POST /search")}
    assert {id(event.call) for event in log.events[1:]} == {id(start)}


@in_both_modes
def test_events_hold_no_content_no_id_and_no_key(make_fake: Callable[..., Any]) -> None:
    log = EventLog()
    fake = make_fake(hooks=[log])
    run(fake.ingest([TEA]))
    run(fake.search("a query", actor_id="ann"))
    with pytest.raises(NotFoundError):
        run(fake.actors.get("an-actor-of-mine"))
    held = [attrs.asdict(event, recurse=True) for event in log.events]
    shown = repr([{**values, "error": None} for values in held]) + repr(log.events)
    for secret in ("content", "query", "ann", "an-actor", fake.service.api_key):
        assert secret not in shown
    assert "GET /actors/{actor_id}" in shown


@in_both_modes
def test_events_are_immutable(make_fake: Callable[..., Any]) -> None:
    log = EventLog()
    run(make_fake(hooks=[log]).health())
    for event in log.events:
        with pytest.raises(attrs.exceptions.FrozenInstanceError):
            event.route = "other"


@in_both_modes
def test_hook_may_have_one_method(make_fake: Callable[..., Any]) -> None:
    hook = EndsOnly()
    run(make_fake(hooks=[hook]).health())
    assert [end.operation for end in hook.ends] == ["health"]


@in_both_modes
def test_failed_call_ends_with_the_error_of_the_caller(make_fake: Callable[..., Any]) -> None:
    hook = EndsOnly()
    fake = make_fake(hooks=[hook], retry=RetryPolicy(max_retries=0))
    fake.service.faults.fail_next("search", 503)
    with pytest.raises(MemsyError) as excinfo:
        run(fake.search("tea"))
    (end,) = hook.ends
    assert (end.error, end.status, end.retries) == (excinfo.value, 503, 0)


async def test_call_end_comes_last_after_a_cancellation() -> None:
    log = EventLog()
    call = asyncio.create_task(FakeAsyncMemsyClient(hooks=[log]).health())
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert log.names == ["CallStart", "AttemptStart", "AttemptEnd", "CallEnd"]
    assert isinstance(log.events[-1].error, asyncio.CancelledError)


@in_both_modes
def test_hook_that_raises_is_logged_and_changes_nothing(
    make_fake: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        def on_attempt_end(self, event: AttemptEnd) -> None:
            raise ZeroDivisionError

    log = EventLog()
    assert run(make_fake(hooks=[Broken(), log]).health()).status == "ok"
    assert log.names == ["CallStart", "AttemptStart", "AttemptEnd", "CallEnd"]
    assert caplog.messages == ["hook Broken raised an exception"]


class Broken:
    """A hook whose methods raise."""

    def on_call_start(self, event: CallStart) -> None:
        self._fail()

    def on_attempt_start(self, event: AttemptStart) -> None:
        self._fail()

    def on_attempt_end(self, event: AttemptEnd) -> None:
        self._fail()

    def on_call_end(self, event: CallEnd) -> None:
        self._fail()

    def _fail(self) -> None:
        try:
            raise KeyError("cause of the hook")
        except KeyError:
            raise ZeroDivisionError  # noqa: B904 - with the context


@in_both_modes
def test_log_of_a_hook_that_raises_shows_no_content_of_the_call(
    make_fake: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The error of a call may quote its content, and its result holds some."""
    fake = make_fake(hooks=[Broken()], retry=RetryPolicy(max_retries=1, backoff=0.0))
    run(fake.ingest([TEA]))
    assert run(fake.search(SECRET_CONTENT, actor_id="ann")).results
    fake.service.faults.fail_next("search", 503, times=2, detail=f"no {SECRET_CONTENT}")
    with pytest.raises(ServerError):
        run(fake.search("tea"))
    failures = [vars(record) for record in caplog.records if record.levelname == "ERROR"]
    assert SECRET_CONTENT not in caplog.text
    assert caplog.text.count("KeyError: 'cause of the hook'") == len(failures) == 4 + 4 + 6
    assert {record["memsy_route"] for record in failures} == {"POST /ingest", "POST /search"}


@pytest.mark.parametrize("make_client", CLIENTS)
def test_every_client_and_fake_takes_hooks(make_client: Callable[..., Any]) -> None:
    log = EventLog()
    client = make_client(
        "http://127.0.0.1:9", "msy_key", hooks=(hook for hook in [log]), max_retries=0
    )

    async def call() -> None:
        with pytest.raises(MemsyError):
            await finished(client.health())
        await finished(client.close())

    asyncio.run(call())
    assert log.names == ["CallStart", "AttemptStart", "AttemptEnd", "CallEnd"]


async def finished(value: Any) -> None:  # noqa: ANN401 - of any method
    if inspect.isawaitable(value):
        await value


@in_both_modes
def test_copies_of_a_client_have_its_hooks(make_fake: Callable[..., Any]) -> None:
    hook = EndsOnly()
    fake = make_fake(hooks=[hook])
    for clone in (copy.copy(fake), copy.deepcopy(fake)):
        run(clone.health())
    assert len(hook.ends) == 2


class Nothing:
    on_call_stop = None


class AsyncHook:
    async def on_call_start(self, event: CallStart) -> None: ...


class AsyncCallable:
    async def __call__(self, event: CallStart) -> None: ...


class AsyncCallableHook:
    on_call_start = AsyncCallable()


class NoMethod:
    on_call_end = 3


@pytest.mark.wrong_types
@in_both_modes
@pytest.mark.parametrize(
    ("hooks", "message"),
    [
        (EndsOnly(), "hooks must be a list of objects with methods such as on_call_end, got EndsO"),
        ("on_call_end", "hooks must be a list of objects with methods such as on_call_end, got st"),
        (None, "hooks must be a list of objects with methods such as on_call_end, got NoneType"),
        (
            [EndsOnly(), EventLog],
            r"hooks\[1\] must be an object, got the class EventLog",
        ),
        (
            [Nothing()],
            r"hooks\[0\] must have at least one of the methods .*, got an object of the class Noth",
        ),
        ([AsyncHook()], r"hooks\[0\].on_call_start must be a plain method, got an async one: hook"),
        ([AsyncMock()], r"hooks\[0\].on_call_start must be a plain method, got an async one: hook"),
        ([AsyncCallableHook()], r"hooks\[0\].on_call_start must be a plain method, got an async"),
        ([NoMethod()], r"hooks\[0\].on_call_end must be a method, got int"),
    ],
)
def test_wrong_hook_is_an_error_at_construction(
    make_fake: Callable[..., Any],
    hooks: Any,  # noqa: ANN401 - wrong on purpose
    message: str,
) -> None:
    with pytest.raises(MemsyConfigurationError, match=f"^{message}"):
        make_fake(hooks=hooks)


@in_both_modes
def test_derived_client_has_the_hooks(make_fake: Callable[..., Any]) -> None:
    hook = EndsOnly()
    fake = make_fake(hooks=[hook])
    run(fake.with_options(timeout=5.0).health())
    run(fake.health())
    assert [end.operation for end in hook.ends] == ["health", "health"]


@in_both_modes
def test_one_hook_in_two_clients_observes_both(make_fake: Callable[..., Any]) -> None:
    hook = EndsOnly()
    for _ in range(2):
        run(make_fake(hooks=[hook]).health())
    assert len(hook.ends) == 2


def test_hook_may_call_the_client() -> None:
    class Checking:
        def on_call_start(self, event: CallStart) -> None:
            if event.operation == "search":
                fake.health()

    log = EventLog()
    fake = FakeMemsyClient(hooks=[Checking(), log])
    fake.search("tea")
    started = [event.operation for event in log.events if isinstance(event, CallStart)]
    assert started == ["health", "search"]
    assert log.names.count("CallEnd") == log.names.count("AttemptEnd") == 2


def test_hook_that_calls_the_client_without_end_changes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Endless:
        def on_call_end(self, event: CallEnd) -> None:
            fake.health()

    fake = FakeMemsyClient(hooks=[Endless()])
    assert fake.health().status == "ok"
    assert "RecursionError" in caplog.text


@in_both_modes
@pytest.mark.parametrize("moment", ["call_start", "attempt_start", "attempt_end", "call_end"])
def test_interrupt_in_a_hook_ends_the_call_and_all_hooks_observe_its_end(
    make_fake: Callable[..., Any], moment: str
) -> None:
    class Interrupting:
        def __getattr__(self, name: str) -> Callable[[Any], None]:
            if name != f"on_{moment}":
                raise AttributeError(name)
            return self._interrupt

        def _interrupt(self, event: object) -> None:
            raise KeyboardInterrupt

    log = EventLog()
    fake = make_fake(hooks=[Interrupting(), log])
    fake.service.faults.fail_next("health", 503)
    with pytest.raises(KeyboardInterrupt):
        run(fake.health())
    assert log.names[-1] == "CallEnd"
    assert log.names.count("CallStart") == log.names.count("CallEnd") == 1
    assert log.names.count("AttemptStart") == log.names.count("AttemptEnd")


@in_both_modes
def test_failures_without_a_request_end_their_calls(make_fake: Callable[..., Any]) -> None:
    def no_key() -> str:
        raise ZeroDivisionError

    log = EventLog()
    with pytest.raises(MemsyConfigurationError):
        run(make_fake(api_key=no_key, hooks=[log]).health())
    assert log.names == ["CallStart", "CallEnd"]
    assert (log.events[-1].attempts, log.events[-1].status) == (0, None)
    assert isinstance(log.events[-1].error, MemsyConfigurationError)

    closed = EventLog()
    fake = make_fake(hooks=[closed])
    run(fake.close())
    with pytest.raises(MemsyClientClosedError):
        run(fake.health())
    assert closed.names == ["CallStart", "AttemptStart", "AttemptEnd", "CallEnd"]
    assert (closed.events[-1].attempts, closed.events[-1].retries) == (0, 0)


@in_both_modes
def test_wait_is_one_call(make_fake: Callable[..., Any]) -> None:
    log = EventLog()
    fake = make_fake(hooks=[log])
    with pytest.raises(MemsyTimeoutError):
        run(fake.wait_until_processed(["e1"], timeout=10, poll_interval=5))
    (end,) = (event for event in log.events if isinstance(event, CallEnd))
    assert (end.operation, end.route) == ("wait_until_processed", "POST /status")
    assert (end.attempts, end.retries) == (3, 0)
    assert isinstance(end.error, MemsyTimeoutError)


def test_threads_share_a_hook() -> None:
    log = EventLog()
    fake = FakeMemsyClient(hooks=[log])
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fake.health(), range(40)))
    for name in ("CallStart", "AttemptStart", "AttemptEnd", "CallEnd"):
        assert log.names.count(name) == 40
    starts = {event for event in log.events if isinstance(event, CallStart)}
    assert {event.call for event in log.events if isinstance(event, CallEnd)} == starts
    assert len(starts) == 40


# Captured responses


@in_both_modes
def test_responses_of_all_attempts_are_captured(make_fake: Callable[..., Any]) -> None:
    fake = make_fake()
    fake.service.faults.fail_next("memories.stats", 503)
    with capture_responses() as responses:
        run(fake.memories.stats())
    run(fake.memories.stats())
    assert [(response.status, response.request_id) for response in responses] == [
        (503, "req_1"),
        (200, "req_2"),
    ]
    assert responses[-1].header("X-Plan")
    assert b"total" in responses[-1].content


def test_response_counts_once_in_nested_blocks_of_one_list() -> None:
    fake = FakeMemsyClient()
    with capture_responses() as outer, capture_responses(outer) as same, capture_responses() as own:
        fake.health()
    assert same is outer
    assert (len(outer), len(own)) == (1, 1)


def test_tasks_capture_into_the_block_of_their_parent() -> None:
    async def captured_health(fake: FakeAsyncMemsyClient) -> None:
        with capture_responses() as own:
            await fake.health()
        assert len(own) == 1

    async def main() -> int:
        fake = FakeAsyncMemsyClient()
        with capture_responses() as responses:
            await asyncio.gather(fake.health(), captured_health(fake))
            await asyncio.to_thread(FakeMemsyClient().health)
            late = asyncio.create_task(fake.health())  # starts after the end of the block
        await late
        return len(responses)

    assert asyncio.run(main()) == 3


def test_thread_captures_into_the_list_that_it_receives() -> None:
    fake = FakeMemsyClient()

    def work(_: int) -> None:
        with capture_responses(responses):
            fake.health()

    with capture_responses() as responses, ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(20)))
        fake.health()
    assert len(responses) == 21


def test_capture_and_meter_see_the_same_responses() -> None:
    fake = FakeMemsyClient()
    with metered() as meter, capture_responses() as responses:
        fake.health()
        fake.health()
    assert meter.responses == len(responses) == 2
    assert meter.request_id == responses[-1].request_id
    assert pickle.loads(pickle.dumps(responses)) == responses
