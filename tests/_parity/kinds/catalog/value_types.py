"""Types of parameters, results and attributes."""

from tests._parity.kinds.kind import Kind

TITLE = "Types"

KINDS = [
    Kind(
        "`NewType` for another `NewType`",
        """
        RowId = NewType("RowId", int)
        CellId = NewType("CellId", int)

        class Store(Protocol):
            def get(self, row: RowId) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, row: RowId) -> int: ...
        """,
        drift=("async def get(self, row: RowId)", "async def get(self, row: CellId)"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "base type of a `NewType`",
        """
        RowId = NewType("RowId", int)

        class Store(Protocol):
            def get(self, row: RowId) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, row: RowId) -> int: ...
        """,
        drift=("async def get(self, row: RowId)", "async def get(self, row: int)"),
    ),
    Kind(
        "alias of another type",
        """
        Key: TypeAlias = str
        Number: TypeAlias = int

        class Store(Protocol):
            def get(self, key: Key) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=("async def get(self, key: str)", "async def get(self, key: Number)"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`Optional` dropped, beside its other spelling",
        """
        class Store(Protocol):
            def get(self, key: Optional[str] = None) -> Optional[int]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str | None = None) -> int | None: ...
        """,
        drift=("-> int | None", "-> int"),
    ),
    Kind(
        "`Any` for a result",
        """
        class Store(Protocol):
            def get(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int: ...
        """,
        drift=("async def get(self) -> int", "async def get(self) -> Any"),
    ),
    Kind(
        "`Any` inside a result",
        """
        class Store(Protocol):
            def get(self) -> dict[str, list[int]]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> dict[str, list[int]]: ...
        """,
        drift=(
            "async def get(self) -> dict[str, list[int]]",
            "async def get(self) -> dict[str, list[Any]]",
        ),
    ),
    Kind(
        "`int` for `float`",
        """
        class Store(Protocol):
            def wait(self, seconds: float) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def wait(self, seconds: float) -> None: ...
        """,
        drift=("async def wait(self, seconds: float)", "async def wait(self, seconds: int)"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`int | float` for `float`",
        """
        class Store(Protocol):
            def wait(self, seconds: float) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def wait(self, seconds: float) -> None: ...
        """,
        drift=(
            "async def wait(self, seconds: float)",
            "async def wait(self, seconds: int | float)",
        ),
    ),
    Kind(
        "`bytearray` for `bytes`",
        """
        class Store(Protocol):
            def put(self, row: bytes) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, row: bytes) -> None: ...
        """,
        drift=("async def put(self, row: bytes)", "async def put(self, row: bytearray)"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`Literal[True]` for `bool`",
        """
        class Store(Protocol):
            def get(self, deep: bool) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, deep: bool) -> int: ...
        """,
        drift=(
            "async def get(self, deep: bool)",
            "async def get(self, deep: Literal[True])",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`Literal` of both values for `bool`",
        """
        class Store(Protocol):
            def get(self, deep: bool) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, deep: bool) -> int: ...
        """,
        drift=(
            "async def get(self, deep: bool)",
            "async def get(self, deep: Literal[True, False])",
        ),
    ),
    Kind(
        "metadata of `Annotated`",
        """
        class Store(Protocol):
            def get(self, limit: Annotated[int, "at most 100"]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, limit: Annotated[int, "at most 100"]) -> int: ...
        """,
        drift=(
            'async def get(self, limit: Annotated[int, "at most 100"])',
            'async def get(self, limit: Annotated[int, "at most 500"])',
        ),
    ),
    Kind(
        "type of `TypeGuard`",
        """
        class Store(Protocol):
            def is_row(self, value: object) -> TypeGuard[int]: ...

        @implements(Store)
        class MemoryStore:
            def is_row(self, value: object) -> TypeGuard[int]:
                return True
        """,
        drift=("TypeGuard[int]:\n", "TypeGuard[str]:\n"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`bool` for `TypeGuard`",
        """
        class Store(Protocol):
            def is_row(self, value: object) -> TypeGuard[int]: ...

        @implements(Store)
        class MemoryStore:
            def is_row(self, value: object) -> TypeGuard[int]:
                return True
        """,
        drift=("TypeGuard[int]:\n", "bool:\n"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`TypeIs` for `TypeGuard`",
        """
        class Store(Protocol):
            def is_row(self, value: object) -> TypeGuard[int]: ...

        @implements(Store)
        class MemoryStore:
            def is_row(self, value: object) -> TypeGuard[int]:
                return True
        """,
        drift=("TypeGuard[int]:\n", "TypeIs[int]:\n"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "class by name for `Self`",
        """
        class Store(Protocol):
            def copy(self) -> Self: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def copy(self) -> Self: ...
        """,
        drift=("async def copy(self) -> Self", "async def copy(self) -> AsyncStore"),
    ),
]
