"""Tests of the documentation pages: their code runs against a local server."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from multiprocessing import get_all_start_methods
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI
from fastapi.exceptions import FastAPIError
from fastapi.testclient import TestClient

from memsy import (
    AsyncMemsyClient,
    AsyncMemsyClientProtocol,
    EventPayload,
    MemoryItemResource,
    MemsyClientClosedError,
)
from memsy.testing import FakeAsyncMemsyClient, LocalServer
from tests.docs.blocks import NAMED, ROOT, Block, blocks, run
from tests.support.platforms import needs_fork

PAGES = (
    "README.md",
    "CONTRIBUTING.md",
    "docs/bulk.md",
    "docs/cli.md",
    "docs/guide.md",
    "docs/observability.md",
    "docs/outbox.md",
    "docs/parity.md",
    "docs/performance.md",
    "docs/reliability.md",
    "docs/scale.md",
    "docs/testing.md",
    "examples/README.md",
    "tests/README.md",
)


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """A local server, with its address and key in the environment."""
    with LocalServer() as running:
        monkeypatch.setenv("MEMSY_BASE_URL", running.base_url)
        monkeypatch.setenv("MEMSY_API_KEY", running.api_key)
        yield running
        logging.getLogger("memsy").setLevel(logging.NOTSET)  # a page changes it


@pytest.mark.parametrize(
    "page",
    ["README.md", "docs/bulk.md", "docs/guide.md", "docs/observability.md", "docs/parity.md"],
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


def test_pool_of_the_guide_runs_as_a_program(tmp_path: Path) -> None:
    assert run_program(write_files(tmp_path), "pool.py") == "[0, 0]\n"


@pytest.mark.parametrize("method", get_all_start_methods())
def test_pool_of_the_guide_works_with_all_start_methods(tmp_path: Path, method: str) -> None:
    """The guide says so, also of `multiprocessing.Pool`."""
    program = write_files(tmp_path) / "start_methods.py"
    program.write_text(
        f"""
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from pool import count

if __name__ == "__main__":
    context = get_context({method!r})
    with ProcessPoolExecutor(2, mp_context=context) as executor:
        counts = list(executor.map(count, ["tea"]))
    with context.Pool(2) as pool:
        print(counts + pool.map(count, ["tea"]))
"""
    )
    assert run_program(tmp_path, program.name) == "[0, 0]\n"


@needs_fork
@pytest.mark.slow
def test_celery_worker_runs_the_task_of_the_guide(
    tmp_path: Path, server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker with the prefork pool takes the task from a folder."""
    (tmp_path / "data_in").mkdir()
    (tmp_path / "data_out").symlink_to("data_in")  # so that the worker reads what the caller sends
    (tmp_path / "results").mkdir()
    monkeypatch.setenv("CELERY_BROKER_URL", "filesystem://")
    monkeypatch.setenv("CELERY_RESULT_BACKEND", f"file://{tmp_path}/results")
    program = write_files(tmp_path) / "caller.py"
    program.write_text(
        "from tasks import remember\n"
        "results = [remember.delay('ann', 'chat-1', text) for text in ('tea', 'sugar')]\n"
        "print(sum(len(result.get(timeout=30)) for result in results))\n"
    )
    command = [sys.executable, "-m", "celery", "--app", "tasks", "worker", "--pool", "prefork"]
    with (tmp_path / "log").open("w") as log:
        worker = subprocess.Popen(
            [*command, "--concurrency", "2"], cwd=tmp_path, stdout=log, stderr=log
        )
    try:
        assert run_program(tmp_path, program.name, "default") == "2\n"
    finally:
        worker.terminate()
        worker.wait(timeout=30)
    assert sorted(event.content for event in server.service.events) == ["sugar", "tea"]


def write_files(folder: Path) -> Path:
    """Write the files of the guide: blocks whose first line is a comment with the file name."""
    for block in blocks("docs/guide.md"):
        if named := NAMED.match(block.code):
            (folder / named[1]).write_text(block.code, encoding="utf-8")
    return folder


def run_program(folder: Path, name: str, warnings: str = "error") -> str:
    process = subprocess.run(
        [sys.executable, "-W", warnings, name],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (process.returncode, process.stderr) == (0, "")
    return process.stdout


FASTAPI_BLOCKS = [block for block in blocks("docs/guide.md") if "app = FastAPI(" in block.code]


def fastapi_application(block: Block) -> tuple[FastAPI, dict[str, Any]]:
    names: dict[str, Any] = {}
    exec(block.code, names)
    app = names["app"]
    assert isinstance(app, FastAPI)
    return app, names


@pytest.mark.parametrize(
    ("block", "response"),
    [(FASTAPI_BLOCKS[0], []), (FASTAPI_BLOCKS[1], {"results": []})],
    ids=["global", "dependency"],
)
def test_fastapi_application_of_the_guide_responds(block: Block, response: object) -> None:
    """The FastAPI blocks of the guide run unchanged."""
    app, _ = fastapi_application(block)
    with TestClient(app) as http:
        for _ in range(3):
            assert http.post("/chat", params={"msg": "tea"}).json() == response


def test_fake_replaces_the_dependency_of_the_guide() -> None:
    app, names = fastapi_application(FASTAPI_BLOCKS[1])
    fake = FakeAsyncMemsyClient()
    app.dependency_overrides[names["get_memsy"]] = lambda: fake
    with TestClient(app) as http:
        assert http.post("/chat", params={"msg": "tea"}).json() == {"results": []}
    assert [call.operation for call in fake.calls] == ["search"]


def test_models_of_the_guide_are_requests_and_responses() -> None:
    (block,) = (b for b in blocks("docs/guide.md") if "events_api = FastAPI(" in b.code)
    names: dict[str, Any] = {"AsyncMemsyClient": FakeAsyncMemsyClient}
    exec(compile(block.code, "guide", "exec", dont_inherit=True), names)
    events = [EventPayload("ann", "chat-1", "user_message", text) for text in ("tea", "sugar")]
    with TestClient(names["events_api"]) as http:
        http.post("/turns", json={"events": [events[0].to_dict()]})
        assert len(http.post("/events", json=events[1].to_dict()).json()["event_ids"]) == 1
        assert http.post("/events", json={**events[0].to_dict(), "kind": "note"}).is_client_error
        items = http.get("/memories/ann").json()
    assert {MemoryItemResource.from_dict(item).text for item in items} == {"tea", "sugar"}


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


def test_links_of_the_pages_point_to_files_and_headings() -> None:
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
            target = (ROOT / page).parent / path if path else ROOT / page
            assert target.exists(), f"{page} links to {path}, which does not exist"
            if anchor:
                assert anchor in anchors(target), f"{page} links to {path}#{anchor}: no heading"


def anchors(page: Path) -> list[str]:
    """Return the anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
