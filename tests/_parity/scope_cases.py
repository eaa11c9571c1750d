# ruff: noqa: E501 - an expected error is on the line of its cause
"""Cases of names in unusual scopes, and of unusual source files."""

from __future__ import annotations

from tests._parity.source_cases import Case

SCOPE_CASES = [
    Case(
        "inherited",
        """
from inherited_base import Base, RawBase
LIMIT = 99
class Store(Base):
    LIMIT = 98
class Raw(RawBase): ...
""",
        """
from inherited_base import Base, RawBase
from inherited_other import OtherBase, SameBase
LIMIT = 10

@mirrors(Store)
class AsyncStore(SameBase):
    LIMIT = 98
    VALUE = 97

@mirrors(Store)
class DriftingStore(OtherBase):  # drift: "get" of "DriftingStore": the default of "a" is 11, but 10 in "Store"
    LIMIT = 98

@mirrors(Store)
class Written:
    LIMIT = 98
    async def get(self, a: Any = 10) -> None: ...

@implements(sync.Raw)
class Implemented(RawBase):
    pass

@implements(sync.Raw)
class DriftingImplementation(RawBase):
    def get(self, a: Any = LIMIT + 1) -> None: ...  # drift: is 11, but 10 in "Raw"
""",
    ),
    Case(
        "recursion",
        """
X = 1
Y = [1]
A1 = ("x" * 40, "y" * 40)
A2 = (A1, A1)
A3 = (A2, A2)
A4 = (A3, A3)
A5 = (A4, A4)
A6 = (A5, A5)
A7 = (A6, A6)
A8 = (A7, A7)
A9 = (A8, A8)
BIG = 2 ** 100000
TEXT = "x" * 1000000000
SHIFT = 1 << 1000000000
ZERO = 1 // 0
class Store:
    P = Q = 1
    P = P
    Q += 1
    S, (T, U) = 1, (2, 3)
    def own(self, a: Any = X, b: Any = Y, c: Any = P, d: Any = Q, e: Any = T) -> None: ...
    def deep(self, a: Any = A9) -> None: ...
    def big(self, a: Any = BIG, b: Any = TEXT, c: Any = SHIFT, d: Any = ZERO) -> None: ...
""",
        """
@mirrors(Store)
class AsyncStore:
    P = Q = 1
    P = P
    Q += 1
    S, (T, U) = 1, (2, 3)
    async def own(self, a: Any = sync.X, b: Any = sync.Y, c: Any = P, d: Any = 2, e: Any = 2) -> None: ...
    async def deep(self, a: Any = sync.A9) -> None: ...
    async def big(self, a: Any = 2 ** 100000, b: Any = "x" * 1000000000, c: Any = 1 << 1000000000, d: Any = 1 // 0) -> None: ...
""",
    ),
    Case(
        "packages",
        """
import package.limits
import package.limits as renamed
from package import limits, limits as short, EXPORTED
from package.limits import *
class Store:
    def dotted(self, a: Any = package.limits.TOP, b: Any = package.limits.Limits.TOP) -> None: ...
    def alias(self, a: Any = renamed.TOP, b: Any = renamed.Limits.TOP) -> None: ...
    def from_(self, a: Any = limits.TOP, b: Any = short.Limits.TOP) -> None: ...
    def star(self, a: Any = TOP, b: Any = Limits.TOP, c: Any = raw) -> None: ...
    def exported(self, a: Any = EXPORTED) -> None: ...
""",
        """
import package.others as others
import package.others
import package
try:
    from package.limits import raw
except ImportError:
    raw = 1
if TYPE_CHECKING:
    from package.limits import Limits

@mirrors(Store)
class AsyncStore:
    async def dotted(self, a: Any = 5, b: Any = 6) -> None: ...
    async def alias(self, a: Any = 5, b: Any = 6) -> None: ...
    async def from_(self, a: Any = 5, b: Any = Limits.TOP) -> None: ...
    async def star(self, a: Any = 5, b: Any = 6, c: Any = raw) -> None: ...
    async def exported(self, a: Any = package.EXPORTED) -> None: ...

@mirrors(Store)
class DriftingStore:
    async def dotted(self, a: Any = package.others.TOP, b: Any = package.others.Limits.TOP) -> None: ...  # drift: is 50, but 5|is 60, but 6
    async def alias(self, a: Any = others.TOP, b: Any = others.Limits.TOP) -> None: ...  # drift: is 50, but 5|is 60, but 6
    async def from_(self, a: Any = others.TOP, b: Any = others.Limits.TOP) -> None: ...  # drift: is 50, but 5|is 60, but 6
    async def star(self, a: Any = others.TOP, b: Any = others.Limits.TOP, c: Any = others.raw) -> None: ...  # drift: is 50, but 5|is 60, but 6|is package.others.raw, but package.limits.raw
    async def exported(self, a: Any = others.TOP) -> None: ...  # drift: is 50, but 5
""",
    ),
    Case(
        "local_classes",
        """
LIMIT = 1
class Store:
    def get(self, a: Any = LIMIT) -> None: ...
class Outer:
    LIMIT = 7
    class Inner:
        def get(self, a: Any = LIMIT) -> None: ...
def build() -> None:
    limit = 1
    class Local:
        def get(self, a: Any = limit) -> None: ...
    @mirrors(Local)
    class AsyncLocal:
        async def get(self, a: Any = 1) -> None: ...
""",
        """
def build(argument: int) -> None:
    limit = 1
    other: Final = 2
    LIMIT = 2
    @mirrors(Store)
    class AsyncStore:
        async def get(self, a: Any = limit) -> None: ...
    @mirrors(Store)
    class DriftingStore:
        async def get(self, a: Any = LIMIT) -> None: ...  # drift: is 2, but 1
    @mirrors(Store)
    class OtherStore:
        async def get(self, a: Any = other) -> None: ...  # drift: is 2, but 1
    @mirrors(Store)
    class ArgumentStore:
        async def get(self, a: Any = argument) -> None: ...  # drift: is argument, but 1

@mirrors(sync.Outer.Inner)
class Nested:
    async def get(self, a: Any = 1) -> None: ...

@mirrors(sync.Outer.Inner)
class DriftingNested:
    async def get(self, a: Any = 7) -> None: ...  # drift: is 7, but 1
""",
    ),
    Case(
        "files",
        """
from latin import Latin
Store = Latin
""",
        """
from latin import Latin
@mirrors(Latin)
class AsyncLatin:
\tasync def get(self, a: Any = "\\u00e9", b: Annotated[int, "\\u00e9"] = 1) -> None: ...

@mirrors(Latin)
class DriftingLatin:
\tasync def get(self, a: Any = "e", b: Annotated[int, "e"] = 1) -> None: ...  # drift: is 'e', but 'é'|the metadata of "b" is 'e', but 'é'
""",
    ),
    Case(
        "stubs",
        """
from stub import Stub
Store = Stub
""",
        """
from stub import Stub
@mirrors(Stub)
class AsyncStub:
    LIMIT: int = 5
    TOP: ClassVar[int] = 5
    SIZE: int = 5
    async def get(self, a: object = 5, b: int = 3) -> None: ...

@mirrors(Stub)
class DriftingStub:
    LIMIT: int = 6
    TOP: ClassVar[int] = 6
    SIZE: int = 6
    async def get(self, a: object = 6, b: int = 4) -> None: ...  # drift: "b" is 4, but 3
""",
    ),
    Case(
        "conditions",
        """
import sys
class Store:
    if sys.version_info >= (3, 8):
        def new(self, a: int = 1) -> None: ...
    else:
        def new(self, a: int = 2) -> None: ...
    if TYPE_CHECKING:
        def checked(self, a: int = 1) -> None: ...
    try:
        def tried(self, a: int = 1) -> None: ...
    except ImportError:
        def tried(self, a: int = 2) -> None: ...
""",
        """
@mirrors(Store)
class AsyncStore:
    async def new(self, a: int = 1) -> None: ...
    async def checked(self, a: int = 1) -> None: ...
    try:
        async def tried(self, a: int = 1) -> None: ...
    except ImportError:
        async def tried(self, a: int = 2) -> None: ...

@mirrors(Store)
class DriftingStore:
    async def new(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    async def checked(self, a: int = 2) -> None: ...  # drift: is 2, but 1
    async def tried(self, a: int = 1) -> None: ...  # drift: is 1, but 2
""",
    ),
]

