"""The awaiting client of the hot path, on aiohttp."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from memsy._core import settings
from memsy._core.caller import AsyncCaller
from memsy._core.deadline import Timeout
from memsy._core.retry import RetryPolicy
from memsy.client import MemsyClient
from memsy.models import (
    ClearResponse,
    EventPayload,
    HealthResponse,
    IngestResponse,
    SearchResponse,
    StatusResponse,
)
from memsy.parity import implements, mirrors
from memsy.protocols import AsyncMemsyClientProtocol
from memsy.resources import (
    AsyncActorsResource,
    AsyncMemoriesResource,
    AsyncOrgsResource,
    AsyncRolesResource,
    AsyncTeamsResource,
    verbs,
)

if TYPE_CHECKING:
    from typing_extensions import Self

    from memsy._core.settings import Settings
    from memsy._core.transport import AsyncTransport


@mirrors(MemsyClient)
@implements(AsyncMemsyClientProtocol)
class AsyncMemsyClient(AsyncMemsyClientProtocol):
    """
    Stores events with the Memsy service and searches its memories, from `asyncio` code.

    One client serves many tasks, and many event loops; build it anywhere, also before any loop
    runs, and close it at the end, or use it as an asynchronous context manager. Nothing is
    sent before the first call.

    Args:
        base_url: where the service is, with its version: `https://api.memsy.io/v1`. By default
            what the environment variable `MEMSY_BASE_URL` says.
        api_key: by default what `MEMSY_API_KEY` says. It stands in no `repr`, log or error.
        timeout: seconds that a whole call may take, retries and pauses included, or a `Timeout`.
        max_retries: how often a failed call is tried again, where that is safe.
        retry_backoff: seconds; the longest pause before the first retry, doubled for each further.
        retry: all rules of retrying at once, in place of the two before.
        proxy: URL of an HTTP proxy.
        ca_file: a PEM bundle of the authorities to trust, in place of the usual ones.
        client_cert: a PEM file with certificate and key, or a pair of files.
        trust_environment: take proxy and CA bundle, where not given, from the usual variables
            (`HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`).

    Raises:
        MemsyConfigurationError: an argument is missing or unusable; the message says which.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        timeout: float | Timeout = 30.0,
        max_retries: int = 3,
        retry_backoff: float = 1.0,
        *,
        retry: RetryPolicy | None = None,
        proxy: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        client_cert: str | tuple[str, str] | None = None,
        trust_environment: bool = False,
    ) -> None:
        self._settings = settings.resolve(
            base_url,
            api_key,
            timeout,
            max_retries,
            retry_backoff,
            retry,
            proxy=proxy,
            ca_file=ca_file,
            client_cert=client_cert,
            trust_environment=trust_environment,
        )
        self._call = AsyncCaller(self._settings, self._transport(self._settings))

    def _transport(self, settings: Settings) -> AsyncTransport:
        from memsy._transports.aiohttp_transport import (  # noqa: PLC0415 - loads aiohttp
            AiohttpTransport,
        )

        return AiohttpTransport(settings)

    @property
    def orgs(self) -> AsyncOrgsResource:
        return AsyncOrgsResource(self._call)

    @property
    def roles(self) -> AsyncRolesResource:
        return AsyncRolesResource(self._call)

    @property
    def teams(self) -> AsyncTeamsResource:
        return AsyncTeamsResource(self._call)

    @property
    def memories(self) -> AsyncMemoriesResource:
        return AsyncMemoriesResource(self._call)

    @property
    def actors(self) -> AsyncActorsResource:
        return AsyncActorsResource(self._call)

    async def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        return await self._call(verbs.ingest(events))

    async def search(
        self,
        query: str,
        *,
        actor_id: str | None = None,
        session_id: str | None = None,
        exclude_session_id: str | None = None,
        limit: int = 10,
        threshold: float = 0.0,
        include_source_events: bool = False,
        role_ids: list[str] | None = None,
        team_ids: list[str] | None = None,
    ) -> SearchResponse:
        return await self._call(
            verbs.search(
                query,
                actor_id=actor_id,
                session_id=session_id,
                exclude_session_id=exclude_session_id,
                limit=limit,
                threshold=threshold,
                include_source_events=include_source_events,
                role_ids=role_ids,
                team_ids=team_ids,
            )
        )

    async def status(self, event_ids: list[str]) -> StatusResponse:
        return await self._call(verbs.status(event_ids))

    async def health(self) -> HealthResponse:
        return await self._call(verbs.health())

    async def clear(self, container_tag: str) -> ClearResponse:
        return await self._call(verbs.clear(container_tag))

    async def close(self) -> None:
        await self._call.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"
