"""Transports that are created on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import define, field

from memsy._core.http import HTTPRequest, HTTPResponse
from memsy._core.time_source import SYSTEM_TIME, TimeSource
from memsy._core.timeout import Deadline
from memsy._core.transport import Transport
from memsy._transports.lazy import LazyAiohttpTransport, LazyRequestsTransport
from memsy.exceptions import MemsyClientClosedError, MemsyConnectionError
from tests._transports.senders import SEARCH, deadline_in, settings_for
from tests.support.run_without_loop import run_without_loop

SETTINGS = settings_for("http://localhost/v1")


@define(eq=False)
class RecordingTransport:
    sent: list[HTTPRequest] = field(factory=list)
    is_closed: bool = False
    clock: TimeSource = SYSTEM_TIME
    peer: None = None

    def send(self, request: HTTPRequest, deadline: Deadline) -> HTTPResponse:
        self.sent.append(request)
        return HTTPResponse(200)

    def close(self) -> None:
        self.is_closed = True


class CreatingTransport(LazyRequestsTransport):
    """A lazy transport that calls a function when it creates a transport."""

    def __init__(self, on_create: Callable[[], object]) -> None:
        super().__init__(SETTINGS)
        self.on_create = on_create
        self.created: list[RecordingTransport] = []

    def _create(self) -> Transport:
        self.on_create()
        self.created.append(RecordingTransport())
        return self.created[-1]


def test_first_calls_of_two_threads_use_one_transport() -> None:
    """Both threads create a transport at the same time."""
    lazy = CreatingTransport(threading.Barrier(2).wait)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: lazy.send(SEARCH, deadline_in(5)), range(2)))
    lazy.send(SEARCH, deadline_in(5))
    assert sorted(len(transport.sent) for transport in lazy.created) == [0, 3]


def test_transport_that_is_closed_while_it_is_created_sends_nothing() -> None:
    lazy = CreatingTransport(lambda: lazy.close())  # noqa: PLW0108 - not assigned yet
    with pytest.raises(MemsyClientClosedError):
        lazy.send(SEARCH, deadline_in(5))
    assert not lazy.created[0].sent


def test_close_after_the_load_closes_the_transport() -> None:
    lazy = CreatingTransport(lambda: None)
    lazy.load()
    lazy.close()
    assert lazy.created[0].is_closed


def test_error_of_load_is_raised_by_the_first_call() -> None:
    def fail() -> None:
        raise OSError(24, "no file descriptors")

    lazy = CreatingTransport(fail)
    lazy.load()
    with pytest.raises(MemsyConnectionError, match="cannot load the HTTP library: the process has"):
        lazy.send(SEARCH, deadline_in(5))
    lazy.on_create = lambda: None
    assert lazy.send(SEARCH, deadline_in(5)).status == 200


def test_peer_is_known_before_the_first_call_and_not_after_close() -> None:
    sync, aio = LazyRequestsTransport(SETTINGS), LazyAiohttpTransport(SETTINGS)
    assert (sync.peer, aio.peer) == (("localhost", 80), ("localhost", 80))
    sync.close()
    run_without_loop(aio.close())
    assert (sync.peer, aio.peer) == (None, None)
