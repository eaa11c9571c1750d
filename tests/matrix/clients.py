"""Clients of four colours, all of them watched: the two real ones, and the two fakes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from memsy import AsyncMemsyClient, HTTPResponse, MemsyClient
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._transports.aiohttp.transport import AiohttpTransport
from memsy._transports.requests.transport import RequestsTransport
from memsy.testing import FakeAsyncMemsyClient, FakeMemsyClient, LocalService
from tests.matrix.clock import SkippingClock

if TYPE_CHECKING:
    from collections.abc import Sequence

    from memsy._core.http import HTTPRequest
    from memsy._core.settings import Settings
    from memsy._core.timeout import Deadline
    from memsy._core.transport import AsyncTransport, Transport

KEY = "msy_secret_of_the_matrix"


class Colour(Enum):
    """Which client."""

    BLOCKING = "blocking"
    AWAITING = "awaiting"
    FAKE = "fake"
    ASYNC_FAKE = "async fake"


REAL = (Colour.BLOCKING, Colour.AWAITING)
FAKES = (Colour.FAKE, Colour.ASYNC_FAKE)


@define
class Witness:
    """Sees what one client does: how often it tries, and how long it pauses."""

    clock: SkippingClock = field(factory=SkippingClock)
    attempts: int = 0


@frozen
class _Watched:
    transport: Transport
    witness: Witness

    @property
    def clock(self) -> SkippingClock:
        return self.witness.clock

    @property
    def peer(self) -> tuple[str, int] | None:
        return self.transport.peer

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.witness.attempts += 1
        return self.transport.send(request, deadline)

    def close(self) -> None:
        self.transport.close()


@frozen
class _AsyncWatched:
    transport: AsyncTransport
    witness: Witness

    @property
    def clock(self) -> SkippingClock:
        return self.witness.clock

    @property
    def peer(self) -> tuple[str, int] | None:
        return self.transport.peer

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.witness.attempts += 1
        return await self.transport.send(request, deadline)

    async def close(self) -> None:
        await self.transport.close()


class _Blocking(MemsyClient):
    def __init__(self, witness: Witness, options: dict[str, Any]) -> None:
        self._witness = witness
        super().__init__(**options)

    def _transport(self, settings: Settings) -> Transport:
        return _Watched(RequestsTransport(settings, self._witness.clock), self._witness)


class _Awaiting(AsyncMemsyClient):
    def __init__(self, witness: Witness, options: dict[str, Any]) -> None:
        self._witness = witness
        super().__init__(**options)

    def _transport(self, settings: Settings) -> AsyncTransport:
        return _AsyncWatched(AiohttpTransport(settings, self._witness.clock), self._witness)


class _Fake(FakeMemsyClient):
    """Pauses as the luck of the row has it, as real clients do."""

    def _calling(self) -> Requestor:
        return Requestor(self._settings, self._transport(self._settings))


class _AsyncFake(FakeAsyncMemsyClient):
    """The same, for `asyncio` code."""

    def _calling(self) -> AsyncRequestor:
        return AsyncRequestor(self._settings, self._transport(self._settings))


class ScriptedService(LocalService):
    """Says what it is told to say, the last of it for ever."""

    def __init__(self, replies: Sequence[HTTPResponse], witness: Witness) -> None:
        super().__init__(api_key=KEY, clock=witness.clock)
        self._replies = list(replies)
        self._witness = witness
        self.heard: list[HTTPRequest] = []

    def handle(self, request: HTTPRequest) -> HTTPResponse:
        # Whoever carries a request to a service tries once.
        self._witness.attempts += 1
        self.heard.append(request)
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


def blocking(
    colour: Colour, witness: Witness, options: dict[str, Any], service: LocalService | None
) -> MemsyClient:
    if colour is Colour.FAKE:
        return _Fake(service=service, **options)
    return _Blocking(witness, options)


def awaiting(
    colour: Colour, witness: Witness, options: dict[str, Any], service: LocalService | None
) -> AsyncMemsyClient:
    if colour is Colour.ASYNC_FAKE:
        return _AsyncFake(service=service, **options)
    return _Awaiting(witness, options)
