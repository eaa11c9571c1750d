"""Kinds of drift, each with a surface, a class that differs from it, and an honest class."""
# ruff: noqa: E501 - one line a kind

from __future__ import annotations

import sys
from textwrap import dedent, indent
from typing import Final

from attrs import frozen

HEADER: Final = """
from __future__ import annotations

import asyncio, enum, functools, queue, threading, time
import attrs
from collections.abc import *
from contextlib import *
from dataclasses import dataclass, field
from functools import *
from typing import *
from typing_extensions import (
    Never, ParamSpec, Self, TypeGuard, TypeIs, TypeVar, TypeVarTuple, Unpack, deprecated, overload,
)
from memsy.parity import implements, mirrors

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
Number = TypeVar("Number", bound=int)
Text_ = TypeVar("Text_", str, bytes)
Defaulted = TypeVar("Defaulted", default=int)
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")
LIMIT = 10
OTHER_LIMIT = 20

class Mode(enum.Enum):
    FAST = 1
    SLOW = 2

class Options(TypedDict, total=False):
    limit: int

class OtherOptions(TypedDict, total=False):
    limit: str

class Setting:
    def __init__(self, value):
        self.value = value

class Rows(Protocol):
    def get(self, key: str) -> int: ...

@mirrors(Rows)
class AsyncRows(Protocol):
    async def get(self, key: str) -> int: ...

class UnmarkedRows(Protocol):
    async def get(self, key: str) -> int: ...

@implements(Rows)
class TableRows:
    def get(self, key: str) -> int:
        return 0

def retry(function: Callable[P, T]) -> Callable[P, T]:
    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return function(*args, **kwargs)
    return wrapper
"""


@frozen
class Kind:
    """Texts of three classes: statements of a body, or whole classes with the names below."""

    name: str
    surface: str
    drifting: str
    honest: str
    message: str
    """Text in the message of the drift."""
    is_mirror: bool = True
    python: tuple[int, int] = (3, 10)

    @property
    def runs_here(self) -> bool:
        return sys.version_info >= self.python

    def source(self) -> str:
        """Return the text of a module with the classes `Surface`, `Drifting` and `Honest`."""
        texts = {"Surface": self.surface, "Drifting": self.drifting, "Honest": self.honest}
        return HEADER + "".join(_class(name, dedent(text)) for name, text in texts.items())


def _class(name: str, text: str) -> str:
    if f"class {name}" in text:
        return f"\n{text}\n"
    return f"\nclass {name}:\n{indent(text, '    ')}\n"


def method(name: str, surface: str, drifting: str, honest: str, message: str) -> Kind:
    """Return a kind of drift of a method: parameters and result, without `self`."""
    return Kind(
        name,
        f"def run{surface}: ...".replace("(", "(self, ", 1).replace(", )", ")", 1),
        f"async def run{drifting}: ...".replace("(", "(self, ", 1).replace(", )", ")", 1),
        f"async def run{honest}: ...".replace("(", "(self, ", 1).replace(", )", ")", 1),
        message,
    )


