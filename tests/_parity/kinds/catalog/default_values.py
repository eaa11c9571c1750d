"""Default values that are literals."""

from tests._parity.kinds.kind import Kind

TITLE = "Default values: literals"

KINDS = [
    Kind(
        "another number",
        """
        class Store(Protocol):
            def get(self, value: int = 10) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = 10) -> int: ...
        """,
        drift=("async def get(self, value: int = 10)", "async def get(self, value: int = 1000)"),
    ),
    Kind(
        "no default value",
        """
        class Store(Protocol):
            def get(self, value: int = 0) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = 0) -> int: ...
        """,
        drift=("async def get(self, value: int = 0)", "async def get(self, value: int)"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "number below zero",
        """
        class Store(Protocol):
            def get(self, value: int = 1) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = 1) -> int: ...
        """,
        drift=("async def get(self, value: int = 1)", "async def get(self, value: int = -1)"),
    ),
    Kind(
        "`True` for 1",
        """
        class Store(Protocol):
            def get(self, value: int = 1) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = 1) -> int: ...
        """,
        drift=("async def get(self, value: int = 1)", "async def get(self, value: int = True)"),
    ),
    Kind(
        "float for int",
        """
        class Store(Protocol):
            def get(self, value: float = 1) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: float = 1) -> int: ...
        """,
        drift=("async def get(self, value: float = 1)", "async def get(self, value: float = 1.0)"),
    ),
    Kind(
        "zero below zero",
        """
        class Store(Protocol):
            def get(self, value: float = 0.0) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: float = 0.0) -> int: ...
        """,
        drift=(
            "async def get(self, value: float = 0.0)",
            "async def get(self, value: float = -0.0)",
        ),
    ),
    Kind(
        "integer of many digits",
        """
        class Store(Protocol):
            def get(self, value: int = 100000000000000000000000000001) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = 100000000000000000000000000001) -> int: ...
        """,
        drift=(
            "async def get(self, value: int = 100000000000000000000000000001)",
            "async def get(self, value: int = 100000000000000000000000000002)",
        ),
    ),
    Kind(
        "computed number",
        """
        class Store(Protocol):
            def get(self, value: int = 60 * 60) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: int = 3600) -> int: ...
        """,
        drift=("async def get(self, value: int = 3600)", "async def get(self, value: int = 3601)"),
    ),
    Kind(
        "sentinel for `None`",
        """
        MISSING: Final = object()

        class Store(Protocol):
            def get(self, value: object = None) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: object = None) -> int: ...
        """,
        drift=(
            "async def get(self, value: object = None)",
            "async def get(self, value: object = MISSING)",
        ),
    ),
    Kind(
        "`...` as a value",
        """
        class Store(Protocol):
            def get(self, value: object = ...) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: object = ...) -> int: ...
        """,
        drift=(
            "async def get(self, value: object = ...)",
            "async def get(self, value: object = None)",
        ),
    ),
    Kind(
        "bytes",
        """
        class Store(Protocol):
            def get(self, value: bytes = b"a") -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: bytes = b"a") -> int: ...
        """,
        drift=(
            'async def get(self, value: bytes = b"a")',
            'async def get(self, value: bytes = b"b")',
        ),
    ),
    Kind(
        "bytes for text",
        """
        class Store(Protocol):
            def get(self, value: str | bytes = "a") -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: str | bytes = "a") -> int: ...
        """,
        drift=(
            'async def get(self, value: str | bytes = "a")',
            'async def get(self, value: str | bytes = b"a")',
        ),
    ),
    Kind(
        "item of a tuple",
        """
        class Store(Protocol):
            def get(self, value: tuple[str, ...] = ("a", "b")) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: tuple[str, ...] = ('a', 'b')) -> int: ...
        """,
        drift=(
            "async def get(self, value: tuple[str, ...] = ('a', 'b'))",
            'async def get(self, value: tuple[str, ...] = ("b", "a"))',
        ),
    ),
    Kind(
        "blank in a text of a list",
        """
        class Store(Protocol):
            def get(self, value: list[str] = ["new york"]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: list[str] = ["new york"]) -> int: ...
        """,
        drift=(
            'async def get(self, value: list[str] = ["new york"])',
            'async def get(self, value: list[str] = ["newyork"])',
        ),
    ),
    Kind(
        "brackets in a text of a list",
        """
        class Store(Protocol):
            def get(self, value: list[str] = ["a [b]"]) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: list[str] = ["a [b]"]) -> int: ...
        """,
        drift=(
            'async def get(self, value: list[str] = ["a [b]"])',
            'async def get(self, value: list[str] = ["a [c]"])',
        ),
    ),
    Kind(
        "value of a dict",
        """
        class Store(Protocol):
            def get(self, value: dict[str, int] = {"a": 1}) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: dict[str, int] = {"a":1}) -> int: ...
        """,
        drift=(
            'async def get(self, value: dict[str, int] = {"a":1})',
            'async def get(self, value: dict[str, int] = {"a": 2})',
        ),
    ),
    Kind(
        "item of a set",
        """
        class Store(Protocol):
            def get(self, value: set[int] = {1, 2}) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, value: set[int] = {1, 2}) -> int: ...
        """,
        drift=(
            "async def get(self, value: set[int] = {1, 2})",
            "async def get(self, value: set[int] = {1, 3})",
        ),
    ),
]
