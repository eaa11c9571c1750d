"""Clients of four kinds whose attempts and pauses are recorded: the real ones and the fakes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from memsy import AsyncMemsyClient, HTTPResponse, MemsyClient
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy._transports.requests.transport import RequestsTransport
from memsy.local.http.delivery import Delivery
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalService
from tests.support.skipping_clock import NOON, SkippingClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsy._core.http import HTTPRequest
    from memsy._core.settings import Settings
    from memsy._core.timeout import Deadline
    from memsy._core.transport import AsyncTransport, Transport

KEY = "msy_secret_of_the_fault_cases"


class ClientKind(Enum):
    """Kind of client that runs a case."""

    SYNC = "sync"
    ASYNC = "async"
    FAKE = "fake"
    ASYNC_FAKE = "async fake"


REAL = (ClientKind.SYNC, ClientKind.ASYNC)
FAKES = (ClientKind.FAKE, ClientKind.ASYNC_FAKE)


@define
class AttemptRecorder:
    """Number of attempts of one client, and the clock that records its pauses."""

    clock: SkippingClock = field(factory=lambda: SkippingClock(NOON))
    attempts: int = 0


@frozen
class _RecordedTransport:
    transport: Transport
    recorder: AttemptRecorder

    @property
    def clock(self) -> SkippingClock:
        return self.recorder.clock

    @property
    def peer(self) -> tuple[str, int] | None:
        return self.transport.peer

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.recorder.attempts += 1
        return self.transport.send(request, deadline)

    def close(self) -> None:
        self.transport.close()


@frozen
class _AsyncRecordedTransport:
    transport: AsyncTransport
    recorder: AttemptRecorder

    @property
    def clock(self) -> SkippingClock:
        return self.recorder.clock

    @property
    def peer(self) -> tuple[str, int] | None:
        return self.transport.peer

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.recorder.attempts += 1
        return await self.transport.send(request, deadline)

    async def close(self) -> None:
        await self.transport.close()


class _SyncClient(MemsyClient):
    def __init__(self, recorder: AttemptRecorder, options: dict[str, Any]) -> None:
        self._recorder = recorder
        super().__init__(**options)

    def _create_transport(self, settings: Settings) -> Transport:
        return _RecordedTransport(RequestsTransport(settings, self._recorder.clock), self._recorder)


class _AsyncClient(AsyncMemsyClient):
    def __init__(self, recorder: AttemptRecorder, options: dict[str, Any]) -> None:
        self._recorder = recorder
        super().__init__(**options)

    def _create_transport(self, settings: Settings) -> AsyncTransport:
        return _AsyncRecordedTransport(
            AiohttpTransport(settings, self._recorder.clock), self._recorder
        )


class _Fake(FakeMemsyClient):
    """Fake with the random pauses of the real client, seeded by the case."""

    def _create_requestor(self) -> Requestor:
        return Requestor(self._settings, self._create_transport(self._settings))


class _AsyncFake(FakeAsyncMemsyClient):
    """Async fake with the random pauses of the real client, seeded by the case."""

    def _create_requestor(self) -> AsyncRequestor:
        return AsyncRequestor(self._settings, self._create_transport(self._settings))


class ScriptedService(LocalService):
    """Service that returns scripted responses and repeats the last one."""

    def __init__(self, responses: Sequence[HTTPResponse], recorder: AttemptRecorder) -> None:
        super().__init__(api_key=KEY, clock=recorder.clock)
        self._responses = list(responses)
        self._recorder = recorder
        self.sent_requests: list[HTTPRequest] = []

    def deliver(self, request: HTTPRequest) -> Delivery:
        """Return the scripted response as it is, without the request id of the local service."""
        return Delivery(self.handle(request))

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        self._recorder.attempts += 1  # a fake sends one request for each attempt
        self.sent_requests.append(request)
        return self._responses.pop(0) if len(self._responses) > 1 else self._responses[0]


def sync_client(
    kind: ClientKind,
    recorder: AttemptRecorder,
    options: dict[str, Any],
    service: LocalService | None = None,
) -> MemsyClient:
    """Return a sync client or fake of `kind`; a fake uses `service`."""
    if kind is ClientKind.FAKE:
        return _Fake(service=service, **options)
    return _SyncClient(recorder, options)


def async_client(
    kind: ClientKind,
    recorder: AttemptRecorder,
    options: dict[str, Any],
    service: LocalService | None = None,
) -> AsyncMemsyClient:
    """Return an async client or fake of `kind`; a fake uses `service`."""
    if kind is ClientKind.ASYNC_FAKE:
        return _AsyncFake(service=service, **options)
    return _AsyncClient(recorder, options)
