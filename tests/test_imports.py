"""Who may know whom, and what is loaded when."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import memsy

PACKAGE = Path(memsy.__file__).parent

RESOURCES = ("memsy.resources", "memsy.control_resources")

UNKNOWN_TO: dict[str, tuple[str, ...]] = {
    "memsy._core": ("memsy.models", *RESOURCES, "memsy.protocols", "memsy._transports"),
    "memsy.models": (*RESOURCES, "memsy.protocols", "memsy._transports"),
    "memsy.protocols": (*RESOURCES, "memsy._transports"),
    "memsy.resources": ("memsy.control_resources", "memsy._transports"),
    "memsy.control_resources": ("memsy._transports",),
    "memsy._transports": ("memsy.models", *RESOURCES, "memsy.protocols"),
    "memsy.local": (*RESOURCES, "memsy.protocols"),
}
"""Rooms, and the rooms that they must not know; nobody but `testing` and `cli` knows those two."""


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = modules()


def imported(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports: at its top, in a function, or for types alone."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


GRAPH = {name: set(imported(path)) for name, path in MODULES.items()}


def test_no_module_imports_itself_by_a_detour() -> None:
    """A circle would be a `CycleError` that names it."""
    assert list(TopologicalSorter(GRAPH).static_order())


@pytest.mark.parametrize("module", GRAPH)
def test_imports_point_one_way(module: str) -> None:
    rooms = [room for room in UNKNOWN_TO if f"{module}.".startswith(f"{room}.")]
    forbidden = [name for room in rooms for name in UNKNOWN_TO[room]]
    if not module.startswith(("memsy.testing", "memsy.cli", "memsy.__main__")):
        forbidden += ["memsy.testing", "memsy.cli"]
    for name in GRAPH[module]:
        assert not any(f"{name}.".startswith(f"{room}.") for room in forbidden), name


@pytest.mark.parametrize(
    "life",
    [
        "import memsy",
        "import memsy.testing.contract, memsy.parity, memsy.protocols, memsy.models",
        """
import asyncio
from memsy import EventPayload
from memsy.testing import (
    FakeAsyncMemsyClient, FakeAsyncMemsyControlClient, FakeMemsyClient, FakeMemsyControlClient
)

event = EventPayload("ann", "chat-1", "user_message", "I like tea")
with FakeMemsyClient() as fake:
    fake.ingest([event])
    assert fake.search("tea").results
    with FakeMemsyControlClient(service=fake.service) as control:
        assert control.me().org_id

async def live():
    async with FakeAsyncMemsyClient() as fake:
        await fake.ingest([event])
        assert (await fake.search("tea")).results
        async with FakeAsyncMemsyControlClient(service=fake.service) as control:
            assert (await control.me()).org_id

asyncio.run(live())
""",
    ],
    ids=["package", "surfaces", "fakes"],
)
def test_neither_requests_nor_aiohttp_is_loaded_by(life: str) -> None:
    code = f"{life}\nimport sys\nprint({{'requests', 'aiohttp', 'urllib3'}} & set(sys.modules))"
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (ran.stdout.strip(), ran.stderr) == ("set()", "")


@pytest.mark.parametrize("name", ["memsy", "memsy.testing", "memsy.testing.pytest_plugin"])
def test_who_only_has_us_installed_pays_next_to_nothing(name: str) -> None:
    """pytest loads the plugin of each package there is, and its packages with it."""
    code = (
        "import pytest, sys\n"
        "before = set(sys.modules)\n"
        f"import {name}\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) - {name} <= {
        *("memsy", "memsy._lazy", "memsy._version", "memsy.testing"),
    }
