"""Base classes of the sync and async clients: construction, copying and closing."""

from __future__ import annotations

import os
from abc import abstractmethod
from copy import deepcopy
from functools import update_wrapper
from types import FunctionType, TracebackType
from typing import Any, ClassVar, Generic, TypeVar

from typing_extensions import Never, Self

from memsy._core.plane import Plane
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.retry import RetryPolicy
from memsy._core.secret import wrap_secret
from memsy._core.settings import Settings, resolve_settings
from memsy._core.timeout import Timeout
from memsy._core.transport import AsyncTransport, Transport
from memsy._transports.errors import mapping_exhaustion
from memsy.parity import mirrors

RequestorT = TypeVar("RequestorT", Requestor, AsyncRequestor)


class ClientBase(Generic[RequestorT]):
    """Constructor and copying, shared by the sync and async clients of both planes."""

    _plane: ClassVar[Plane]
    _pickling_advice: ClassVar[str] = (
        "make one client in each process, for example in the initializer of a multiprocessing pool"
    )

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401 - for the bases of a subclass
        """Name the class itself in the TypeErrors of an inherited constructor."""
        super().__init_subclass__(**options)
        owner = next(base for base in cls.__mro__ if "__init__" in vars(base))
        constructor = vars(owner)["__init__"]
        is_ours = type(constructor) is FunctionType and constructor.__module__.startswith("memsy.")
        if owner is not cls and is_ours:  # a patch of another library stays in place
            setattr(cls, "__init__", _copied_for(cls, constructor))  # noqa: B010 - mypy

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
        client_cert: str | os.PathLike[str] | tuple[str, str] | None = None,
        trust_environment: bool = False,
        max_connections: int = 256,
    ) -> None:
        """
        Create a client. It sends nothing before the first call.

        Args:
            base_url: URL of the service with its version, such as `https://api.memsy.io/v1`.
                Default for the data plane: `MEMSY_BASE_URL`. Default for the control plane:
                `MEMSY_CONTROL_URL`, or `MEMSY_BASE_URL` with `/api` in place of `/v1` at its end.
            api_key: API key. Default: `MEMSY_API_KEY`. No `repr` and no log shows it. Of an
                error, only `response` shows it, if the service repeats it.
            timeout: Seconds for the whole call, retries and pauses included, or a `Timeout`.
            max_retries: Number of retries of a failed call that is safe to repeat.
            retry_backoff: Upper bound of the pause before the first retry, in seconds. The bound
                doubles with each further retry.
            retry: Complete retry policy, in place of `max_retries` and `retry_backoff`.
            proxy: URL of an HTTP proxy.
            ca_file: PEM bundle of the certificate authorities to trust, in place of the default, or
                a directory of certificates under their hashes (`openssl rehash`).
            client_cert: PEM file with certificate and key, or a pair of files.
            trust_environment: Take a missing `proxy` or `ca_file` from the environment: the proxy
                from `HTTPS_PROXY` or `ALL_PROXY`, except for the hosts in `NO_PROXY`; `ca_file`
                from the first set variable of `SSL_CERT_FILE`, `SSL_CERT_DIR`,
                `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE`.
            max_connections: Limit of the open connections. A sync client has one limit in each
                process, an async client one in each event loop. Further calls wait for a free
                connection. `timeout` includes the wait; `Timeout.connect` does not.

        Raises:
            MemsyConfigurationError: An argument is missing or unusable. The message names it.
            MemsyConnectionError: The process has no file descriptors left to load a library.
        """
        secret_key, secret_proxy = wrap_secret(api_key), wrap_secret(proxy)
        del api_key, proxy  # a traceback with locals would show them
        self._settings: Settings = resolve_settings(
            self._plane,
            base_url,
            secret_key,
            timeout,
            max_retries,
            retry_backoff,
            retry,
            proxy=secret_proxy,
            ca_file=ca_file,
            client_cert=client_cert,
            trust_environment=trust_environment,
            max_connections=max_connections,
        )
        self._call: RequestorT = self._create_requestor()

    @abstractmethod
    def _create_requestor(self) -> RequestorT:
        """Return a requestor with a new transport, for the settings of this client."""

    def __copy__(self) -> Self:
        clone = type(self).__new__(type(self))
        return clone._restore(self._copied_attributes())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        clone = type(self).__new__(type(self))
        memo[id(self)] = clone  # attributes of a subclass may refer to the client
        return clone._restore(deepcopy(self._copied_attributes(), memo))

    def _copied_attributes(self) -> dict[str, Any]:
        """Return the attributes without the requestor: a copy has its own connections."""
        return {name: value for name, value in self.__dict__.items() if name != "_call"}

    def _restore(self, attributes: dict[str, Any]) -> Self:
        self.__dict__.update(attributes)
        self._call = self._create_requestor()
        return self

    def __reduce__(self) -> Never:
        raise TypeError(f"{type(self).__name__} does not pickle: {self._pickling_advice}")

    def __repr__(self) -> str:
        if not hasattr(self, "_settings"):
            return f"<{type(self).__name__}, not constructed>"  # a traceback of `__init__` shows it
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"


def _copied_for(owner: type, function: FunctionType) -> FunctionType:
    """Return a copy of a method with the qualified name that a definition in `owner` has."""
    copied = FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    update_wrapper(copied, function)
    del copied.__dict__["__wrapped__"]  # a copy wraps nothing
    copied.__kwdefaults__ = function.__kwdefaults__
    copied.__qualname__ = f"{owner.__qualname__}.{function.__name__}"
    return copied


class SyncClientBase(ClientBase[Requestor]):
    """Base class of the sync clients, on requests."""

    def _create_requestor(self) -> Requestor:
        return Requestor(self._settings, self._create_transport(self._settings))

    def _create_transport(self, settings: Settings) -> Transport:
        with mapping_exhaustion(settings.base_url):
            from memsy._transports.requests.transport import RequestsTransport  # noqa: PLC0415 - loads requests

            return RequestsTransport(settings)

    def close(self) -> None:
        """Close the connections. A second `close()` does nothing, and every later call raises."""
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


@mirrors(SyncClientBase)
class AsyncClientBase(ClientBase[AsyncRequestor]):
    """Base class of the async clients, on aiohttp."""

    def _create_requestor(self) -> AsyncRequestor:
        return AsyncRequestor(self._settings, self._create_transport(self._settings))

    def _create_transport(self, settings: Settings) -> AsyncTransport:
        with mapping_exhaustion(settings.base_url):
            from memsy._transports.aiohttp.transport import AiohttpTransport  # noqa: PLC0415 - loads aiohttp

            return AiohttpTransport(settings)

    async def close(self) -> None:
        """Close the connections. A second `close()` does nothing, and every later call raises."""
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
