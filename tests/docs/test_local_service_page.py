"""Tests of docs/local-service.md: its commands, options, routes, limits and refusals."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator

import pytest
import requests
from typer.main import get_command

from memsy import EventPayload, MemsyClient
from memsy.cli.app import app
from memsy.local import LocalServer
from memsy.local.server.admin_commands import COMMANDS
from tests.docs.blocks import ROOT, Block, blocks

PAGE = "docs/local-service.md"
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
CURL = [block for block in blocks(PAGE) if block.code.startswith("$ curl")]


@pytest.fixture
def server() -> Iterator[LocalServer]:
    with LocalServer(admin_token="let-me-in") as running:
        yield running


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("block", CURL, ids=lambda block: f"line-{block.line}")
def test_commands_of_the_page_print_its_lines(block: Block, server: LocalServer) -> None:
    *command, response = block.code.splitlines()
    script = "\n".join(command).removeprefix("$ ")
    script = script.replace("http://127.0.0.1:8765", server.base_url.removesuffix("/v1"))
    output = subprocess.check_output(["sh", "-c", f"{script} -s"], text=True, timeout=60)
    assert output == response


def test_table_of_options_has_every_option_of_the_command() -> None:
    serve = get_command(app).commands["serve"]  # type: ignore[attr-defined]  # it is a group
    options = {name for parameter in serve.params for name in parameter.opts}
    documented = set(re.findall(r"--[a-z][a-z-]+", "".join(re.findall(r"(?m)^\| `--.*", TEXT))))
    assert documented == {name for name in options if name.startswith("--")} - {"--help"}


def test_table_of_routes_has_every_admin_route() -> None:
    documented = re.findall(r"(?m)^\| `(GET|POST|DELETE) ([a-z]+)` \|", TEXT)
    assert set(documented) == {*COMMANDS}


def test_search_compares_words(server: LocalServer) -> None:
    with MemsyClient(server.base_url, server.api_key) as memsy:
        memsy.ingest([EventPayload("ann", "chat-1", "user_message", "I drink teas")])
        assert memsy.search("tea", actor_id="ann").results
        assert memsy.search("beverage", actor_id="ann").results == []


EVENT = {"actor_id": "a", "session_id": "s", "kind": "app_event", "content": "tea"}


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("GET", "/health", "", {}, 404),
        ("GET", "/v1/nothing", "", {}, 404),
        ("GET", "/v1/actors?unknown=1", "", {}, 422),
        ("GET", "/v1/actors?sort=unknown", "", {}, 422),
        ("POST", "/v1/search", "tea", {"Content-Type": "application/json"}, 422),
        ("POST", "/v1/search", "tea", {"Content-Type": "text/plain"}, 415),
        ("POST", "/v1/search", " " * 10_485_761, {"Content-Type": "application/json"}, 413),
        ("DELETE", "/v1/clear/tea", "", {}, 501),
        ("GET", "/v1/health", "", {"Authorization": "Bearer other"}, 401),
        ("GET", "/v1/health", "", {"Host": "memsy.example"}, 403),
        ("GET", "/v1/health", "", {"Origin": "https://app.example"}, 403),
    ],
)
def test_request_is_refused(
    server: LocalServer, method: str, path: str, body: str, headers: dict[str, str], status: int
) -> None:
    response = requests.request(
        method,
        server.base_url.removesuffix("/v1") + path,
        data=body,
        headers={"Authorization": f"Bearer {server.api_key}", **headers},
        timeout=30,
    )
    assert response.status_code == status


def test_more_than_500_events_in_a_request_are_refused(server: LocalServer) -> None:
    response = requests.post(
        f"{server.base_url}/ingest",
        json={"events": [EVENT] * 501},
        headers={"Authorization": f"Bearer {server.api_key}"},
        timeout=30,
    )
    assert response.status_code == 422
