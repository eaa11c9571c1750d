"""Default values that are expressions with names, calls or operators."""

from tests._parity.kinds.kind import Kind

TITLE = "Default values: expressions"

KINDS = [
    Kind(
        "f-string",
        """
        REGION: Final = "eu"

        class Store(Protocol):
            def get(self, value: str = f"{REGION}-1") -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: str = f"{REGION}-1") -> int: ...
        """,
        drift=(
            'async def get(self, value: str = f"{REGION}-1")',
            'async def get(self, value: str = f"{REGION}-2")',
        ),
    ),
    Kind(
        "lambda",
        """
        class Store(Protocol):
            def get(self, value: Callable[[int], int] = lambda n: n + 1) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: Callable[[int], int] = lambda n: n + 1) -> int: ...
        """,
        drift=(
            "async def get(self, value: Callable[[int], int] = lambda n: n + 1)",
            "async def get(self, value: Callable[[int], int] = lambda n: n + 2)",
        ),
    ),
    Kind(
        "slice in a lambda",
        """
        class Store(Protocol):
            def get(self, value: Callable[[str], str] = lambda text: text[1:2]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: Callable[[str], str] = lambda text: text[1:2]) -> int: ...
        """,
        drift=(
            "async def get(self, value: Callable[[str], str] = lambda text: text[1:2])",
            "async def get(self, value: Callable[[str], str] = lambda text: text[1:3])",
        ),
    ),
    Kind(
        "conditional expression",
        """
        class Store(Protocol):
            def get(self, value: int = 10 if os.sep else 20) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = 10 if os.sep else 20) -> int: ...
        """,
        drift=(
            "async def get(self, value: int = 10 if os.sep else 20)",
            "async def get(self, value: int = 20 if os.sep else 10)",
        ),
    ),
    Kind(
        "order of a comparison",
        """
        LOW: int = 1
        HIGH: int = 2

        class Store(Protocol):
            def get(self, value: bool = LOW < HIGH) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: bool = LOW < HIGH) -> int: ...
        """,
        drift=(
            "async def get(self, value: bool = LOW < HIGH)",
            "async def get(self, value: bool = HIGH < LOW)",
        ),
    ),
    Kind(
        "index",
        """
        SIZES: Final = (10, 20)

        class Store(Protocol):
            def get(self, value: int = SIZES[0]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = SIZES[0]) -> int: ...
        """,
        drift=(
            "async def get(self, value: int = SIZES[0])",
            "async def get(self, value: int = SIZES[1])",
        ),
    ),
    Kind(
        "enum member",
        """
        class Order(Enum):
            BEST = "best"
            NEWEST = "newest"

        class Store(Protocol):
            def get(self, value: Order = Order.BEST) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: Order = Order.BEST) -> int: ...
        """,
        drift=(
            "async def get(self, value: Order = Order.BEST)",
            "async def get(self, value: Order = Order.NEWEST)",
        ),
    ),
    Kind(
        "constant",
        """
        LIMIT: Final = 10
        TOP: Final = 10
        SIZE: Final = 20

        class Store(Protocol):
            def get(self, value: int = LIMIT) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = TOP) -> int: ...
        """,
        drift=("async def get(self, value: int = TOP)", "async def get(self, value: int = SIZE)"),
    ),
    Kind(
        "minus a constant",
        """
        LIMIT: Final = 10
        SIZE: Final = 20

        class Store(Protocol):
            def get(self, value: int = -LIMIT) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = -LIMIT) -> int: ...
        """,
        drift=(
            "async def get(self, value: int = -LIMIT)",
            "async def get(self, value: int = -SIZE)",
        ),
    ),
    Kind(
        "constant in a call",
        """
        LIMIT: Final = 10
        SIZE: Final = 20

        class Store(Protocol):
            def get(self, value: frozenset[int] = frozenset({LIMIT})) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: frozenset[int] = frozenset({LIMIT})) -> int: ...
        """,
        drift=(
            "async def get(self, value: frozenset[int] = frozenset({LIMIT}))",
            "async def get(self, value: frozenset[int] = frozenset({SIZE}))",
        ),
    ),
    Kind(
        "argument of a call",
        """
        @dataclass(frozen=True)
        class Retry:
            tries: int

        LIMIT: Final = 3
        SIZE: Final = 4

        class Store(Protocol):
            def get(self, value: Retry = Retry(LIMIT)) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: Retry = Retry(LIMIT)) -> int: ...
        """,
        drift=(
            "async def get(self, value: Retry = Retry(LIMIT))",
            "async def get(self, value: Retry = Retry(SIZE))",
        ),
    ),
    Kind(
        "keyword argument of a call",
        """
        @dataclass(frozen=True)
        class Retry:
            tries: int

        class Store(Protocol):
            def get(self, value: Retry = Retry(tries=3)) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: Retry = Retry(tries=3)) -> int: ...
        """,
        drift=(
            "async def get(self, value: Retry = Retry(tries=3))",
            "async def get(self, value: Retry = Retry(tries=4))",
        ),
    ),
    Kind(
        "attribute of an instance",
        """
        @dataclass(frozen=True)
        class Limits:
            rows: int
            cells: int

        LIMITS: Final = Limits(10, 20)

        class Store(Protocol):
            def get(self, value: int = LIMITS.rows) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = LIMITS.rows) -> int: ...
        """,
        drift=(
            "async def get(self, value: int = LIMITS.rows)",
            "async def get(self, value: int = LIMITS.cells)",
        ),
    ),
]
