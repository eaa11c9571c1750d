"""
Project with marked classes and functions, and changes of its modules that make one of them differ.
"""

from __future__ import annotations

from typing import NamedTuple


class Change(NamedTuple):
    """Change of a module, and the member or function that mypy must report in `a_store`."""

    module: str
    old: str
    new: str
    member: str

    def apply(self) -> dict[str, str]:
        """Return the changed module."""
        assert self.old in MODULES[self.module]
        return {self.module: MODULES[self.module].replace(self.old, self.new)}

    def is_reported(self, output: str) -> bool:
        """Return True if an output has one error, which names the member."""
        errors = [line for line in output.splitlines() if " error: " in line]
        return len(errors) == 1 and errors[0].startswith("a_store.py") and self.member in errors[0]


MODULES = {
    "limits": """
        from typing import Final
        LIMIT: Final = 10
        PAGE: Final[int] = 20
        SIZE: Final = 5
        """,
    "bases": """
        from limits import SIZE

        class Base:
            def clear(self, limit: int = 10) -> None: ...

        def read(size: int = 1) -> None: ...
        def scan(size: int = SIZE) -> None: ...
        """,
    "package": """
        from bases import Base as Base, read as read, scan as scan
        from limits import LIMIT as LIMIT, PAGE as PAGE
        """,
    "surfaces": """
        from __future__ import annotations
        from package import LIMIT, PAGE, Base

        class Rows:
            def count(self) -> int:
                return 0

        class Store(Base):
            rows: TableRows
            def get(self, key: str, limit: int = 10) -> int:
                return limit
            def pages(self, limit: int = LIMIT, page: int = PAGE) -> int:
                return limit

        def load(key: str, *, size: int = 2) -> Rows:
            return Rows()

        from table_rows import TableRows
        """,
    "table_rows": """
        import surfaces
        from memsy.parity import implements

        @implements(surfaces.Rows)
        class TableRows:
            def count(self) -> int:
                return 0
        """,
    "a_store": """
        import package
        from memsy.parity import implements, mirrors
        from surfaces import Rows, Store, load

        @implements(Store)
        class MemoryStore:
            rows: Rows
            def clear(self, limit: int = 10) -> None: ...
            def get(self, key: str, limit: int = 10) -> int:
                return limit
            def pages(self, limit: int = 10, page: int = 20) -> int:
                return limit

        @mirrors(load)
        async def async_load(key: str, *, size: int = 2) -> Rows:
            return Rows()

        @mirrors(package.read)
        async def async_read(size: int = 1) -> None: ...

        @mirrors(package.scan)
        async def async_scan(size: int = 5) -> None: ...
        """,
}
CHANGES = {
    "default of the reference": Change(
        "surfaces", "str, limit: int = 10", "str, limit: int = 11", "get"
    ),
    "default of a base in a third module": Change(
        "bases", "limit: int = 10", "limit: int = 11", "clear"
    ),
    "constant": Change("limits", "LIMIT: Final = 10", "LIMIT: Final = 11", "pages"),
    "constant with a type": Change("limits", "Final[int] = 20", "Final[int] = 21", "pages"),
    "type of the reference": Change("surfaces", "get(self, key: str", "get(self, key: int", "get"),
    "result of a base": Change(
        "bases", "limit: int = 10) -> None", "limit: int = 10) -> object", "clear"
    ),
    "member that is added": Change(
        "bases",
        "class Base:\n",
        "class Base:\n            def close(self) -> None: ...\n",
        "close",
    ),
    "member that is removed": Change("surfaces", "def get", "def _get", "get"),
    "mark that is removed": Change("table_rows", "@implements(surfaces.Rows)", "# no mark", "rows"),
    "default of the marked class": Change(
        "a_store",
        "str, limit: int = 10",
        "str, limit: int = 11",
        "get",
    ),
    "default of a reference function": Change("surfaces", "size: int = 2", "size: int = 3", "load"),
    "default of an imported function": Change("bases", "size: int = 1", "size: int = 2", "read"),
    "constant in a default of a function": Change(
        "limits", "SIZE: Final = 5", "SIZE: Final = 6", "scan"
    ),
    "type of a reference function": Change("surfaces", "load(key: str", "load(key: int", "load"),
    "result of a reference function": Change("surfaces", ") -> Rows:", ") -> object:", "load"),
    "default of a marked function": Change("a_store", "size: int = 2", "size: int = 3", "load"),
}
