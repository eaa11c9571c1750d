"""Real clients over a transport that records requests and returns scripted responses."""

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
from tests.support.run_without_loop import run_without_loop

if TYPE_CHECKING:
    from memsy._core.settings import Settings
    from memsy._core.timeout import Deadline


BASE_URL = "https://memsy.test/v1"
KEY = "msy_key"


@define
class Recording:
    """Requests of a client, and the scripted responses to them; the last one repeats."""

    responses: list[HTTPResponse | MemsyError]
    requests: list[HTTPRequest] = field(factory=list)
    clock: Clock = field(factory=Clock)
    is_closed: bool = False
    latency: float = 0.0
    """Seconds that the clock advances before each response."""

    def respond(self, request: HTTPRequest) -> HTTPResponse:
        self.requests.append(request)
        self.clock.advance(self.latency)
        response = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        if isinstance(response, MemsyError):
            raise response
        return response


@frozen
class Transport:
    recording: Recording
    peer: None = None

    @property
    def clock(self) -> Clock:
        return self.recording.clock

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.recording.respond(request)

    def close(self) -> None:
        self.recording.is_closed = True


@frozen
class AsyncTransport:
    recording: Recording
    peer: None = None

    @property
    def clock(self) -> Clock:
        return self.recording.clock

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        return self.recording.respond(request)

    async def close(self) -> None:
        self.recording.is_closed = True


class _SyncRecordingClient(SyncClientBase):
    def __init__(
        self,
        recording: Recording,
        base_url: str | None = BASE_URL,
        api_key: str | Callable[[], str] | None = KEY,
    ) -> None:
        self._recording = recording
        super().__init__(base_url, api_key, timeout=100.0)

    def _create_transport(self, settings: Settings) -> Transport:
        return Transport(self._recording)


class _AsyncRecordingClient(AsyncClientBase):
    def __init__(
        self,
        recording: Recording,
        base_url: str | None = BASE_URL,
        api_key: str | Callable[[], str] | None = KEY,
    ) -> None:
        self._recording = recording
        super().__init__(base_url, api_key, timeout=100.0)

    def _create_transport(self, settings: Settings) -> AsyncTransport:
        return AsyncTransport(self._recording)


class RecordingClient(_SyncRecordingClient, MemsyClient): ...


class AsyncRecordingClient(_AsyncRecordingClient, AsyncMemsyClient): ...


class ControlRecordingClient(_SyncRecordingClient, MemsyControlClient): ...


class AsyncControlRecordingClient(_AsyncRecordingClient, AsyncMemsyControlClient): ...


Client: TypeAlias = "MemsyClient | AsyncMemsyClient"
Control: TypeAlias = "MemsyControlClient | AsyncMemsyControlClient"
C = TypeVar("C", bound="Client | Control")

ClientCall: TypeAlias = Callable[[Client], object]
"""Call of a client, without the `await` of the async one."""
MakeClient: TypeAlias = Callable[[Recording], Client]

ControlClientCall: TypeAlias = Callable[[Control], object]
MakeControlClient: TypeAlias = Callable[[Recording], Control]
MakeAnyClient: TypeAlias = "Callable[[Recording], Client | Control]"

_DATA = (RecordingClient, AsyncRecordingClient)
_CONTROL = (ControlRecordingClient, AsyncControlRecordingClient)

in_both_modes = pytest.mark.parametrize("make_client", _DATA)
in_both_control_modes = pytest.mark.parametrize("make_client", _CONTROL)
on_both_planes = pytest.mark.parametrize("make_client", _DATA + _CONTROL)


def result(
    make_client: Callable[[Recording], C],
    call: Callable[[C], object],
    *responses: HTTPResponse | MemsyError | object,
) -> object:
    """Return the result of `call` on `responses`; a JSON value stands for a 200 with that body."""
    return outcome(make_client, call, recording_of(*responses))


def outcome(
    make_client: Callable[[Recording], C], call: Callable[[C], object], recording: Recording
) -> object:
    """Return the result of `call` on a client that `make_client` makes."""
    returned = call(make_client(recording))
    return run_without_loop(returned) if inspect.iscoroutine(returned) else returned


def recording_of(*responses: HTTPResponse | MemsyError | object) -> Recording:
    """Return a recording with `responses`; a JSON value stands for a 200 with that body."""
    return Recording(
        [ok(r) if not isinstance(r, (HTTPResponse, MemsyError)) else r for r in responses]
    )


def ok(body: object, **headers: str) -> HTTPResponse:
    return HTTPResponse(200, headers, json.dumps(body).encode())


@frozen
class _WireCase(Generic[C]):
    """One call, the request that it must send, and the result for the response."""

    call: Callable[[C], object]
    method: str
    target: str
    body: str | None
    response: HTTPResponse | object
    result: object

    def check(self, make_client: Callable[[Recording], C]) -> None:
        """Check the request and the result of the call."""
        recording = recording_of(self.response)
        assert outcome(make_client, self.call, recording) == self.result
        content = None if self.body is None else self.body.encode()
        assert recording.requests == [HTTPRequest(self.method, self.target, content)]


WireCase: TypeAlias = _WireCase[Client]
ControlWireCase: TypeAlias = _WireCase[Control]
