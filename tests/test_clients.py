"""Clients of both planes and modes: construction, resources, copying, retries and closing."""

from __future__ import annotations

import copy
import inspect
import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    HTTPResponse,
    MemsyClient,
    MemsyClientProtocol,
    MemsyConfigurationError,
    MemsyControlClient,
    MemsyError,
    RetryPolicy,
    ServerError,
    Timeout,
    control_resources,
    resources,
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
    Client,
    Control,
    ControlRecordingClient,
    MakeAnyClient,
    Recording,
    RecordingClient,
    ok,
    on_both_planes,
    outcome,
    recording_of,
)
from tests.support.run_without_loop import run_without_loop

RESOURCES = {
    MemsyClient: ("orgs", "roles", "teams", "memories", "actors"),
    MemsyControlClient: ("usage", "billing", "keys", "events", "interest", "connectors"),
}
CLIENT_TYPES = [MemsyClient, AsyncMemsyClient, MemsyControlClient, AsyncMemsyControlClient]
FAKE_TYPES = [
    FakeMemsyClient,
    FakeAsyncMemsyClient,
    FakeMemsyControlClient,
    FakeAsyncMemsyControlClient,
]


@on_both_planes
def test_every_resource_is_an_attribute(make_client: MakeAnyClient) -> None:
    client = make_client(recording_of({}))
    is_control = isinstance(client, (MemsyControlClient, AsyncMemsyControlClient))
    is_async = isinstance(client, (AsyncMemsyClient, AsyncMemsyControlClient))
    package = control_resources if is_control else resources
    for name in RESOURCES[MemsyControlClient if is_control else MemsyClient]:
        expected = getattr(package, f"{'Async' * is_async}{name.title()}Resource")
        assert type(getattr(client, name)) is expected


