"""Comparison of classes at run time."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Sized
from typing import Any

import pytest
from typing_extensions import Self

from memsy.parity import MARKED, Drift, check
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

from typing import Protocol, runtime_checkable

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
    assert drift.target is module.MemoryStore
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


@pytest.mark.parametrize("decorator", ["attrs.define", "dataclass(slots=True)"])
def test_mark_below_a_decorator_that_creates_a_class(
    decorator: str, import_text: ImportText
) -> None:
    text = f"""
import attrs
from dataclasses import dataclass
from memsy.parity import implements

class Row:
    size: int

class Store:
    def get(self) -> Row: ...

@{decorator}
@implements(Row)
class MemoryRow:
    size: int

@implements(Store)
class MemoryStore:
    def get(self) -> MemoryRow: ...

def local_class():
    @{decorator}
    @implements(Row)
    class LocalRow:
        size: str

    return LocalRow
"""
    module = import_text(text)
    assert check(module.Store, module.MemoryStore) == []
    local_row = module.local_class()
    marked = [cls for cls in MARKED if cls.__module__ == module.__name__]
    assert marked == [module.MemoryRow, module.MemoryStore, local_row]
    assert [drift.member for drift in check(module.Row, local_row)] == ["size"]


def test_mark_adds_no_member_to_a_protocol(import_text: ImportText) -> None:
    module = import_text(STORE.replace("@mirrors", "@runtime_checkable\n@mirrors"))
    assert isinstance(module.MemoryStore(), module.AsyncStore)


def test_types_of_the_standard_library_without_annotations_are_not_compared() -> None:
    class Box:
        def __len__(self) -> int:
            return 0

    class Numbers:
        def __iter__(self) -> Self:
            return self

        def __next__(self) -> int:
            return 0

    class AsyncNumbers:
        def __aiter__(self) -> Self:
            return self

        async def __anext__(self) -> int:
            return 0

    assert check(Sized, Box) == []
    assert check(Iterator, Numbers) == []
    assert check(AsyncIterator, AsyncNumbers) == []
    assert check(Iterator, AsyncNumbers) == []
    assert [drift.member for drift in check(Iterator, Box)] == ["__iter__", "__next__", "__len__"]


def test_methods_of_a_base_class_in_c_are_methods() -> None:
    class Store:
        def __len__(self) -> int:
            return 0

        def clear(self) -> None: ...

    class ListStore(list[int]): ...

    members = [drift.member for drift in check(Store, ListStore)]
    assert "__len__" not in members
    assert "clear" not in members
    assert {"__getitem__", "append"} <= {*members}


def test_bound_methods_of_constants_are_compared_on_their_line(import_text: ImportText) -> None:
    text = """
from datetime import datetime

class Store:
    line = "{0}".format
    names = [].count
    parse = datetime.fromisoformat

class AsyncStore:
    line = "{1}".format
    names = [].count
    parse = datetime.fromisoformat
"""
    module = import_text(text)
    (drift,) = check(module.Store, module.AsyncStore, mirror=True)
    assert (drift.line, drift.actual, drift.expected) == (10, "'{1}'.format", "'{0}'.format")
    assert check(module.Store, module.AsyncStore, mirror=False) == []


def test_implementation_has_its_own_values_of_attributes(import_text: ImportText) -> None:
    text = """
from typing import ClassVar, Final

class Store:
    name: str = "store"
    retries = 3
    LIMIT = 10
    kind: ClassVar[str] = "store"
    version: Final = 1

class MemoryStore:
    name: str = "memory"
    retries = 5
    LIMIT = 20
    kind: ClassVar[str] = "memory"
    version: Final = 2
"""
    module = import_text(text)
    drifts = check(module.Store, module.MemoryStore, mirror=False)
    assert [drift.member for drift in drifts] == ["LIMIT", "kind", "version"]


def test_special_method_that_only_the_class_has_is_reported(import_text: ImportText) -> None:
    text = """
class Store:
    def get(self) -> int: ...

class MemoryStore:
    def get(self) -> int: ...
    def __len__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...

class AsyncStore:
    async def get(self) -> int: ...
    def __len__(self) -> int: ...
    def __await__(self): ...
"""
    module = import_text(text)
    (drift,) = check(module.Store, module.MemoryStore)
    assert (drift.member, drift.line) == ("__len__", 7)
    assert check(module.Store, module.MemoryStore, more=("__len__",)) == []
    assert [d.member for d in check(module.Store, module.AsyncStore)] == ["__len__"]


def test_comparison_methods_of_decorators_are_not_compared(import_text: ImportText) -> None:
    text = """
import attrs
from dataclasses import dataclass
from functools import total_ordering

class Plain:
    level: int

@dataclass(order=True)
class Data:
    level: int

@attrs.define(order=True)
class Attrs:
    level: int

class Ordered:
    level: int
    def __lt__(self, other: object) -> bool: ...

@total_ordering
class Total:
    level: int
    def __lt__(self, other: object) -> bool: ...
"""
    module = import_text(text)
    for cls in (module.Plain, module.Data, module.Attrs):
        for other in (module.Plain, module.Data, module.Attrs):
            assert check(cls, other) == []
        assert {drift.member for drift in check(module.Ordered, cls)} == {"__lt__"}
        assert [drift.member for drift in check(cls, module.Ordered)] == ["__lt__"]
    assert check(module.Ordered, module.Total) == check(module.Total, module.Ordered) == []


def test_mirror_must_convert_the_methods_that_it_inherits(import_text: ImportText) -> None:
    text = """
class Base:
    def close(self) -> None: ...

class Store(Base):
    def get(self) -> int: ...
    def size(self) -> int: ...

class AsyncStore(Store):
    async def get(self) -> int: ...
    async def close(self) -> None: ...

class OtherAsyncStore(Base):
    async def get(self) -> int: ...
    async def size(self) -> int: ...
"""
    module = import_text(text)
    assert [drift.member for drift in check(module.Store, module.AsyncStore)] == ["size"]
    assert check(module.Store, module.AsyncStore, sync=("size",)) == []
    assert check(module.Store, module.OtherAsyncStore) == []


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
        ({"surface": 1}, "surface must be a class or a function of a module, got 1"),
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
