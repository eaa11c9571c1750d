"""Tests of the documentation pages: their code runs against a local server."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import mypy.api
import pytest
from fastapi import Depends, FastAPI
from fastapi.exceptions import FastAPIError
from fastapi.testclient import TestClient

from memsy import AsyncMemsyClient, AsyncMemsyClientProtocol, MemsyClientClosedError
from memsy.testing import FakeAsyncMemsyClient, LocalServer
from tests.docs.blocks import NAMED, ROOT, Block, blocks, run

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/cli.md",
    "docs/guide.md",
    "docs/observability.md",
    "docs/parity.md",
    "docs/reliability.md",
    "docs/testing.md",
    "examples/README.md",
    "tests/README.md",
)


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> object:
    """A local server, with its address and key in the environment."""
    with LocalServer() as running:
        monkeypatch.setenv("MEMSY_BASE_URL", running.base_url)
        monkeypatch.setenv("MEMSY_API_KEY", running.api_key)
        yield running
        logging.getLogger("memsy").setLevel(logging.NOTSET)  # a page changes it


@pytest.mark.parametrize(
    "page", ["README.md", "docs/guide.md", "docs/observability.md", "docs/parity.md"]
)
def test_code_of_a_page_runs_in_order(page: str) -> None:
    """The blocks share a namespace and a loop. A block with `asyncio.run` runs its own loop."""
    names: dict[str, object] = {"__name__": page}
    python = [block for block in blocks(page) if block.language == "python"]
    code = [block for block in python if not NAMED.match(block.code)]
    assert len(code) >= 4
    loop = asyncio.new_event_loop()
    try:
        for block in code:
            if "asyncio.run(" in block.code:
                exec(block.code, names)
            else:
                loop.run_until_complete(run(block, page, names))
    finally:
        loop.close()


@pytest.mark.slow
def test_code_of_the_observability_page_type_checks(tmp_path: Path) -> None:
    program = tmp_path / "page.py"
    program.write_text("\n".join(block.code for block in blocks("docs/observability.md")))
    output, errors, status = mypy.api.run(["--strict", f"--cache-dir={tmp_path}", str(program)])
    assert (output.splitlines()[-1:], errors, status) == (
        ["Success: no issues found in 1 source file"],
        "",
        0,
    )


def test_files_of_the_guide_run_as_programs(tmp_path: Path) -> None:
    """A block is a file if its first line is a comment with the file name."""
    programs = {named[1]: b.code for b in blocks("docs/guide.md") if (named := NAMED.match(b.code))}
    assert programs
    for name, code in programs.items():
        (tmp_path / name).write_text(code, encoding="utf-8")
        process = subprocess.run(
            [sys.executable, "-W", "error", name],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert (process.returncode, process.stderr) == (0, "")
        assert process.stdout == "[0, 0]\n"


FASTAPI_BLOCKS = [block for block in blocks("docs/guide.md") if "app = FastAPI(" in block.code]


def fastapi_application(block: Block) -> tuple[FastAPI, dict[str, Any]]:
    names: dict[str, Any] = {}
    exec(block.code, names)
    app = names["app"]
    assert isinstance(app, FastAPI)
    return app, names


@pytest.mark.parametrize("block", FASTAPI_BLOCKS, ids=["global", "dependency"])
def test_fastapi_application_of_the_guide_responds(block: Block) -> None:
    """The FastAPI blocks of the guide run unchanged."""
    app, _ = fastapi_application(block)
    with TestClient(app) as http:
        for _ in range(3):
            assert http.post("/chat", params={"msg": "tea"}).json() == []


def test_fake_replaces_the_dependency_of_the_guide() -> None:
    app, names = fastapi_application(FASTAPI_BLOCKS[1])
    fake = FakeAsyncMemsyClient()
    app.dependency_overrides[names["get_memsy"]] = lambda: fake
    with TestClient(app) as http:
        assert http.post("/chat", params={"msg": "tea"}).json() == []
    assert [call.operation for call in fake.calls] == ["search"]


def test_client_class_as_a_fastapi_dependency_is_an_error() -> None:
    """The guide says so."""
    app = FastAPI()

    async def chat(memsy: AsyncMemsyClient) -> None:
        """An endpoint with the dependency that does not work."""

    chat.__annotations__["memsy"] = Annotated[AsyncMemsyClient, Depends(AsyncMemsyClient)]
    with pytest.raises(FastAPIError, match="Timeout is a valid Pydantic field type"):
        app.post("/chat")(chat)


def test_issubclass_with_the_protocol_of_a_client_is_a_type_error() -> None:
    """The guide says so."""
    with pytest.raises(TypeError, match="non-method members"):
        issubclass(FakeAsyncMemsyClient, AsyncMemsyClientProtocol)  # type: ignore[misc]


def test_client_created_before_the_loop_works_in_the_application() -> None:
    """The client is created at import and closed in `lifespan`."""
    memsy = AsyncMemsyClient()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        await memsy.close()

    app = FastAPI(lifespan=lifespan)

    @app.post("/chat")
    async def chat(msg: str) -> list[int]:
        responses = await asyncio.gather(*(memsy.search(msg) for _ in range(5)))
        return [len(response.results) for response in responses]

    with TestClient(app) as http:
        for _ in range(3):
            assert http.post("/chat", params={"msg": "tea"}).json() == [0] * 5
    with pytest.raises(MemsyClientClosedError):
        asyncio.run(memsy.health())


def test_client_works_in_several_loops() -> None:
    memsy = AsyncMemsyClient()
    for _ in range(3):
        assert asyncio.run(memsy.health()).status == "ok"
    asyncio.run(memsy.close())


def test_links_of_the_pages_point_to_files() -> None:
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for link in re.findall(r"\]\((?!https?:)([^)#]+)\)", text):
            assert ((ROOT / page).parent / link).exists(), (
                f"{page} links to {link}, which does not exist"
            )