SCOPE_MODULES = {
    "inherited_base.py": """
from typing import Any
LIMIT = 10
class Base:
    VALUE = 97
    def get(self, a: Any = LIMIT) -> None: ...
class RawBase:
    def get(self, a: Any = LIMIT) -> None: ...
""",
    "inherited_other.py": """
from typing import Any
LIMIT = 11
class OtherBase:
    VALUE = 97
    async def get(self, a: Any = LIMIT) -> None: ...
class SameBase:
    async def get(self, a: Any = LIMIT - 1) -> None: ...
""",
    "package/__init__.py": "from package.limits import TOP as EXPORTED\n",
    "package/limits.py": """
from typing import Final
TOP: Final = 5
raw = 1
class Limits:
    TOP = 6
""",
    "package/others.py": """
from typing import Final
TOP: Final = 50
raw = 1
class Limits:
    TOP = 60
""",
    "latin.py": """# -*- coding: latin-1 -*-
from typing import Annotated, Any
class Latin:
\tdef get(self, a: Any = "é", b: Annotated[int, "é"] = 1) -> None: ...
""",
    "stub.pyi": """
from typing import ClassVar
class Stub:
    LIMIT: int
    TOP: ClassVar[int]
    SIZE: int = ...
    def get(self, a: object = ..., b: int = 3) -> None: ...
""",
}
