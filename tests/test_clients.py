"""How clients are built, what they have, and how they end."""

from __future__ import annotations

import inspect
import pickle

import pytest

import memsy
from memsy import (
    AsyncMemsyClient,
    MemsyClient,
    MemsyConfigurationError,
    MemsyError,
    Reply,
    ServerError,
    resources,
)
from tests.recording import (
    AsyncRecordingClient,
    Client,
    Colour,
    Record,
    RecordingClient,
    in_both_colours,
    ok,
    outcome,
    record_of,
)
from tests.settled import settled

CONSTRUCTOR = "base_url=None, api_key=None, timeout=30.0, max_retries=3, retry_backoff=1.0"
OPTIONS = "retry=None, proxy=None, ca_file=None, client_cert=None, trust_environment=False"
CHANGES = "*, name=None, focus=None, promotion_prompt=None"

SIGNATURES = {
    "MemsyClient": {
        "__init__": f"{CONSTRUCTOR}, *, {OPTIONS}",
        "ingest": "events",
        "search": (
            "query, *, actor_id=None, session_id=None, exclude_session_id=None, limit=10, "
            "threshold=0.0, include_source_events=False, role_ids=None, team_ids=None"
        ),
        "status": "event_ids",
        "health": "",
        "clear": "container_tag",
        "close": "",
    },
    "OrgsResource": {
        "list": "",
        "create": "org_id, name, focus",
        "get": "org_id",
        "update": f"org_id, {CHANGES}",
        "regenerate_prompt": "org_id",
        "delete": "org_id",
    },
    "RolesResource": {
        "list": "org_id, *, limit=100, offset=0",
        "create": "org_id, name, focus",
        "get": "role_id, org_id",
        "update": f"role_id, org_id, {CHANGES}",
        "regenerate_prompt": "role_id, org_id",
        "delete": "role_id, org_id",
    },
    "TeamsResource": {
        "list": "org_id, *, limit=100, offset=0",
        "create": "org_id, name, focus",
        "get": "team_id, org_id",
        "update": f"team_id, org_id, {CHANGES}",
        "regenerate_prompt": "team_id, org_id",
        "delete": "team_id, org_id",
    },
    "MemoriesResource": {
        "list": (
            "*, actor_id=None, kind=None, type=None, status=None, sort='observed_at_desc', "
            "search=None, limit=50, offset=0"
        ),
        "stats": "",
        "get": "memory_id",
    },
    "ActorsResource": {
        "list": "org_id=None, *, limit=100, offset=0, sort='first_memory_desc', q=None",
        "get": "actor_id, org_id=None",
    },
}
"""The official client's methods, and what we add to them: by keyword, after theirs."""

METHODS = [
    (prefix + owner, method)
    for owner, methods in SIGNATURES.items()
    for method in methods
    for prefix in ("", "Async")
]


def owner_named(name: str) -> type:
    found = getattr(memsy, name, None) or getattr(resources, name)
    assert isinstance(found, type)
    return found


@pytest.mark.parametrize(("owner", "method"), METHODS)
def test_a_method_is_called_as_in_the_official_client(owner: str, method: str) -> None:
    function = vars(owner_named(owner))[method]
    _, *parameters = inspect.signature(function).parameters.values()
    bare = [parameter.replace(annotation=parameter.empty) for parameter in parameters]
    expected = SIGNATURES[owner.removeprefix("Async")][method]
    assert str(inspect.Signature(bare)) == f"({expected})"
    is_awaited = owner.startswith("Async") and method != "__init__"
    assert inspect.iscoroutinefunction(function) is is_awaited


@pytest.mark.parametrize("name", sorted({owner for owner, _ in METHODS}))
def test_there_is_no_method_but_these(name: str) -> None:
    public = {
        member
        for member, value in vars(owner_named(name)).items()
        if inspect.isfunction(value) and not member.startswith("_")
    }
    assert public == set(SIGNATURES[name.removeprefix("Async")]) - {"__init__"}


@in_both_colours
def test_every_noun_is_an_attribute(colour: Colour) -> None:
    client = colour(record_of({}))
    prefix = "Async" if isinstance(client, AsyncMemsyClient) else ""
    for noun in ("orgs", "roles", "teams", "memories", "actors"):
        expected = getattr(resources, f"{prefix}{noun.title()}Resource")
        assert type(getattr(client, noun)) is expected


@pytest.mark.parametrize("client", [MemsyClient, AsyncMemsyClient])
def test_construction_says_what_is_missing(
    client: type[Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MEMSY_BASE_URL", raising=False)
    monkeypatch.delenv("MEMSY_API_KEY", raising=False)
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
    built = client(record_of({}), None, None)
    assert repr(built) == f"{client.__name__}(base_url='https://other.test/v1')"


@in_both_colours
def test_nothing_is_sent_before_the_first_call(colour: Colour) -> None:
    record = record_of({})
    assert colour(record).orgs is not None
    assert record.requests == []


def test_a_client_closes_at_the_end_of_its_block() -> None:
    record = record_of({})
    with RecordingClient(record) as client:
        assert isinstance(client, RecordingClient)
        assert not record.is_closed
    assert record.is_closed


def test_an_awaiting_client_closes_at_the_end_of_its_block() -> None:
    record = record_of({})

    async def block() -> None:
        async with AsyncRecordingClient(record) as client:
            assert isinstance(client, AsyncRecordingClient)
            assert not record.is_closed

    settled(block())
    assert record.is_closed


@in_both_colours
def test_a_client_closes_when_told_to_and_may_be_told_twice(colour: Colour) -> None:
    record = record_of({})
    outcome(colour, lambda client: client.close(), record)
    outcome(colour, lambda client: client.close(), record)
    assert record.is_closed


@in_both_colours
def test_a_client_does_not_show_its_key(colour: Colour) -> None:
    client = colour(record_of({}))
    assert "msy_key" not in repr(client) + str(vars(client))
    with pytest.raises(TypeError):
        pickle.dumps(client)


@in_both_colours
def test_a_call_is_repeated_as_the_policy_says(colour: Colour) -> None:
    record = record_of(Reply(503), Reply(503), ok({"status": "ok"}))
    assert outcome(colour, lambda client: client.health(), record) is not None
    assert len(record.requests) == 3
    assert record.clock.monotonic() < 1.0 + 2.0


@in_both_colours
def test_the_calls_of_a_client_share_one_budget(colour: Colour) -> None:
    """A dead service is asked by all of them together a few dozen times more than once each."""
    record = record_of(Reply(503))
    client = colour(record)
    for _ in range(100):
        with pytest.raises(ServerError):
            health_of(client)
    assert len(record.requests) == 135


def health_of(client: Client) -> object:
    answer = client.health()
    return settled(answer) if inspect.iscoroutine(answer) else answer


@in_both_colours
def test_no_error_holds_the_key(colour: Colour) -> None:
    for reply in (Reply(401), Reply(500), Reply(200, {}, b"<html>"), Reply(404)):
        record = Record([reply])
        with pytest.raises(MemsyError) as raised:
            outcome(colour, lambda client: client.health(), record)
        error = raised.value
        assert "msy_key" not in f"{error} {error!r} {vars(error)}"
        assert b"msy_key" not in pickle.dumps(error)
