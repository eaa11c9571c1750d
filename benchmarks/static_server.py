"""
Static HTTP server of canned responses, in a process of its own on 127.0.0.1.

It is nginx, or `httptools_server` on machines without nginx.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

_START_TIMEOUT = 10.0
_ATTEMPTS = 5
"""Attempts to start: another process can take the free port in the meantime."""

# nginx rejects a parameter of 4096 bytes or more.
_PART_LENGTH = 3_000

_CONFIGURATION = """\
daemon off;
master_process off;
pid nginx.pid;
error_log stderr error;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {{
    listen 127.0.0.1:{port};
    default_type application/json;
{headers}
{locations}
  }}
}}
"""


@frozen
class StaticServer:
    """Address of a running server, and the name of its program."""

    url: str
    program: str


def find_nginx() -> str | None:
    """Return the path of nginx if it is installed. Debian keeps it out of the path of users."""
    return shutil.which("nginx") or shutil.which("/usr/sbin/nginx")


@contextmanager
def static_server(
    responses: Mapping[str, str], headers: Mapping[str, str], nginx: str | None
) -> Iterator[StaticServer]:
    """
    Run a server that answers each request to a path of `responses` with its JSON text.

    The process ends with the block, also after an exception such as Ctrl-C. Without the path of
    `nginx`, the server is `httptools_server`.
    """
    with TemporaryDirectory(prefix="memsy-static-server-") as name:
        folder = Path(name)
        for _ in range(_ATTEMPTS):
            port = _free_port()
            if nginx:
                command = _nginx_command(
                    nginx, folder, nginx_configuration(port, responses, headers)
                )
            else:
                command = [sys.executable, "-m", "benchmarks.httptools_server", str(port)]
            with subprocess.Popen(command) as process:
                try:
                    if _accepts_connections(process, port):
                        program = "nginx" if nginx else "httptools"
                        yield StaticServer(f"http://127.0.0.1:{port}/v1", program)
                        return
                finally:
                    process.terminate()
    raise RuntimeError(f"{nginx or 'the httptools server'} does not start")


def nginx_configuration(port: int, responses: Mapping[str, str], headers: Mapping[str, str]) -> str:
    """Return a configuration with one process, unlimited keep-alive and no access log."""
    return _CONFIGURATION.format(
        port=port,
        headers="\n".join(f"    add_header {name} '{value}';" for name, value in headers.items()),
        locations="\n".join(_location(path, text) for path, text in responses.items()),
    )


def _location(path: str, text: str) -> str:
    """Return a location whose response is `text`, split into variables of allowed length."""
    if unusable := set("'\\$") & set(text):
        raise ValueError(f"the response of {path} must not contain {sorted(unusable)}")
    parts = [text[start : start + _PART_LENGTH] for start in range(0, len(text), _PART_LENGTH)]
    variables = "".join(f" set $part{number} '{part}';" for number, part in enumerate(parts))
    names = "".join(f"$part{number}" for number in range(len(parts)))
    return f"    location = {path} {{{variables} return 200 {names}; }}"


def _nginx_command(nginx: str, folder: Path, configuration: str) -> Sequence[str]:
    file = folder / "nginx.conf"
    file.write_text(configuration, encoding="utf-8")
    return [nginx, "-p", str(folder), "-c", str(file), "-e", "stderr"]


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _accepts_connections(process: subprocess.Popen[bytes], port: int) -> bool:
    deadline = time.monotonic() + _START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as connection:
            if connection.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False
