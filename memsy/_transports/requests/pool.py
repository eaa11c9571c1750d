"""
Idle connections and the connection limit of the sync client, without locks.

A signal handler of the caller can raise between any two bytecodes, for example between the
acquisition of a lock in Python code and the statement that releases it. The next call would then
wait forever, so this module uses single calls of methods in C and the lifetime of objects instead.
"""

from __future__ import annotations

import queue
import sys
from collections import deque
from contextlib import suppress
from itertools import islice
from typing import Any, cast
from weakref import ref

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection

from memsy._core.interrupts import is_interrupt
from memsy._core.timeout import MAX_IDLE_SECONDS
from memsy._transports.requests.connection import DeadlineHTTPConnection, DeadlineHTTPSConnection
from memsy._transports.requests.state import RequestState, Ticket, socket_timeout

_MAX_WAIT_SECONDS = 0.1
"""
Time after which a waiting request checks its position again.

An exception in the request that ended may have prevented the notification.
"""


class IdleConnections:
    """Idle connections, with the methods of a queue that urllib3 calls."""

    def __init__(self, maxsize: int = 0) -> None:
        self._entries: deque[tuple[HTTPConnection, float]] = deque()
        """Connections and the times at which they became idle, oldest first."""

    def get(self, block: bool = True, timeout: float | None = None) -> HTTPConnection:
        """
        Remove the newest connection and return it. Never wait.

        Raises:
            queue.Empty: No connection is idle. urllib3 creates a connection then.
        """
        try:
            return self._entries.pop()[0]
        except IndexError as error:
            if is_interrupt(error):
                raise
            raise queue.Empty from None

    def put(self, item: HTTPConnection | None, block: bool = True) -> None:
        """
        Do nothing: the transport adds the connection after it has read the response.

        After an exception of a signal handler, urllib3 may return a connection twice, and then two
        requests would share it.
        """

    def qsize(self) -> int:
        """Return 0, the number of connections that `put` has added. vcrpy calls this."""
        return 0

    def add(self, connection: HTTPConnection, now: float) -> None:
        """Add a connection that no request uses any longer."""
        self._entries.append((connection, now))

    def discard_stale(self, now: float) -> None:
        """
        Close connections that are idle for too long or that the peer has closed, oldest first.

        Stop at the first other connection: a peer closes the oldest connections first. urllib3
        checks the newest one before it uses it.
        """
        with suppress(IndexError):
            while True:
                entry = connection, idle_since = self._entries.popleft()
                is_newest = not self._entries
                if now - idle_since <= MAX_IDLE_SECONDS and (is_newest or connection.is_connected):
                    self._entries.appendleft(entry)
                    break
                connection.close()

    def close_all(self) -> None:
        """Close all idle connections."""
        with suppress(IndexError):
            while True:
                self._entries.pop()[0].close()


class DeadlineHTTPPool(HTTPConnectionPool):
    """Pool of `DeadlineHTTPConnection`s, or of the connections of a mock."""

    # Any: urllib3's own connection classes do not match the annotation of ConnectionCls.
    ConnectionCls: Any = property(
        lambda _: mock_connection_class(HTTPConnectionPool) or DeadlineHTTPConnection
    )
    QueueCls: Any = IdleConnections  # not a subclass of LifoQueue, which has locks


class DeadlineHTTPSPool(HTTPSConnectionPool):
    """Pool of `DeadlineHTTPSConnection`s, or of the connections of a mock."""

    ConnectionCls: Any = property(
        lambda _: mock_connection_class(HTTPSConnectionPool) or DeadlineHTTPSConnection
    )
    QueueCls: Any = IdleConnections


def mock_connection_class(pool: type[HTTPConnectionPool]) -> Any:  # noqa: ANN401
    """Return the connection class that a mock, such as vcrpy, has set. None without a mock."""
    connection_class: Any = pool.ConnectionCls
    return None if connection_class.__module__ == "urllib3.connection" else connection_class


class ConnectionLimit:
    """
    Limit of the requests in progress. Further requests wait in the order of their arrival.

    A connection is opened only if none is idle, so this is the limit of the connections, too.
    """

    def __init__(self, max_connections: int) -> None:
        self._max_connections = max_connections
        self._queue: dict[ref[Ticket], queue.SimpleQueue[None] | None] = {}
        """
        Tickets in the order of arrival. The first `max_connections` of them are admitted.

        The values receive an item on admission. They are None for requests that do not wait.
        """

    def enter(self, state: RequestState) -> None:
        """
        Add a request to the queue, and wait until it is admitted.

        Raises:
            TimeoutError: The deadline has passed.
        """
        # No frame here refers to the ticket: a traceback that the caller keeps would keep it, too.
        # `dict.pop` removes the ticket when it ends, whatever ends it.
        self._queue[ref(cast("Ticket", state.ticket()), self._queue.pop)] = None
        if len(self._queue) > self._max_connections:
            self._wait(state)

    def notify(self) -> None:
        """Wake the requests that are admitted now. Call this after a ticket has ended."""
        if len(self._queue) >= self._max_connections:
            for waiting in filter(None, islice([*self._queue.values()], self._max_connections)):
                waiting.put(None)

    def close(self) -> None:
        """Admit all requests. A closed pool rejects those that have not begun."""
        self._max_connections = sys.maxsize
        for waiting in filter(None, [*self._queue.values()]):
            waiting.put(None)

    def _wait(self, state: RequestState) -> None:
        now = state.deadline.clock.monotonic
        state.queued_at = now()
        self._queue[state.ticket] = admission = queue.SimpleQueue[None]()
        while [*self._queue].index(state.ticket) >= self._max_connections:
            seconds = min(socket_timeout(state.deadline.remaining()), _MAX_WAIT_SECONDS)
            with suppress(queue.Empty):
                admission.get(timeout=seconds)
        self._queue[state.ticket] = None
        state.admitted_at = now()
