"""
Random classes: the plugin and the run-time check accept the honest class, and report the drift.

A failure shows both members. `random_pair(seed).source()` is the module.
"""

from __future__ import annotations

import ast
import importlib
import re
import sys
from pathlib import Path

import pytest
from mypy import api

from memsy.parity import check
from tests._parity.random_members import text_of
from tests._parity.random_pairs import Pair, random_pair

SEEDS = range(300)
CONFIGURATION = """
[mypy]
plugins = memsy.mypy_plugin
disable_error_code = assignment, empty-body, misc
"""
INVISIBLE_TO_CHECK = {("value_changed", "timed")}
"""Drifts by kind and form: Python does not keep the arguments of a decorator."""


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Pair]:
    root = tmp_path_factory.mktemp("pairs")
    pairs = {root / f"pair_{seed}.py": random_pair(seed) for seed in SEEDS}
    for path, pair in pairs.items():
        path.write_text(pair.source())
    return pairs


@pytest.mark.slow
def test_plugin_accepts_the_honest_class_and_reports_the_drift(pairs: dict[Path, Pair]) -> None:
    root = next(iter(pairs)).parent
    (root / "mypy.ini").write_text(CONFIGURATION)
    options = ["--config-file", str(root / "mypy.ini"), "--no-incremental", "--show-absolute-path"]
    output, failure, _ = api.run([*options, str(root)])
    assert not failure
    assert "INTERNAL ERROR" not in output
    found = re.findall(r"(?m)^(.+?):(\d+): error: (.+)  \[parity\]$", output)
    failures: list[str] = []
    for path, pair in pairs.items():
        errors = [(int(line), text) for name, line, text in found if Path(name) == path]
        honest, drifted = class_lines(path, "Honest"), class_lines(path, "Drifted")
        failures += [f"Accused: {text}" for line, text in errors if line in honest]
        failures += unlike_drift([text for line, text in errors if line in drifted], pair)
    assert not failures, "\n".join(failures)


@pytest.mark.slow
def test_check_accepts_the_honest_class_and_reports_the_drift(pairs: dict[Path, Pair]) -> None:
    failures: list[str] = []
    for path, pair in pairs.items():
        module = load(path)
        honest = check(module["Reference"], module["Honest"])
        failures += [f"Accused: {drift}" for drift in honest]
        if (pair.drift, pair.members[pair.place].form) not in INVISIBLE_TO_CHECK:
            drifts = check(module["Reference"], module["Drifted"])
            failures += unlike_drift([drift.message for drift in drifts], pair)
    assert not failures, "\n".join(failures)


def unlike_drift(messages: list[str], pair: Pair) -> list[str]:
    """Return the messages about other members than the one that drifts, or a missing message."""
    names = (pair.members[pair.place].name, pair.changed.name)
    about = [text for text in messages if any(f'"{name}"' in text for name in names)]
    wrong = [f"Accused: {text}" for text in messages if text not in about]
    return wrong if about else [*wrong, f"Missed: {explain(pair)}"]


def explain(pair: Pair) -> str:
    original = text_of(pair.members[pair.place], is_async=pair.is_async)
    changed = text_of(pair.changed, is_async=pair.is_async or pair.is_mirror)
    return f"seed {pair.seed}: {pair.drift}\n{original}\n{changed}"


def class_lines(path: Path, name: str) -> range:
    """Return the lines of a class with its decorators, and of its base class."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    classes = [s for s in tree.body if isinstance(s, ast.ClassDef) and s.name.startswith(name)]
    first = min([cls.lineno for cls in classes] + [d.lineno for d in classes[-1].decorator_list])
    return range(first, 1 + max(cls.end_lineno or cls.lineno for cls in classes))


def load(path: Path) -> dict[str, type[object]]:
    sys.path.insert(0, str(path.parent))
    try:
        return vars(importlib.import_module(path.stem))
    finally:
        sys.path.remove(str(path.parent))
