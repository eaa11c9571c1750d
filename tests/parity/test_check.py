"""Comparison of classes at run time."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from typing import Any

import pytest

from memsy.parity import Drift, check
from tests.parity.conftest import ImportText
from tests.parity.kinds import KINDS, Kind


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_drift_is_reported_and_honest_class_is_not(kind: Kind, import_text: ImportText) -> None:
    if not kind.runs_here:
        pytest.skip(f"the syntax needs Python {kind.python}")
    module = import_text(kind.source())
    drifts = check(module.Surface, module.Drifting, mirror=kind.is_mirror)
    assert [drift for drift in drifts if kind.message in drift.message], drifts
    assert len(drifts) <= 2
    assert check(module.Surface, module.Honest, mirror=kind.is_mirror) == []
    assert check(module.Surface, module.Surface, mirror=False) == []


STORE = """
from __future__ import annotations

from typing import Protocol

from memsy.parity import implements, mirrors


class Store(Protocol):
    @property
    def name(self) -> str: ...

    def get(self, key: str, limit: int = 10) -> int: ...


@mirrors(Store)
class AsyncStore(Protocol):
    @property
    def name(self) -> str: ...

    async def get(self, key: str, limit: int = 10) -> int: ...


@implements(AsyncStore, more=("calls",))
class MemoryStore:
    name = "memory"

    def __init__(self) -> None:
        self.calls = 0

    async def get(self, key: str, limit: int = 10) -> int:
        return limit
"""


def test_equal_classes_have_no_drift(import_text: ImportText) -> None:
    module = import_text(STORE)
    assert check(module.Store, module.AsyncStore) == []
    assert check(module.AsyncStore, module.MemoryStore) == []


def test_drift_has_the_member_both_forms_and_the_line(import_text: ImportText) -> None:
    module = import_text(STORE.replace("limit: int = 10) -> int:\n", "limit: int = 20) -> int:\n"))
    (drift,) = check(module.AsyncStore, module.MemoryStore)
    assert (drift.member, drift.expected, drift.actual) == ("get", "10", "20")
    assert drift.cls is module.MemoryStore
    assert drift.line == inspect.getsourcelines(vars(module.MemoryStore)["get"])[1]
    assert drift.path == module.__file__
    text = (
        f'{module.__file__}:{drift.line}: "get" of "MemoryStore": the default of "limit" is 20, '
        'but 10 in "AsyncStore": use the same'
    )
    assert (str(drift), repr(drift)) == (text, f"Drift({text!r})")


def test_path_is_relative_below_the_working_directory() -> None:
    class Surface:
        def get(self) -> int: ...  # type: ignore[empty-body]

    class Implementation:
        def put(self) -> int: ...  # type: ignore[empty-body]

    absent, undeclared = check(Surface, Implementation)
    assert absent.path == "tests/parity/test_check.py"
    assert undeclared.line == Implementation.put.__code__.co_firstlineno
    assert absent.line == undeclared.line - 1


def test_decorated_method_is_reported_on_its_def(import_text: ImportText) -> None:
    text = STORE.replace("    async def get(self, key: str, limit: int = 10) -> int:\n", "@@")
    decorated = "    @classmethod\n    @property\n    def other(cls) -> int:\n        return 0\n\n"
    decorated += "    @cache\n    async def get(self, key: int, limit: int = 10) -> int:\n"
    module = import_text(
        text.replace("@@", decorated).replace(
            "from typing", "from functools import cache\nfrom typing"
        )
    )
    undeclared, changed = check(module.AsyncStore, module.MemoryStore)
    lines = inspect.getsource(module).splitlines()
    assert lines[undeclared.line - 1].strip() == "@classmethod"
    assert lines[changed.line - 1].strip().startswith("async def get")


def test_member_of_another_file_is_reported_on_the_class(import_text: ImportText) -> None:
    base = import_text(STORE)
    text = f"from {base.__name__} import *\nclass Child(MemoryStore):\n    def extra(self): ..."
    child = import_text(text)
    calls, extra = check(base.AsyncStore, child.Child)
    assert (calls.member, calls.line, calls.path) == ("calls", 2, child.__file__)
    assert (extra.member, extra.line) == ("extra", 3)
    assert check(base.AsyncStore, child.Child, more=("calls", "extra")) == []


def test_class_without_marks_is_a_mirror_if_its_methods_are_async(import_text: ImportText) -> None:
    module = import_text(re.sub("@(mirrors|implements)", r"# \1", STORE))
    assert check(module.Store, module.AsyncStore) == []
    assert check(module.Store, module.AsyncStore, mirror=False) != []
    assert check(module.AsyncStore, module.MemoryStore, more=("calls",)) == []


def test_more_must_name_members_that_only_the_class_has(import_text: ImportText) -> None:
    module = import_text(STORE)
    absent, shared = check(module.AsyncStore, module.MemoryStore, more=("missing", "get"))
    assert '"missing" is in `more=(...)` but not in "MemoryStore"' in str(absent)
    assert '"get" is in `more=(...)` but also in "AsyncStore"' in str(shared)


def test_sync_must_name_methods_that_stay_sync(import_text: ImportText) -> None:
    module = import_text(STORE.replace("async def get", "def get"))
    (drift,) = check(module.Store, module.AsyncStore, mirror=True)
    assert drift.message.endswith("make it `async def`, or add it to `sync=(...)`")
    assert check(module.Store, module.AsyncStore, mirror=True, sync=("get",)) == []
    (drift,) = check(module.Store, module.AsyncStore, mirror=True, sync=("get", "name"))
    assert drift.message == (
        '"name" is in `sync=(...)` but is not a method of both "AsyncStore" and "Store": '
        "remove the name"
    )


def test_types_that_only_type_checkers_import_are_resolved(import_text: ImportText) -> None:
    text = """
