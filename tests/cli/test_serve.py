"""Command `memsy serve`: output, signals, errors at startup, and data on disk."""

from __future__ import annotations

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from attrs import frozen
from typer.testing import CliRunner, Result

from memsy import EventPayload, MemsyAPIError, MemsyClient, MemsyConnectionError, RetryPolicy
from memsy.cli.app import app
from memsy.testing import LocalServer, LocalService
from tests.support.raw_http import (
    get_request,
    is_closed,
    post_request,
    read_response,
    read_statuses,
    request_head,
)

KILLS = 4
BATCH = 40
CONNECTIONS = 600
MAX_STOP_SECONDS = 5.0
"""Two seconds for the server to stop, the rest for a busy machine."""


@frozen
class ServeProcess:
    """Running `memsy serve`, with the first line of its stdout."""

    process: subprocess.Popen[str]
    first_line: str

    @property
    def base_url(self) -> str:
        return self.first_line.rpartition(" ")[2]

    def connect(self) -> socket.socket:
        parts = urlsplit(self.base_url)
        return socket.create_connection((parts.hostname or "", parts.port or 0), 10)

    def client(self, api_key: str = "msy_local") -> MemsyClient:
        return MemsyClient(self.base_url, api_key, retry=RetryPolicy(max_retries=0))

    def stop(self, number: int) -> tuple[int, str, str]:
        """Send a signal, and return the exit code, the rest of stdout, and stderr."""
        self.process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", number))
        output = self.process.communicate(timeout=10)
        return (self.process.returncode, *output)


StartServe = Callable[..., ServeProcess]


@pytest.fixture
def serve() -> Iterator[StartServe]:
    """Function that starts `memsy serve` on a free port, and waits until it accepts requests."""
    with ExitStack() as stack:

        def start(*options: str | Path) -> ServeProcess:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "memsy", "serve", "--port", "0", *options],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                    # On Windows, only a group of processes receives a signal.
                    creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
                )
            )
            stack.callback(process.kill)
            assert process.stdout is not None
            return ServeProcess(process, process.stdout.readline().rstrip("\n"))

        yield start


def run_failing_serve(*options: str | Path) -> Result:
    """Run `memsy serve` with options that keep it from starting."""
    result = CliRunner().invoke(app, ["serve", "--port", "0", *map(str, options)])
    assert result.stdout == ""
    return result


def test_stdout_has_only_the_base_url(serve: StartServe) -> None:
    """The variables to export are on stderr."""
    serving = serve()
    port = urlsplit(serving.base_url).port
    assert serving.first_line == f"memsy local service: http://127.0.0.1:{port}/v1"
    with serving.client() as memsy:
        assert memsy.health().status == "ok"
    _, stdout, stderr = serving.stop(signal.SIGTERM)
    assert stdout == ""
    assert stderr == f"export MEMSY_BASE_URL={serving.base_url} MEMSY_API_KEY=msy_local\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_stops_the_server_with_exit_code_0(
    serve: StartServe, number: signal.Signals
) -> None:
    """The server stops quickly, even with an idle connection and an unfinished request."""
    serving = serve()
    with serving.connect() as idle, serving.connect() as busy:
        idle.sendall(get_request("/v1/health"))
        read_response(idle)
        busy.sendall(request_head(content_length=10))
        started_at = time.monotonic()
        exit_code, _, stderr = serving.stop(number)
        assert time.monotonic() - started_at < MAX_STOP_SECONDS
        assert (exit_code, "Traceback" in stderr) == (0, False)
        assert is_closed(idle)


def test_api_key_option_replaces_the_default_key_and_is_not_printed(serve: StartServe) -> None:
    serving = serve("--api-key", "msy_of_my_own")
    authorization = "Bearer msy_of_my_own"
    with serving.connect() as connection:
        connection.sendall(get_request("/v1/health"))
        connection.sendall(
            get_request("/v1/health", authorization=authorization, connection="close")
        )
        assert read_statuses(connection) == [401, 200]
    _, stdout, stderr = serving.stop(signal.SIGTERM)
    assert "msy_of_my_own" not in stdout + stderr


def test_admin_token_enables_the_admin_routes(serve: StartServe) -> None:
    serving = serve("--admin-token", "sesame")
    url = serving.base_url.replace("/v1", "/__admin/faults")
    fault: dict[str, str | int] = {"operation": "health", "status": 418}
    response = requests.post(
        url, json=fault, headers={"authorization": "Bearer sesame"}, timeout=10
    )
    assert response.status_code == 200
    with serving.client() as memsy, pytest.raises(MemsyAPIError) as excinfo:
        memsy.health()
    assert excinfo.value.status_code == 418
    _, stdout, stderr = serving.stop(signal.SIGTERM)
    assert "sesame" not in stdout + stderr


def test_without_admin_token_there_are_no_admin_routes(serve: StartServe) -> None:
    url = serve().base_url.replace("/v1", "/__admin/faults")
    response = requests.get(url, headers={"authorization": "Bearer msy_local"}, timeout=10)
    assert response.status_code == 404


def test_agents_can_sign_up_if_enabled(serve: StartServe) -> None:
    for options, status in (((), 404), (("--agent-signup",), 201)):
        url = serve(*options).base_url.replace("/v1", "/api/agents/signup")
        assert requests.post(url, json={}, timeout=10).status_code == status