# fmt: off
PARAMETERS = [
    method("renamed", "(a: int) -> int", "(b: int) -> int", "(a: int) -> int", '"b: int", but "a: int"'),
    method("wider", "(a: int) -> int", "(a: int | str) -> int", "(a: int) -> int", '"a: int | str"'),
    method("no annotation", "(a: int) -> int", "(a) -> int", "(a: int) -> int", 'is "a", but "a: int"'),
    method("added", "() -> int", "(a: int = 0) -> int", "() -> int", "absent in"),
    method("removed", "(a: int = 0) -> int", "() -> int", "(a: int = 0) -> int", "is absent"),
    method("keyword-only", "(a: int) -> int", "(*, a: int) -> int", "(a: int) -> int", '"*, a: int"'),
    method("positional-only", "(a: int, /) -> int", "(a: int) -> int", "(b: int, /) -> int", '"int, /"'),
    method("old positional-only", "(__a: int) -> int", "(a: int) -> int", "(__b: int) -> int", '"int, /"'),
    method("reordered", "(*, a=1, b=2) -> int", "(*, b=2, a=1) -> int", "(*, a=1, b=2) -> int", '"*, b'),
    method("stars", "(*a: int) -> int", "(*a: str) -> int", "(*a: int) -> int", '"*a: str"'),
    method("kwargs", "(**a: int) -> int", "(**a: Any) -> int", "(**a: int) -> int", '"**a: Any"'),
    method(
        "typed kwargs",
        "(**a: Unpack[Options]) -> int",
        "(**a: Unpack[OtherOptions]) -> int",
        "(**a: Unpack[Options]) -> int",
        "OtherOptions",
    ),
    method("union order", "(a: int | str | None) -> int", "(a: int | str) -> int", "(a: Optional[Union[str, int]]) -> int", '"a: int | str"'),
    method("literals", "(a: Literal[1, 'p']) -> int", "(a: Literal[True, 'p']) -> int", "(a: Literal['p', 1]) -> int", "True"),
    method("list alias", "(a: List[int]) -> int", "(a: list[str]) -> int", "(a: list[int]) -> int", "list[str]"),
    method("any arguments", "(a: list) -> int", "(a: list[int]) -> int", "(a: list[Any]) -> int", "list[int]"),
    method("tuple", "(a: tuple[int, ...]) -> int", "(a: tuple[int]) -> int", "(a: Tuple[int, ...]) -> int", "tuple[int]"),
    method("empty tuple", "(a: tuple[()]) -> int", "(a: tuple) -> int", "(a: Tuple[()]) -> int", "tuple"),
    method("metadata", "(a: Annotated[int, 'id']) -> int", "(a: Annotated[int, 'key']) -> int", "(a: Annotated[int, 'id']) -> int", "'key'"),
    method("sync class", "(a: Rows | None) -> int", "(a: Rows | None) -> int", "(a: AsyncRows | None) -> int", "which is sync"),
    method("class of library", "(a: queue.Queue[int]) -> int", "(a: asyncio.Queue[str]) -> int", "(a: asyncio.Queue[int]) -> int", "Queue[str]"),
    method("lock", "(a: threading.Lock) -> int", "(a: asyncio.Event) -> int", "(a: asyncio.Lock) -> int", "Event"),
    method("iterable", "(a: Iterable[int]) -> int", "(a: AsyncIterable[str]) -> int", "(a: AsyncIterable[int]) -> int", "AsyncIterable[str]"),
    method("both iterables", "(a: Iterable[int]) -> int", "(a: Iterable[int] | AsyncIterable[str]) -> int", "(a: Iterable[int] | AsyncIterable[int]) -> int", "AsyncIterable[str]"),
    method("callback", "(a: Callable[[int], str]) -> int", "(a: Callable[[int], Awaitable[int]]) -> int", "(a: Callable[[int], Awaitable[str]]) -> int", "Awaitable[int]"),
    method("either callback", "(a: Callable[[int], str]) -> int", "(a: Callable[[str], str]) -> int", "(a: Callable[[int], str | Awaitable[str]]) -> int", "[str], str"),
    method("callbacks", "(a: Callable[[int], str] | None) -> int", "(a: Callable[..., str] | None) -> int", "(a: Callable[[int], str] | Callable[[int], Awaitable[str]] | None) -> int", "..."),
    method("generic callback", "(a: Callable[P, T], *b: P.args, **c: P.kwargs) -> T", "(a: Callable[..., T], *b: Any, **c: Any) -> T", "(a: Callable[P, Awaitable[T]], *b: P.args, **c: P.kwargs) -> T", "type variables"),
    method("type of class", "(a: type[Rows]) -> int", "(a: type[UnmarkedRows]) -> int", "(a: Type[AsyncRows]) -> int", "UnmarkedRows"),
    method("method variable", "(a: T) -> T", "(a: object) -> object", "(a: T) -> T", "type variables are absent"),
    method("bound", "(a: Number) -> Number", "(a: T) -> T", "(a: Number) -> Number", '"Number: int"'),
    method("constraints", "(a: Text_) -> Text_", "(a: Number) -> Number", "(a: Text_) -> Text_", "str or bytes"),
    method("variable default", "(a: Defaulted) -> Defaulted", "(a: T) -> T", "(a: Defaulted) -> Defaulted", "object = int"),
    method("variadic variable", "(*a: Unpack[Ts]) -> tuple[Unpack[Ts]]", "(*a: Any) -> tuple[Any, ...]", "(*a: Unpack[Ts]) -> tuple[Unpack[Ts]]", "Ts"),
]

