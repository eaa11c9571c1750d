"""Definitions: which members there are, and their parameters."""

from tests._parity.kinds.kind import Kind

TITLE = "Definitions"

KINDS = [
    Kind(
        "member missing in the mirror",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...
            def drop(self) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
            async def drop(self) -> None: ...
        """,
        drift=("    async def drop(self) -> None: ...\n", ""),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "member missing in the implementation",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...
            def drop(self) -> None: ...

        @implements(Store)
        class MemoryStore:
            def get(self, key: str) -> int:
                return 0

            def drop(self) -> None:
                pass
        """,
        drift=("\n    def drop(self) -> None:\n        pass\n", ""),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "member only in the mirror",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=(
            "    async def get(self, key: str) -> int: ...\n",
            (
                "    async def get(self, key: str) -> int: ...\n"
                "    async def load(self) -> None: ...\n"
            ),
        ),
    ),
    Kind(
        "member only in the implementation",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self, key: str) -> int:
                return 0
        """,
        drift=(
            "        return 0\n",
            "        return 0\n\n    def load(self) -> None:\n        pass\n",
        ),
    ),
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
        "type of `*args`",
        """
        class Store(Protocol):
            def put(self, *rows: int) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, *rows: int) -> None: ...
        """,
        drift=("async def put(self, *rows: int)", "async def put(self, *rows: float)"),
    ),
    Kind(
        "name of `*args`",
        """
        class Store(Protocol):
            def put(self, *rows: int) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, *rows: int) -> None: ...
        """,
        drift=("async def put(self, *rows: int)", "async def put(self, *cells: int)"),
    ),
    Kind(
        "`*args` made a sequence",
        """
        class Store(Protocol):
            def put(self, *rows: int) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, *rows: int) -> None: ...
        """,
        drift=("async def put(self, *rows: int)", "async def put(self, rows: Sequence[int])"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "type of `**kwargs`",
        """
        class Store(Protocol):
            def put(self, *rows: int, **labels: int) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, *rows: int, **labels: int) -> None: ...
        """,
        drift=(
            "async def put(self, *rows: int, **labels: int)",
            "async def put(self, *rows: int, **labels: str)",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`**kwargs` of type `Any`",
        """
        class Store(Protocol):
            def put(self, **labels: str) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, **labels: str) -> None: ...
        """,
        drift=("async def put(self, **labels: str)", "async def put(self, **labels: Any)"),
    ),
    Kind(
        "keyword-only parameters after `*args` instead of `*`",
        """
        class Store(Protocol):
            def put(self, *, key: str = "a") -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, *, key: str = "a") -> None: ...
        """,
        drift=("async def put(self, *, key", "async def put(self, *rows: int, key"),
    ),
    Kind(
        "`Unpack` of a `TypedDict` with another key",
        """
        class Options(TypedDict):
            limit: int

        class OtherOptions(TypedDict):
            size: int

        class Store(Protocol):
            def get(self, **options: Unpack[Options]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, **options: Unpack[Options]) -> int: ...
        """,
        drift=(
            "async def get(self, **options: Unpack[Options])",
            "async def get(self, **options: Unpack[OtherOptions])",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`Unpack` of a `TypedDict` with an optional key",
        """
        class Options(TypedDict):
            limit: int

        class OtherOptions(TypedDict):
            limit: NotRequired[int]

        class Store(Protocol):
            def get(self, **options: Unpack[Options]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, **options: Unpack[Options]) -> int: ...
        """,
        drift=(
            "async def get(self, **options: Unpack[Options])",
            "async def get(self, **options: Unpack[OtherOptions])",
        ),
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
    Kind(
        "method below `try`",
        """
        class Store:
            def get(self, limit: int = 10) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            try:
                import zlib as _zlib

                async def get(self, limit: int = 10) -> int:
                    return 0
            except ImportError:
                pass
        """,
        drift=("async def get(self, limit: int = 10)", "async def get(self, limit: int = 1000)"),
    ),
    Kind(
        "method below `with`",
        """
        class Store:
            def get(self, limit: int = 10) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            with suppress(AttributeError):

                async def get(self, limit: int = 10) -> int:
                    return 0
        """,
        drift=("async def get(self, limit: int = 10)", "async def get(self, limit: int = 1000)"),
    ),
    Kind(
        "method below `if`, decided at run time",
        """
        class Store:
            def get(self, limit: int = 10) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            if os.environ.get("STORE_CACHE") is None:

                async def get(self, limit: int = 10) -> int:
                    return 0

            else:

                async def get(self, limit: int = 10) -> int:
                    return 1
        """,
        drift=(
            "async def get(self, limit: int = 10) -> int:\n            return 0",
            "async def get(self, limit: int = 1000) -> int:\n            return 0",
        ),
    ),
    Kind(
        "method below `if` of the Python version",
        """
        class Store:
            def get(self, limit: int = 10) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            if sys.version_info >= (3, 9):

                async def get(self, limit: int = 10) -> int:
                    return 0

            else:

                async def get(self, limit: int = 5) -> int:
                    return 0
        """,
        drift=("async def get(self, limit: int = 10)", "async def get(self, limit: int = 1000)"),
    ),
    Kind(
        "default value in a base class",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        class AsyncBase(Protocol):
            async def get(self, limit: int = 10) -> int: ...

        @mirrors(Store)
        class AsyncStore(AsyncBase, Protocol): ...
        """,
        drift=("async def get(self, limit: int = 10)", "async def get(self, limit: int = 1000)"),
    ),
    Kind(
        "base classes in another order",
        """
        class Store:
            def get(self, limit: int = 10) -> int:
                return 0

        class Small:
            async def get(self, limit: int = 10) -> int:
                return 0

        class Large:
            async def get(self, limit: int = 1000) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore(Small, Large): ...
        """,
        drift=("class AsyncStore(Small, Large)", "class AsyncStore(Large, Small)"),
    ),
    Kind(
        "member missing below a base class of type `Any`",
        """
        Base: Any = object

        class Store:
            def get(self) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore(Base):
            async def get(self) -> int:
                return 0
        """,
        drift=(
            "class AsyncStore(Base):\n    async def get(self) -> int:\n        return 0",
            "class AsyncStore(Base): ...",
        ),
    ),
    Kind(
        "docstring",
        '''
        class Store(Protocol):
            def get(self) -> int:
                """Return the first row."""
                ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int:
                """Return the first row, read ahead."""
                ...
        ''',
        drift=("row, read ahead", "row, or the last one"),
        plugin=False,
        runtime=False,
        reason="a docstring may tell the two sides apart",
    ),
    Kind(
        "exceptions raised",
        """
        class Store:
            def get(self, key: str) -> int:
                raise KeyError(key)

        @mirrors(Store)
        class AsyncStore:
            async def get(self, key: str) -> int:
                raise KeyError(key)
        """,
        drift=(
            "async def get(self, key: str) -> int:\n        raise KeyError(key)",
            "async def get(self, key: str) -> int:\n        raise ValueError(key)",
        ),
        plugin=False,
        runtime=False,
        reason="exceptions are no part of a signature, and bodies are not compared",
    ),
]
