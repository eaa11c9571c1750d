"""In-memory transports, which pass requests to a `LocalService` without a socket."""

from __future__ import annotations

import ssl
from urllib.parse import urlsplit

from memsy._core.event_loop import require_asyncio_task
from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.settings import Settings
from memsy._core.time_source import TimeSource
from memsy._core.timeout import Deadline
from memsy._core.transport import client_closed_error
from memsy._transports.errors import TransportFailure
from memsy._transports.headers import request_headers
from memsy.exceptions import MemsyError
from memsy.local import LocalService
from memsy.local.http.delivery import Delivery, DeliveryMode


class _ServiceConnection:
    """Connection state that the sync and the async transport share."""

    peer: None = None
    """None: the transport opens no connection."""

    def __init__(self, service: LocalService, settings: Settings) -> None:
        self.clock: TimeSource = service.clock
        self._service = service
        self._settings = settings
        url = urlsplit(settings.base_url)
        self._peer, self._prefix = url.netloc, url.path
        self._is_open = True

    def _deliver(self, request: HTTPRequest) -> Delivery:
        if not self._is_open:
            raise client_closed_error()
        return self._service.deliver(
            HTTPRequest(
                request.method,
                self._prefix + request.target,
                request.body,
                {**self._settings.headers(), **request_headers(request)},
            )
        )

    def _response(self, delivery: Delivery, deadline: Deadline, waited: float) -> HTTPResponse:
        """Return the response of `delivery` after `waited` seconds, or raise its error."""
        if delivery.duration > waited:
            has_response_head = delivery.mode is DeliveryMode.DRIPPING
            raise self._error(TimeoutError(), deadline, has_response_head=has_response_head)
        if delivery.mode is DeliveryMode.TLS_FAILURE:
            raise self._error(_certificate_error(), deadline, was_sent=False)
        if delivery.mode is not DeliveryMode.COMPLETE:
            has_response_head = delivery.mode is DeliveryMode.TRUNCATED
            raise self._error(ConnectionResetError(), deadline, has_response_head=has_response_head)
        return delivery.response

    def _error(
        self,
        error: OSError,
        deadline: Deadline,
        *,
        was_sent: bool = True,
        has_response_head: bool = False,
    ) -> MemsyError:
        return TransportFailure(
            error, deadline, self._peer, was_sent, has_response_head
        ).to_exception()


class InMemoryTransport(_ServiceConnection):
    """Sync transport: sleeps on the clock of the service for the delay of a response."""

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        delivery = self._deliver(request)
        wait = _seconds_to_wait(delivery, deadline)
        if wait:
            self.clock.sleep(wait)
        return self._response(delivery, deadline, wait)

    def close(self) -> None:
        self._is_open = False


class AsyncInMemoryTransport(_ServiceConnection):
    """
    Async transport: sleeps on the clock of the service for the delay of a response.

    It yields to other tasks once for each request, as a transport over a socket does.
    """

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        require_asyncio_task()
        await self.clock.sleep_async(0.0)
        delivery = self._deliver(request)
        wait = _seconds_to_wait(delivery, deadline)
        if wait:
            await self.clock.sleep_async(wait)
        return self._response(delivery, deadline, wait)

    async def close(self) -> None:
        self._is_open = False


def _seconds_to_wait(delivery: Delivery, deadline: Deadline) -> float:
    """Return the seconds until `delivery` ends or the timeout expires."""
    # Each received byte restarts the read timeout, so only the deadline ends a dripping response.
    is_dripping = delivery.mode is DeliveryMode.DRIPPING
    return min(delivery.duration, deadline.remaining() if is_dripping else deadline.read_timeout())


def _certificate_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code = 0  # a code without a message of its own
    return error
