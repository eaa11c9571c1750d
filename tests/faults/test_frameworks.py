"""Clients in test suites that run on pytest-asyncio, pytest-aiohttp and anyio."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from memsy.testing import LocalServer

PROJECT = """
import pytest
from aiohttp import web
from memsy import AsyncMemsyClient, EventPayload, MemsyClient
from memsy.testing import FakeAsyncMemsyClient

shared = AsyncMemsyClient()  # no loop runs yet, and each test has its own

@pytest.fixture(params=[AsyncMemsyClient, FakeAsyncMemsyClient])
async def memsy(request):
    async with request.param() as memsy:
        yield memsy

async def test_client_from_fixture(memsy):
    await memsy.ingest([EventPayload("u1", "s1", "user_message", "I like green tea.")])
    found = await memsy.search("green tea", actor_id="u1")
    assert found.results[0].content == "I like green tea."

@pytest.mark.parametrize("test", range(3))
async def test_client_shared_by_all_tests(test):
    assert (await shared.health()).status == "ok"

def test_sync_client_beside_async_tests():
    with MemsyClient() as memsy:
        assert memsy.health().status == "ok"
"""

WEB_APPLICATION = """
async def test_client_in_request_handler(aiohttp_client, memsy):
    async def search(request):
        found = await memsy.search(request.query["q"])
        return web.json_response({"found": len(found.results)})

    app = web.Application()
    app.router.add_get("/", search)
    browser = await aiohttp_client(app)
    async with browser.get("/", params={"q": "coffee"}) as response:
        assert await response.json() == {"found": 0}
"""

ANYIO_BACKEND = """
pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "asyncio"
"""


@pytest.mark.covers("X05")
@pytest.mark.parametrize(
    ("plugins", "options", "project", "tests"),
    [
        (
            ["pytest_asyncio.plugin", "pytest_aiohttp.plugin"],
            ["asyncio_mode=auto", "asyncio_default_fixture_loop_scope=function"],
            PROJECT + WEB_APPLICATION,
            8,
        ),
        (["anyio.pytest_plugin"], [], PROJECT + ANYIO_BACKEND, 6),
    ],
    ids=["pytest-aiohttp", "anyio"],
)
def test_clients_work_in_async_test_frameworks(
    tmp_path: Path, plugins: list[str], options: list[str], project: str, tests: int
) -> None:
    """Each test has its own loop. Clients created inside and outside of it cause no warning."""
    (tmp_path / "test_project.py").write_text(project)
    with LocalServer() as server:
        done = subprocess.run(
            [
                *(sys.executable, "-W", "error"),
                *("-W", "ignore:_pytest.python.CallSpec2"),  # of releases of anyio before 4.15
                *("-m", "pytest", "-q", "-p", "no:cacheprovider"),
                *(word for plugin in plugins for word in ("-p", plugin)),
                *(word for option in options for word in ("-o", option)),
            ],
            cwd=tmp_path,
            env={
                **os.environ,
                "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
                "PYTEST_ADDOPTS": "",
                "MEMSY_BASE_URL": server.base_url,
                "MEMSY_API_KEY": server.api_key,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert f"{tests} passed in" in done.stdout, done.stdout
    assert (done.stderr, done.returncode) == ("", 0)
