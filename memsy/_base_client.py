"""Base classes of the sync and async clients: construction, copying and closing."""

from __future__ import annotations

import os
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from functools import update_wrapper
from types import FunctionType, TracebackType
from typing import Any, ClassVar, Generic, TypeVar

from typing_extensions import Never, Self

from memsy._core.api_key import wrap_api_key
from memsy._core.call_log import configure_logging
from memsy._core.client_headers import mask_headers
from memsy._core.environment import Environment
from memsy._core.hooks import CallObserver
from memsy._core.plane import Plane
from memsy._core.requestor import AsyncRequestor, Requestor
from memsy._core.retry import RetryPolicy
from memsy._core.secret import wrap_secret
from memsy._core.settings import CaptureMode, Settings, resolve_settings
from memsy._core.timeout import Timeout
from memsy._core.transport import AsyncTransport, Transport
from memsy._core.unset import UNSET, Unset
from memsy._core.user_hooks import Hook, observers_of
from memsy._transports.lazy import LazyAiohttpTransport, LazyRequestsTransport
from memsy.parity import mirrors
from memsy.protocols._options import ClientOptionsProtocol

RequestorT = TypeVar("RequestorT", Requestor, AsyncRequestor)


class ClientBase(ClientOptionsProtocol, Generic[RequestorT]):
    """Constructor and copying, shared by the sync and async clients of both planes."""

    _plane: ClassVar[Plane]
    _pickling_advice: ClassVar[str] = (
        "make one client in each process, for example in the initializer of a multiprocessing pool"
    )

    def __init_subclass__(cls, **options: Any) -> None:  # noqa: ANN401 - for the bases of a subclass
        """Name a class of this package in the TypeErrors of its inherited constructor."""
        super().__init_subclass__(**options)
        owner = next(base for base in cls.__mro__ if "__init__" in vars(base))
        constructor = vars(owner)["__init__"]
        is_patched = type(constructor) is not FunctionType or not _is_ours(constructor)
        # In a class of a user, a copy would hide the constructor of the next base class.
        if owner is not cls and _is_ours(cls) and not is_patched:
            setattr(cls, "__init__", _copied_for(cls, constructor))  # noqa: B010 - mypy

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
    ) -> None:
        """
        Check the arguments, complete them from environment variables, and create a client.

        The HTTP library, requests or aiohttp, is imported at the start of a `with` block with the
        client, or else before the first call. The timeout of the call does not include the import.

        Args:
            base_url: URL of the service with its version, such as `https://api.memsy.io/v1`.
                Default for the data plane: `MEMSY_BASE_URL`. Default for the control plane:
                `MEMSY_CONTROL_URL`, or `MEMSY_BASE_URL` with `/api` in place of `/v1` at its end.
            api_key: API key, or a function that returns the current one. Default: `MEMSY_API_KEY`.
                No `repr` and no log shows it. Of an error, only `response` shows it, if the service
                repeats it. The client calls the function before each attempt, in the thread or the
                task of the call, so the function must not block.
            timeout: Seconds for the whole call, retries and pauses included, or a `Timeout`.
            max_retries: Number of retries of a failed call that is safe to repeat. 0 means none.
            retry_backoff: Upper bound of the pause before the first retry, in seconds. The bound
                doubles with each further retry.
            surface: Product that sends the requests, as `name` or `name/detail`, each part of 1 to
                64 characters `A-Z a-z 0-9 . _ -`. The service records it (wire contract, section
                2.4). None or an empty text sends no product.
            capture_mode: Origin of the events: `ambient` for recorded ones, `explicit` for events
                that a user asked to store. The service records it. None sends no origin.
            retry: Complete retry policy, in place of `max_retries` and `retry_backoff`. None means
                a `RetryPolicy` with these two values.
            proxy: URL of an HTTP proxy, such as `http://proxy.example:3128`. None means a direct
                connection, unless `trust_environment` finds a proxy.
            ca_file: PEM bundle of the certificate authorities to trust, or a directory of
                certificates under their hashes (`openssl rehash`). None means the default bundle,
                unless `trust_environment` finds another one.
            client_cert: PEM file with certificate and key, or a pair of files: certificate and key.
                None sends no certificate.
            trust_environment: Take a missing `proxy` or `ca_file` from the environment: the proxy
                from `HTTPS_PROXY` or `ALL_PROXY`, except for the hosts in `NO_PROXY`; `ca_file`
                from the first set variable of `SSL_CERT_FILE`, `SSL_CERT_DIR`,
                `REQUESTS_CA_BUNDLE` and `CURL_CA_BUNDLE`.
            max_connections: Limit of the open connections. A sync client has one limit in each
                process, an async client one in each event loop. Further calls wait for a free
                connection. `timeout` includes the wait; `Timeout.connect` does not.
            default_headers: Headers of every request, of ASCII characters. No `repr` and no log
                shows their values. Headers that the client sets itself are refused, such as
                `Authorization` and `Host`.
            app_info: Name and version of the program, for the `User-Agent` header, such as
                `("shop", "2.1")`. None adds nothing to the header.
            hooks: Objects with any of the methods `on_call_start`, `on_attempt_start`,
                `on_attempt_end` and `on_call_end`. They observe all calls; see `memsy.hooks`. The
                variables `MEMSY_LOG` (`debug` or `info`) and `MEMSY_OTEL` (`off`) control the log
                on stderr and the spans of OpenTelemetry.

        Raises:
            MemsyConfigurationError: An argument is missing or unusable. The message names it.
            MemsyConnectionError: The process has no file descriptors left to load `ca_file` or
                `client_cert`.
        """
        secret_key, secret_proxy = wrap_api_key(api_key), wrap_secret(proxy)
        masked_headers = None if default_headers is None else mask_headers(default_headers)
        del api_key, proxy, default_headers  # a traceback with locals would show them
        configure_logging(Environment(os.environ))
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
            default_headers=masked_headers,
            app_info=app_info,
            surface=surface,
            capture_mode=capture_mode,
        )
        self._observers: tuple[CallObserver, ...] = observers_of(hooks)
        self._call: RequestorT = self._create_requestor()

    def with_options(
        self,
        *,
        timeout: float | Timeout | Unset = UNSET,
        retry: RetryPolicy | Unset = UNSET,
        max_retries: int | Unset = UNSET,
        retry_backoff: float | Unset = UNSET,
        headers: Mapping[str, str] | Unset = UNSET,
    ) -> Self:
        masked_headers = mask_headers({} if headers is UNSET else headers)
        del headers  # a traceback with locals would show them
        settings = self._settings.with_options(
            timeout=timeout,
            retry=retry,
            max_retries=max_retries,
            retry_backoff=retry_backoff,
            headers=masked_headers,
        )
        derived = self._new_instance()
        derived.__dict__.update(self._copied_attributes())
        derived._settings = settings
        derived._call = self._call.with_settings(settings)
        derived._on_copied()
        return derived

    @abstractmethod
    def _create_requestor(self) -> RequestorT:
        """Return a requestor with a new transport, for the settings of this client."""

    def __copy__(self) -> Self:
        return self._new_instance()._restore(self._copied_attributes())

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        clone = self._new_instance()
        memo[id(self)] = clone  # attributes of a subclass may refer to the client
        return clone._restore(deepcopy(self._copied_attributes(), memo))

    def _new_instance(self) -> Self:
        """Return a client without attributes. `__new__` of a singleton would return this client."""
        return object.__new__(type(self))

    def _copied_attributes(self) -> dict[str, Any]:
        """Return the attributes without the requestor: a copy has its own connections."""
        return {name: value for name, value in self.__dict__.items() if name != "_call"}

    def _restore(self, attributes: dict[str, Any]) -> Self:
        self.__dict__.update(attributes)
        self._call = self._create_requestor()
        self._on_copied()
        return self

    def _on_copied(self) -> None:
        """Handle a complete copy of a client. The default does nothing."""

    def __reduce__(self) -> Never:
        raise TypeError(f"{type(self).__name__} does not pickle: {self._pickling_advice}")

    def __repr__(self) -> str:
        if not hasattr(self, "_settings"):
            return f"<{type(self).__name__}, not constructed>"  # a traceback of `__init__` shows it
        return f"{type(self).__name__}(base_url={self._settings.base_url!r})"


def _is_ours(value: type | FunctionType) -> bool:
    return value.__module__.startswith("memsy.")


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
        return Requestor(self._settings, self._create_transport(self._settings), self._observers)

    def _create_transport(self, settings: Settings) -> Transport:
        return LazyRequestsTransport(settings)

    def close(self) -> None:
        """Close the connections. A second `close()` does nothing, and every later call raises."""
        self._call.close()

    def __enter__(self) -> Self:
        self._call.load()
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
        return AsyncRequestor(
            self._settings, self._create_transport(self._settings), self._observers
        )

    def _create_transport(self, settings: Settings) -> AsyncTransport:
        return LazyAiohttpTransport(settings)

    async def close(self) -> None:
        """Close the connections. A second `close()` does nothing, and every later call raises."""
        await self._call.close()

    async def __aenter__(self) -> Self:
        self._call.load()
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()