from __future__ import annotations
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    import collections.abc as abc
    from collections.abc import AsyncIterator, Iterator
    from no_such_package import Row, Table

class Surface:
    def pages(self) -> Iterator[Row]: ...
    def tables(self) -> list[Table | None]: ...
    def items(self, items: abc.Sequence[int]) -> None: ...

class Honest:
    def pages(self) -> AsyncIterator[Row]: ...
    async def tables(self) -> list[None | Table]: ...
    async def items(self, items: abc.Sequence[int]) -> None: ...

class Drifting:
    def pages(self) -> Iterator[Row]: ...
    async def tables(self) -> list[Row | None]: ...
    async def items(self, items: abc.Collection[int]) -> None: ...
"""
    module = import_text(text)
    assert check(module.Surface, module.Honest) == []
    assert [d.member for d in check(module.Surface, module.Drifting)] == [
        *("pages", "tables", "items"),
    ]


def test_class_without_source_is_compared() -> None:
    names: dict[str, type[object]] = {}
    exec("class A:\n    def get(self, a: int): ...\nclass B:\n    def get(self, b): ...", names)
    (drift,) = check(names["A"], names["B"])
    assert (drift.line, drift.member) == (1, "get")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"surface": 1}, "surface must be a class, got 1"),
        ({"implementation": "Store"}, "implementation must be a class, got 'Store'"),
        ({"more": "calls"}, "more must be a sequence of names"),
        ({"more": 5}, "more must be a sequence of names"),
        ({"more": [1]}, "more must be a sequence of names"),
        ({"mirror": "yes"}, "mirror must be True, False or None, got 'yes'"),
    ],
)
def test_wrong_argument_is_a_type_error(arguments: dict[str, object], message: str) -> None:
    given: dict[str, Any] = {"surface": Drift, "implementation": Drift, **arguments}
    with pytest.raises(TypeError, match=message):
        check(given.pop("surface"), given.pop("implementation"), **given)


def test_import_of_the_marks_does_not_load_the_comparison() -> None:
    program = (
        "import sys, memsy.protocols, memsy.parity\n"
        "print(sorted(n for n in sys.modules if n.startswith('memsy.parity.')))"
    )
    process = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert process.stdout.strip() == "['memsy.parity._decorators']"
