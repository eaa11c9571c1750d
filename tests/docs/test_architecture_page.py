"""Tests of docs/architecture.md: its names exist, its calls happen, its imports are the rules."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import pytest

from memsy import EventPayload, MemsyClient, MemsyError, NotFoundError
from memsy.testing import FakeMemsyClient, LocalServer, LocalService
from tests.docs.blocks import ROOT
from tests.test_imports import ALLOWED, LAYERS

PAGE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
TEXT = re.sub(r"^```.*?^```$", "", PAGE, flags=re.MULTILINE | re.DOTALL)
"""The page without its picture."""
CODE = re.compile(r"`([^`]+)`")
FILE_AND_NAMES = re.compile(r"^\| ([^|]+) \| `(memsy/\S+\.py)` \| (`[^|]+`) \| .", re.MULTILINE)
ROWS = [(step, path, CODE.findall(names)) for step, path, names in FILE_AND_NAMES.findall(TEXT)]
TEA = EventPayload("ann", "chat-1", "user_message", "I like tea")

Call = tuple[str, str]
"""File and name of a function."""


def steps(*numbers: str) -> list[Call]:
    """Return the functions of the steps of the walk, with their files."""
    walk = {step: (path, names) for step, path, names in ROWS}
    return [
        (path, name.split(".")[-1])
        for number in numbers
        for path, names in [walk[number]]
        for name in names
    ]


@pytest.mark.parametrize(
    ("path", "names"), [row[1:] for row in ROWS], ids=[f"{row[0]}-{row[1]}" for row in ROWS]
)
def test_names_of_a_row_exist_in_its_file(path: str, names: list[str]) -> None:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert set(names) <= set(definitions(tree))


def definitions(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name
        if isinstance(node, ast.ClassDef):
            functions = (n for n in node.body if isinstance(n, ast.FunctionDef))
            yield from (f"{node.name}.{function.name}" for function in functions)


def test_paths_of_the_page_exist() -> None:
    codes = CODE.findall(TEXT)
    paths = [code for code in codes if re.fullmatch(r"(memsy|tests|docs)(/\S+)?", code)]
    assert len(paths) > 50
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_classes_of_the_picture_exist() -> None:
    picture = PAGE.partition("```text\n")[2].partition("```")[0]
    names = re.findall(r"\b(?:[A-Z][a-z]+){2,}\b|\b(?:HTTP[A-Z]\w+)\b", picture)
    known = {definition for path in ROOT.glob("memsy/**/*.py") for definition in names_of(path)}
    assert names
    assert set(names) <= known


def names_of(path: Path) -> set[str]:
    return set(definitions(ast.parse(path.read_text(encoding="utf-8"))))


def test_table_of_layers_is_the_rule_of_the_imports() -> None:
    table = TEXT.partition("| Layer |")[2].partition("\n\n")[0]
    rows = re.findall(r"^\| (\w+) \| ([^|]+) \| [^|]+ \| ([^|]+) \|$", table, re.MULTILINE)
    modules = {layer: {f"memsy.{name}" for name in CODE.findall(names)} for layer, names, _ in rows}
    assert modules == {layer: {*names} for layer, names in LAYERS.items()}
    imports = {layer: set(re.findall(r"\w+", allowed)) for layer, _, allowed in rows}
    imports["cli"] = {*LAYERS} - {"cli"} if imports["cli"] == {"all"} else imports["cli"]
    assert imports == {layer: {*names} for layer, names in ALLOWED.items()}


def test_walk_of_a_real_call_is_as_on_the_page() -> None:
    with LocalServer() as server, MemsyClient(server.base_url, server.api_key) as client:
        calls = recorded_calls(lambda: client.search("tea", actor_id="ann", limit=3))
    numbers = [str(number) for number in range(1, 11)]
    assert_in_order(steps(*numbers), calls)
    assert_in_order([inner_function(call) for call in steps("11", "12", "13")], calls)


def inner_function(call: Call) -> Call:
    """Return the function that a builder of decoders returns, or the call itself."""
    path, name = call
    return path, "decode" if name.startswith("decode_") else name


def test_walk_of_an_error_is_as_on_the_page() -> None:
    service = LocalService()
    service.faults.fail_next("search", NotFoundError)
    memsy = FakeMemsyClient(service=service)
    calls = recorded_calls(lambda: memsy.search("tea"))
    assert_in_order(steps("10", "10a", "10b", "10c"), calls)


def test_walk_over_a_fake_is_as_on_the_page() -> None:
    memsy = FakeMemsyClient()
    memsy.ingest([TEA])
    calls = recorded_calls(lambda: memsy.search("tea", actor_id="ann"))
    assert_in_order(steps("7", "8f"), calls)
    assert set(steps("9f", "9g", "9h", "9i")) <= set(calls)


def recorded_calls(call: Callable[[], object]) -> list[Call]:
    """Return the functions of the package that a call calls, in order."""
    calls: list[Call] = []

    def record(frame: FrameType, event: str, argument: object) -> None:
        path = Path(frame.f_code.co_filename)
        if event == "call" and path.is_relative_to(ROOT):
            calls.append((path.relative_to(ROOT).as_posix(), frame.f_code.co_name))

    sys.setprofile(record)
    try:
        call()
    except MemsyError:
        pass
    finally:
        sys.setprofile(None)
    return calls


def assert_in_order(expected: list[Call], calls: list[Call]) -> None:
    """Assert that `calls` contains the expected calls in this order, besides others."""
    remaining = iter(calls)
    missing = [call for call in expected if call not in remaining]
    assert not missing
