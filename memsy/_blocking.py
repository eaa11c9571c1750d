"""What all blocking clients have in common: how they are made, and how they end."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar

from memsy._client import Client
from memsy._core.caller import Caller
from memsy._core.deadline import Timeout
from memsy._core.retry import RetryPolicy
from memsy._core.secret import hidden
from memsy._core.settings import Plane, Settings, resolve

if TYPE_CHECKING:
    from typing_extensions import Self

    from memsy._core.transport import Transport


class BlockingClient(Client[Caller]):
    """A client on requests."""

    _plane: ClassVar[Plane]

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
    ) -> None:
        """
        Make a client. Nothing is sent before its first call.

        Args:
            base_url: where the service is, with its version, such as `https://api.memsy.io/v1`. By
                default what the environment says: `MEMSY_BASE_URL` for the hot path; for the
                control plane `MEMSY_CONTROL_URL`, or `/api` beside a `MEMSY_BASE_URL` in `/v1`.
            api_key: by default what `MEMSY_API_KEY` says. It stands in no `repr` or log, and in an
                error only if the service itself repeats it.
            timeout: seconds that a whole call may take, retries and pauses included; or a
                `Timeout`.
            max_retries: how often a failed call is tried again, where that is safe.
            retry_backoff: seconds; the longest pause before the first retry, doubled for each
                further one.
            retry: all rules of retrying at once, in place of the two before.
            proxy: URL of an HTTP proxy.
            ca_file: a PEM bundle of the authorities to trust, in place of the usual ones.
            client_cert: a PEM file with certificate and key, or a pair of files.
            trust_environment: take proxy and CA bundle, where not given, from the usual
                variables (`HTTPS_PROXY`, `NO_PROXY`, `SSL_CERT_FILE`, `REQUESTS_CA_BUNDLE`).

        Raises:
            MemsyConfigurationError: an argument is missing or unusable; the message says which.
        """
        key, via = hidden(api_key), hidden(proxy)
        del api_key, proxy  # or a traceback that shows locals would show them
        self._settings: Settings = resolve(
            self._plane,
            base_url,
            key,
            timeout,
            max_retries,
            retry_backoff,
            retry,
            proxy=via,
            ca_file=ca_file,
            client_cert=client_cert,
            trust_environment=trust_environment,
        )
        self._call = self._calling()

    def _calling(self) -> Caller:
        return Caller(self._settings, self._transport(self._settings))

    def _transport(self, settings: Settings) -> Transport:
        from memsy._transports.requests_transport import (  # noqa: PLC0415 - loads requests
            RequestsTransport,
        )

        return RequestsTransport(settings)

    def close(self) -> None:
        """Close the connections. May be called twice; every other call raises from then on."""
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
