"""How clients are built, what they have, and how they end."""

from __future__ import annotations

import copy
import inspect
import pickle
from collections.abc import Callable

import pytest

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    HTTPResponse,
    MemsyClient,
    MemsyConfigurationError,
    MemsyControlClient,
    MemsyError,
    RetryPolicy,
    ServerError,
    Timeout,
    control_resources,
    resources,
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

NOUNS = {
    MemsyClient: ("orgs", "roles", "teams", "memories", "actors"),
    MemsyControlClient: ("usage", "billing", "keys", "events", "interest", "connectors"),
}
EVERY = [MemsyClient, AsyncMemsyClient, MemsyControlClient, AsyncMemsyControlClient]


@on_both_planes
def test_every_noun_is_an_attribute(make_client: MakeAnyClient) -> None:
    client = make_client(recording_of({}))
    is_control = isinstance(client, (MemsyControlClient, AsyncMemsyControlClient))
    is_awaiting = isinstance(client, (AsyncMemsyClient, AsyncMemsyControlClient))
    package = control_resources if is_control else resources
    for noun in NOUNS[MemsyControlClient if is_control else MemsyClient]:
        expected = getattr(package, f"{'Async' * is_awaiting}{noun.title()}Resource")
        assert type(getattr(client, noun)) is expected


