"""Sends with requests, and blocks."""

from __future__ import annotations

import http.client
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ClosedPoolError, HTTPError, InvalidHeader

from memsy._core.http import HTTPResponse
from memsy._core.response_body import BodyDecoder, ignore_errors_unless_ok
from memsy._core.time_source import SYSTEM_TIME
from memsy._transports.errors import TransportFailure, client_closed_error, exception_chain
from memsy._transports.headers import has_unambiguous_framing, normalize, request_headers
from memsy._transports.requests.connection import Connection, SecureConnection
from memsy._transports.requests.state import RequestState, current
from memsy._transports.tls import ssl_context_factory
from memsy.exceptions import MemsyClientClosedError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Mapping

    from urllib3 import HTTPConnectionPool
    from urllib3 import HTTPResponse as RawResponse

    from memsy._core.http import HTTPRequest
    from memsy._core.settings import Settings
    from memsy._core.time_source import TimeSource
    from memsy._core.timeout import Deadline
    from memsy.exceptions import MemsyError

_FOREIGN = (HTTPError, http.client.HTTPException, OSError, ValueError)
"""All that comes from below. What requests raises is an OSError."""

_GARBLED = (InvalidHeader, http.client.HTTPException, ValueError)

_AT_ONCE = 2**16


class RequestsTransport:
    """
    A `Transport` for any number of threads, and for both sides of a fork.

    No request of it looks into the environment, a netrc file or a cookie jar, is redirected or
    repeated. The look-up of the host's name is the one thing that the deadline does not end.
    """

    def __init__(self, settings: Settings, clock: TimeSource = SYSTEM_TIME) -> None:
        self.clock = clock
        self._adapters: dict[int, _Adapter] = {}
        self._is_closed = False
        self._settings = settings
        self._context = ssl_context_factory(settings.connection)
        url = urlsplit(settings.base_url)
        self._is_secure = url.scheme == "https"
        self._peer, self._above = url.netloc, url.path
        if settings.connection.proxy:
            self._peer += " through the proxy"
            if not self._is_secure:
                self._above = settings.base_url  # such a proxy wants to be told where to go

    @property
    def peer(self) -> tuple[str, int] | None:
        return None if self._is_closed else self._settings.peer

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        if self._is_closed:
            raise client_closed_error()
        call = RequestState(deadline, self._above + request.target)
        token = current.set(call)
        try:
            return self._exchange(request, call)
        finally:
            current.reset(token)

    def close(self) -> None:
        self._is_closed = True
        adapter = self._adapters.pop(os.getpid(), None)
        if adapter is not None:
            adapter.close()

    def __del__(self) -> None:
        if os.getpid() in self._adapters and not sys.is_finalizing():
            self.close()
            warnings.warn(
                f"unclosed client of {self._settings.base_url}: "
                "call close(), or use it as a context manager",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )

    def _exchange(self, request: HTTPRequest, call: RequestState) -> HTTPResponse:
        try:
            response = self._adapter().send(
                _prepared(
                    request,
                    self._settings.base_url,
                    {**self._settings.headers(), **request_headers(request)},
                ),
                stream=True,
            )
        except _FOREIGN as error:
            raise self._told(error, call) from None
        except ImportError:
            # urllib3 imports as it goes; in a destructor at the very end nothing can be.
            if not sys.is_finalizing():
                raise
            raise MemsyClientClosedError("the client was used after the end of Python") from None
        with response:
            return self._reply(response.raw, call)

    def _reply(self, raw: RawResponse, call: RequestState) -> HTTPResponse:
        headers = normalize(
            (name.encode("latin-1"), value.encode("latin-1")) for name, value in raw.headers.items()
        )
        if not has_unambiguous_framing(headers):
            raise self._told(InvalidHeader(), call)
        content = b""
        with ignore_errors_unless_ok(raw.status):
            content = self._content(raw, headers.get("content-encoding"), call)
        return HTTPResponse(raw.status, headers, content)

    def _content(self, raw: RawResponse, encoding: str | None, call: RequestState) -> bytes:
        body = BodyDecoder(encoding)
        try:
            while data := raw.read1(_AT_ONCE, decode_content=False):
                body.feed(data)
        except _FOREIGN as error:
            raise self._told(error, call, is_answered=True) from None
        return body.finish()

    def _told(
        self, error: Exception, call: RequestState, *, is_answered: bool = False
    ) -> MemsyError:
        behind = list(exception_chain(error))
        if any(isinstance(cause, ClosedPoolError) for cause in behind):
            return client_closed_error()
        return TransportFailure(
            error,
            call.deadline,
            self._peer,
            was_sent=call.was_sent,
            is_answered=is_answered,
            is_garbled=any(isinstance(cause, _GARBLED) for cause in behind)
            and not any(isinstance(cause, ConnectionError) for cause in behind),
        ).to_exception()

    def _adapter(self) -> _Adapter:
        """This process's own: parent and child must not read from the same socket."""
        process = os.getpid()
        adapter = self._adapters.get(process)
        if adapter is None:
            adapter = self._adapters.setdefault(
                process, _Adapter(self._settings, self._context() if self._is_secure else None)
            )
        return adapter


def _prepared(
    request: HTTPRequest, url: str, headers: Mapping[str, str]
) -> requests.PreparedRequest:
    # By hand, for requests' own preparation reads the netrc file and rewrites URLs.
    prepared = requests.PreparedRequest()
    prepared.method = request.method
    prepared.url = url
    prepared.headers = CaseInsensitiveDict(headers)
    prepared.body = request.body
    return prepared


class _Adapter(HTTPAdapter):
    """All that requests has to do here: one base URL, one pool of connections to it."""

    def __init__(self, settings: Settings, context: ssl.SSLContext | None) -> None:
        # Without a limit: a thread more than places in the pool would mean a socket thrown away.
        super().__init__(pool_maxsize=0)
        self._proxy = settings.connection.proxy
        manager = self.proxy_manager_for(self._proxy.url) if self._proxy else self.poolmanager
        self._pool: HTTPConnectionPool = manager.connection_from_url(
            settings.base_url, pool_kwargs={"ssl_context": context}
        )
        connection: Any = SecureConnection if context else Connection
        self._pool.ConnectionCls = connection  # its annotation is one that urllib3's own misses

    def close(self) -> None:
        super().close()
        self._pool.close()

    def get_connection_with_tls_context(self, *_: object, **__: object) -> HTTPConnectionPool:
        return self._pool

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """What requests would read out of a URL with a password, which is then in every `repr`."""
        credentials = self._proxy.authorization() if self._proxy else None
        return {"Proxy-Authorization": credentials} if credentials else {}

    def request_url(self, request: object, proxies: object) -> str:
        return current.get().target

    def cert_verify(self, conn: object, url: object, verify: object, cert: object) -> None:
        """The context does that; requests would add certificates of its own choice to it."""

    def build_response(self, req: requests.PreparedRequest, resp: RawResponse) -> requests.Response:
        """Without the cookies, which requests would read out of it."""
        response = requests.Response()
        response.raw = resp
        return response
