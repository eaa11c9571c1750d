"""The fakes: the real clients, over a service that lives in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memsy._core.deadline import Timeout
from memsy._core.retry import RetryPolicy
from memsy.async_client import AsyncMemsyClient
from memsy.client import MemsyClient
from memsy.parity import implements, mirrors
from memsy.protocols import AsyncMemsyClientProtocol, MemsyClientProtocol
from memsy.testing.service import LocalService
from memsy.testing.transport import AsyncServiceTransport, ServiceTransport

if TYPE_CHECKING:
    from memsy._core.settings import Settings

_BASE_URL = "http://memsy.test/v1"
"""No name of the real network ends in `.test` (RFC 6761); nothing is ever sent there anyway."""


@implements(MemsyClientProtocol, more=("service",))
class FakeMemsyClient(MemsyClient):
    """
    A `MemsyClient` that talks to a `LocalService` of its own, or to the one it is given.

    Everything else is the real client: what it sends, how it retries, what it raises. Two
    fakes with the same *service* see each other's events. Without *api_key* the service's own
    key is used; with a wrong one, calls fail as they would on the real service.
    """

    def __init__(
        self,
        base_url: str = _BASE_URL,
        api_key: str | None = None,
        timeout: float | Timeout = 30.0,
        max_retries: int = 3,
        retry_backoff: float = 1.0,
        *,
        retry: RetryPolicy | None = None,
        service: LocalService | None = None,
    ) -> None:
        self.service: LocalService = service or LocalService()
        super().__init__(
            base_url,
            api_key or self.service.api_key,
            timeout,
            max_retries,
            retry_backoff,
            retry=retry,
        )

    def _transport(self, settings: Settings) -> ServiceTransport:
        return ServiceTransport(self.service, settings)


@mirrors(FakeMemsyClient)
@implements(AsyncMemsyClientProtocol, more=("service",))
class FakeAsyncMemsyClient(AsyncMemsyClient):
    """An `AsyncMemsyClient` in the same manner; see `FakeMemsyClient`."""

    def __init__(
        self,
        base_url: str = _BASE_URL,
        api_key: str | None = None,
        timeout: float | Timeout = 30.0,
        max_retries: int = 3,
        retry_backoff: float = 1.0,
        *,
        retry: RetryPolicy | None = None,
        service: LocalService | None = None,
    ) -> None:
        self.service: LocalService = service or LocalService()
        super().__init__(
            base_url,
            api_key or self.service.api_key,
            timeout,
            max_retries,
            retry_backoff,
            retry=retry,
        )

    def _transport(self, settings: Settings) -> AsyncServiceTransport:
        return AsyncServiceTransport(self.service, settings)
