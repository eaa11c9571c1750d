"""Overloads of a method."""

from tests._parity.kinds.kind import Kind

TITLE = "Overloads"

KINDS = [
    Kind(
        "number of overloads",
        """
        class Store(Protocol):
            @overload
            def get(self, key: int) -> int: ...
            @overload
            def get(self, key: str) -> str: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @overload
            async def get(self, key: int) -> int: ...
            @overload
            async def get(self, key: str) -> str: ...
        """,
        drift=(
            "    async def get(self, key: str) -> str: ...",
            (
                "    async def get(self, key: str) -> str: ...\n"
                "    @overload\n"
                "    async def get(self, key: bytes) -> bytes: ..."
            ),
        ),
    ),
    Kind(
        "one signature instead of overloads",
        """
        class Store(Protocol):
            @overload
            def get(self, key: int) -> int: ...
            @overload
            def get(self, key: str) -> str: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @overload
            async def get(self, key: int) -> int: ...
            @overload
            async def get(self, key: str) -> str: ...
        """,
        drift=(
            (
                "    @overload\n"
                "    async def get(self, key: int) -> int: ...\n"
                "    @overload\n"
                "    async def get(self, key: str) -> str: ..."
            ),
            "    async def get(self, key: int) -> int: ...",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "result of an overload",
        """
        class Store(Protocol):
            @overload
            def get(self, key: int) -> int: ...
            @overload
            def get(self, key: str) -> str: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @overload
            async def get(self, key: int) -> int: ...
            @overload
            async def get(self, key: str) -> str: ...
        """,
        drift=("async def get(self, key: str) -> str", "async def get(self, key: str) -> int"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "overloads in another order",
        """
        class Store(Protocol):
            @overload
            def get(self, key: bool) -> str: ...
            @overload
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @overload
            async def get(self, key: bool) -> str: ...
            @overload
            async def get(self, key: str) -> int: ...
        """,
        drift=(
            (
                "    async def get(self, key: bool) -> str: ...\n"
                "    @overload\n"
                "    async def get(self, key: str) -> int: ..."
            ),
            (
                "    async def get(self, key: str) -> int: ...\n"
                "    @overload\n"
                "    async def get(self, key: bool) -> str: ..."
            ),
        ),
        mypy=True,
    ),
    Kind(
        "overloads of `__init__`",
        """
        class Store:
            @overload
            def __init__(self, path: str) -> None: ...
            @overload
            def __init__(self, *, size: int) -> None: ...
            def __init__(self, path: str = "", *, size: int = 0) -> None: ...

        @mirrors(Store)
        class AsyncStore:
            @overload
            def __init__(self, path: str) -> None: ...
            @overload
            def __init__(self, *, size: int) -> None: ...
            def __init__(self, path: str = "", *, size: int = 0) -> None: ...
        """,
        drift=(
            "class AsyncStore:\n    @overload\n    def __init__(self, path: str) -> None: ...\n",
            "class AsyncStore:\n    @overload\n    def __init__(self, path: bytes) -> None: ...\n",
        ),
        mypy=True,
        pyright=True,
    ),
]
