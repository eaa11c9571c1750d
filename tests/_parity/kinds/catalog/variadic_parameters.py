"""Parameters `*args` and `**kwargs`."""

from tests._parity.kinds.kind import Kind

TITLE = "Variadic parameters"

KINDS = [
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
]