@pytest.mark.parametrize("client_type", CLIENT_TYPES)
def test_missing_setting_is_named_in_the_error(
    client_type: type[Client | Control], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("MEMSY_BASE_URL", "MEMSY_CONTROL_URL", "MEMSY_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(MemsyConfigurationError, match="no base URL"):
        client_type()
    with pytest.raises(MemsyConfigurationError, match="no API key"):
        client_type("https://memsy.test/v1")


@pytest.mark.parametrize("client_type", [RecordingClient, AsyncRecordingClient])
def test_base_url_and_key_default_to_the_environment(
    client_type: type[RecordingClient | AsyncRecordingClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMSY_BASE_URL", "https://other.test/v1/")
    monkeypatch.setenv("MEMSY_API_KEY", "msy_other")
    client = client_type(recording_of({}), None, None)
    assert repr(client) == f"{client_type.__name__}(base_url='https://other.test/v1')"


@pytest.mark.parametrize("client_type", [ControlRecordingClient, AsyncControlRecordingClient])
def test_control_url_is_derived_from_the_base_url(
    client_type: type[ControlRecordingClient | AsyncControlRecordingClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MEMSY_CONTROL_URL", raising=False)
    monkeypatch.setenv("MEMSY_BASE_URL", "https://other.test/v1/")
    client = client_type(recording_of({}), None)
    assert repr(client) == f"{client_type.__name__}(base_url='https://other.test/api')"


@on_both_planes
def test_nothing_is_sent_before_the_first_call(make_client: MakeAnyClient) -> None:
    recording = recording_of({})
    client = make_client(recording)
    for name in (name for names in RESOURCES.values() for name in names):
        getattr(client, name, None)
    assert recording.requests == []


@pytest.mark.parametrize("client_type", [RecordingClient, ControlRecordingClient])
def test_sync_client_closes_at_the_end_of_a_with_block(
    client_type: type[RecordingClient | ControlRecordingClient],
) -> None:
    recording = recording_of({})
    with client_type(recording) as client:
        assert isinstance(client, client_type)
        assert not recording.is_closed
    assert recording.is_closed


@pytest.mark.parametrize("client_type", [AsyncRecordingClient, AsyncControlRecordingClient])
def test_async_client_closes_at_the_end_of_an_async_with_block(
    client_type: type[AsyncRecordingClient | AsyncControlRecordingClient],
) -> None:
    recording = recording_of({})

    async def use_client() -> None:
        async with client_type(recording) as client:
            assert isinstance(client, client_type)
            assert not recording.is_closed

    run_without_loop(use_client())
    assert recording.is_closed


@on_both_planes
def test_close_may_be_called_twice(make_client: MakeAnyClient) -> None:
    recording = recording_of({})
    outcome(make_client, lambda client: client.close(), recording)
    outcome(make_client, lambda client: client.close(), recording)
    assert recording.is_closed


@on_both_planes
def test_repr_and_attributes_do_not_show_the_key(make_client: MakeAnyClient) -> None:
    client = make_client(recording_of({}))
    assert "msy_key" not in repr(client) + str(vars(client))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("client_type", CLIENT_TYPES)
def test_pickling_a_client_raises_a_type_error_with_the_fix(
    client_type: type[Client | Control], protocol: int
) -> None:
    with pytest.raises(
        TypeError, match=f"^{client_type.__name__} does not pickle: make one client in each process"
    ):
        pickle.dumps(client_type("https://memsy.test/v1", "msy_key"), protocol)


@pytest.mark.parametrize(
    "client", [MemsyClient, AsyncMemsyClient], ids=lambda client: client.__name__
)
def test_pickling_a_resource_raises_with_advice(
    client: type[MemsyClient | AsyncMemsyClient],
) -> None:
    roles = client("https://memsy.test/v1", "msy_key").roles
    for pickled in (roles, roles.list):
        with pytest.raises(
            TypeError, match=r"^a resource of a client does not pickle: make one client in each"
        ):
            pickle.dumps(pickled)


@pytest.mark.parametrize("copy_function", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("client_type", CLIENT_TYPES)
def test_copy_has_the_settings_of_the_original(
    client_type: type[Client | Control],
    copy_function: Callable[[Client | Control], Client | Control],
) -> None:
    original = client_type(
        "https://memsy.test/v1",
        "msy_key",
        Timeout(connect=3.0),
        retry=RetryPolicy(max_retries=7),
        proxy="http://user:hunter2@proxy:3128",
    )
    clone = copy_function(original)
    assert type(clone) is client_type
    assert vars(clone)["_settings"] == vars(original)["_settings"]


class GreetingClient(MemsyClient):
    """A subclass with its own constructor and attributes."""

    def __init__(self, greetings: list[str]) -> None:
        super().__init__("https://memsy.test/v1", "msy_key")
        self.greetings = greetings
        self.self_reference = self


def test_copy_of_a_subclass_shares_its_attributes() -> None:
    original = GreetingClient(["Good morning"])
    clone = copy.copy(original)
    assert clone.greetings is original.greetings
    assert clone.self_reference is original


def test_deepcopy_of_a_subclass_copies_its_attributes() -> None:
    original = GreetingClient(["Good morning"])
    clone = copy.deepcopy(original)
    assert clone.greetings == ["Good morning"]
    assert clone.greetings is not original.greetings
    assert clone.self_reference is clone


@on_both_planes
def test_copy_has_its_own_connections(make_client: MakeAnyClient) -> None:
    client = make_client(recording_of({"status": "ok"}))
    clone = copy.copy(client)
    assert health_of(clone)
    assert vars(clone)["_call"] is not vars(client)["_call"]


@on_both_planes
def test_call_is_retried_by_the_retry_policy(make_client: MakeAnyClient) -> None:
    recording = recording_of(HTTPResponse(503), HTTPResponse(503), ok({"status": "ok"}))
    assert outcome(make_client, lambda client: client.health(), recording) is not None
    assert len(recording.requests) == 3
    assert recording.clock.monotonic() < 1.0 + 2.0


@on_both_planes
def test_calls_of_a_client_share_one_retry_budget(make_client: MakeAnyClient) -> None:
    """100 calls to a dead service send 35 retries in total."""
    recording = recording_of(HTTPResponse(503))
    client = make_client(recording)
    for _ in range(100):
        with pytest.raises(ServerError):
            health_of(client)
    assert len(recording.requests) == 135


def health_of(client: Client | Control) -> object:
    result = client.health()
    return run_without_loop(result) if inspect.iscoroutine(result) else result


@on_both_planes
def test_errors_do_not_hold_the_key(make_client: MakeAnyClient) -> None:
    for response in (
        HTTPResponse(401),
        HTTPResponse(500),
        HTTPResponse(200, {}, b"<html>"),
        HTTPResponse(404),
    ):
        recording = Recording([response])
        with pytest.raises(MemsyError) as excinfo:
            outcome(make_client, lambda client: client.health(), recording)
        error = excinfo.value
        assert "msy_key" not in f"{error} {error!r} {vars(error)}"
        assert b"msy_key" not in pickle.dumps(error)


@pytest.mark.wrong_types
@pytest.mark.parametrize("client_type", [*CLIENT_TYPES, *FAKE_TYPES])
def test_type_error_of_the_constructor_names_the_class(client_type: type[Client | Control]) -> None:
    own_type = type("OwnClient", (client_type,), {})
    for written in (client_type, own_type):
        message = f"{client_type.__name__}.__init__() got an unexpected keyword argument 'timeoutt'"
        with pytest.raises(TypeError, match=f"^{re.escape(message)}"):
            written(timeoutt=1)
        assert inspect.signature(written) == inspect.signature(client_type)


@pytest.mark.parametrize("client_type", [*CLIENT_TYPES, *FAKE_TYPES])
def test_help_shows_the_documentation_of_with_options(client_type: type[Any]) -> None:
    documentation = inspect.getdoc(MemsyClientProtocol.with_options)
    assert documentation
    assert inspect.getdoc(client_type.with_options) == documentation


@pytest.mark.parametrize("client_type", [*CLIENT_TYPES, *FAKE_TYPES])
def test_constructors_of_all_bases_run(client_type: type[Any]) -> None:
    """A class without a constructor hides no constructor of the next base."""

    def trace(client: Any, *args: str) -> None:  # noqa: ANN401 - a client with an attribute
        client_type.__init__(client, *args)
        client.is_traced = True

    named = type("Named", (client_type,), {})
    traced = type("Traced", (client_type,), {"__init__": trace})
    both: type[Any] = type("NamedAndTraced", (named, traced), {})
    assert both("https://memsy.test/v1", "msy_key").is_traced


def test_constructor_of_a_mixin_is_not_replaced() -> None:
    class Mixin:
        def __init__(self, base_url: str, api_key: str) -> None:
            super().__init__(base_url, api_key)  # type: ignore[call-arg]

    class OwnClient(Mixin, MemsyClient):
        pass

    assert OwnClient.__init__ is Mixin.__init__
    assert repr(OwnClient("https://memsy.test/v1", "msy_own")).startswith("OwnClient(")
