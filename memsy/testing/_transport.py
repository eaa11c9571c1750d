"""The third transport: it hands requests to a `LocalService`, without a socket between."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from attrs import evolve

from memsy._transports.errors import TransportFailure, client_closed_error
from memsy._transports.headers import request_headers
from memsy.local.http.delivery import DeliveryMode

if TYPE_CHECKING:
    from memsy._core.http import HTTPRequest, HTTPResponse
    from memsy._core.settings import Settings
    from memsy._core.time_source import TimeSource
    from memsy._core.timeout import Deadline
    from memsy.exceptions import MemsyError
    from memsy.local import LocalService
    from memsy.local.http.delivery import Delivery


class _ServiceConnection:
    """A line to a service: what it carries arrives as it would have over HTTP."""

    peer: None = None
    """It opens no connection."""

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
            evolve(
                request,
                target=self._prefix + request.target,
                headers={**self._settings.headers(), **request_headers(request)},
            )
        )

    def _arrived(self, delivery: Delivery, deadline: Deadline, waited: float) -> HTTPResponse:
        """What is there of *delivery* after so many seconds, and no more of them are waited."""
        if delivery.duration > waited:
            is_answered = delivery.mode is DeliveryMode.DRIPPING
            raise self._told(TimeoutError(), deadline, is_answered=is_answered)
        if delivery.mode is DeliveryMode.UNTRUSTED:
            raise self._told(_no_trust(), deadline, was_sent=False)
        if delivery.mode is not DeliveryMode.WHOLE:
            is_answered = delivery.mode is DeliveryMode.CUT
            raise self._told(ConnectionResetError(), deadline, is_answered=is_answered)
        return delivery.response

    def _told(
        self,
        error: OSError,
        deadline: Deadline,
        *,
        was_sent: bool = True,
        is_answered: bool = False,
    ) -> MemsyError:
        return TransportFailure(error, deadline, self._peer, was_sent, is_answered).to_exception()


class InMemoryTransport(_ServiceConnection):
    """Blocks for as long as an answer takes, which is no time unless the service is told so."""

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        delivery = self._deliver(request)
        wait = _wait(delivery, deadline)
        if wait:
            self.clock.sleep(wait)
        return self._arrived(delivery, deadline, wait)

    def close(self) -> None:
        self._is_open = False


class AsyncInMemoryTransport(_ServiceConnection):
    """Lets other tasks run once for each request, as any real transport would."""

    async def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        await self.clock.sleep_async(0)
        delivery = self._deliver(request)
        wait = _wait(delivery, deadline)
        if wait:
            await self.clock.sleep_async(wait)
        return self._arrived(delivery, deadline, wait)

    async def close(self) -> None:
        self._is_open = False


def _wait(delivery: Delivery, deadline: Deadline) -> float:
    """Seconds until *delivery* comes to something, or nobody waits for it any more."""
    # With each drop, the wait for the next bytes begins anew.
    is_dripping = delivery.mode is DeliveryMode.DRIPPING
    return min(delivery.duration, deadline.remaining() if is_dripping else deadline.read_timeout())


def _no_trust() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError()
    error.verify_code = 0  # none of the codes with a remedy of their own
    return error
