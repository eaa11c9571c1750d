"""`memsy serve` as a shell sees it: what it says, how it ends, and what is left on the disk."""

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
from tests.support.raw_http import get, head, is_closed, post, read, read_statuses

KILLS = 4
BATCH = 40
CONNECTIONS = 600
ENDING = 5.0
"""Two seconds for the server, and some for a busy machine to end a process."""


@frozen
class Serving:
    """A `memsy serve` that has said where it is."""

    process: subprocess.Popen[str]
    ready: str

    @property
    def base_url(self) -> str:
        return self.ready.rpartition(" ")[2]

    def connect(self) -> socket.socket:
        parts = urlsplit(self.base_url)
        return socket.create_connection((parts.hostname or "", parts.port or 0), 10)

    def client(self, api_key: str = "msy_local") -> MemsyClient:
        return MemsyClient(self.base_url, api_key, retry=RetryPolicy(max_retries=0))

    def end(self, number: int) -> tuple[int, str, str]:
        """Send a signal; give the exit code, and what else was said on stdout and on stderr."""
        self.process.send_signal(number)
        said = self.process.communicate(timeout=10)
        return (self.process.returncode, *said)


Serve = Callable[..., Serving]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts `memsy serve` with some options, on any free port, and waits until it answers."""
    with ExitStack() as stack:

        def start(*options: str | Path) -> Serving:
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-m", "memsy", "serve", "--port", "0", *options],
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            assert process.stdout is not None
            return Serving(process, process.stdout.readline().rstrip("\n"))

        yield start


def refused(*options: str | Path) -> Result:
    """What comes of a `memsy serve` that cannot start, as all it needs is said by *options*."""
    result = CliRunner().invoke(app, ["serve", "--port", "0", *map(str, options)])
    assert result.stdout == ""
    return result


def test_one_line_says_where_it_is(serve: Serve) -> None:
    """And nothing else is on stdout; how to point a client there is on stderr."""
    serving = serve()
    port = urlsplit(serving.base_url).port
    assert serving.ready == f"memsy local service: http://127.0.0.1:{port}/v1"
    with serving.client() as memsy:
        assert memsy.health().status == "ok"
    _, stdout, stderr = serving.end(signal.SIGTERM)
    assert stdout == ""
    assert stderr == f"export MEMSY_BASE_URL={serving.base_url} MEMSY_API_KEY=msy_local\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(serve: Serve, number: signal.Signals) -> None:
    """And soon, though one client idles and another never sends its body."""
    serving = serve()
    with serving.connect() as idle, serving.connect() as busy:
        idle.sendall(get("/v1/health"))
        read(idle)
        busy.sendall(head(content_length=10))
        began = time.monotonic()
        code, _, stderr = serving.end(number)
        assert time.monotonic() - began < ENDING
        assert (code, "Traceback" in stderr) == (0, False)
        assert is_closed(idle)


def test_a_given_key_is_the_only_one_and_is_never_shown(serve: Serve) -> None:
    serving = serve("--api-key", "msy_of_my_own")
    given = "Bearer msy_of_my_own"
    with serving.connect() as connection:
        connection.sendall(get("/v1/health"))
        connection.sendall(get("/v1/health", authorization=given, connection="close"))
        assert read_statuses(connection) == [401, 200]
    _, stdout, stderr = serving.end(signal.SIGTERM)
    assert "msy_of_my_own" not in stdout + stderr


def test_a_token_opens_the_back_door(serve: Serve) -> None:
    serving = serve("--admin-token", "sesame")
    url = serving.base_url.replace("/v1", "/__admin/faults")
    planned: dict[str, str | int] = {"operation": "health", "status": 418}
    sent = requests.post(url, json=planned, headers={"authorization": "Bearer sesame"}, timeout=10)
    assert sent.status_code == 200
    with serving.client() as memsy, pytest.raises(MemsyAPIError) as caught:
        memsy.health()
    assert caught.value.status_code == 418
    _, stdout, stderr = serving.end(signal.SIGTERM)
    assert "sesame" not in stdout + stderr


def test_without_a_token_there_is_no_back_door(serve: Serve) -> None:
    url = serve().base_url.replace("/v1", "/__admin/faults")
    asked = requests.get(url, headers={"authorization": "Bearer msy_local"}, timeout=10)
    assert asked.status_code == 404


def test_events_stay_pending_for_as_long_as_one_wants(serve: Serve) -> None:
    with serve("--process-delay", "3600").client() as memsy:
        ids = memsy.ingest([EventPayload("ada", "s1", "user_message", "I like tea")]).event_ids
        assert memsy.status(ids).pending_ids == ids


def test_other_machines_are_let_in_with_a_warning(serve: Serve) -> None:
    """By the names that are allowed."""
    serving = serve("--host", "0.0.0.0", "--allowed-host", "memsy.test", "--allowed-host", "m.test")
    for host in ("memsy.test", "m.test:80", "localhost"):
        with serving.connect() as connection:
            connection.sendall(get("/v1/health", host=host))
            assert read(connection).status == 200
    _, _, stderr = serving.end(signal.SIGTERM)
    assert stderr.startswith("warning: other machines can reach 0.0.0.0")


def test_a_taken_port_is_told_in_a_line() -> None:
    with LocalServer() as server:
        port = urlsplit(server.base_url).port
        result = refused("--port", str(port))
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert f"port {port} " in result.stderr


@pytest.mark.parametrize("name", ["missing/memsy.db", "prose.txt", ""])
def test_what_is_no_database_is_told_in_a_line(tmp_path: Path, name: str) -> None:
    """And is left as it is."""
    (tmp_path / "prose.txt").write_text("Once upon a time, there was no database at all.")
    result = refused("--db", tmp_path / name)
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert str(tmp_path / name) in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["prose.txt"]
    assert (tmp_path / "prose.txt").read_text().startswith("Once upon")


def test_a_database_in_use_is_told_in_a_line(tmp_path: Path) -> None:
    with LocalService(tmp_path / "memsy.db"):
        result = refused("--db", tmp_path / "memsy.db")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
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
def test_a_wrong_option_is_a_matter_of_usage(options: tuple[str, str]) -> None:
    result = refused(*options)
    assert result.exit_code == 2
    assert "msy of mine" not in result.output


def test_a_refusal_leaves_ctrl_c_as_it_was() -> None:
    before = signal.getsignal(signal.SIGINT)
    refused("--host", "198.51.100.1")
    assert signal.getsignal(signal.SIGINT) is before


def test_a_file_keeps_everything_for_the_next_time(serve: Serve, tmp_path: Path) -> None:
    """The 60 seconds included, within which an equal event is the same event."""
    event = EventPayload("ada", "s1", "user_message", "I like tea")
    seen: list[list[str]] = []
    for _ in range(2):
        serving = serve("--db", tmp_path / "memsy.db")
        with serving.client() as memsy:
            seen.append(memsy.ingest([event]).event_ids)
            assert len(memsy.search("tea", actor_id="ada").results) == 1
        serving.end(signal.SIGTERM)
    assert seen[0] == seen[1]


def test_what_was_acknowledged_outlives_a_kill(serve: Serve, tmp_path: Path) -> None:
    """Killed in a stream of batches, again and again: each of them is there as a whole, or not."""
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


def ingest_until_killed(serving: Serving, name: str, *, after: float) -> list[str]:
    """Send batches, each a session of its own, and give the ids that were acknowledged."""
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
    raise AssertionError("the server outlived a kill")


async def test_six_hundred_connections_are_served_at_once(serve: Serve) -> None:
    """All of them are open before the first one asks."""
    port = urlsplit(serve().base_url).port
    asking = asyncio.Event()

    async def ask(number: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        connected.release()
        await asking.wait()
        query = {"query": f"cup {number}", "session_id": f"s/{number}"}
        writer.write(post(query, "/v1/search", connection="close"))
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
        return said

    connected = asyncio.Semaphore(0)
    asked = [asyncio.create_task(ask(number)) for number in range(CONNECTIONS)]
    for _ in asked:
        await connected.acquire()
    asking.set()
    began = time.monotonic()
    answers = await asyncio.gather(*asked)
    assert time.monotonic() - began < 5
    assert {answer.partition(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 200 OK"}
