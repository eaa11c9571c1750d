"""Ten ordinary tasks of a test, in both colours: short, and without a trick."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from memsy import models

EXAMPLES = Path(__file__).parents[2] / "examples"
AWAITING = EXAMPLES / "fastapi_service/tests/test_ten_tasks.py"
BLOCKING = EXAMPLES / "worker/tests/test_ten_tasks.py"
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
REPLIES = {*models.__all__, "Reply", "Response", "JSONResponse"} - {"EventPayload", "EventKind"}

both = pytest.mark.parametrize("path", [AWAITING, BLOCKING], ids=["awaiting", "blocking"])
every_suite = pytest.mark.parametrize(
    "path", SUITES, ids=[str(path.relative_to(EXAMPLES)) for path in SUITES]
)


@both
def test_all_ten_are_there_in_their_order(path: Path) -> None:
    assert [task.name for task in functions(path)] == TASKS


@both
def test_each_is_at_most_ten_lines_long(path: Path) -> None:
    """All of it: its marks and its signature as well."""
    for task in functions(path):
        first = min(node.lineno for node in (task, *task.decorator_list))
        assert (task.end_lineno or 0) - first < 10, task.name


@both
def test_each_asserts_something(path: Path) -> None:
    for task in functions(path):
        assert any(isinstance(node, ast.Assert) for node in ast.walk(task)), task.name


@both
def test_none_patches_or_sleeps(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.findall(r"(?i)patch|mock|sleep|asyncio|threading|time\.", text)


@every_suite
def test_no_suite_mocks_or_sleeps(path: Path) -> None:
    """Nor replaces an attribute; where the service is, the environment may say."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    assert not {name for name in called if re.search(r"(?i)mock|sleep|setattr|patch\(", name)}
    assert "unittest" not in path.read_text(encoding="utf-8")


@every_suite
def test_no_suite_builds_a_reply_by_hand(path: Path) -> None:
    """Answers come from the service in small, and from nowhere else."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    named |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not named & REPLIES


def test_the_awaiting_tasks_await_and_the_blocking_ones_do_not() -> None:
    assert all(isinstance(task, ast.AsyncFunctionDef) for task in functions(AWAITING))
    assert all(isinstance(task, ast.FunctionDef) for task in functions(BLOCKING))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node
