"""Types that a mirror uses in their async form."""

from tests._parity.kinds.kind import Kind

TITLE = "Types with an async form"

KINDS = [
    Kind(
        "sync class in `type[...]`",
        """
        class Rows(Protocol):
            def count(self) -> int: ...

        @mirrors(Rows)
        class AsyncRows(Protocol):
            async def count(self) -> int: ...

        class Store(Protocol):
            def open(self, rows: type[Rows]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def open(self, rows: type[AsyncRows]) -> int: ...
        """,
        drift=("rows: type[AsyncRows]", "rows: type[Rows]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "sync class in a tuple",
        """
        class Rows(Protocol):
            def count(self) -> int: ...

        @mirrors(Rows)
        class AsyncRows(Protocol):
            async def count(self) -> int: ...

        class Store(Protocol):
            def open(self) -> tuple[Rows, int]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def open(self) -> tuple[AsyncRows, int]: ...
        """,
        drift=("-> tuple[AsyncRows, int]", "-> tuple[Rows, int]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "sync class in a dict",
        """
        class Rows(Protocol):
            def count(self) -> int: ...

        @mirrors(Rows)
        class AsyncRows(Protocol):
            async def count(self) -> int: ...

        class Store(Protocol):
            def open(self) -> dict[str, Rows]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def open(self) -> dict[str, AsyncRows]: ...
        """,
        drift=("-> dict[str, AsyncRows]", "-> dict[str, Rows]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "property of an unmarked class",
        """
        class Rows(Protocol):
            def count(self) -> int: ...

        @mirrors(Rows)
        class AsyncRows(Protocol):
            async def count(self) -> int: ...

        class OtherRows(Protocol):
            async def count(self) -> int: ...

        class Store(Protocol):
            @property
            def rows(self) -> Rows: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def rows(self) -> AsyncRows: ...
        """,
        drift=("def rows(self) -> AsyncRows", "def rows(self) -> OtherRows"),
    ),
    Kind(
        "protocol with other default values as the type of a property",
        """
        class Rows(Protocol):
            def count(self, limit: int = 10) -> int: ...

        class OtherRows(Protocol):
            def count(self, limit: int = 1000) -> int: ...

        class Store(Protocol):
            @property
            def rows(self) -> Rows: ...

        @implements(Store)
        class MemoryStore:
            @property
            def rows(self) -> Rows:
                raise NotImplementedError
        """,
        drift=("def rows(self) -> Rows:\n", "def rows(self) -> OtherRows:\n"),
    ),
    Kind(
        "member of a class two levels below",
        """
        class Cells(Protocol):
            def count(self) -> int: ...

        @mirrors(Cells)
        class AsyncCells(Protocol):
            async def count(self) -> int: ...

        class Rows(Protocol):
            @property
            def cells(self) -> Cells: ...

        @mirrors(Rows)
        class AsyncRows(Protocol):
            @property
            def cells(self) -> AsyncCells: ...

        class Store(Protocol):
            @property
            def rows(self) -> Rows: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def rows(self) -> AsyncRows: ...
        """,
        drift=("async def count(self) -> int", "async def count(self) -> str"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "lock of another class",
        """
        class Store(Protocol):
            @property
            def lock(self) -> threading.Lock: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def lock(self) -> asyncio.Lock: ...
        """,
        drift=("-> asyncio.Lock", "-> asyncio.Event"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "item of a queue",
        """
        class Store(Protocol):
            @property
            def changes(self) -> queue.Queue[int]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def changes(self) -> asyncio.Queue[int]: ...
        """,
        drift=("-> asyncio.Queue[int]", "-> asyncio.Queue[str]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "callback with another parameter",
        """
        class Store(Protocol):
            def watch(self, on_row: Callable[[int], None]) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def watch(self, on_row: Callable[[int], Awaitable[None]]) -> None: ...
        """,
        drift=("on_row: Callable[[int], Awaitable", "on_row: Callable[[str], Awaitable"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "callback with another result",
        """
        class Store(Protocol):
            def watch(self, on_row: Callable[[int], bool]) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def watch(self, on_row: Callable[[int], bool | Awaitable[bool]]) -> None: ...
        """,
        drift=("bool | Awaitable[bool]]", "bool | Awaitable[str]]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "item of an iterable that may be async",
        """
        class Store(Protocol):
            def put(self, rows: Iterable[int]) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, rows: Iterable[int] | AsyncIterable[int]) -> None: ...
        """,
        drift=("| AsyncIterable[int]", "| AsyncIterable[str]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "item of an iterable that stays sync",
        """
        class Store(Protocol):
            def put(self, rows: Iterable[int]) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, rows: Iterable[int]) -> None: ...
        """,
        drift=(
            "async def put(self, rows: Iterable[int])",
            "async def put(self, rows: Iterable[str])",
        ),
        mypy=True,
        pyright=True,
    ),
]
