"""Tests of docs/outbox.md: its blocks run in order, and each recipe runs in its own framework."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from fastapi.testclient import TestClient

from memsy.outbox import AsyncOutbox
from memsy.testing import LocalServer
from tests.docs.blocks import NAMED, blocks, run
from tests.support.platforms import needs_posix_signals

PAGE = "docs/outbox.md"
PYTHON = [block for block in blocks(PAGE) if block.language == "python"]
FILES = {named[1]: block.code for block in PYTHON if (named := NAMED.match(block.code))}

LOOP_SCOPE = "asyncio_default_fixture_loop_scope"


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[LocalServer]:
    """A local server in the environment, and the files of the page in the working directory."""
    with LocalServer() as running:
        monkeypatch.setenv("MEMSY_BASE_URL", running.base_url)
        monkeypatch.setenv("MEMSY_API_KEY", running.api_key)
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        for name, text in FILES.items():
            Path(name).write_text(text, encoding="utf-8")
        yield running


def test_code_of_the_page_runs_in_order() -> None:
    names: dict[str, object] = {"__name__": PAGE}
    for block in PYTHON:
        if not NAMED.match(block.code):
            asyncio.run(run(block, PAGE, names))


@pytest.mark.slow
def test_tests_of_the_page_pass() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    completed = run_command(
        [*command, "-W", "error", "-o", f"{LOOP_SCOPE}=function", "test_remember.py"]
    )
    assert "2 passed" in completed.stdout, completed.stdout


def test_fastapi_application_sends_the_messages(server: LocalServer) -> None:
    with TestClient(load("service").app) as http:
        for text in ("tea", "sugar"):
            response = http.post("/messages", params={"user_id": "ann", "text": text})
            assert response.status_code == 202
    assert contents(server) == ["sugar", "tea"]


def test_fastapi_application_responds_503_if_the_outbox_is_full(server: LocalServer) -> None:
    service = load("service")
    vars(service)["outbox"] = AsyncOutbox(service.memsy, "full.db", max_events=1, background=False)
    with TestClient(service.app) as http:
        http.post("/messages", params={"user_id": "ann", "text": "sugar"})
        response = http.post("/messages", params={"user_id": "ann", "text": "tea"})
    assert (response.status_code, response.headers["retry-after"]) == (503, "60")


@needs_posix_signals
@pytest.mark.slow
def test_gunicorn_workers_share_the_outbox(server: LocalServer) -> None:
    """One worker is killed after it stored events: the other one sends them, or its successor."""
    command = [sys.executable, "-m", "gunicorn", "--config", "gunicorn_conf.py", "wsgi:app"]
    options = ["--bind", "127.0.0.1:0", "--access-logfile", "-", "--access-logformat", "pid=%(p)s"]
    sent: list[str] = []
    with running([*command, *options]) as output:
        wait_for(lambda: "Listening at" in output())
        [url] = re.findall(r"Listening at: (http://\S+)", output())
        pids = set[str]()
        while len(pids) < 2:
            assert len(sent) < 200, "all requests went to one worker"
            for _ in range(10):
                sent.append(f"text {len(sent)}")
                query = f"user_id=ann&text={sent[-1].replace(' ', '+')}"
                with urllib.request.urlopen(f"{url}?{query}", timeout=30) as response:
                    assert response.status == 202
            pids = set(re.findall(r"pid=<?(\d+)", output()))
        if sys.platform == "win32":  # for type checkers
            raise NotImplementedError
        os.kill(int(pids.pop()), signal.SIGKILL)
        wait_for(lambda: len(server.service.events) == len(sent))
    assert contents(server) == sorted(sent)


@needs_posix_signals
@pytest.mark.slow
def test_celery_tasks_put_events(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("data_in").mkdir()
    Path("data_out").symlink_to("data_in")  # so that the worker reads what the caller sends
    monkeypatch.setenv("CELERY_BROKER_URL", "filesystem://")
    texts = [f"text {number}" for number in range(20)]
    Path("caller.py").write_text(
        "from celery_tasks import remember\n"
        f"for text in {texts}:\n"
        "    remember.apply_async(('ann', 'chat-1', text), ignore_result=True)\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "celery", "--app", "celery_tasks", "worker"]
    with running([*command, "--pool", "prefork", "--concurrency", "2"]):
        run_command([sys.executable, "caller.py"])
        wait_for(lambda: len(server.service.events) == len(texts))
    assert contents(server) == sorted(texts)


@needs_posix_signals
def test_consumer_sends_the_rest_after_a_restart(server: LocalServer) -> None:
    """The first run cannot reach the service, and is killed."""
    if sys.platform == "win32":  # for type checkers
        raise NotImplementedError
    run_consumer(["tea", "sugar"], signal.SIGKILL, MEMSY_BASE_URL="http://127.0.0.1:9/v1")
    assert contents(server) == []
    assert run_consumer(["milk"], signal.SIGTERM) == 0
    assert contents(server) == ["milk", "sugar", "tea"]


def run_consumer(lines: Sequence[str], end: signal.Signals, **environment: str) -> int:
    """Run the consumer until it stored all lines, send it a signal, and return its exit status."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", "consumer.py"],
        env={**os.environ, **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.writelines(f"{line}\n" for line in lines)
        process.stdin.flush()
        for line in lines:
            assert process.stdout.readline() == f"stored {line}\n"
        process.send_signal(end)
        return process.wait(timeout=30)


def test_serverless_function_sends_what_an_earlier_invocation_left(server: LocalServer) -> None:
    handler = load("handler")
    handle = handler.handle
    server.service.faults.exhaust_quota("events_ingested")
    assert handle({"user_id": "ann", "text": "tea"}, None) == {"left": 1}
    server.service.faults.clear()
    assert handle({"user_id": "ann", "text": "sugar"}, None) == {"left": 0}
    handler.outbox.close()
    handler.memsy.close()
    assert contents(server) == ["sugar", "tea"]


def contents(server: LocalServer) -> list[str]:
    return sorted(event.content for event in server.service.events)


def load(name: str) -> ModuleType:
    """Return a file of the page as a module."""
    spec = importlib.util.spec_from_file_location(name, f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def run_command(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def running(command: Sequence[str]) -> Iterator[Callable[[], str]]:
    """Run a server in the background, and yield a function that returns its output until now."""
    with (
        Path("log").open("w", encoding="utf-8") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
    ):
        try:
            yield lambda: Path("log").read_text(encoding="utf-8")
        finally:
            process.terminate()
            process.wait(timeout=30)


def wait_for(condition: Callable[[], object]) -> None:
    """Wait until a program has made `condition` true."""
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "still false after 30 s"
        time.sleep(0.02)
