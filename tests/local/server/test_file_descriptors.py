"""Local server in a process that has no file descriptors left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.platforms import needs_resource

ROOT = Path(__file__).parents[3]

# The sockets exist before the limit, and the kernel completes their connections without accept().
PROGRAM = """
import logging, os, resource, socket, threading
from urllib.parse import urlsplit
from memsy.testing import LocalServer
from tests.support.raw_http import SOCKET_TIMEOUT, get_request, read_response, send_request

logged = threading.Event()

class Log(logging.Handler):
    def emit(self, record):
        print(record.name, record.levelname, record.getMessage(), flush=True)
        logged.set()

logging.getLogger().addHandler(Log())
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
with LocalServer() as server:
    send_request(server, get_request("/v1/health"))
    parts = urlsplit(server.base_url)
    connections = [socket.socket() for _ in range(5)]
    free = os.open(os.devnull, os.O_RDONLY)
    os.close(free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (free, hard))
    for connection in connections:
        connection.settimeout(SOCKET_TIMEOUT)
        connection.connect((parts.hostname, parts.port))
        connection.sendall(get_request("/v1/health"))
    assert logged.wait(SOCKET_TIMEOUT)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    for connection in connections:
        with connection:
            print(read_response(connection).status)
    print(send_request(server, get_request("/v1/health")).status)
"""


@needs_resource
def test_server_without_descriptors_logs_one_line_and_recovers() -> None:
    """The connections wait in the queue of the socket, and are served later."""
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
    )
    assert result.stderr == ""
    line, *statuses = result.stdout.splitlines()
    assert line == (
        "memsy.local ERROR the local server cannot accept connections: Too many open files; "
        "it tries again every second. Close files and clients that are not used, "
        "or raise the limit (ulimit -n)"
    )
    assert statuses == ["200"] * 6