DEFAULTS = [
    method(name, f"(a={their}) -> int", f"(a={our}) -> int", f"(a={same}) -> int", message)
    for name, their, our, same, message in [
        ("changed", "1", "2", "1", "default of"),
        ("bool for int", "1", "True", "1", "is True, but 1"),
        ("float for int", "1", "1.0", "1", "is 1.0, but 1"),
        ("negative zero", "0.0", "-0.0", "0.0", "is -0.0"),
        ("not a number", "float('nan')", "0.0", "float('nan')", "but nan"),
        ("constant", "LIMIT", "OTHER_LIMIT", "10", "is 20, but 10"),
        ("expression", "2 * LIMIT", "LIMIT", "OTHER_LIMIT", "is 10, but 20"),
        ("text", "['new york']", "['newyork']", "['new ' + 'york']", "newyork"),
        ("bytes", "b'a'", "'a'", "b'a'", "is 'a', but b'a'"),
        ("nested", "{'a': [1, (2,)]}", "{'a': [1, (2.0,)]}", "{'a': [1, (2,)]}", "2.0"),
        ("dict order", "{1: 2, 3: 4}", "{1: 2, 3: 5}", "{3: 4, 1: 2}", "5"),
        ("set", "frozenset({LIMIT})", "frozenset({1})", "frozenset([10])", "frozenset({1})"),
        ("enum", "Mode.FAST", "Mode.SLOW", "Mode(1)", "SLOW"),
        ("object", "Setting(1)", "Setting(2)", "Setting(1)", "Setting"),
        ("nested object", "[Setting(Mode.FAST)]", "[Setting(1)]", "[Setting(Mode.FAST)]", "Setting"),
        ("range", "range(3)", "range(4)", "range(0, 3)", "range(0, 4)"),
        ("class", "int", "str", "int", "str"),
        ("counterpart", "TableRows", "UnmarkedRows", "AsyncRows", "UnmarkedRows"),
        ("lambda", "lambda a: a + 1", "lambda a: a + 2", "lambda a: a + 1", "lambda"),
        ("partial", "partial(int, base=8)", "partial(int, base=2)", "partial(int, base=8)", "base=2"),
        ("async function", "time.sleep", "time.time", "asyncio.sleep", "time"),
        ("ellipsis", "...", "None", "...", "is None, but Ellipsis"),
    ]
]
DEFAULTS += [
    method("dropped", "(a: int = 1) -> int", "(a: int) -> int", "(a: int = 1) -> int", '"a: int", but "a: int = 1"'),
    method("unstated", "(a: int = ...) -> int", "(a: int) -> int", "(a: int = 5) -> int", '"a: int", but "a: int = ..."'),
    Kind(
        "name of the class body",
        "_LIMIT = 10\ndef run(self, a: int = _LIMIT) -> int: ...",
        "_LIMIT = 20\nasync def run(self, a: int = _LIMIT) -> int: ...",
        "_MAX = 10\nasync def run(self, a: int = _MAX) -> int: ...",
        "is 20, but 10",
    ),
    Kind(
        "below try",
        "try:\n    def run(self, a: int = 1) -> int: ...\nfinally:\n    pass",
        "with suppress(ValueError):\n    async def run(self, a: int = 2) -> int: ...",
        "if LIMIT:\n    async def run(self, a: int = 1) -> int: ...",
        "is 2, but 1",
    ),
]

