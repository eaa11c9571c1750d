"""Import directions between the layers, import time, and the size of folders."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import memsy

PACKAGE = Path(memsy.__file__).parent
REPOSITORY = Path(__file__).parents[1]

LAYERS: dict[str, tuple[str, ...]] = {
    "base": ("memsy._version", "memsy._lazy", "memsy._fork"),
    "parity": ("memsy.parity", "memsy._parity", "memsy.mypy_plugin"),
    "exceptions": ("memsy.exceptions",),
    "core": ("memsy._core",),
    "models": ("memsy.models",),
    "metering": ("memsy.hooks", "memsy.metering"),
    "integrations": ("memsy.integrations",),
    "protocols": ("memsy.protocols",),
    "resources": ("memsy.resources",),
    "control_resources": ("memsy.control_resources",),
    "transports": ("memsy._transports",),
    "clients": (
        *("memsy.client", "memsy.async_client", "memsy.control", "memsy.async_control"),
        *("memsy._base_client", "memsy._endpoints", "memsy.signup"),
    ),
    "bulk": ("memsy.bulk",),
    "outbox": ("memsy.outbox",),
    "local": ("memsy.local",),
    "testing": ("memsy.testing",),
    "cli": ("memsy.cli", "memsy.__main__"),
}
"""Modules and packages of each layer. `memsy` itself re-exports names and is not a layer."""

ALLOWED: dict[str, tuple[str, ...]] = {
    "base": (),
    "parity": ("base",),
    "exceptions": (),
    "core": ("base", "exceptions"),
    "models": ("base", "core", "exceptions"),
    "metering": ("core", "models"),
    "integrations": ("core", "exceptions", "models", "protocols", "clients", "bulk"),
    "protocols": ("base", "core", "models", "parity"),
    "resources": ("core", "exceptions", "models", "parity", "protocols"),
    "control_resources": ("core", "exceptions", "models", "parity", "protocols", "resources"),
    "transports": ("base", "core", "exceptions"),
    "clients": (
        *("base", "core", "exceptions", "models", "parity", "protocols"),
        *("resources", "control_resources", "transports"),
    ),
    "bulk": ("base", "clients", "core", "exceptions", "models", "parity", "protocols"),
    "outbox": ("base", "clients", "core", "exceptions", "models", "parity", "protocols"),
    "local": ("base", "core", "exceptions", "models"),
    "testing": (
        *("base", "core", "exceptions", "models", "parity", "protocols", "resources"),
        *("control_resources", "transports", "clients", "local", "bulk"),
    ),
    "cli": tuple(layer for layer in LAYERS if layer != "cli"),
}
"""The layers that each layer may import, besides itself."""

ALLOWED_MODULES = {"memsy.exceptions": {"memsy._core.http"}}
"""Single imports against the direction of the layers: `HTTPResponse`, in annotations only."""

MAX_MODULES_IN_A_FOLDER = 14
MAX_TOP_LEVEL_FOLDERS = 8
BUILD_FOLDERS = {"build", "dist", "__pycache__"}


def find_modules() -> dict[str, Path]:
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = find_modules()


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the modules of the package that a file imports, also in functions and for types."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in MODULES else node.module


@cache
def imports() -> dict[str, set[str]]:
    """Return the modules of the package that each module imports."""
    return {name: set(imported_modules(path)) for name, path in MODULES.items()}


def layers_of(module: str) -> list[str]:
    return [
        layer
        for layer, prefixes in LAYERS.items()
        if any(f"{module}.".startswith(f"{prefix}.") for prefix in prefixes)
    ]


def reachable_from(modules: Iterable[str]) -> set[str]:
    """Return `modules` and all modules that they import, directly or indirectly."""
    reached, pending = set[str](), list(modules)
    while pending:
        module = pending.pop()
        if module not in reached:
            reached.add(module)
            pending += imports()[module]
    return reached


def test_import_graph_has_no_circle() -> None:
    """`TopologicalSorter` raises a `CycleError` with the modules of a circle."""
    assert list(TopologicalSorter(imports()).static_order())
    assert list(TopologicalSorter(ALLOWED).static_order())


@pytest.mark.parametrize("module", [name for name in MODULES if name != "memsy"])
def test_module_imports_only_allowed_layers(module: str) -> None:
    (layer,) = layers_of(module)
    allowed = {layer, *ALLOWED[layer]}
    for imported in imports()[module] - ALLOWED_MODULES.get(module, set()):
        if imported == "memsy":
            assert layer == "cli", "only the command line imports names from the package itself"
        else:
            assert allowed.issuperset(layers_of(imported)), imported


def test_package_does_not_import_testing_local_or_cli() -> None:
    layers = {layer for module in imports()["memsy"] for layer in layers_of(module)}
    assert layers.isdisjoint({"testing", "local", "cli"})


def test_local_service_imports_no_client() -> None:
    modules = [module for module in MODULES if layers_of(module) == ["local"]]
    layers = {layer for module in reachable_from(modules) for layer in layers_of(module)}
    assert layers == {"base", "core", "exceptions", "local", "models"}


@pytest.mark.parametrize(
    "folder",
    sorted(
        {
            str(path.parent.relative_to(PACKAGE))
            for name in ("local", "testing")
            for path in (PACKAGE / name).rglob("*.py")
        }
    ),
)
def test_folder_has_at_most_14_modules(folder: str) -> None:
    modules = sorted(path.name for path in (PACKAGE / folder).glob("*.py"))
    assert len(modules) <= MAX_MODULES_IN_A_FOLDER, modules


def test_repository_has_at_most_eight_top_level_folders() -> None:
    folders = [
        path.name
        for path in REPOSITORY.iterdir()
        if path.is_dir() and not path.name.startswith(".") and path.name not in BUILD_FOLDERS
    ]
    assert len(folders) <= MAX_TOP_LEVEL_FOLDERS, sorted(folders)


@pytest.mark.parametrize(
    "program",
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

async def run():
    async with FakeAsyncMemsyClient() as fake:
        await fake.ingest([event])
        assert (await fake.search("tea")).results
        async with FakeAsyncMemsyControlClient(service=fake.service) as control:
            assert (await control.me()).org_id

asyncio.run(run())
""",
    ],
    ids=["package", "protocols", "fakes"],
)
def test_program_loads_neither_requests_nor_aiohttp(program: str) -> None:
    code = f"{program}\nimport sys\nprint({{'requests', 'aiohttp', 'urllib3'}} & set(sys.modules))"
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert (process.stdout.strip(), process.stderr) == ("set()", "")


