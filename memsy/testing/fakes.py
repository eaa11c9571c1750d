"""Fakes: the real clients over a `LocalService` in the same process."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from random import Random

from memsy._base_client import AsyncClientBase, ClientBase, RequestorT, SyncClientBase
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.retry import RetryPolicy
from memsy._core.secret import wrap_secret
from memsy._core.settings import CaptureMode, Settings
from memsy._core.timeout import Timeout
from memsy._core.user_hooks import Hook
from memsy.async_client import AsyncMemsyClient
from memsy.async_control import AsyncMemsyControlClient
from memsy.client import MemsyClient
from memsy.control import MemsyControlClient
from memsy.local import LocalService
from memsy.models import AgentCredentials
from memsy.parity import implements, mirrors
from memsy.protocols import (
    AsyncMemsyClientProtocol,
    AsyncMemsyControlClientProtocol,
    MemsyClientProtocol,
    MemsyControlClientProtocol,
)
from memsy.signup import AsyncSignupClient, SignupClient, SignupRequest
from memsy.testing import _fake_registry
from memsy.testing._transport import AsyncInMemoryTransport, InMemoryTransport
from memsy.testing.calls import CallRecorder, Calls

# `.test` is reserved: no real host has a name there (RFC 6761).
_ROOT_URL = "http://memsy.test"


class _FakeBase(ClientBase[RequestorT]):
    """Constructor of the fakes, the same for sync and async."""

    _pickling_advice = (
        "its service exists only in this process. Serve the service with LocalServer, and make a "
        "client of the server in each process"
    )

    # The parameters of ClientBase, and `service`. The two constructors cannot share them: a
    # `ParamSpec` adds no keyword-only parameter, and `**options: Unpack[...]` hides names and
    # defaults from `inspect.signature` and `help()`.
    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | Callable[[], str] | None = None,
        timeout: float | Timeout = 30.0,
        max_retries: int = 3,
        retry_backoff: float = 1.0,
        surface: str | None = None,
        capture_mode: CaptureMode | None = None,
        *,
        retry: RetryPolicy | None = None,
        proxy: str | None = None,
        ca_file: str | os.PathLike[str] | None = None,
        client_cert: str | os.PathLike[str] | tuple[str, str] | None = None,
        trust_environment: bool = False,
        max_connections: int = 256,
        default_headers: Mapping[str, str] | None = None,
        app_info: tuple[str, str] | None = None,
        hooks: Iterable[Hook] = (),
        service: LocalService | None = None,
    ) -> None:
        self.service: LocalService = service or LocalService()
        """Service of the fake. Several fakes may share it."""
        self.calls: Calls = Calls()
        """Recorded calls of the fake and its copies."""
        super().__init__(
            self._plane.base_url(_ROOT_URL) if base_url is None else base_url,
            self.service.api_key if api_key is None else api_key,
            timeout,
            max_retries,
            retry_backoff,
            surface,
            capture_mode,
            retry=retry,
            proxy=proxy,
            ca_file=ca_file,
            client_cert=client_cert,
            trust_environment=trust_environment,
            max_connections=max_connections,
            default_headers=default_headers,
            app_info=app_info,
            hooks=hooks,
        )
        _fake_registry.register(self)

    def _on_copied(self) -> None:
        _fake_registry.register(self)  # the original may not outlive its copies


class _Fake(_FakeBase[Requestor], SyncClientBase):
    """Sync fake of either plane."""

    def _create_requestor(self) -> Requestor:
        transport = self._create_transport(self._settings)
        observers = [*self._observers, CallRecorder(self.calls)]
        return Requestor(self._settings, transport, observers, _seeded_jitter())

    def _create_transport(self, settings: Settings) -> InMemoryTransport:
        return InMemoryTransport(self.service, settings)


@mirrors(_Fake)
class _AsyncFake(_FakeBase[AsyncRequestor], AsyncClientBase):
    """Async fake of either plane."""

    def _create_requestor(self) -> AsyncRequestor:
        transport = self._create_transport(self._settings)
        observers = [*self._observers, CallRecorder(self.calls)]
        return AsyncRequestor(self._settings, transport, observers, _seeded_jitter())

    def _create_transport(self, settings: Settings) -> AsyncInMemoryTransport:
        return AsyncInMemoryTransport(self.service, settings)


def _seeded_jitter() -> Callable[[], float]:
    """Return a random source with a fixed seed: retry pauses are equal in every run."""
    return Random(0).random  # noqa: S311 - for jitter, not for security


@implements(MemsyClientProtocol, more=("calls", "service"))
class FakeMemsyClient(_Fake, MemsyClient):
    """
    A `MemsyClient` over a `LocalService` in memory: a service of its own, or `service`.

    Everything else is the real client: requests, retries, errors. `calls` records each call with
    its arguments and its outcome. Fakes on the same `service`, sync and async, of both planes, see
    the same data. A copy of a fake has the same service and the same `calls`.

    The fake accepts all arguments of the real client. Without `api_key`, the fake uses the key of
    the service. With a wrong key, calls fail as on the real service. Pauses between retries pass on
    the clock of the service; by default, they take no real time. Their length on that clock is the
    same for every fake and in every run.
    """


@mirrors(FakeMemsyClient)
@implements(AsyncMemsyClientProtocol, more=("calls", "service"))
class FakeAsyncMemsyClient(_AsyncFake, AsyncMemsyClient):
    """An `AsyncMemsyClient` over a `LocalService`, like `FakeMemsyClient`."""


@implements(MemsyControlClientProtocol, more=("calls", "service"))
class FakeMemsyControlClient(_Fake, MemsyControlClient):
    """A `MemsyControlClient` over a `LocalService`, like `FakeMemsyClient`."""


@mirrors(FakeMemsyControlClient)
@implements(AsyncMemsyControlClientProtocol, more=("calls", "service"))
class FakeAsyncMemsyControlClient(_AsyncFake, AsyncMemsyControlClient):
    """An `AsyncMemsyControlClient` over a `LocalService`, like `FakeMemsyClient`."""


class _FakeSignupClient(SignupClient):
    """A `SignupClient` over a `LocalService` in memory."""

    def __init__(self, base_url: str, service: LocalService) -> None:
        self._service = service
        super().__init__(base_url)

    def _create_requestor(self) -> Requestor:
        transport = InMemoryTransport(self._service, self._settings)
        return Requestor(self._settings, transport, (), _seeded_jitter())


@mirrors(_FakeSignupClient)
class _FakeAsyncSignupClient(AsyncSignupClient):
    """An `AsyncSignupClient` over a `LocalService` in memory."""

    def __init__(self, base_url: str, service: LocalService) -> None:
        self._service = service
        super().__init__(base_url)

    def _create_requestor(self) -> AsyncRequestor:
        transport = AsyncInMemoryTransport(self._service, self._settings)
        return AsyncRequestor(self._settings, transport, (), _seeded_jitter())


def fake_agent_signup(
    base_url: str,
    inbox_id: str,
    agentmail_api_key: str,
    *,
    org_name: str | None = None,
    timeout: float = 300.0,
    approve: Callable[[str, str, str], object],
    service: LocalService,
) -> AgentCredentials:
    """
    Sign up an agent as `agent_signup` does, over a `LocalService` in memory.

    The service needs `ServiceConfig(agent_signup=True)`. The pauses between the polls pass on its
    clock. `service.signups.approve` is an `approve` function for it.
    """
    key = wrap_secret(agentmail_api_key)
    del agentmail_api_key  # a traceback with local variables would show it
    request = SignupRequest.check(
        inbox_id=inbox_id,
        agentmail_api_key=key,
        org_name=org_name,
        timeout=timeout,
        approve=approve,
    )
    with _FakeSignupClient(base_url, service) as client:
        return client.sign_up(request)


@mirrors(fake_agent_signup)
async def fake_async_agent_signup(
    base_url: str,
    inbox_id: str,
    agentmail_api_key: str,
    *,
    org_name: str | None = None,
    timeout: float = 300.0,
    approve: Callable[[str, str, str], object],
    service: LocalService,
) -> AgentCredentials:
    """
    Sign up an agent as `async_agent_signup` does, over a `LocalService` in memory.

    The service needs `ServiceConfig(agent_signup=True)`. The pauses between the polls pass on its
    clock. `service.signups.approve` is an `approve` function for it.
    """
    key = wrap_secret(agentmail_api_key)
    del agentmail_api_key  # a traceback with local variables would show it
    request = SignupRequest.check(
        inbox_id=inbox_id,
        agentmail_api_key=key,
        org_name=org_name,
        timeout=timeout,
        approve=approve,
    )
    async with _FakeAsyncSignupClient(base_url, service) as client:
        return await client.sign_up(request)
