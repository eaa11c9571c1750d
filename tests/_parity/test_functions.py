"""Functions with `@mirrors`: each kind of drift of a method is reported for a function, too."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from memsy.parity import MARKED, check, mirrors
from memsy.signup import agent_signup, async_agent_signup
from tests._parity.function_kinds import function_kinds
from tests._parity.kinds.measure import measure_plugin
from tests._parity.kinds.runtime import measure_runtime_check
from tests._parity.project import Project

KINDS = list(function_kinds())

MODULE = """
from __future__ import annotations
from collections.abc import AsyncIterable, Callable, Iterable
from functools import cache
from typing import Any
from memsy.parity import implements, mirrors

class Store:
    def get(self, key: str) -> int:
        return 0

def load(keys: Iterable[str], *, size: int = 5) -> int:
    return size

def untyped(f):  # type: ignore[no-untyped-def]
    return f

@untyped
def hidden(key: str) -> int:
    return 0
"""
SIGNATURE = "(keys: Iterable[str], *, size: int = 5) -> int:\n    return size\n"
NOT_ABOVE = "is not called directly above a class or a function of a module"
MISUSES = {
    "lambda": ("mark = mirrors(load)(lambda: 0)\n", NOT_ABOVE),
    "variable": (f"mark = mirrors(load)\n@mark\nasync def f{SIGNATURE}", NOT_ABOVE),
    "nested function": (
        (
            "def outer() -> None:\n    @mirrors(load)\n"
            "    async def f(keys: Iterable[str], *, size: int = 5) -> int:\n        return size\n"
        ),
        NOT_ABOVE,
    ),
    "method": (
        (
            "class C:\n    @mirrors(load)\n"
            "    async def f(self, keys: Iterable[str], *, size: int = 5) -> int:\n"
            "        return size\n"
        ),
        NOT_ABOVE,
    ),
    "class as the reference": (f"@mirrors(Store)\nasync def f{SIGNATURE}", 'names "Store"'),
    "method as the reference": (
        f"@mirrors(Store.get)\nasync def f{SIGNATURE}",
        "is not a function",
    ),
    "function above a class": ("@mirrors(load)\nclass C: ...\n", 'names "load", which is not a c'),
    "reference in a variable": (
        f"other = load\n@mirrors(other)\nasync def f{SIGNATURE}",
        'names "other", which is not a function of a module',
    ),
    "two marks": (f"@mirrors(load)\n@mirrors(load)\nasync def f{SIGNATURE}", "and only once"),
    "below a decorator": (f"@untyped\n@mirrors(load)\nasync def f{SIGNATURE}", "below another"),
    "above a decorator that hides the parameters": (
        f"@mirrors(load)\n@untyped\nasync def f{SIGNATURE}",
        '"f" cannot be compared',
    ),
    "reference whose decorator hides the parameters": (
        f"@mirrors(hidden)\nasync def f{SIGNATURE}",
        '"hidden" cannot be compared',
    ),
    "sync": (f'@mirrors(load, sync=("f",))\nasync def f{SIGNATURE}', "names methods of a class"),
    "other mark": (f"@implements(load)\nasync def f{SIGNATURE}", "directly above a class"),
}


@pytest.mark.slow
def test_plugin_notices_each_kind_of_drift(tmp_path: Path) -> None:
    noticed, accused = measure_plugin(KINDS, tmp_path)
    assert noticed == {kind.name for kind in KINDS if kind.plugin}
    assert accused == set()


def test_run_time_check_notices_each_kind_of_drift(tmp_path: Path) -> None:
    noticed, accused = measure_runtime_check(KINDS, tmp_path)
    assert noticed == {kind.name for kind in KINDS if kind.runtime}
    assert accused == set()
    assert len(KINDS) >= 90


@pytest.mark.slow
def test_each_misuse_is_reported(tmp_path: Path) -> None:
    project = Project(tmp_path, tmp_path / "cache")
    names = {name: re.sub(r"\W", "_", f"misuse {name}") for name in MISUSES}
    project.write(**{names[name]: MODULE + text for name, (text, _) in MISUSES.items()})
    lines = project.check().splitlines()
    for name, (_, message) in MISUSES.items():
        found = [line for line in lines if line.startswith(f"{names[name]}.py") and "[pari" in line]
        assert any(message in line for line in found), (name, found)


def test_mark_returns_the_function_itself() -> None:
    assert MARKED[async_agent_signup] == (mirrors(agent_signup),)  # type: ignore[parity]
    assert async_agent_signup.__name__ == "async_agent_signup"
    assert not vars(async_agent_signup)
    assert pickle.loads(pickle.dumps(async_agent_signup)) is async_agent_signup


def test_misuse_at_run_time_is_a_type_error() -> None:
    async def nested() -> None: ...

    for value in (nested, lambda: 0, 5):
        with pytest.raises(TypeError, match="must be a function of a module, got"):
            mirrors(agent_signup)(value)  # type: ignore[parity, type-var]
        with pytest.raises(TypeError, match="must be a function of a module, got"):
            check(agent_signup, value)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="must be a function of a module, got <class"):
        mirrors(agent_signup)(Path)  # type: ignore[parity]
    with pytest.raises(TypeError, match="must be a class, got <function"):
        mirrors(Path)(agent_signup)  # type: ignore[parity]
    with pytest.raises(TypeError, match="names methods of a class"):
        mirrors(agent_signup, sync=("get",))  # type: ignore[parity]