def loaded_modules(program: str) -> set[str]:
    """Return the modules that a program loads in a process of its own, at its end."""
    code = f"{program}\nimport sys\nprint(*sys.modules)"
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True
    )
    assert process.stderr == ""
    return set(process.stdout.split())


CONTROL_PLANE = {
    "memsy.control_resources",
    *(f"memsy.models.{name}" for name in ("account", "billing", "connectors", "console_events")),
    *(f"memsy.models.{name}" for name in ("interest", "keys", "signup", "usage_reports")),
    *("memsy.protocols.sync_control", "memsy.protocols.aio_control"),
}


@pytest.mark.parametrize("name", ["MemsyClient", "AsyncMemsyClient"])
def test_import_of_data_plane_client_loads_neither_control_plane_nor_asyncio(name: str) -> None:
    loaded = loaded_modules(f"from memsy import {name}")
    assert loaded.isdisjoint({*CONTROL_PLANE, "requests", "aiohttp", "email.utils", "html"})
    # Before Python 3.11, `asyncio.TimeoutError` is a type of its own.
    assert sys.version_info < (3, 11) or "asyncio" not in loaded


SYNC_CLIENT = """
from memsy import MemsyClient, MemsyClientClosedError
client = MemsyClient('http://localhost/v1', 'msy_key')
"""
ASYNC_CLIENT = """
from memsy import AsyncMemsyClient, MemsyClientClosedError
client = AsyncMemsyClient('http://localhost/v1', 'msy_key')
"""
HTTP_LIBRARIES = {"requests", "urllib3", "http.client", "aiohttp"}


@pytest.mark.parametrize("program", [SYNC_CLIENT, ASYNC_CLIENT], ids=["sync", "async"])
def test_creation_of_a_client_loads_no_http_library(program: str) -> None:
    """The client is never used nor closed, which causes no warning."""
    loaded = loaded_modules(f"{program}\ndel client")
    assert loaded.isdisjoint({*HTTP_LIBRARIES, "cattrs", "certifi"})
    # Before Python 3.11, `asyncio.TimeoutError` is a type of its own.
    assert sys.version_info < (3, 11) or loaded.isdisjoint({"asyncio", "ssl"})


CLOSED_BEFORE_USE = {
    "sync": f"""{SYNC_CLIENT}
client.close()
with client:
    pass
try:
    client.health()
except MemsyClientClosedError:
    pass
else:
    raise AssertionError
""",
    "async": f"""{ASYNC_CLIENT}
import asyncio
async def run():
    await client.close()
    async with client:
        pass
    try:
        await client.health()
    except MemsyClientClosedError:
        pass
    else:
        raise AssertionError
asyncio.run(run())
""",
}


@pytest.mark.parametrize("mode", CLOSED_BEFORE_USE)
def test_client_that_is_closed_before_its_first_call_loads_no_http_library(mode: str) -> None:
    assert loaded_modules(CLOSED_BEFORE_USE[mode]).isdisjoint(HTTP_LIBRARIES)


def test_with_block_of_a_sync_client_loads_requests_and_no_asyncio() -> None:
    loaded = loaded_modules(f"{SYNC_CLIENT}\nclient.__enter__()")
    assert loaded >= {"requests", "urllib3", "memsy._transports.requests.transport"}
    assert loaded.isdisjoint({"aiohttp", "memsy.async_client"})
    assert sys.version_info < (3, 11) or "asyncio" not in loaded


def test_with_block_of_an_async_client_loads_aiohttp() -> None:
    loaded = loaded_modules(f"{ASYNC_CLIENT}\nimport asyncio\nasyncio.run(client.__aenter__())")
    assert loaded >= {"aiohttp", "memsy._transports.aiohttp.transport"}


@pytest.mark.parametrize("name", ["memsy", "memsy.testing", "memsy.testing.pytest_plugin"])
def test_import_of_lazy_module_loads_no_other_modules(name: str) -> None:
    """pytest imports the plugin of every installed package, and the parent packages."""
    code = (
        "import pytest, sys\n"
        "before = set(sys.modules)\n"
        f"import {name}\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert set(process.stdout.split()) - {name} <= {
        *("memsy", "memsy._lazy", "memsy._version", "memsy.testing"),
    }