@pytest.mark.parametrize("client", EVERY)
def test_construction_says_what_is_missing(
    client: type[Client | Control], monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("MEMSY_BASE_URL", "MEMSY_CONTROL_URL", "MEMSY_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    with pytest.raises(MemsyConfigurationError, match="no base URL"):
        client()
    with pytest.raises(MemsyConfigurationError, match="no API key"):
        client("https://memsy.test/v1")


@pytest.mark.parametrize("client", [RecordingClient, AsyncRecordingClient])
def test_the_environment_says_what_is_not_given(
    client: type[RecordingClient | AsyncRecordingClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMSY_BASE_URL", "https://other.test/v1/")
    monkeypatch.setenv("MEMSY_API_KEY", "msy_other")
    built = client(recording_of({}), None, None)
    assert repr(built) == f"{client.__name__}(base_url='https://other.test/v1')"


@pytest.mark.parametrize("client", [ControlRecordingClient, AsyncControlRecordingClient])
def test_the_control_plane_is_beside_the_hot_path(
    client: type[ControlRecordingClient | AsyncControlRecordingClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MEMSY_CONTROL_URL", raising=False)
    monkeypatch.setenv("MEMSY_BASE_URL", "https://other.test/v1/")
    built = client(recording_of({}), None)
    assert repr(built) == f"{client.__name__}(base_url='https://other.test/api')"


@on_both_planes
def test_nothing_is_sent_before_the_first_call(make_client: MakeAnyClient) -> None:
    record = recording_of({})
    client = make_client(record)
    for noun in (noun for nouns in NOUNS.values() for noun in nouns):
        getattr(client, noun, None)
    assert record.requests == []


@pytest.mark.parametrize("blocking", [RecordingClient, ControlRecordingClient])
def test_a_client_closes_at_the_end_of_its_block(
    blocking: type[RecordingClient | ControlRecordingClient],
) -> None:
    record = recording_of({})
    with blocking(record) as client:
        assert isinstance(client, blocking)
        assert not record.is_closed
    assert record.is_closed


@pytest.mark.parametrize("awaiting", [AsyncRecordingClient, AsyncControlRecordingClient])
def test_an_awaiting_client_closes_at_the_end_of_its_block(
    awaiting: type[AsyncRecordingClient | AsyncControlRecordingClient],
) -> None:
    record = recording_of({})

    async def block() -> None:
        async with awaiting(record) as client:
            assert isinstance(client, awaiting)
            assert not record.is_closed

    run_without_loop(block())
    assert record.is_closed


@on_both_planes
def test_a_client_closes_when_told_to_and_may_be_told_twice(make_client: MakeAnyClient) -> None:
    record = recording_of({})
    outcome(make_client, lambda client: client.close(), record)
    outcome(make_client, lambda client: client.close(), record)
    assert record.is_closed


@on_both_planes
def test_a_client_does_not_show_its_key(make_client: MakeAnyClient) -> None:
    client = make_client(recording_of({}))
    assert "msy_key" not in repr(client) + str(vars(client))


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("client", EVERY)
def test_a_client_does_not_pickle_and_says_what_to_do(
    client: type[Client | Control], protocol: int
) -> None:
    with pytest.raises(
        TypeError, match=f"^{client.__name__} does not pickle: make one client in each process"
    ):
        pickle.dumps(client("https://memsy.test/v1", "msy_key"), protocol)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
@pytest.mark.parametrize("client", EVERY)
def test_a_copy_has_the_settings_of_the_original(
    client: type[Client | Control], copied: Callable[[Client | Control], Client | Control]
) -> None:
    original = client(
        "https://memsy.test/v1",
        "msy_key",
        Timeout(connect=3.0),
        retry=RetryPolicy(max_retries=7),
        proxy="http://user:hunter2@proxy:3128",
    )
    twin = copied(original)
    assert type(twin) is client
    assert vars(twin)["_settings"] == vars(original)["_settings"]


class Polite(MemsyClient):
    """A client with a constructor and attributes of its own."""

    def __init__(self, greetings: list[str]) -> None:
        super().__init__("https://memsy.test/v1", "msy_key")
        self.greetings = greetings
        self.itself = self


def test_a_copy_of_a_subclass_shares_its_attributes() -> None:
    original = Polite(["Good morning"])
    twin = copy.copy(original)
    assert twin.greetings is original.greetings
    assert twin.itself is original


def test_a_deep_copy_of_a_subclass_copies_its_attributes() -> None:
    original = Polite(["Good morning"])
    twin = copy.deepcopy(original)
    assert twin.greetings == ["Good morning"]
    assert twin.greetings is not original.greetings
    assert twin.itself is twin


@on_both_planes
def test_a_copy_has_connections_of_its_own(make_client: MakeAnyClient) -> None:
    client = make_client(recording_of({"status": "ok"}))
    twin = copy.copy(client)
    answer = twin.health()
    assert run_without_loop(answer) if inspect.iscoroutine(answer) else answer
    assert vars(twin)["_call"] is not vars(client)["_call"]


@on_both_planes
def test_a_call_is_repeated_as_the_policy_says(make_client: MakeAnyClient) -> None:
    record = recording_of(HTTPResponse(503), HTTPResponse(503), ok({"status": "ok"}))
    assert outcome(make_client, lambda client: client.health(), record) is not None
    assert len(record.requests) == 3
    assert record.clock.monotonic() < 1.0 + 2.0


@on_both_planes
def test_the_calls_of_a_client_share_one_budget(make_client: MakeAnyClient) -> None:
    """A dead service is asked by all of them together a few dozen times more than once each."""
    record = recording_of(HTTPResponse(503))
    client = make_client(record)
    for _ in range(100):
        with pytest.raises(ServerError):
            health_of(client)
    assert len(record.requests) == 135


def health_of(client: Client | Control) -> object:
    answer = client.health()
    return run_without_loop(answer) if inspect.iscoroutine(answer) else answer


@on_both_planes
def test_no_error_holds_the_key(make_client: MakeAnyClient) -> None:
    for response in (
        HTTPResponse(401),
        HTTPResponse(500),
        HTTPResponse(200, {}, b"<html>"),
        HTTPResponse(404),
    ):
        record = Recording([response])
        with pytest.raises(MemsyError) as raised:
            outcome(make_client, lambda client: client.health(), record)
        error = raised.value
        assert "msy_key" not in f"{error} {error!r} {vars(error)}"
        assert b"msy_key" not in pickle.dumps(error)
