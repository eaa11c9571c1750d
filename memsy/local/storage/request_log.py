"""Log of the last requests to a service: operation, target, status and fault."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

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

    def __repr__(self) -> str:
        fault = "" if self.fault is None else f", fault: {self.fault}"
        return printable(f"<{self.method} {self.target} -> {self.status}{fault}>")


class RequestLog:
    """The last 1,000 requests, without headers and bodies, which may hold secrets."""

    def __init__(self, routes: RoutingTable) -> None:
        self._routes = routes
        self._entries = deque[tuple[str, str, int, str | None]](maxlen=_MAX_RECORDS)

    def append(self, request: HTTPRequest, status: int, fault: str | None) -> None:
        """Log a request with the status of its response and the name of its fault."""
        self._entries.append((request.method, request.target, status, fault))

    def records(self) -> Sequence[RequestRecord]:
        """Return the logged requests, oldest first."""
        return RecordTuple(
            RequestRecord(
                self._routes.operation_name(method, target), method, target, status, fault
            )
            for method, target, status, fault in tuple(self._entries)
        )

    def clear(self) -> None:
        """Delete all entries."""
        self._entries.clear()
