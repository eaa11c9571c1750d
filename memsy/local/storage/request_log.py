"""What arrived at a service lately, for those who ask afterwards."""

from __future__ import annotations

from collections import deque

from attrs import frozen

from memsy._core.http import HTTPRequest
from memsy.local.http.routes import RoutingTable

_MOST = 1000


@frozen
class RequestRecord:
    """One request that arrived, and what came of it."""

    operation: str | None
    """As a caller of a client says it, such as `memories.list`; None: there is no such route."""
    method: str
    target: str
    """The whole path and the query, as they were sent."""
    status: int
    """Of the reply, also where it was lost on its way."""
    fault: str | None = None
    """What befell it, if a test had planned that."""

    def __repr__(self) -> str:
        befell = "" if self.fault is None else f", planned: {self.fault}"
        return f"<{self.method} {self.target} -> {self.status}{befell}>"


class RequestLog:
    """The latest thousand requests. Of their bodies and headers nothing is kept."""

    def __init__(self, routes: RoutingTable) -> None:
        self._routes = routes
        self._latest = deque[tuple[str, str, int, str | None]](maxlen=_MOST)

    def note(self, request: HTTPRequest, status: int, fault: str | None) -> None:
        self._latest.append((request.method, request.target, status, fault))

    def all(self) -> tuple[RequestRecord, ...]:
        return tuple(
            RequestRecord(
                self._routes.operation_name(method, target), method, target, status, fault
            )
            for method, target, status, fault in tuple(self._latest)
        )

    def clear(self) -> None:
        self._latest.clear()
