"""Members of enums and other subclasses of `str`, `int` and `float` are sent as their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, IntEnum, IntFlag
from inspect import signature
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from memsy import (
    EventPayload,
    HTTPResponse,
    MemsyClient,
    MemsyConfigurationError,
    NotFoundError,
)
from memsy._core.http import HTTPRequest
from memsy._core.operation import Endpoint
from memsy._core.plane import Plane
from memsy.testing import FakeMemsyClient, LocalServer, LocalService, Member, ServiceConfig
from tests.fuzz.client_calls import CALLS, ClientCall
from tests.support.endpoints import methods
from tests.support.recording_clients import (
    AsyncControlRecordingClient,
    AsyncRecordingClient,
    ControlRecordingClient,
    MakeAnyClient,
    MakeClient,
    RecordingClient,
    in_both_modes,
    outcome,
    recording_of,
    result,
)

CLIENTS: dict[Plane, tuple[MakeAnyClient, MakeAnyClient]] = {
    Plane.DATA: (RecordingClient, AsyncRecordingClient),
    Plane.CONTROL: (ControlRecordingClient, AsyncControlRecordingClient),
}


class MaskedText(str):
    """Text that hides behind every method which an encoder might use."""

    __slots__ = ()

    def __str__(self) -> str:
        return "***"

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return "***"

    def encode(self, *args: object, **kwargs: object) -> bytes:
        return b"***"

    def strip(self, *args: object) -> str:
        return "***"


class Tenths(float):
    """Number with a text of its own."""

    def __str__(self) -> str:
        return f"{float(self) * 10} tenths"

    __repr__ = __str__


class NumpyInteger:
    """A whole number of another library."""

    def __init__(self, value: int) -> None:
        self._value = value

    def __index__(self) -> int:
        return self._value


def str_enum(value: str) -> str:
    return Enum("Word", {"MEMBER": value}, type=str).MEMBER  # type: ignore[no-any-return, attr-defined]  # functional API


def int_enum(value: int) -> object:
    return IntEnum("Number", {"MEMBER": value}).MEMBER  # type: ignore[attr-defined]  # functional API


def mixed_int_enum(value: int) -> object:
    return Enum("Number", {"MEMBER": value}, type=int).MEMBER  # type: ignore[attr-defined]  # functional API


def int_flag(value: int) -> object:
    return IntFlag("Flags", {"MEMBER": value}).MEMBER  # type: ignore[attr-defined]  # functional API


DISGUISES: dict[str, dict[type, Callable[[Any], object]]] = {
    "enums": {str: str_enum, int: int_enum, float: Tenths},
    "mixed enums": {str: str_enum, int: mixed_int_enum, float: Tenths},
    "flags": {str: MaskedText, int: int_flag, float: Tenths},
    "numbers of NumPy": {str: MaskedText, int: NumpyInteger, float: Tenths},
}

OPTIONAL: dict[str, object] = {"str": "x y/z", "int": 5, "float": 0.25, "list[str]": ["x y/z"]}
"""Value of an optional parameter, by its annotation without None."""


def disguise(value: Any, disguises: dict[type, Callable[[Any], object]]) -> Any:  # noqa: ANN401 - any argument
    """Return `value` with every text and number replaced by an instance of a subclass."""
    if isinstance(value, list):
        return [disguise(item, disguises) for item in value]
    if isinstance(value, dict):
        return {name: disguise(item, disguises) for name, item in value.items()}
    if isinstance(value, EventPayload):
        fields: dict[str, Any] = disguise(value.to_dict(), disguises)
        return evolve(value, **fields)
    return disguises[type(value)](value) if type(value) in disguises else value


def arguments_of(call: ClientCall) -> dict[str, object]:
    """Return the arguments of `call`, and a value for every optional parameter."""
    method = methods(call.endpoint.plane)[call.name]
    optional = (
        (name, str(parameter.annotation).split(" | ")[0])
        for name, parameter in signature(method).parameters.items()
        if parameter.default is not parameter.empty
    )
    values = {name: OPTIONAL[kind] for name, kind in optional if kind in OPTIONAL}
    return {**values, **call.arguments}


def sent_requests(endpoint: Endpoint[Any], arguments: dict[str, object]) -> Iterator[HTTPRequest]:
    """Yield the requests of the sync and the async client."""
    for make_client in CLIENTS[endpoint.plane]:
        recording = recording_of(HTTPResponse(404, {}, b"{}"))
        with pytest.raises(NotFoundError):
            outcome(
                make_client,
                lambda client: attrgetter(endpoint.name)(client)(**arguments),
                recording,
            )
        yield from recording.requests


@pytest.mark.wrong_types
@pytest.mark.parametrize("disguises", DISGUISES.values(), ids=DISGUISES)
@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.endpoint.plane}-{call.name}")
def test_every_request_has_the_values_of_enum_members(
    call: ClientCall, disguises: dict[type, Callable[[Any], object]]
) -> None:
    plain = arguments_of(call)
    disguised = {name: disguise(value, disguises) for name, value in plain.items()}
    expected, *others = sent_requests(call.endpoint, plain)
    assert [*others, *sent_requests(call.endpoint, disguised)] == [expected] * 3


@pytest.mark.wrong_types
@in_both_modes
@pytest.mark.parametrize("value", [True, 7, 1.5, b"x", int_enum(1)], ids=repr)
def test_query_text_of_another_type_is_rejected(make_client: MakeClient, value: Any) -> None:  # noqa: ANN401 - wrong types
    with pytest.raises(MemsyConfigurationError, match=r"^kind must be a str, got "):
        result(make_client, lambda memsy: memsy.memories.list(kind=value), {})
    with pytest.raises(MemsyConfigurationError, match=r"^sort must be a str, got "):
        result(make_client, lambda memsy: memsy.memories.list(sort=value), {})


@pytest.mark.parametrize("disguise_text", [str_enum, MaskedText])
def test_options_of_a_client_have_the_values_of_enum_members(
    disguise_text: Callable[[str], str], tmp_path: Path
) -> None:
    file = tmp_path / "cert.pem"
    file.touch()
    path = disguise_text(str(file))
    client = FakeMemsyClient(
        disguise_text("http://memsy.test/v1/"),
        disguise_text("msy_key"),
        proxy=disguise_text("http://me:hunter2@127.0.0.1:3128"),
        ca_file=path,
        client_cert=(path, path),
    )
    settings, connection = client._settings, client._settings.connection
    assert connection.proxy is not None
    assert connection.authorities is not None
    texts = [
        settings.base_url,
        settings.headers()["authorization"],
        connection.proxy.url,
        connection.proxy.authorization(),
        connection.authorities.path,
        *(connection.client_cert or ()),
    ]
    assert list(map("{}".format, texts)) == [
        "http://memsy.test/v1",
        "Bearer msy_key",
        "http://127.0.0.1:3128",
        "Basic bWU6aHVudGVyMg==",
        *[str(file)] * 3,
    ]


@pytest.mark.wrong_types
def test_client_certificate_of_none_is_rejected() -> None:
    files: Any = (None, "key.pem")
    with pytest.raises(MemsyConfigurationError, match="client_cert must be a path, got NoneType"):
        FakeMemsyClient(client_cert=files)


@pytest.mark.parametrize("disguise_text", [str_enum, MaskedText])
def test_local_service_has_the_values_of_enum_members(
    disguise_text: Callable[[str], str],
) -> None:
    limit: Any = mixed_int_enum(1000)
    config = ServiceConfig(
        org_id=disguise_text("org_x"),
        plan=disguise_text("pro"),
        limits={disguise_text("api_calls"): limit},
    )
    key = disguise_text("msy_enum")
    with LocalServer(LocalService(api_key=key, config=config)) as server:
        service = server.service
        member = Member(disguise_text("user_ann"))
        token = service.sign_in(member, org_id=disguise_text("org_x"))
        with MemsyClient(server.base_url, key) as memsy, MemsyClient(server.base_url, token) as own:
            usage = memsy.health().usage
            assert usage is not None
            assert (usage.plan, usage.api_calls_limit) == ("pro", 1000)
            memsy.ingest([EventPayload("ann", "s1", "user_message", "I like tea")])
            service.promote(service.memories[0].memory_id, role_id=disguise_text("cook"))
            results = memsy.search("tea", actor_id="bob", role_ids=["cook"]).results
            assert [result.content for result in results] == ["I like tea"]
            assert own.search("tea").results
        snapshot = service.snapshot()
    for text in ("***", "Word.MEMBER"):
        assert text not in snapshot


@pytest.mark.wrong_types
@pytest.mark.parametrize("disguise_text", [str_enum, MaskedText])
def test_seeded_event_has_the_values_of_enum_members(
    disguise_text: Callable[[str], str],
) -> None:
    fields = ("ada", "s1", "user_message", "I like tea")
    fake = FakeMemsyClient()
    fake.service.seed([EventPayload(*map(disguise_text, fields))])  # type: ignore[arg-type]  # a str, not a literal
    (event,) = fake.service.events
    assert (event.actor_id, event.session_id, event.kind, event.content) == fields
    assert type(event.kind) is str
