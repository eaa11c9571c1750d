"""Log of the last requests to a service: operation, target, status and fault."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import count

from attrs import frozen

from memsy._core.http import HTTPRequest
from memsy._core.text import printable
from memsy.local.http.routes import RoutingTable
from memsy.local.record_tuple import RecordTuple

_MAX_RECORDS = 1000


@frozen
class RequestRecord:
    """One request to the service, and its result."""

    operation: str | None
    """Operation as a client method, such as `memories.list`; None if no route matched."""
    method: str
    target: str
    """Complete path and query, as sent."""
    status: int
    """Status of the response, even if a fault kept the response from the client."""
    fault: str | None = None
    """Name of the injected fault, if any."""
    request_id: str = ""
    """Id of the request, as the client receives it: `req_1` for the first one."""

    def __repr__(self) -> str:
        fault = "" if self.fault is None else f", fault: {self.fault}"
        return printable(f"<{self.method} {self.target} -> {self.status}{fault}>")


class RequestLog:
    """The last 1,000 requests, without headers and bodies, which may hold secrets."""

    def __init__(self, routes: RoutingTable) -> None:
        self._routes = routes
        self._entries = deque[tuple[str, str, int, str | None, str]](maxlen=_MAX_RECORDS)
        self._numbers = count(1)

    def append(self, request: HTTPRequest, status: int, fault: str | None) -> str:
        """Log a request with the status of its response and its fault, and return its id."""
        request_id = f"req_{next(self._numbers)}"
        self._entries.append((request.method, request.target, status, fault, request_id))
        return request_id

    def records(self) -> Sequence[RequestRecord]:
        """Return the logged requests, oldest first."""
        return RecordTuple(
            RequestRecord(
                self._routes.operation_name(method, target),
                method,
                target,
                status,
                fault,
                request_id,
            )
            for method, target, status, fault, request_id in tuple(self._entries)
        )

    def clear(self) -> None:
        """Delete all entries."""
        self._entries.clear()
