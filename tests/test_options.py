"""`with_options`, headers and API key functions of all clients, over recorded requests."""

# ruff: noqa: ANN401 - each test runs the same code on sync and async clients

from __future__ import annotations

import copy
import gc
import inspect
import pickle
import sys
import traceback
from collections.abc import Mapping
from typing import Any

import pytest

from memsy import (
    UNSET,
    AuthenticationError,
    EventPayload,
    HTTPResponse,
    MemsyClientClosedError,
    MemsyConfigurationError,
    MemsyError,
    RetryPolicy,
    ServerError,
    Timeout,
)
from memsy._core.settings import Settings
from memsy.hooks import CallEnd
from memsy.protocols import (
    AsyncMemsyClientProtocol,
    AsyncMemsyControlClientProtocol,
    MemsyClientProtocol,
    MemsyControlClientProtocol,
)
from memsy.testing import (
    FakeAsyncMemsyClient,
    FakeAsyncMemsyControlClient,
    FakeMemsyClient,
    FakeMemsyControlClient,
)
from tests.support.recording_clients import (
    AsyncControlRecordingClient,
    AsyncRecordingClient,
    ControlRecordingClient,
    Recording,
    RecordingClient,
    ok,
)
from tests.support.run_without_loop import run_without_loop

OK = ok({"status": "ok"})
CLIENTS = [
    RecordingClient,
    AsyncRecordingClient,
    ControlRecordingClient,
    AsyncControlRecordingClient,
]
FAKES = [
    FakeMemsyClient,
    FakeAsyncMemsyClient,
    FakeMemsyControlClient,
    FakeAsyncMemsyControlClient,
]
on_all_clients = pytest.mark.parametrize("client_type", CLIENTS)
on_all_fakes = pytest.mark.parametrize("fake_type", FAKES)


def settings_of(client: Any) -> Settings:
    settings = vars(client)["_settings"]
    assert isinstance(settings, Settings)
    return settings


def run(result: Any) -> Any:
    return run_without_loop(result) if inspect.iscoroutine(result) else result


def sent_headers(recording: Recording, number: int = -1) -> Mapping[str, str]:
    return recording.requests[number].headers


@on_all_clients
def test_derived_client_has_the_class_and_the_attributes_of_the_original(client_type: Any) -> None:
    named: Any = type("Named", (client_type,), {"name": "class"})
    client = named(Recording([OK]))
    client.name = "instance"
    derived = client.with_options(timeout=5.0)
    assert type(derived) is named
    assert derived.name == "instance"
    assert repr(derived) == repr(client)


@on_all_clients
def test_unset_options_keep_their_values(client_type: Any) -> None:
    client = client_type(Recording([OK])).with_options(
        timeout=Timeout(total=9.0, read=2.0),
        retry=RetryPolicy(max_retries=7, max_backoff=3.0),
        headers={"X-Tenant": "acme"},
    )
    assert settings_of(client.with_options()) == settings_of(client)
    changed = settings_of(client.with_options(max_retries=1, retry_backoff=0.5))
    assert changed.retry == RetryPolicy(max_retries=1, backoff=0.5, max_backoff=3.0)
    assert changed.timeout == Timeout(total=9.0, read=2.0)
    assert settings_of(client.with_options(timeout=4)).timeout == Timeout(total=4)


