# ruff: noqa: E501 - an expected error is on the line of its cause
"""
Pairs of classes that differ, or not, in what only their source text shows.

A case has two modules: one with the reference class `Store`, one with marked classes. The comment
`# drift: ...` marks each line with an error, and quotes a part of the message. All other lines are
correct.
"""

from __future__ import annotations

from typing import NamedTuple

HEADER = """\
from __future__ import annotations
from typing import *
from typing_extensions import deprecated
from memsy.parity import implements, mirrors
import asyncio, attr, attrs, contextlib, dataclasses, enum, functools, time
"""


class Case(NamedTuple):
    name: str
    reference: str
    marked: str


def marked_header(name: str) -> str:
    return f"{HEADER}import {name}_sync as sync\nfrom {name}_sync import Store\n"


VALUE_CASES = [
    Case(
        "constants",
        """
class Store:
    def same(self, a: Any = 1, b: Any = 1.5, c: Any = -0.0, d: Any = None) -> None: ...
    def whole(self, a: Any = 1) -> None: ...
    def zero(self, a: Any = 0.0) -> None: ...
    def flag(self, a: Any = True) -> None: ...
    def text(self, a: Any = "x") -> None: ...
    def blank(self, a: Any = ['new york']) -> None: ...
    def bracket(self, a: Any = ['a[b]']) -> None: ...
    def folded(self, a: Any = 60 * 60, b: Any = 'a' 'b', c: Any = b'x' + b'y') -> None: ...
    def sets(self, a: Any = frozenset({1, 2}), b: Any = {3, 4}) -> None: ...
    def huge(self, a: Any = 0xfffffffffffffffffffffffffffffffffffffffffffffff) -> None: ...
    def sliced(self, a: Any = lambda x: x[1:2]) -> None: ...
    def part(self, a: Any = 'abc'[1:2]) -> None: ...
    def formatted(self, a: Any = f'{1 + 1}x') -> None: ...
    def quoted(self, a: Any = '''it's''', b: Any = ("\\u00fc", "\\\\")) -> None: ...
    def chosen(self, a: Any = 1 if __debug__ else 2) -> None: ...
    def __call__(self, a: int = 1) -> None: ...
    def positional(self, a: int = 1, /) -> None: ...
    def _private(self, a: int = 1) -> None: ...
""",
        """
@mirrors(Store)
class AsyncStore:
    async def same(self, a: Any = 1, b: Any = 1.50, c: Any = -0.0, d: Any = (None)) -> None: ...
    async def whole(self, a: Any = 1) -> None: ...
    async def zero(self, a: Any = 0.0) -> None: ...
    async def flag(self, a: Any = True) -> None: ...
    async def text(self, a: Any = 'x') -> None: ...
    async def blank(self, a: Any = ["new york"]) -> None: ...
    async def bracket(self, a: Any = ['a[b]',]) -> None: ...
    async def folded(self, a: Any = 3600, b: Any = ("a"
        "b"), c: Any = b"xy") -> None: ...
    async def sets(self, a: Any = frozenset((2, 1)), b: Any = {4, 3}) -> None: ...
    async def huge(self, a: Any = 0xfffffffffffffffffffffffffffffffffffffffffffffff) -> None: ...
    async def sliced(self, a: Any = lambda x: x[1 : 2]) -> None: ...
    async def part(self, a: Any = 'abc'[1 : \\
        2]) -> None: ...
    async def formatted(self, a: Any = '2x') -> None: ...
    async def quoted(self, a: Any = "it's", b: Any = ("ü", chr(92)[0] and '\\\\')) -> None: ...  # drift: the default of "b" is ('ü', chr(92)[0] and '\\\\'), but
    async def chosen(self, a: Any = 1 if __debug__ else 2) -> None: ...
    async def __call__(self, a: int = 1) -> None: ...
    async def positional(self, b: int = 1, /) -> None: ...
    async def _private(self, a: int = 2) -> None: ...

@mirrors(Store)
class DriftingStore:
    async def same(self, a: Any = 1, b: Any = 1.5, c: Any = 0.0, d: Any = ()) -> None: ...  # drift: the default of "c" is 0.0, but -0.0 in "Store": use the same|the default of "d" is ()
    async def whole(self, a: Any = 1.0) -> None: ...  # drift: is 1.0, but 1 in
    async def zero(self, a: Any = 0) -> None: ...  # drift: is 0, but 0.0 in
    async def flag(self, a: Any = 1) -> None: ...  # drift: is 1, but True in
    async def text(self, a: Any = b"x") -> None: ...  # drift: is b'x', but 'x' in
    async def blank(self, a: Any = ['newyork']) -> None: ...  # drift: is ['newyork'], but ['new york']
    async def bracket(self, a: Any = ['ab']) -> None: ...  # drift: is ['ab'], but ['a[b]']
    async def folded(self, a: Any = 3601, b: Any = 'a b', c: Any = b'x y') -> None: ...  # drift: "a" is 3601, but 3600|"b" is 'a b'|"c" is b'x y'
    async def sets(self, a: Any = frozenset({1, 3}), b: Any = {3}) -> None: ...  # drift: is frozenset({1, 3}), but frozenset({1, 2})|{3}, but {3, 4}
    async def huge(self, a: Any = 0xffffffffffffffffffffffffffffffffffffffffffffffe) -> None: ...  # drift: the default of "a"
    async def sliced(self, a: Any = lambda x: x[1:3]) -> None: ...  # drift: lambda x: x[1:3]
    async def part(self, a: Any = 'abc'[1:3]) -> None: ...  # drift: is 'abc'[1:3], but 'abc'[1:2]
    async def formatted(self, a: Any = f'{1}x') -> None: ...  # drift: is '1x', but '2x'
    async def quoted(self, a: Any = "its", b: Any = ("\\u00fc", "/")) -> None: ...  # drift: is 'its'|('ü', '/')
    async def chosen(self, a: Any = 1 if __debug__ else 3) -> None: ...  # drift: 1 if __debug__ else 3
    async def __call__(self, a: int = 2) -> None: ...  # drift: the default of "a" is 2, but 1
    async def positional(self, a: int = 2, /) -> None: ...  # drift: the default of "a" is 2, but 1
    async def _private(self, a: int = 2) -> None: ...
""",
    ),
    Case(
        "values_of_class_variables",
        """
class Store:
    call: ClassVar[object] = dict(a=1)
    builtin: ClassVar[object] = frozenset({1})
    function: ClassVar[object] = lambda x: x[1]
    chosen: ClassVar[object] = int
    made: ClassVar[object] = Client()
    key: Final = lambda x: x[1]
    plain = lambda self, a=1: a
    number = lambda self: 1
class Client: ...
class AsyncClient: ...
class Other: ...
""",
        """
@mirrors(Store)
class AsyncStore:
    call: ClassVar[object] = dict(a=1)
    builtin: ClassVar[object] = frozenset({1})
    function: ClassVar[object] = lambda x: x[2]
    chosen: ClassVar[object] = int
    made: ClassVar[object] = sync.AsyncClient()
    key: Final = lambda x: x[1]
    plain = lambda self, a=1: a
    number = lambda self: 1

@mirrors(Store)
class DriftingStore:
    call: ClassVar[object] = 2  # drift: is 2, but dict(a=1) in
    builtin: ClassVar[object] = (1, 2)  # drift: is (1, 2), but frozenset({1}) in
    function: ClassVar[object] = 2  # drift: is 2, but lambda x: x[1] in
    chosen: ClassVar[object] = "a"  # drift: is 'a', but int in
    made: ClassVar[object] = ["ab"]  # drift: is ['ab'], but
    key: Final = lambda x: x[1]
    plain = lambda self, a=2: a  # drift: is 2, but 1
    number = lambda self: 1
""",
    ),
    Case(
        "names",
        """
LIMIT = 10
TOP: Final = 20
LITERAL: Literal[5] = 5
PAIR = (LIMIT, 2)
OPTIONS = {"a": 1}
MISSING = object()
TWICE = 1
TWICE = 2
if bool():
    EITHER = 1
else:
    EITHER = 2
class Color(enum.Enum):
    RED = 1
    BLUE = 2
class Limits:
    TOP: Final = 10
    low = -1
    class Inner:
        DEEP = 7
class K:
    def __init__(self, a: int = 0, b: int = 0) -> None: ...
def helper() -> None: ...
class Store:
    _OWN = 3
    __HIDDEN = 4
    CONSTANT: ClassVar[int] = 5
    limit = 6
    class _Nested:
        X = 1
    def global_(self, a: Any = LIMIT, b: Any = TOP, c: Any = LITERAL) -> None: ...
    def inside(self, a: Any = -LIMIT, b: Any = [LIMIT], c: Any = frozenset({LIMIT})) -> None: ...
    def call(self, a: Any = K(LIMIT), b: Any = K(a=1, b=LIMIT)) -> None: ...
    def item(self, a: Any = PAIR[0], b: Any = OPTIONS['a']) -> None: ...
    def enum_(self, a: Any = Color.RED, b: Any = Color.RED.value) -> None: ...
    def class_(self, a: Any = Limits.TOP, b: Any = Limits.low, c: Any = Limits.Inner.DEEP) -> None: ...
    def own(self, a: Any = _OWN, b: Any = __HIDDEN, c: Any = [_OWN]) -> None: ...
    def nested(self, a: Any = _Nested.X) -> None: ...
    def sentinel(self, a: Any = MISSING) -> None: ...
    def function(self, a: Any = helper) -> None: ...
    def shadowed(self, a: Any = lambda LIMIT: LIMIT) -> None: ...
    def in_lambda(self, a: Any = lambda: LIMIT) -> None: ...
    def twice(self, a: Any = TWICE) -> None: ...
    def either(self, a: Any = EITHER) -> None: ...
    def type_(self, a: Any = int) -> None: ...
""",
        """
from names_sync import LIMIT as IMPORTED, Color as Colour, MISSING, helper
import names_other as o
from names_other import *
SMALL = 2
TEN = 5 * SMALL
LIMIT = TEN
TWENTY = 20
PAIR = (10, 3)

@mirrors(Store)
class AsyncStore:
    _OWN = 3
    __HIDDEN = 4
    CONSTANT: ClassVar[int] = 5
    limit = 6
    class _Nested:
        X = 1
    async def global_(self, a: Any = LIMIT, b: Any = TWENTY, c: Any = 5) -> None: ...
    async def inside(self, a: Any = -IMPORTED, b: Any = [sync.LIMIT], c: Any = frozenset({10})) -> None: ...
    async def call(self, a: Any = sync.K(LIMIT), b: Any = sync.K(b=10, a=1)) -> None: ...
    async def item(self, a: Any = PAIR[0], b: Any = sync.OPTIONS["a"]) -> None: ...
    async def enum_(self, a: Any = Colour.RED, b: Any = sync.Color.RED.value) -> None: ...
    async def class_(self, a: Any = 10, b: Any = sync.Limits.low, c: Any = sync.Limits.Inner.DEEP) -> None: ...
    async def own(self, a: Any = _OWN, b: Any = 4, c: Any = [3]) -> None: ...
    async def nested(self, a: Any = _Nested.X) -> None: ...
    async def sentinel(self, a: Any = MISSING) -> None: ...
    async def function(self, a: Any = helper) -> None: ...
    async def shadowed(self, a: Any = lambda LIMIT: LIMIT) -> None: ...
    async def in_lambda(self, a: Any = lambda: LIMIT) -> None: ...
    async def twice(self, a: Any = sync.TWICE) -> None: ...
    async def either(self, a: Any = sync.EITHER) -> None: ...
    async def type_(self, a: Any = int) -> None: ...

@mirrors(Store)
class DriftingStore:
    LIMIT = 11
    _OWN = 30
    __HIDDEN = 40
    CONSTANT: ClassVar[int] = 50  # drift: "CONSTANT" of "DriftingStore": the value is 50, but 5 in "Store"
    limit = 60  # drift: the value is 60, but 6
    class _Nested:
        X = 2
    async def global_(self, a: Any = LIMIT, b: Any = o.TOP, c: Any = o.LITERAL) -> None: ...  # drift: "a" is 11, but 10|"b" is 21, but 20|"c" is 6, but 5
    async def inside(self, a: Any = -OTHER, b: Any = [o.OTHER], c: Any = frozenset({OTHER})) -> None: ...  # drift: "a" is -12, but -10|is [12], but [10]|frozenset({12})
    async def call(self, a: Any = sync.K(OTHER), b: Any = o.K(a=1, b=10)) -> None: ...  # drift: K(12), but|names_other.K(a=1, b=10), but
    async def item(self, a: Any = PAIR[1], b: Any = {'a': 2}['a']) -> None: ...  # drift: is 3, but 10|is 2, but 1
    async def enum_(self, a: Any = Colour.BLUE, b: Any = sync.Color.BLUE.value) -> None: ...  # drift: is names_sync.Color.BLUE, but names_sync.Color.RED|Color.BLUE.value
    async def class_(self, a: Any = o.Limits.TOP, b: Any = o.Limits.low, c: Any = o.Limits.Inner.DEEP) -> None: ...  # drift: is 20, but 10|-2, but -1|8, but 7
    async def own(self, a: Any = _OWN, b: Any = __HIDDEN, c: Any = [_OWN]) -> None: ...  # drift: is 30, but 3|is 40, but 4|is [30], but [3]
    async def nested(self, a: Any = _Nested.X) -> None: ...  # drift: is 2, but 1
    async def sentinel(self, a: Any = o.UNSET) -> None: ...  # drift: UNSET, but MISSING
    async def function(self, a: Any = o.helper) -> None: ...  # drift: is names_other.helper, but names_sync.helper
    async def shadowed(self, a: Any = lambda LIMIT: SMALL) -> None: ...  # drift: lambda LIMIT: 2, but
    async def in_lambda(self, a: Any = lambda: OTHER) -> None: ...  # drift: lambda: 12, but lambda: 10
    async def twice(self, a: Any = o.TWICE) -> None: ...  # drift: names_other.TWICE, but names_sync.TWICE
    async def either(self, a: Any = sync.TWICE) -> None: ...  # drift: names_sync.TWICE, but names_sync.EITHER
    async def type_(self, a: Any = str) -> None: ...  # drift: is str, but int
""",
    ),
    Case(
        "blocks",
        """
class Store:
    try:
        def in_try(self, a: int = 1) -> None: ...
    except ImportError:
        def in_except(self, a: int = 1) -> None: ...
    else:
        def in_else(self, a: int = 1) -> None: ...
    finally:
        def in_finally(self, a: int = 1) -> None: ...
    with contextlib.suppress(Exception):
        def in_with(self, a: int = 1) -> None: ...
        for _ in range(1):
            def in_for(self, a: int = 1) -> None: ...
    while bool():
        def in_while(self, a: int = 1) -> None: ...
    if bool():
        def in_if(self, a: int = 1) -> None: ...
    else:
        def in_if(self, a: int = 2) -> None: ...
""",
        """
@mirrors(Store)
class AsyncStore:
    try:
        async def in_try(self, a: int = 1) -> None: ...
    except ImportError:
        async def in_except(self, a: int = 1) -> None: ...
    else:
        async def in_else(self, a: int = 1) -> None: ...
    finally:
        async def in_finally(self, a: int = 1) -> None: ...
    async def in_with(self, a: int = 1) -> None: ...
    async def in_for(self, a: int = 1) -> None: ...
    while bool():
        async def in_while(self, a: int = 1) -> None: ...
    if bool():
        async def in_if(self, a: int = 1) -> None: ...
    else:
        async def in_if(self, a: int = 2) -> None: ...

@mirrors(Store)
class DriftingStore:
    try:
        async def in_try(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    except ImportError:
        async def in_except(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    else:
        async def in_else(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    finally:
        async def in_finally(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    with contextlib.suppress(Exception):
        async def in_with(self, a: int = 2) -> None: ...  # drift: is 2, but 1
        for _ in range(1):
            async def in_for(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    while bool():
        async def in_while(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    if bool():
        async def in_if(self, a: int = 1) -> None: ...
    else:
        async def in_if(self, a: int = 3) -> None: ...  # drift: is 3, but 2
""",
    ),
]

OTHER_MODULES = {
    "names_other.py": """
from __future__ import annotations
from typing import Final, Literal
OTHER: Final = 12
TOP: Final = 21
LITERAL: Literal[6] = 6
UNSET = object()
TWICE = 1
TWICE = 2
class K:
    def __init__(self, a: int = 0, b: int = 0) -> None: ...
class Limits:
    TOP: Final = 20
    low = -2
    class Inner:
        DEEP = 8
def helper() -> None: ...
""",
}