RESULTS = [
    method("other", "() -> int", "() -> str", "() -> int", 'returns "str", but "int"'),
    method("not annotated", "() -> int", "()", "() -> int", 'returns an unannotated type, but "int"'),
    method("self", "() -> Self", "() -> 'Drifting'", "() -> Self", '"Drifting", but "Self"'),
    method("never", "() -> NoReturn", "() -> None", "() -> Never", '"None", but "NoReturn"'),
    method("guard", "(a: object) -> TypeGuard[int]", "(a: object) -> TypeGuard[str]", "(a: object) -> TypeGuard[int]", "TypeGuard[str]"),
    method("guard or bool", "(a: object) -> TypeGuard[int]", "(a: object) -> bool", "(a: object) -> TypeGuard[int]", '"bool"'),
    method("narrowing", "(a: object) -> TypeIs[int]", "(a: object) -> TypeGuard[int]", "(a: object) -> TypeIs[int]", "TypeIs[int]"),
    method("awaited collection", "() -> Iterable[int]", "() -> Iterable[str]", "() -> Iterable[int]", "Iterable[str]"),
    method("sync rows", "() -> Rows", "() -> Rows", "() -> AsyncRows", "which is sync"),
    method("implementation", "() -> TableRows", "() -> UnmarkedRows", "() -> AsyncRows", "UnmarkedRows"),
    method("rows in tuple", "() -> tuple[Rows, int]", "() -> tuple[UnmarkedRows, int]", "() -> tuple[AsyncRows, int]", "UnmarkedRows"),
    method("unknown", "() -> Missing[int]", "() -> Missing[str]", "() -> Missing[int]", "Missing[str]"),
    *(
        Kind(name, f"def run(self) -> {their}: ...", our, honest, message)
        for name, their, our, honest, message in [
            ("sync", "int", "def run(self) -> int: ...", "def run(self) -> Awaitable[int]: ...", "make it `async def`"),
            ("coroutine", "int", "def run(self) -> Coroutine[Any, str, int]: ...", "def run(self) -> Coroutine[Any, Any, int]: ...", "not the async form"),
            ("iterator", "Iterator[int]", "async def run(self) -> Iterator[int]: ...", "def run(self) -> AsyncIterator[int]: ...", "plain `def`"),
            ("async generator", "Iterator[int]", "async def run(self) -> AsyncIterator[int]: ...", "async def run(self) -> AsyncIterator[int]:\n    yield 1", "plain `def`"),
            ("generator", "Generator[int, str, bool]", "async def run(self) -> AsyncGenerator[int, int]:\n    yield 1", "async def run(self) -> AsyncGenerator[int, str]:\n    yield 1", "AsyncGenerator[int, int]"),
            ("generator without arguments", "Generator[int, None, None]", "def run(self) -> AsyncIterator[int]: ...", "def run(self) -> AsyncGenerator[int, None]: ...", "plain `def`"),
            ("async iterable", "Iterable[int]", "def run(self) -> AsyncIterable[str]: ...", "def run(self) -> AsyncIterable[int]: ...", "AsyncIterable[str]"),
            ("context manager", "AbstractContextManager[int]", "async def run(self) -> AbstractAsyncContextManager[int]: ...", "def run(self) -> AbstractAsyncContextManager[int]: ...", "plain `def`"),
            ("exit stack", "ExitStack", "def run(self) -> ExitStack: ...", "def run(self) -> AsyncExitStack: ...", "not the async form"),
        ]
    ),
    Kind(
        "context manager function",
        "@contextmanager\ndef run(self, a: int = 1) -> Iterator[int]:\n    yield 1",
        "@asynccontextmanager\nasync def run(self, a: int = 1) -> AsyncIterator[str]:\n    yield ''",
        "@asynccontextmanager\nasync def run(self, a: int = 1) -> AsyncGenerator[int, None]:\n    yield 1",
        "AbstractAsyncContextManager[str]",
    ),
    Kind(
        "context manager without a decorator",
        "@contextmanager\ndef run(self) -> Iterator[int]:\n    yield 1",
        "async def run(self) -> AsyncIterator[int]:\n    yield 1",
        "def run(self) -> AbstractAsyncContextManager[int]: ...",
        "plain `def`",
    ),
    Kind(
        "untyped generator",
        "def run(self):\n    yield 1",
        "async def run(self):\n    return 1",
        "async def run(self):\n    yield 1",
        "async generator",
    ),
]