@pytest.mark.parametrize("client_type", [MemsyClientProtocol, AsyncMemsyClientProtocol])
def test_signature_shows_the_sentinel_by_its_name(client_type: Any) -> None:
    assert repr(UNSET) == "UNSET"
    parameters = inspect.signature(client_type.with_options).parameters
    assert str(parameters["timeout"]) == "timeout: 'float | Timeout | Unset' = UNSET"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"timeout": 0}, "timeout: total must be more than 0 s"),
        ({"timeout": None}, "timeout: total must be a number of seconds, got None"),
        ({"retry": None}, "retry must be a RetryPolicy, got NoneType"),
        ({"max_retries": -1}, "max_retries must be a whole number"),
        ({"retry_backoff": "x"}, "^retry_backoff must be a finite number"),
        ({"retry": RetryPolicy(), "max_retries": 3}, "pass either retry or max_retries, not both"),
        ({"retry": RetryPolicy(), "retry_backoff": 1.0}, "pass either retry or retry_backoff"),
        ({"headers": {"Authorization": "x"}}, "headers must not contain 'Authorization'"),
        ({"headers": {"host": "x"}}, "headers must not contain 'host'"),
        ({"headers": {"X-A": "1", "x-a": "2"}}, "headers must not contain 'x-a' twice"),
        ({"headers": None}, "headers must be a mapping of names to values, got NoneType"),
    ],
)
@on_all_clients
def test_unusable_option_is_named_in_the_error(
    client_type: Any, options: dict[str, Any], message: str
) -> None:
    client = client_type(Recording([OK]))
    with pytest.raises(MemsyConfigurationError, match=message):
        client.with_options(**options)


@on_all_clients
def test_headers_are_sent_and_replace_headers_of_the_same_name(client_type: Any) -> None:
    recording = Recording([OK])
    client = client_type(recording)
    first = client.with_options(headers={"X-Tenant": "acme", "X-Trace": "1"})
    second = first.with_options(headers={"x-tenant": "umbrella"})
    for each in (client, first, second):
        run(each.health())
    assert [dict(request.headers) for request in recording.requests] == [
        {},
        {"x-tenant": "acme", "x-trace": "1"},
        {"x-tenant": "umbrella", "x-trace": "1"},
    ]


@on_all_clients
def test_header_values_are_in_no_repr_and_no_error(client_type: Any) -> None:
    recording = Recording([HTTPResponse(400, {}, b'{"detail": "bad token hunter2222"}')])
    client = client_type(recording).with_options(headers={"X-Gateway-Token": "hunter2222"})
    with pytest.raises(MemsyError) as excinfo:
        run(client.health())
    assert "bad token ***" in str(excinfo.value)
    assert "hunter2222" not in f"{client!r} {vars(client)} {recording.requests} {excinfo.value}"


@on_all_clients
def test_max_retries_of_a_derived_client_counts(client_type: Any) -> None:
    recording = Recording([HTTPResponse(503)])
    with pytest.raises(ServerError):
        run(client_type(recording).with_options(max_retries=0).health())
    assert len(recording.requests) == 1


@on_all_clients
def test_clients_share_the_retry_budget(client_type: Any) -> None:
    """100 calls to a dead service send 35 retries in total."""
    recording = Recording([HTTPResponse(503)])
    client = client_type(recording)
    for number in range(100):
        with pytest.raises(ServerError):
            run((client.with_options(timeout=50.0) if number % 2 else client).health())
    assert len(recording.requests) == 135


class CallCounter:
    """Hook that counts the calls."""

    def __init__(self) -> None:
        self.calls = 0

    def on_call_end(self, event: CallEnd) -> None:
        self.calls += 1


@pytest.mark.parametrize("fake_type", [FakeMemsyClient, FakeMemsyControlClient])
def test_hooks_observe_the_calls_of_derived_clients(fake_type: Any) -> None:
    counter = CallCounter()
    fake = fake_type(hooks=[counter])
    fake.with_options(timeout=5.0).with_options(max_retries=1).health()
    assert counter.calls == 1


@pytest.mark.parametrize("fake_type", [FakeAsyncMemsyClient, FakeAsyncMemsyControlClient])
async def test_hooks_observe_the_calls_of_derived_async_clients(fake_type: Any) -> None:
    counter = CallCounter()
    fake = fake_type(hooks=[counter])
    await fake.with_options(timeout=5.0).with_options(max_retries=1).health()
    assert counter.calls == 1


@on_all_clients
def test_closing_a_derived_client_leaves_the_connections_open(client_type: Any) -> None:
    recording = Recording([OK])
    client = client_type(recording)
    derived = client.with_options(timeout=5.0)
    child = derived.with_options(timeout=4.0)
    run(derived.close())
    run(derived.close())
    for closed in (derived, derived.with_options()):
        with pytest.raises(MemsyClientClosedError):
            run(closed.health())
    assert not recording.is_closed
    assert run(client.health()).status == run(child.health()).status == "ok"


