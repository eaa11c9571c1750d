"""Tests of the documentation pages: their code runs against a local server."""

from __future__ import annotations

import asyncio
import logging
import re
import subprocess
import sys
from collections import Counter
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
from tests.docs.blocks import NAMED, PAGES, PYTHON_PAGES, ROOT, blocks, run
from tests.support.platforms import needs_fork

RUN_ELSEWHERE = {
    "CONTRIBUTING.md": "its blocks are edits, which `test_contributing` applies",
    "docs/outbox.md": "its files need frameworks: `test_outbox_page`",
    "docs/scale.md": "its blocks need Ray: `make scale`",
    "docs/testing.md": "its blocks are a project: `test_testing_page`",
}


@pytest.fixture(autouse=True)
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """A local server, with its address and key in the environment."""
    with LocalServer() as running:
        monkeypatch.setenv("MEMSY_BASE_URL", running.base_url)
        monkeypatch.setenv("MEMSY_API_KEY", running.api_key)
        yield running
        logging.getLogger("memsy").setLevel(logging.NOTSET)  # a page changes it


@pytest.mark.parametrize("page", sorted({*PYTHON_PAGES} - RUN_ELSEWHERE.keys()))
def test_code_of_a_page_runs_in_order(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The blocks share a namespace and a loop. A block with `asyncio.run` runs its own loop."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": page}
    python = [block for block in blocks(page) if block.language == "python"]
    code = [block for block in python if not NAMED.match(block.code)]
    assert code
    loop = asyncio.new_event_loop()
    try:
        for block in code:
            if "asyncio.run(" in block.code:
                exec(block.code, names)
            else:
                loop.run_until_complete(run(block, page, names))
    finally:
        loop.close()


def test_pages_that_run_elsewhere_have_python_blocks() -> None:
    assert RUN_ELSEWHERE.keys() <= {*PYTHON_PAGES}


def test_pool_of_the_recipes_runs_as_a_program(tmp_path: Path) -> None:
    assert run_program(write_files(tmp_path), "pool.py") == "[0, 0]\n"


@pytest.mark.parametrize("method", get_all_start_methods())
def test_pool_of_the_recipes_works_with_all_start_methods(tmp_path: Path, method: str) -> None:
    """The recipes say so, also of `multiprocessing.Pool`."""
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
def test_celery_worker_runs_the_task_of_the_recipes(
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
    """Write the files of the recipes: blocks whose first line is a comment with the file name."""
    for block in blocks("docs/recipes.md"):
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


def run_fastapi_blocks() -> dict[str, Any]:
    """Run the FastAPI blocks of the recipes unchanged, and return their names."""
    names: dict[str, Any] = {}
    for block in blocks("docs/recipes.md"):
        if " = FastAPI(" in block.code:
            exec(compile(block.code, "recipes", "exec", dont_inherit=True), names)
    return names


def test_fastapi_application_of_the_recipes_responds() -> None:
    with TestClient(run_fastapi_blocks()["app"]) as http:
        for _ in range(3):
            assert http.post("/chat", params={"msg": "tea"}).json() == {"results": []}


def test_fake_replaces_the_dependency_of_the_recipes() -> None:
    names = run_fastapi_blocks()
    app = names["app"]
    fake = FakeAsyncMemsyClient()
    app.dependency_overrides[names["get_memsy"]] = lambda: fake
    with TestClient(app) as http:
        assert http.post("/chat", params={"msg": "tea"}).json() == {"results": []}
    assert [call.operation for call in fake.calls] == ["search"]


def test_models_of_the_recipes_are_requests_and_responses() -> None:
    names = run_fastapi_blocks()
    events = [EventPayload("ann", "chat-1", "user_message", text) for text in ("tea", "sugar")]
    with TestClient(names["events_api"]) as http:
        http.post("/turns", json={"events": [events[0].to_dict()]})
        assert len(http.post("/events", json=events[1].to_dict()).json()["event_ids"]) == 1
        assert http.post("/events", json={**events[0].to_dict(), "kind": "note"}).is_client_error
        items = http.get("/memories/ann").json()
    assert {MemoryItemResource.from_dict(item).text for item in items} == {"tea", "sugar"}


def test_client_class_as_a_fastapi_dependency_is_an_error() -> None:
    """The recipes say so."""
    app = FastAPI()

    async def chat(memsy: AsyncMemsyClient) -> None:
        """An endpoint with the dependency that does not work."""

    chat.__annotations__["memsy"] = Annotated[AsyncMemsyClient, Depends(AsyncMemsyClient)]
    with pytest.raises(FastAPIError, match="Timeout is a valid Pydantic field type"):
        app.post("/chat")(chat)


def test_issubclass_with_the_protocol_of_a_client_is_a_type_error() -> None:
    """The recipes say so."""
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


@pytest.mark.parametrize("page", PAGES)
def test_links_of_a_page_point_to_files_and_headings(page: str) -> None:
    for path, anchor in re.findall(r"\]\((?!\w+:)([^)#]*)#?([^)]*)\)", prose(ROOT / page)):
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), f"{page} links to {path}, which does not exist"
        if anchor and not is_entry(anchor, target):
            assert anchor in anchors(target), f"{page} links to {path}#{anchor}: no heading"


def prose(page: Path) -> str:
    """Return a page without its fenced blocks and inline code, which may look like links."""
    text = re.sub(r"(?ms)^ *(```+|~~~+).*?^ *\1$", "", page.read_text(encoding="utf-8"))
    return re.sub(r"`[^`\n]+`", lambda code: re.sub(r"[\[\]()]", "", code[0]), text)


def is_entry(anchor: str, page: Path) -> bool:
    """Return True for a name below a `:::` directive of `page`. `make docs` checks its anchor."""
    directives = re.findall(r"(?m)^::: ([\w.]+)$", page.read_text(encoding="utf-8"))
    return any(f"{anchor}.".startswith(f"{name}.") for name in directives)


def anchors(page: Path) -> set[str]:
    """
    Return the anchors of a page on GitHub: those of its headings, and explicit ones.

    The anchor of a heading is its text in lower case, without punctuation, with hyphens for spaces.
    Repeated headings have `-1`, `-2` and so on at the end.
    """
    text = prose(page)
    found = set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))
    repetitions: Counter[str] = Counter()
    for heading in re.findall(r"(?m)^#{1,6} +(.+?)(?: +#+)? *$", text):
        shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", shown.lower()).replace(" ", "-")
        number = repetitions[anchor]
        repetitions[anchor] += 1
        found.add(f"{anchor}-{number}" if number else anchor)
    return found


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("## What is new", "what-is-new"),
        ("# `memsy.bulk`: loads", "memsybulk-loads"),
        ("### Loss & delay", "loss--delay"),
        ("## The [guide](guide.md) again ##", "the-guide-again"),
        ("## `wait_until_processed(ids)`", "wait_until_processedids"),
        ("# Once\n## Once", "once-1"),
        ('<a id="old-name"></a>', "old-name"),
    ],
)
def test_anchors_are_those_of_github(tmp_path: Path, heading: str, anchor: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"{heading}\n\n```sh\n# no heading\n```\n")
    assert anchor in anchors(page)
    assert "no-heading" not in anchors(page)
