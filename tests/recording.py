"""The real clients over a transport that notes what it is given, and answers what it was told."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar

import pytest
from attrs import define, field, frozen

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyControlClient,
    HTTPResponse,
    MemsyClient,
    MemsyControlClient,
    MemsyError,
)
from memsy._base_client import AsyncClientBase, SyncClientBase
from memsy._core.http import HTTPRequest
from memsy.local.clock import Clock
from tests.settled import settled

if TYPE_CHECKING:
    from memsy._core.settings import Settings
    from memsy._core.timeout import Deadline


BASE_URL = "https://memsy.test/v1"
KEY = "msy_key"


@define
class Record:
    """What was sent, and what is answered: the last of *replies* as often as it is asked for."""

    replies: list[HTTPResponse | MemsyError]
    requests: list[HTTPRequest] = field(factory=list)
    clock: Clock = field(factory=Clock)
    is_closed: bool = False
    each_takes: float = 0.0
    """Seconds that pass, on the clock, before an answer."""

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        self.requests.append(request)
        self.clock.advance(self.each_takes)
        response = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(response, MemsyError):
            raise response
        return response


@frozen
class Transport:
    record: Record
    peer: None = None

    @property
    def clock(self) -> Clock:
        return self.record.clock

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.record.handle(request)

    def close(self) -> None:
        self.record.is_closed = True


@frozen
class AsyncTransport:
    record: Record
    peer: None = None

    @property
    def clock(self) -> Clock:
        return self.record.clock

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.record.handle(request)

    async def close(self) -> None:
        self.record.is_closed = True


class _Recording(SyncClientBase):
    def __init__(
        self, record: Record, base_url: str | None = BASE_URL, api_key: str | None = KEY
    ) -> None:
        self._record = record
        super().__init__(base_url, api_key, timeout=100.0)

    def _transport(self, settings: Settings) -> Transport:
        return Transport(self._record)


class _AsyncRecording(AsyncClientBase):
    def __init__(
        self, record: Record, base_url: str | None = BASE_URL, api_key: str | None = KEY
    ) -> None:
        self._record = record
        super().__init__(base_url, api_key, timeout=100.0)

    def _transport(self, settings: Settings) -> AsyncTransport:
        return AsyncTransport(self._record)


class RecordingClient(_Recording, MemsyClient): ...


class AsyncRecordingClient(_AsyncRecording, AsyncMemsyClient): ...


class ControlRecordingClient(_Recording, MemsyControlClient): ...


class AsyncControlRecordingClient(_AsyncRecording, AsyncMemsyControlClient): ...


Client: TypeAlias = "MemsyClient | AsyncMemsyClient"
Control: TypeAlias = "MemsyControlClient | AsyncMemsyControlClient"
C = TypeVar("C", bound="Client | Control")

Call: TypeAlias = Callable[[Client], object]
"""A call as one writes it, the same for both colours but for the `await`."""
Colour: TypeAlias = Callable[[Record], Client]

ControlCall: TypeAlias = Callable[[Control], object]
ControlColour: TypeAlias = Callable[[Record], Control]
AnyColour: TypeAlias = "Callable[[Record], Client | Control]"

_HOT = (RecordingClient, AsyncRecordingClient)
_CONTROL = (ControlRecordingClient, AsyncControlRecordingClient)

in_both_colours = pytest.mark.parametrize("colour", _HOT)
in_both_control_colours = pytest.mark.parametrize("colour", _CONTROL)
on_both_planes = pytest.mark.parametrize("colour", _HOT + _CONTROL)


def result(
    colour: Callable[[Record], C],
    call: Callable[[C], object],
    *replies: HTTPResponse | MemsyError | object,
) -> object:
    """What *call* returns where the service answers *replies*; a JSON value is a 200 with it."""
    return outcome(colour, call, record_of(*replies))


def outcome(colour: Callable[[Record], C], call: Callable[[C], object], record: Record) -> object:
    answer = call(colour(record))
    return settled(answer) if inspect.iscoroutine(answer) else answer


def record_of(*replies: HTTPResponse | MemsyError | object) -> Record:
    return Record([ok(r) if not isinstance(r, (HTTPResponse, MemsyError)) else r for r in replies])


def ok(body: object, **headers: str) -> HTTPResponse:
    return HTTPResponse(200, headers, json.dumps(body).encode())


@frozen
class _Case(Generic[C]):
    """One call, what it must put on the wire, and what it must make of the reply."""

    call: Callable[[C], object]
    method: str
    target: str
    body: str | None
    reply: HTTPResponse | object
    handle: object

    def check(self, colour: Callable[[Record], C]) -> None:
        record = record_of(self.reply)
        assert outcome(colour, self.call, record) == self.handle
        content = None if self.body is None else self.body.encode()
        assert record.requests == [HTTPRequest(self.method, self.target, content)]


Case: TypeAlias = _Case[Client]
ControlCase: TypeAlias = _Case[Control]
