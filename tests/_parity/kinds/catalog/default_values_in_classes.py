"""Default values that depend on the class body, on the definition or on generated code."""

from tests._parity.kinds.kind import Kind

TITLE = "Default values: classes and generated code"

KINDS = [
    Kind(
        "attribute of the class body",
        """
        class Store:
            LIMIT = 10

            def get(self, limit: int = LIMIT) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            LIMIT = 10

            async def get(self, limit: int = LIMIT) -> int:
                return 0
        """,
        drift=(
            "    LIMIT = 10\n\n    async def",
            "    LIMIT = 1000\n\n    async def",
        ),
    ),
    Kind(
        "final attribute of the class body",
        """
        class Store:
            LIMIT: Final = 10

            def get(self, limit: int = LIMIT) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            LIMIT: Final = 10

            async def get(self, limit: int = LIMIT) -> int:
                return 0
        """,
        drift=(
            "    LIMIT: Final = 10\n\n    async def",
            "    LIMIT: Final = 1000\n\n    async def",
        ),
    ),
    Kind(
        "private attribute of the class body",
        """
        class Store:
            _LIMIT = 10

            def get(self, limit: int = _LIMIT) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            _LIMIT = 10

            async def get(self, limit: int = _LIMIT) -> int:
                return 0
        """,
        drift=(
            "    _LIMIT = 10\n\n    async def",
            "    _LIMIT = 1000\n\n    async def",
        ),
    ),
    Kind(
        "private final attribute of the class body",
        """
        class Store:
            _LIMIT: Final = 10

            def get(self, limit: int = _LIMIT) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            _LIMIT: Final = 10

            async def get(self, limit: int = _LIMIT) -> int:
                return 0
        """,
        drift=(
            "    _LIMIT: Final = 10\n\n    async def",
            "    _LIMIT: Final = 1000\n\n    async def",
        ),
    ),
    Kind(
        "attribute of the class body that hides a constant",
        """
        LIMIT: Final = 10

        class Store:
            def get(self, limit: int = LIMIT) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            _SIZE: Final = 1000

            async def get(self, limit: int = LIMIT) -> int:
                return 0
        """,
        drift=(
            "    _SIZE: Final = 1000\n\n    async def",
            "    LIMIT: Final = 1000\n\n    async def",
        ),
    ),
    Kind(
        "parameter that is positional-only by two underscores",
        """
        class Store(Protocol):
            def get(self, __key: str = "a") -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, __key: str = "a") -> int: ...
        """,
        drift=('async def get(self, __key: str = "a")', 'async def get(self, __key: str = "b")'),
    ),
    Kind(
        "parameter without annotation",
        """
        class Store:
            def get(self, key="a"):
                return 0

        @mirrors(Store)
        class AsyncStore:
            async def get(self, key="a"):
                return 0
        """,
        drift=('async def get(self, key="a")', 'async def get(self, key="b")'),
    ),
    Kind(
        "default value in the implementation",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self, limit: int = 10) -> int:
                return 0
        """,
        drift=(
            "limit: int = 10) -> int:\n        return",
            "limit: int = 1000) -> int:\n        return",
        ),
    ),
    Kind(
        "default value for a required parameter",
        """
        class Store(Protocol):
            def get(self, limit: int) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, limit: int) -> int: ...
        """,
        drift=("async def get(self, limit: int)", "async def get(self, limit: int = 10)"),
    ),
    Kind(
        "implementation of an overload",
        """
        class Store:
            @overload
            def get(self, key: int = ...) -> int: ...
            @overload
            def get(self, key: str) -> str: ...
            def get(self, key: int | str = 0) -> int | str:
                return key

        @mirrors(Store)
        class AsyncStore:
            @overload
            async def get(self, key: int = ...) -> int: ...
            @overload
            async def get(self, key: str) -> str: ...
            async def get(self, key: int | str = 0) -> int | str:
                return key
        """,
        drift=(
            "async def get(self, key: int | str = 0)",
            "async def get(self, key: int | str = 1)",
        ),
    ),
    Kind(
        "flag of an overload",
        """
        class Store(Protocol):
            @overload
            def get(self, *, as_text: Literal[False] = False) -> bytes: ...
            @overload
            def get(self, *, as_text: Literal[True]) -> str: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @overload
            async def get(self, *, as_text: Literal[False] = False) -> bytes: ...
            @overload
            async def get(self, *, as_text: Literal[True]) -> str: ...
        """,
        drift=(
            "async def get(self, *, as_text: Literal[False] = False)",
            "async def get(self, *, as_text: Literal[False])",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "field of a dataclass",
        """
        @dataclass
        class Store:
            limit: int = 10

        @mirrors(Store)
        @dataclass
        class AsyncStore:
            limit: int = 10
        """,
        drift=(
            "class AsyncStore:\n    limit: int = 10",
            "class AsyncStore:\n    limit: int = 1000",
        ),
    ),
    Kind(
        "field of an attrs class",
        """
        @attrs.define
        class Store:
            limit: int = 10

        @mirrors(Store)
        @attrs.define
        class AsyncStore:
            limit: int = 10
        """,
        drift=(
            "class AsyncStore:\n    limit: int = 10",
            "class AsyncStore:\n    limit: int = 1000",
        ),
    ),
    Kind(
        "field of a named tuple",
        """
        class Page(NamedTuple):
            limit: int = 10

        @mirrors(Page)
        class AsyncPage(NamedTuple):
            limit: int = 10
        """,
        drift=(
            "class AsyncPage(NamedTuple):\n    limit: int = 10",
            "class AsyncPage(NamedTuple):\n    limit: int = 1000",
        ),
    ),
    Kind(
        "keyword-only fields of a dataclass",
        """
        @dataclass
        class Store:
            limit: int

        @mirrors(Store)
        @dataclass
        class AsyncStore:
            limit: int
        """,
        drift=("@mirrors(Store)\n@dataclass\n", "@mirrors(Store)\n@dataclass(kw_only=True)\n"),
    ),
    Kind(
        "name of a field of a dataclass",
        """
        @dataclass
        class Store:
            limit: int = 10

        @mirrors(Store)
        @dataclass
        class AsyncStore:
            limit: int = 10
        """,
        drift=("class AsyncStore:\n    limit: int", "class AsyncStore:\n    size: int"),
    ),
]