MEMBERS = [
    Kind("absent", "def run(self) -> int: ...", "pass", "async def run(self) -> int: ...", 'has no "run"'),
    Kind("undeclared", "pass", "async def run(self) -> int: ...", "async def _run(self) -> int: ...", "is public but not in"),
    Kind("undeclared attribute", "pass", "def __init__(self) -> None:\n    self.calls = 1", "def __init__(self) -> None:\n    self._calls = 1", '"calls"'),
    Kind("property", "@property\ndef run(self) -> int: ...", "async def run(self) -> int: ...", "@property\ndef run(self) -> int: ...", "is a method, but a property"),
    Kind("property type", "@property\ndef run(self) -> Rows: ...", "@property\ndef run(self) -> Rows: ...", "@property\ndef run(self) -> AsyncRows: ...", "which is sync"),
    Kind("awaited property", "@property\ndef run(self) -> int: ...", "@property\nasync def run(self) -> int: ...", "@property\ndef run(self) -> int: ...", "Coroutine"),
    Kind("cached property", "@property\ndef run(self) -> int: ...", "@cached_property\ndef run(self) -> int: ...", "@property\ndef run(self) -> int: ...", "a cached property"),
    Kind("cached type", "@cached_property\ndef run(self) -> int: ...", "@cached_property\ndef run(self) -> str: ...", "@cached_property\ndef run(self) -> int: ...", '"str"'),
    Kind(
        "setter",
        "@property\ndef run(self) -> int: ...\n@run.setter\ndef run(self, value: int) -> None: ...",
        "@property\ndef run(self) -> int: ...\n@run.setter\ndef run(self, value: str) -> None: ...",
        "@property\ndef run(self) -> int: ...\n@run.setter\ndef run(self, value: int) -> None: ...",
        'the type that the setter accepts is "str"',
    ),
    Kind(
        "absent setter",
        "@property\ndef run(self) -> int: ...\n@run.setter\ndef run(self, value: int) -> None: ...",
        "@property\ndef run(self) -> int: ...",
        "@property\ndef run(self) -> int: ...\n@run.setter\ndef run(self, value: int) -> None: ...",
        "a settable property",
    ),
    Kind(
        "deleter",
        "@property\ndef run(self) -> int: ...\n@run.deleter\ndef run(self) -> None: ...",
        "@property\ndef run(self) -> int: ...",
        "@property\ndef run(self) -> int: ...\n@run.deleter\ndef run(self) -> None: ...",
        "the deleter is absent",
    ),
    Kind("attribute", "run: int", "run: str", "run: int", '"str"'),
    Kind("attribute of self", "run: int", "def __init__(self, run: str):\n    self.run = run", "run: int", '"str"'),
    Kind("constant", "LIMIT = 10", "LIMIT = 20", "LIMIT = 2 * 5", "the value is 20, but 10"),
    Kind("final", "LIMIT: Final = 10", "LIMIT: Final = 20", "LIMIT: Final = 10", "the value is 20"),
    Kind("class variable", "limit: ClassVar[int] = 1", "limit: int = 1", "limit: ClassVar[int] = 1", "a class variable"),
    Kind("class method", "@classmethod\ndef run(cls) -> int: ...", "@staticmethod\ndef run() -> int: ...", "@classmethod\ndef run(cls) -> int: ...", "a static method"),
    Kind("class method default", "@classmethod\ndef run(cls, a: int = 1) -> Self: ...", "@classmethod\ndef run(cls, a: int = 2) -> Self: ...", "@classmethod\ndef run(cls, a: int = 1) -> Self: ...", "is 2, but 1"),
    Kind("static method", "@staticmethod\ndef run(a: int) -> int: ...", "@staticmethod\ndef run(b: int) -> int: ...", "@staticmethod\ndef run(a: int) -> int: ...", '"b: int"'),
    Kind("constructor", "def __init__(self, a: int = 1) -> None: ...", "def __init__(self, a: int = 2) -> None: ...", "def __init__(self, a: int = 1): ...", "is 2, but 1"),
    Kind("new", "def __new__(cls, a: int = 1) -> Self: ...", "def __new__(cls, a: int = 2) -> Self: ...", "def __new__(cls, a: int = 1) -> Self: ...", "is 2, but 1"),
    Kind("nested class", "class Page:\n    def next(self) -> int: ...", "class Page:\n    async def next(self) -> str: ...", "class Page:\n    async def next(self) -> int: ...", '"next" of "Page"'),
    Kind("sync nested class", "class Page:\n    size: int = 1", "class Page:\n    size: int = 2", "class Page:\n    size: int = 1", "the value is 2"),
    Kind("nested class in a type", "class Page:\n    size: int\ndef run(self) -> Page: ...", "class Page:\n    size: int\nasync def run(self) -> list[Page]: ...", "class Page:\n    size: int\nasync def run(self) -> Page: ...", "list[Page]"),
    Kind("lambda", "run = lambda self, a=1: a", "run = lambda self, a=2: a", "run = lambda self, a=1: self._get(a)", "is 2, but 1"),
    Kind("alias", "def get(self) -> int: ...\ndef put(self) -> int: ...\nrun = get", "async def get(self) -> int: ...\nasync def put(self) -> int: ...\nrun = put", "async def get(self) -> int: ...\nasync def put(self) -> int: ...\nrun = get", "is an alias of"),
    Kind("partial method", "def _get(self, a: int, b: int) -> int: ...\nrun = partialmethod(_get, b=1)", "async def _get(self, a: int, b: int) -> int: ...\nrun = partialmethod(_get, b=2)", "async def _get(self, a: int, b: int) -> int: ...\nrun = partialmethod(_get, b=1)", "is 2, but 1"),
    Kind("bound argument", "def _get(self, a: int) -> int: ...\nrun = partialmethod(_get, 1)", "async def _get(self, a: int) -> int: ...\nrun = partialmethod(_get, 2)", "async def _get(self, a: int) -> int: ...\nrun = partialmethod(_get, 1)", "(2,), but (1,)"),
    Kind("wrapper", "@retry\ndef run(self, a: int) -> int: ...", "@retry\nasync def run(self, b: int) -> int: ...", "@retry\nasync def run(self, a: int) -> int: ...", '"b: int"'),
    Kind("deprecated", "@deprecated('old')\ndef run(self) -> int: ...", "async def run(self) -> int: ...", "@deprecated('old')\nasync def run(self) -> int: ...", "not deprecated"),
    Kind("deprecation text", "@deprecated('old')\ndef run(self) -> int: ...", "@deprecated('new')\nasync def run(self) -> int: ...", "@deprecated('old')\nasync def run(self) -> int: ...", "new"),
    Kind("overloads", "@overload\ndef run(self, a: int) -> int: ...\n@overload\ndef run(self, a: str) -> str: ...\ndef run(self, a): ...", "@overload\nasync def run(self, a: int) -> int: ...\n@overload\nasync def run(self, a: str) -> int: ...\nasync def run(self, a): ...", "@overload\nasync def run(self, a: int) -> int: ...\n@overload\nasync def run(self, a: str) -> str: ...\nasync def run(self, a): ...", 'returns "int", but "str"'),
    Kind("default of the implementation", "@overload\ndef run(self, a: int = ...) -> int: ...\n@overload\ndef run(self, a: str) -> str: ...\ndef run(self, a=1): ...", "@overload\nasync def run(self, a: int = ...) -> int: ...\n@overload\nasync def run(self, a: str) -> str: ...\nasync def run(self, a=2): ...", "@overload\nasync def run(self, a: int = 1) -> int: ...\n@overload\nasync def run(self, a: str) -> str: ...\nasync def run(self, a=1): ...", "is 2, but 1"),
    Kind("number of overloads", "@overload\ndef run(self, a: int) -> int: ...\n@overload\ndef run(self, a: str) -> str: ...\ndef run(self, a): ...", "async def run(self, a: int) -> int: ...", "@overload\nasync def run(self, a: int) -> int: ...\n@overload\nasync def run(self, a: str) -> str: ...\nasync def run(self, a): ...", "number of signatures"),
    Kind("enter", "def __enter__(self) -> Self: ...", "async def __aenter__(self) -> int: ...", "async def __aenter__(self) -> Self: ...", '"__aenter__" of'),
    Kind("absent enter", "def __enter__(self) -> Self: ...", "def __enter__(self) -> Self: ...", "async def __aenter__(self) -> Self: ...", 'no "__aenter__"'),
    Kind("iter", "def __iter__(self) -> Iterator[int]: ...", "async def __aiter__(self) -> AsyncIterator[int]: ...", "def __aiter__(self) -> AsyncIterator[int]: ...", "plain `def`"),
    Kind("next", "def __next__(self) -> int: ...", "async def __anext__(self) -> str: ...", "async def __anext__(self) -> int: ...", '"str"'),
    Kind("len", "def __len__(self) -> int: ...", "async def __len__(self) -> int: ...", "def __len__(self) -> int: ...", "Coroutine"),
    Kind("getitem", "def __getitem__(self, key: int) -> int: ...", "async def __getitem__(self, key: str) -> int: ...", "async def __getitem__(self, index: int) -> int: ...", '"str, /"'),
    Kind("call", "def __call__(self, a: int = 1) -> int: ...", "async def __call__(self, a: int = 2) -> int: ...", "async def __call__(self, a: int = 1) -> int: ...", "is 2, but 1"),
    Kind("dynamic", "def __getattr__(self, name: str) -> int: ...", "pass", "def __getattr__(self, name: str) -> int: ...", '"__getattr__"'),
    Kind("names of object", "def __repr__(self) -> str: ...\ndef run(self) -> int: ...", "async def run(self) -> str: ...", "async def run(self) -> int: ...\ndef __eq__(self, other: object) -> bool: ...", '"run"'),
]