@on_all_clients
def test_client_may_be_derived_any_number_of_times(client_type: Any) -> None:
    """A program may replace its client with a derived one in each step of a loop."""
    client = client_type(Recording([OK]))
    for number in range(2 * sys.getrecursionlimit()):
        client = client.with_options(timeout=5.0 + number)
    assert run(client.health()).status == "ok"


@pytest.mark.parametrize("make_copy", [lambda client: client.with_options(timeout=5.0), copy.copy])
@on_all_fakes
def test_derived_client_of_a_singleton_is_another_client(fake_type: Any, make_copy: Any) -> None:
    instances: list[Any] = []

    def new(cls: type) -> Any:
        instances[:] = instances or [object.__new__(cls)]
        return instances[0]

    client = type("Singleton", (fake_type,), {"__new__": new})()
    settings = settings_of(client)
    assert make_copy(client) is not client
    assert settings_of(client) is settings


@pytest.mark.parametrize("client_type", [RecordingClient, ControlRecordingClient])
def test_with_block_closes_only_the_derived_client(client_type: Any) -> None:
    recording = Recording([OK])
    with client_type(recording).with_options(timeout=5.0) as derived:
        assert derived.health().status == "ok"
    assert not recording.is_closed
    with pytest.raises(MemsyClientClosedError):
        derived.health()


@pytest.mark.parametrize("client_type", [AsyncRecordingClient, AsyncControlRecordingClient])
def test_async_with_block_closes_only_the_derived_client(client_type: Any) -> None:
    async def use_client() -> Any:
        async with client_type(recording).with_options(timeout=5.0) as derived:
            await derived.health()
        return derived

    recording = Recording([OK])
    derived = run_without_loop(use_client())
    assert not recording.is_closed
    with pytest.raises(MemsyClientClosedError):
        run(derived.health())


@pytest.mark.parametrize("copy_function", [copy.copy, copy.deepcopy])
@on_all_fakes
def test_copy_of_a_derived_client_has_its_options_and_its_own_connections(
    fake_type: Any, copy_function: Any
) -> None:
    client = fake_type()
    clone = copy_function(client.with_options(max_retries=7, headers={"X-Tenant": "acme"}))
    run(client.close())
    assert settings_of(clone).retry.max_retries == 7
    assert settings_of(clone).extra_headers == {"x-tenant": "acme"}
    assert not vars(clone)["_call"]._transport.__class__.__name__.endswith("SharedTransport")


@on_all_clients
def test_derived_client_does_not_pickle(client_type: Any) -> None:
    with pytest.raises(TypeError, match="does not pickle: make one client in each process"):
        pickle.dumps(client_type(Recording([OK])).with_options(timeout=5.0))


@pytest.mark.parametrize("fake_type", [FakeMemsyClient, FakeMemsyControlClient])
def test_calls_of_a_derived_fake_are_recorded_at_the_original(fake_type: Any) -> None:
    fake = fake_type()
    fake.with_options(timeout=5.0, headers={"X-Tenant": "acme"}).health()
    fake.health()
    assert [call.operation for call in fake.calls] == ["health", "health"]
    assert isinstance(fake.with_options(), (MemsyClientProtocol, MemsyControlClientProtocol))


@pytest.mark.parametrize("fake_type", [FakeAsyncMemsyClient, FakeAsyncMemsyControlClient])
async def test_calls_of_a_derived_async_fake_are_recorded_at_the_original(fake_type: Any) -> None:
    fake = fake_type()
    await fake.with_options(timeout=5.0).health()
    await fake.health()
    assert [call.operation for call in fake.calls] == ["health", "health"]
    derived = fake.with_options()
    assert isinstance(derived, (AsyncMemsyClientProtocol, AsyncMemsyControlClientProtocol))


def keyed(client_type: Any, recording: Recording, function: Any) -> Any:
    return client_type(recording, api_key=function)


