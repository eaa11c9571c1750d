"""Test suites of the example projects: ten tasks each, async and sync, without patches."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from memsy import models

EXAMPLES = Path(__file__).parents[2] / "examples"
ASYNC_TASKS = EXAMPLES / "fastapi_service/tests/test_ten_tasks.py"
SYNC_TASKS = EXAMPLES / "worker/tests/test_ten_tasks.py"
SUITES = sorted(EXAMPLES.glob("*/tests/*.py"))

TASKS = [
    "test_recall_a_preference",
    "test_survive_a_429",
    "test_stop_on_quota",
    "test_wait_for_pending",
    "test_deduplicate",
    "test_scope_by_role",
    "test_page_through_memories",
    "test_bad_key",
    "test_time_out",
    "test_assert_what_was_stored",
]
RESPONSE_TYPES = {*models.__all__, "HTTPResponse", "Response", "JSONResponse"} - {
    "EventPayload",
    "EventKind",
}

both_modes = pytest.mark.parametrize("path", [ASYNC_TASKS, SYNC_TASKS], ids=["async", "sync"])
every_suite = pytest.mark.parametrize(
    "path", SUITES, ids=[str(path.relative_to(EXAMPLES)) for path in SUITES]
)


@both_modes
def test_all_ten_tasks_are_present_in_order(path: Path) -> None:
    assert [task.name for task in functions(path)] == TASKS


@both_modes
def test_each_task_has_at_most_ten_lines(path: Path) -> None:
    """Decorators and the signature count too."""
    for task in functions(path):
        first = min(node.lineno for node in (task, *task.decorator_list))
        assert (task.end_lineno or 0) - first < 10, task.name


@both_modes
def test_each_task_has_an_assertion(path: Path) -> None:
    for task in functions(path):
        assert any(isinstance(node, ast.Assert) for node in ast.walk(task)), task.name


@both_modes
def test_no_task_patches_or_sleeps(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"(?i)patch|mock|sleep|asyncio|threading|time\.", text)


@every_suite
def test_no_suite_mocks_or_sleeps(path: Path) -> None:
    """Setting environment variables is allowed; replacing attributes is not."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not {name for name in called if re.search(r"(?i)mock|sleep|setattr|patch\(", name)}
    assert "unittest" not in path.read_text(encoding="utf-8")


@every_suite
def test_no_suite_builds_a_response(path: Path) -> None:
    """All responses come from the local service."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    names |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not names & RESPONSE_TYPES


def test_async_tasks_are_async_functions_and_sync_tasks_are_not() -> None:
    assert all(isinstance(task, ast.AsyncFunctionDef) for task in functions(ASYNC_TASKS))
    assert all(isinstance(task, ast.FunctionDef) for task in functions(SYNC_TASKS))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