CLASSES = [
    Kind("dataclass", "@dataclass\nclass Surface:\n    a: int = 1", "@dataclass\nclass Drifting:\n    a: int = 2", "@dataclass\nclass Honest:\n    a: int = 1", "is 2, but 1"),
    Kind("factory", "@dataclass\nclass Surface:\n    a: list = field(default_factory=list)", "@dataclass\nclass Drifting:\n    a: list = field(default_factory=set)", "@dataclass\nclass Honest:\n    a: list = field(default_factory=list)", "set"),
    Kind("frozen", "@dataclass(frozen=True)\nclass Surface:\n    a: int", "@dataclass\nclass Drifting:\n    a: int", "@dataclass(frozen=True)\nclass Honest:\n    a: int", "a read-only attribute"),
    Kind("attrs", "@attrs.define\nclass Surface:\n    a: int = 1", "@attrs.define\nclass Drifting:\n    a: int = 2", "@attrs.define\nclass Honest:\n    a: int = 1", "is 2, but 1"),
    Kind("attrs factory", "@attrs.define\nclass Surface:\n    a: list = attrs.field(factory=list)", "@attrs.define\nclass Drifting:\n    a: list = attrs.field(factory=set)", "@attrs.define\nclass Honest:\n    a: list = attrs.Factory(list)", "set"),
    Kind("named tuple", "class Surface(NamedTuple):\n    a: int = 1", "class Drifting(NamedTuple):\n    a: int = 2", "class Honest(NamedTuple):\n    a: int = 1", "is 2, but 1"),
    Kind("class variables", "class Surface(Generic[Number]):\n    def run(self) -> Number: ...", "class Drifting(Generic[T]):\n    async def run(self) -> T: ...", "class Honest(Generic[Number]):\n    async def run(self) -> Number: ...", "type variables are"),
    Kind("variance", "class Surface(Protocol[T_co]):\n    def run(self) -> T_co: ...", "class Drifting(Protocol[T]):\n    async def run(self) -> T: ...", "class Honest(Protocol[T_co]):\n    async def run(self) -> T_co: ...", "covariant"),
    Kind("swapped variables", "class Surface(Generic[T, Number]):\n    def run(self) -> T: ...", "class Drifting(Generic[T, Number]):\n    async def run(self) -> Number: ...", "class Honest(Generic[T, Number]):\n    async def run(self) -> T: ...", '"Number", but "T"'),
    Kind("generic base", "class Base(Generic[T]):\n    def run(self) -> T: ...\nclass Surface(Base[int]): ...", "class AsyncBase(Generic[T]):\n    async def run(self) -> T: ...\nclass Drifting(AsyncBase[str]): ...", "class Honest(AsyncBase[int]): ...", '"str", but "int"'),
    Kind("inherited", "class Plain:\n    def name(self) -> str: ...\nclass Surface(Plain):\n    def run(self) -> int: ...", "class Drifting(Plain):\n    async def run(self, a: int = 1) -> int: ...", "class Honest(Plain):\n    async def run(self) -> int: ...", "absent in"),
    Kind("added function", "class Surface: ...\nSurface.run = lambda self, a=1: a", "class Drifting: ...\nDrifting.run = lambda self, a=2: a", "class Honest: ...\nHonest.run = lambda self, a=1: a", "is 2, but 1"),
    Kind("type parameters", "class Surface[S: int]:\n    def run[R](self, a: R) -> dict[S, R]: ...", "class Drifting[S: int]:\n    async def run[R: str](self, a: R) -> dict[S, R]: ...", "class Honest[X: int]:\n    async def run[Y](self, a: Y) -> dict[X, Y]: ...", '"R: str"', python=(3, 12)),
    Kind("type alias", "type Pair[A] = tuple[A, A]\nclass Surface:\n    def run(self) -> Pair[int]: ...", "class Drifting:\n    async def run(self) -> Pair[str]: ...", "class Honest:\n    async def run(self) -> tuple[int, int]: ...", "tuple[str, str]", python=(3, 12)),
]