def test_process_delay_keeps_events_pending(serve: StartServe) -> None:
    with serve("--process-delay", "3600").client() as memsy:
        ids = memsy.ingest([EventPayload("ada", "s1", "user_message", "I like tea")]).event_ids
        assert memsy.status(ids).pending_ids == ids


def test_public_host_prints_a_warning_and_accepts_allowed_hosts(serve: StartServe) -> None:
    serving = serve("--host", "0.0.0.0", "--allowed-host", "memsy.test", "--allowed-host", "m.test")
    for host in ("memsy.test", "m.test:80", "localhost"):
        with serving.connect() as connection:
            connection.sendall(get_request("/v1/health", host=host))
            assert read_response(connection).status == 200
    _, _, stderr = serving.stop(signal.SIGTERM)
    assert stderr.startswith("warning: other machines can connect to 0.0.0.0")


def test_port_in_use_is_reported_on_one_line() -> None:
    with LocalServer() as server:
        port = urlsplit(server.base_url).port
        result = run_failing_serve("--port", str(port))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert f"port {port} " in result.stderr


@pytest.mark.parametrize("name", ["missing/memsy.db", "text.txt", ""])
def test_unusable_database_is_reported_on_one_line(tmp_path: Path, name: str) -> None:
    """The file is left unchanged."""
    (tmp_path / "text.txt").write_text("This text is not an SQLite database, despite its path.")
    result = run_failing_serve("--db", tmp_path / name)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert str(tmp_path / name) in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["text.txt"]
    assert (tmp_path / "text.txt").read_text().startswith("This text")


@pytest.mark.parametrize("name", [":memory:", "file:memsy.db?mode=ro"])
def test_database_that_is_not_a_path_is_reported_on_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run_failing_serve("--db", name)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert name in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_database_in_use_is_reported_on_one_line(tmp_path: Path) -> None:
    with LocalService(tmp_path / "memsy.db"):
        result = run_failing_serve("--db", tmp_path / "memsy.db")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert "memsy.db" in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--port", "65536"),
        ("--process-delay", "-1"),
        ("--process-delay", "nan"),
        ("--api-key", ""),
        ("--api-key", "msy of mine"),
    ],
)
def test_invalid_option_value_is_a_usage_error(options: tuple[str, str]) -> None:
    result = run_failing_serve(*options)
    assert result.exit_code == 2
    assert "msy of mine" not in result.output


def test_failed_start_restores_the_signal_handlers() -> None:
    handler = signal.getsignal(signal.SIGINT)
    run_failing_serve("--host", "198.51.100.1")
    assert signal.getsignal(signal.SIGINT) is handler


def test_db_option_keeps_events_and_memories_across_restarts(
    serve: StartServe, tmp_path: Path
) -> None:
    """The deduplication window of 60 seconds continues too."""
    event = EventPayload("ada", "s1", "user_message", "I like tea")
    event_ids: list[list[str]] = []
    for _ in range(2):
        serving = serve("--db", tmp_path / "memsy.db")
        with serving.client() as memsy:
            event_ids.append(memsy.ingest([event]).event_ids)
            assert len(memsy.search("tea", actor_id="ada").results) == 1
        serving.stop(signal.SIGTERM)
    assert event_ids[0] == event_ids[1]


def test_acknowledged_events_survive_a_kill(serve: StartServe, tmp_path: Path) -> None:
    """Each batch is stored completely or not at all."""
    acknowledged = list[str]()
    for kill in range(KILLS):
        serving = serve("--db", tmp_path / "memsy.db")
        acknowledged += ingest_until_killed(serving, f"kill {kill}", after=0.02 * (kill + 1))
    with LocalService(tmp_path / "memsy.db") as service:
        stored = {event.event_id for event in service.events}
        batches = Counter(event.session_id for event in service.events)
        assert len(service.memories) == len(service.events)
    assert len(acknowledged) == len(set(acknowledged))
    assert stored.issuperset(acknowledged)
    assert set(batches.values()) == {BATCH}


def ingest_until_killed(serving: ServeProcess, name: str, *, after: float) -> list[str]:
    """Send batches, one session each, until the kill; return the acknowledged event ids."""
    ids = list[str]()
    with serving.client() as memsy:
        for number in range(1000):
            session = f"{name}, batch {number}"
            batch = [
                EventPayload("ada", session, "user_message", f"cup {cup}") for cup in range(BATCH)
            ]
            try:
                ids += memsy.ingest(batch).event_ids
            except MemsyConnectionError:
                return ids
            if number == 0:
                threading.Timer(after, serving.process.kill).start()
    raise AssertionError("the server still runs after the kill")


async def test_600_concurrent_connections_are_served(serve: StartServe) -> None:
    """All connections are open before the first request."""
    port = urlsplit(serve().base_url).port
    all_connected = asyncio.Event()

    async def send_request(number: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        connected.release()
        await all_connected.wait()
        query = {"query": f"cup {number}", "session_id": f"s/{number}"}
        writer.write(post_request(query, "/v1/search", connection="close"))
        response = await reader.read()
        writer.close()
        await writer.wait_closed()
        return response

    connected = asyncio.Semaphore(0)
    tasks = [asyncio.create_task(send_request(number)) for number in range(CONNECTIONS)]
    for _ in tasks:
        await connected.acquire()
    all_connected.set()
    started_at = time.monotonic()
    responses = await asyncio.gather(*tasks)
    assert time.monotonic() - started_at < 5
    assert {response.partition(b"\r\n")[0] for response in responses} == {b"HTTP/1.1 200 OK"}
