"""Names and docstrings use current terms: retired names are rejected in the whole repository."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = ("memsy", "tests", "benchmarks", "examples", "typings")

RETIRED_MODULES = {
    *("_blocking", "_awaiting", "_client", "_on_demand", "caller", "witness", "gate", "_made"),
    *("refusal", "series", "wire", "view", "printable", "url", "failure", "requests_call"),
    *("verbs", "_described", "acts", "stage", "questions", "noun", "bookmark", "connecting"),
    *("_props", "_marks", "_network_guard", "_sleepers", "_watch", "_addresses", "gateway"),
    *("arrival", "_commands", "rules", "answering", "reading", "call", "table", "counting"),
    *("refusals", "provoking", "moments", "presence", "scratch", "received", "views", "scopes"),
    *("index", "seeding", "consent", "seal", "apart", "killing", "crowds", "bombs", "storm"),
    *("outage", "figure", "speaker", "pure", "guided", "stranger", "judging", "matrix"),
}

RETIRED_NAMES = {
    *("Caller", "AsyncCaller", "_Patience", "Chance", "Companion", "renumbered", "Series"),
    *("in_turn", "Repeatable", "Retries", "Budget", "left", "no_later_than", "Request", "Reply"),
    *("View", "AsyncView", "ask", "reads", "nothing", "spoilt", "refused", "outranked_by"),
    *("Veiled", "hidden", "HOT", "Failure", "told", "trust", "patience", "are_sound", "merged"),
    *("telling", "Asked", "Unusable", "Rules", "settle", "Scene", "stranger", "looks", "Given"),
    *("Refusal", "Misfortune", "Planned", "_Dice", "use_up", "answer", "Standing", "Noun"),
    *("Row", "Stage", "Place", "play", "complaints", "proves", "Toll", "witnessed_by"),
    *("test_it", "test_nor_does_it_move_the_deadline", "test_a_lie_is_not"),
}

RETIRED_PARAMETERS = {
    *("longest_pause", "longest_retry_after", "window", "is_manual", "is_running", "luck"),
    *("is_fresh", "stranger", "looks", "rules", "reply", "refusal"),
}

_QUESTION_WORD = re.compile(r"\W*(what|who|whom|whose|whether|how|where|when)\b", re.IGNORECASE)


Trees = dict[str, ast.Module]


def source_files() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py*")):
            if path.suffix in (".py", ".pyi") and not any(
                part.startswith(".") or part == "__pycache__" for part in path.parts
            ):
                yield path


@pytest.fixture(scope="module")
def trees() -> Trees:
    """Syntax trees of all files, by path. Parsing takes seconds, so it is no part of the import."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for path in source_files()
    }


def definitions(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each class, function, class attribute and constant."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.name
        if isinstance(node, (ast.ClassDef, ast.Module)):
            for statement in node.body:
                for target in targets(statement):
                    if isinstance(target, ast.Name):
                        yield target.lineno, target.id


def targets(statement: ast.stmt) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target] if isinstance(statement, ast.AnnAssign) else []


def parameters(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the name of each function parameter."""
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            yield node.lineno, node.arg


def docstrings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the line and the text of each docstring, those of attributes included."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            for statement in node.body:
                if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                    value = statement.value.value
                    if isinstance(value, str):
                        yield statement.lineno, value


def test_module_names_are_current() -> None:
    retired = RETIRED_MODULES | {f"test_{module}" for module in RETIRED_MODULES}
    names = [path.relative_to(ROOT).with_suffix("") for path in source_files()]
    assert not [name for name in names if retired.intersection(name.parts)]


def test_names_of_classes_functions_and_constants_are_current(trees: Trees) -> None:
    assert not [
        f"{name}:{line} {defined}"
        for name, tree in trees.items()
        if not name.startswith("typings")  # stubs repeat the names of other libraries
        for line, defined in definitions(tree)
        if defined in RETIRED_NAMES
    ]


def test_names_of_parameters_are_current(trees: Trees) -> None:
    assert not [
        f"{name}:{line} {parameter}"
        for name, tree in trees.items()
        for line, parameter in parameters(tree)
        if parameter in RETIRED_PARAMETERS
    ]


def test_docstrings_open_with_a_noun_or_a_verb(trees: Trees) -> None:
    assert not [
        f"{name}:{line} {text[:60]!r}"
        for name, tree in trees.items()
        for line, text in docstrings(tree)
        if _QUESTION_WORD.match(text)
    ]
