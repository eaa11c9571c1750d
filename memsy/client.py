"""The blocking client of the hot path, on requests."""

from __future__ import annotations

import os
from collections.abc import Sequence
from types import TracebackType
from typing import TYPE_CHECKING

from memsy._core import settings
from memsy._core.caller import Caller
from memsy._core.deadline import Timeout
from memsy._core.retry import RetryPolicy
from memsy.models import (
    ClearResponse,
    EventPayload,
    HealthResponse,
    IngestResponse,
    SearchResponse,
    StatusResponse,
)
from memsy.parity import implements
from memsy.protocols import MemsyClientProtocol
from memsy.resources import (
    ActorsResource,
    MemoriesResource,
    OrgsResource,
    RolesResource,
    TeamsResource,
    verbs,
)

if TYPE_CHECKING:
    from typing_extensions import Self

    from memsy._core.settings import Settings
    from memsy._core.transport import Transport


@implements(MemsyClientProtocol)
class MemsyClient(MemsyClientProtocol):
    """
    Stores events with the Memsy service and searches its memories, blocking.

    One client serves many threads and lives as long as your process; close it at the end, or use
    it as a context manager. Nothing is sent before the first call.

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
        self._call = Caller(self._settings, self._transport(self._settings))

    def _transport(self, settings: Settings) -> Transport:
        from memsy._transports.requests_transport import (  # noqa: PLC0415 - loads requests
            RequestsTransport,
        )

        return RequestsTransport(settings)

    @property
    def orgs(self) -> OrgsResource:
        return OrgsResource(self._call)

    @property
    def roles(self) -> RolesResource:
        return RolesResource(self._call)

    @property
    def teams(self) -> TeamsResource:
        return TeamsResource(self._call)

    @property
    def memories(self) -> MemoriesResource:
        return MemoriesResource(self._call)

    @property
    def actors(self) -> ActorsResource:
        return ActorsResource(self._call)

    def ingest(self, events: Sequence[EventPayload]) -> IngestResponse:
        return self._call(verbs.ingest(events))

    def search(
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
        return self._call(
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

    def status(self, event_ids: list[str]) -> StatusResponse:
        return self._call(verbs.status(event_ids))

    def health(self) -> HealthResponse:
        return self._call(verbs.health())

    def clear(self, container_tag: str) -> ClearResponse:
        return self._call(verbs.clear(container_tag))

    def close(self) -> None:
        self._call.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"
