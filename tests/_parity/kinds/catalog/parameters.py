"""Names, kinds, order and types of parameters."""

from tests._parity.kinds.kind import Kind

TITLE = "Parameters"

KINDS = [
    Kind(
        "parameter renamed",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=("async def get(self, key: str)", "async def get(self, name: str)"),
        pyright=True,
    ),
    Kind(
        "private parameter renamed",
        """
        class Store(Protocol):
            def get(self, _key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, _key: str) -> int: ...
        """,
        drift=("async def get(self, _key: str)", "async def get(self, _name: str)"),
        pyright=True,
    ),
    Kind(
        "parameter widened",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=("async def get(self, key: str)", "async def get(self, key: str | bytes)"),
    ),
    Kind(
        "parameter narrowed",
        """
        class Store(Protocol):
            def put(self, rows: Sequence[int]) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, rows: Sequence[int]) -> None: ...
        """,
        drift=("async def put(self, rows: Sequence[int])", "async def put(self, rows: list[int])"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "keyword-only parameter made positional",
        """
        class Store(Protocol):
            def get(self, *, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, *, key: str) -> int: ...
        """,
        drift=("async def get(self, *, key: str)", "async def get(self, key: str)"),
    ),
    Kind(
        "parameter made keyword-only",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=("async def get(self, key: str)", "async def get(self, *, key: str)"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "positional-only parameter made keyword",
        """
        class Store(Protocol):
            def get(self, key: str, /) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str, /) -> int: ...
        """,
        drift=("async def get(self, key: str, /)", "async def get(self, key: str)"),
    ),
    Kind(
        "parameter made positional-only by two underscores",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=("async def get(self, key: str)", "async def get(self, __key: str)"),
        pyright=True,
    ),
    Kind(
        "optional parameter added",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=("async def get(self, key: str)", "async def get(self, key: str, limit: int = 0)"),
    ),
    Kind(
        "optional parameter added in the implementation",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self, key: str) -> int:
                return 0
        """,
        drift=(
            "    def get(self, key: str) -> int:\n        return",
            "    def get(self, key: str, deep: bool = False) -> int:\n        return",
        ),
    ),
    Kind(
        "parameter removed",
        """
        class Store(Protocol):
            def get(self, key: str, limit: int = 0) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str, limit: int = 0) -> int: ...
        """,
        drift=("async def get(self, key: str, limit: int = 0)", "async def get(self, key: str)"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "parameters in another order",
        """
        class Store(Protocol):
            def get(self, first: int = 0, last: int = 0) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, first: int = 0, last: int = 0) -> int: ...
        """,
        drift=(
            "async def get(self, first: int = 0, last: int = 0)",
            "async def get(self, last: int = 0, first: int = 0)",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "keyword-only parameters in another order",
        """
        class Store(Protocol):
            def get(self, *, first: int = 0, last: int = 0) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, *, first: int = 0, last: int = 0) -> int: ...
        """,
        drift=(
            "async def get(self, *, first: int = 0, last: int = 0)",
            "async def get(self, *, last: int = 0, first: int = 0)",
        ),
    ),
    Kind(
        "more choices in a `Literal`",
        """
        class Store(Protocol):
            def list(self, order: Literal["up", "down"]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def list(self, order: Literal["up", "down"]) -> int: ...
        """,
        drift=(
            'async def list(self, order: Literal["up", "down"])',
            'async def list(self, order: Literal["up", "down", "best"])',
        ),
    ),
    Kind(
        "fewer choices in a `Literal`",
        """
        class Store(Protocol):
            def list(self, order: Literal["up", "down"]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def list(self, order: Literal["up", "down"]) -> int: ...
        """,
        drift=(
            'async def list(self, order: Literal["up", "down"])',
            'async def list(self, order: Literal["up"])',
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "other choices in a `Literal`, beside another order",
        """
        class Store(Protocol):
            def list(self, order: Literal["up", "down"]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def list(self, order: Literal["down", "up"]) -> int: ...
        """,
        drift=('Literal["down", "up"]', 'Literal["down", "top"]'),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "method without annotations",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=("async def get(self, key: str) -> int: ...", "async def get(self, key): ..."),
        mypy=True,
        pyright=True,
    ),
]