IMPLEMENTATIONS = [
    Kind(name, f"class Surface(Protocol):\n{indent(surface, '    ')}", drifting, honest, message, is_mirror=False)
    for name, surface, drifting, honest, message in [
        ("parameter", "def run(self, a: int) -> int: ...", "def run(self, b: int) -> int: ...", "def run(self, a: int) -> int: ...", '"b: int"'),
        ("self", "def run(self) -> Surface: ...", "def run(self) -> int: ...", "def run(self) -> Self: ...", '"int", but "Surface"'),
        ("self by name", "def run(self) -> Self: ...", "def run(self) -> Drifting: ...", "def run(self) -> Self: ...", '"Drifting", but "Self"'),
        ("type of self", "def run(self: T) -> T: ...", "def run(self) -> Drifting: ...", "def run(self) -> Self: ...", '"Drifting", but "Self"'),
        ("read-only property", "@property\ndef run(self) -> Rows: ...", "run: UnmarkedRows", "def __init__(self, run: TableRows) -> None:\n    self.run = run", "UnmarkedRows"),
        ("cached", "@property\ndef run(self) -> int: ...", "@cached_property\ndef run(self) -> str: ...", "@cached_property\ndef run(self) -> int: ...", '"str"'),
        ("attribute", "run: int", "@property\ndef run(self) -> int: ...", "def __init__(self) -> None:\n    self.run: int = 0", "is a property, but an attribute"),
        ("no value", "run: int", "pass", "run = 5", 'has no "run"'),
        ("final attribute", "run: int", "run: Final[int] = 0", "run: int = 0", "a read-only attribute"),
        ("async method", "async def run(self) -> int: ...", "def run(self) -> Awaitable[int]: ...", "def run(self) -> Coroutine[Any, Any, int]: ...", "Awaitable[int]"),
        ("async iterator", "def run(self) -> AsyncIterator[int]: ...", "async def run(self) -> AsyncIterator[int]: ...", "async def run(self) -> AsyncIterator[int]:\n    yield 1", "Coroutine"),
        ("cache", "def run(self, a: int) -> int: ...", "@functools.cache\ndef run(self, b: int) -> int: ...", "@functools.cache\ndef run(self, a: int) -> int: ...", '"b: int"'),
        ("dispatch", "@singledispatchmethod\ndef run(self, a: object) -> int: ...\n@run.register\ndef _(self, a: int) -> int: ...", "@singledispatchmethod\ndef run(self, a: object) -> int: ...\n@run.register\ndef _(self, a: str) -> int: ...", "@singledispatchmethod\ndef run(self, a: object) -> int: ...\n@run.register\ndef _(self, a: int) -> int: ...", "the implementation for"),
        ("class members", "def run(self) -> int: ...", "def stop(self) -> int: ...\ndef run(self) -> int: ...", "@classmethod\ndef make(cls) -> Self: ...\ndef __init__(self, a: int) -> None: ...\ndef run(self) -> int: ...", '"stop"'),
        ("callback", "def run(self, a: Callable[[], int]) -> int: ...", "def run(self, a: Callable[[], Awaitable[int]]) -> int: ...", "def run(self, a: Callable[[], int]) -> int: ...", "Awaitable"),
        ("optional union", "def run(self, a: int) -> int: ...", "def run(self, a: int | None) -> int: ...", "def run(self, a: int) -> int: ...", "None"),
        ("special method", "def __len__(self) -> int: ...", "pass", "def __len__(self) -> int: ...", '"__len__"'),
        ("protocol overloads", "@overload\ndef run(self, a: int) -> int: ...\n@overload\ndef run(self, a: str) -> str: ...", "@overload\ndef run(self, a: int) -> int: ...\n@overload\ndef run(self, a: bytes) -> str: ...\ndef run(self, a): ...", "@overload\ndef run(self, a: int) -> int: ...\n@overload\ndef run(self, a: str) -> str: ...\ndef run(self, a): ...", '"a: bytes"'),
    ]
] + [
    Kind("declared only", "class Surface(Protocol):\n    def run(self) -> int: ...", "class Drifting(Surface): ...", "class Honest(Surface):\n    def run(self) -> int:\n        return 1", 'has no "run"', is_mirror=False),
    Kind("body in the protocol", "class Surface(Protocol):\n    def run(self) -> int:\n        return LIMIT", "class Drifting:\n    pass", "class Honest(Surface):\n    pass", 'has no "run"', is_mirror=False),
    Kind("generic", "class Surface(Protocol[T]):\n    def run(self, a: T) -> T: ...", "class Drifting(Surface[T]):\n    def run(self, a: list[T]) -> T:\n        return a[0]", "class Honest(Generic[T]):\n    def run(self, a: T) -> T: ...", "list[T]", is_mirror=False),
    Kind("number of variables", "class Surface(Protocol[T]):\n    def run(self) -> T: ...", "class Drifting:\n    def run(self) -> int: ...", "class Honest(Surface[T]):\n    def run(self) -> T:\n        return LIMIT", "number of type variables is 0", is_mirror=False),
    Kind("fixed variable", "class Surface(Protocol[T]):\n    def run(self) -> T: ...", "class Drifting(Surface[int]):\n    def run(self) -> str:\n        return ''", "class Honest(Surface[int]):\n    def run(self) -> int:\n        return LIMIT", '"str", but "int"', is_mirror=False),
    Kind("named tuple of a protocol", "class Surface(Protocol):\n    @property\n    def a(self) -> int: ...", "class Drifting(NamedTuple):\n    a: str", "class Honest(NamedTuple):\n    a: int", '"str", but "int"', is_mirror=False),
]

# fmt: on

KINDS = {
    f"{group} - {kind.name}": kind
    for group, kinds in {
        "parameter": PARAMETERS,
        "default": DEFAULTS,
        "result": RESULTS,
        "member": MEMBERS,
        "class": CLASSES,
        "implementation": IMPLEMENTATIONS,
    }.items()
    for kind in kinds
}
