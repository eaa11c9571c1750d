"""Local server in a process that has no file descriptors left."""

from __future__ import annotations

import logging
import os
import resource
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event
from urllib.parse import urlsplit

from memsy.testing import LocalServer
from tests.support.raw_http import SOCKET_TIMEOUT, get_request, read_response, send_request


@contextmanager
def no_descriptors_left() -> Iterator[None]:
    """Lower the limit of this process to the descriptors that are in use."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    probe = os.open(os.devnull, os.O_RDONLY)
    os.close(probe)
    resource.setrlimit(resource.RLIMIT_NOFILE, (probe, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class RecordList(logging.Handler):
    """Handler that stores all records, and sets an event at the first one."""

    def __init__(self) -> None:
        super().__init__()
        self.records = list[logging.LogRecord]()
        self.received = Event()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.received.set()


def test_server_without_descriptors_logs_one_line_and_recovers() -> None:
    """The connections wait in the queue of the socket, and are served later."""
    log = RecordList()
    log.setLevel(logging.WARNING)
    with LocalServer() as server, ExitStack() as stack:
        assert send_request(server, get_request("/v1/health")).status == 200
        logging.getLogger().addHandler(log)
        stack.callback(logging.getLogger().removeHandler, log)
        parts = urlsplit(server.base_url)
        connections = [stack.enter_context(socket.socket()) for _ in range(5)]
        with no_descriptors_left():
            for connection in connections:
                connection.settimeout(SOCKET_TIMEOUT)
                connection.connect((parts.hostname, parts.port))
                connection.sendall(get_request("/v1/health"))
            assert log.received.wait(SOCKET_TIMEOUT)
        assert {read_response(connection).status for connection in connections} == {200}
        assert send_request(server, get_request("/v1/health")).status == 200
    (record,) = log.records
    assert record.name == "memsy.local"
    assert "cannot accept connections: Too many open files" in record.getMessage()