@on_all_clients
def test_key_function_is_called_before_each_attempt(client_type: Any) -> None:
    recording = Recording([HTTPResponse(503), OK])
    keys = iter(["msy_first", "msy_second", "msy_third"])
    client = keyed(client_type, recording, lambda: next(keys))
    run(client.health())
    run(client.with_options(timeout=5.0).health())
    assert [sent_headers(recording, n)["authorization"] for n in range(3)] == [
        "Bearer msy_first",
        "Bearer msy_second",
        "Bearer msy_third",
    ]


@on_all_clients
def test_error_masks_every_key_of_its_call(client_type: Any) -> None:
    body = b'{"detail": "key msy_second_key replaces msy_first_key"}'
    recording = Recording([HTTPResponse(503), HTTPResponse(401, {}, body)])
    keys = iter(["msy_first_key", "msy_second_key"])
    client = keyed(client_type, recording, lambda: next(keys))
    with pytest.raises(AuthenticationError) as excinfo:
        run(client.health())
    error = excinfo.value
    assert "key *** replaces ***" in str(error)
    text = "".join(traceback.format_exception(error))
    assert (
        "msy_"
        not in f"{error.detail} {text} {excinfo.getrepr(showlocals=True)}".partition("body =")[0]
    )


@on_all_clients
def test_failing_key_function_ends_the_call_before_the_attempt(client_type: Any) -> None:
    def fail() -> str:
        raise LookupError("msy_secret_key")

    recording = Recording([OK])
    with pytest.raises(MemsyConfigurationError, match=r"api_key\(\) raised LookupError") as excinfo:
        run(keyed(client_type, recording, fail).health())
    assert recording.requests == []
    assert excinfo.value.attempts == 0
    assert (excinfo.value.__cause__, excinfo.value.__context__) == (None, None)


@on_all_clients
def test_key_function_that_fails_before_a_retry_ends_the_call(client_type: Any) -> None:
    recording = Recording([HTTPResponse(503), OK])
    client = keyed(client_type, recording, iter(["msy_first"]).__next__)
    with pytest.raises(MemsyConfigurationError, match="raised StopIteration") as excinfo:
        run(client.health())
    assert (excinfo.value.attempts, excinfo.value.maybe_processed) == (1, True)
    assert len(recording.requests) == 1


@on_all_clients
def test_coroutine_function_is_refused_at_construction(client_type: Any) -> None:
    async def key() -> str:
        return "msy_key"

    with pytest.raises(MemsyConfigurationError, match="plain function, got a coroutine function"):
        keyed(client_type, Recording([OK]), key)


@on_all_clients
def test_interrupt_of_a_key_function_passes_through(client_type: Any) -> None:
    def interrupt() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(keyed(client_type, Recording([OK]), interrupt).health())


@on_all_clients
def test_key_function_is_not_called_at_construction(client_type: Any) -> None:
    def fail() -> str:
        raise AssertionError

    client = keyed(client_type, Recording([OK]), fail)
    copy.copy(client)
    client.with_options(timeout=5.0)


def test_key_function_authenticates_at_the_service() -> None:
    fake = FakeMemsyClient()
    client = FakeMemsyClient(api_key=lambda: fake.service.api_key, service=fake.service)
    assert client.health().status == "ok"
    assert client.ingest([EventPayload("u", "s", "user_message", "tea")]).event_ids
    with pytest.raises(AuthenticationError):
        FakeMemsyClient(api_key=lambda: "msy_wrong_key", service=fake.service).health()
    assert [call.attempts for call in client.calls] == [1, 1]


def test_attempt_without_a_key_is_not_recorded_as_an_attempt() -> None:
    fake = FakeMemsyClient(api_key=lambda: "")
    with pytest.raises(MemsyConfigurationError, match="is empty"):
        fake.health()
    assert [call.attempts for call in fake.calls] == [0]


def test_derived_client_keeps_the_connections_alive() -> None:
    derived = RecordingClient(Recording([OK])).with_options(timeout=5.0)
    gc.collect()
    assert derived.health().status == "ok"
