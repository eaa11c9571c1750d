"""Special methods: context managers, iteration, operators, construction."""

from tests._parity.kinds.kind import Kind

TITLE = "Special methods"

KINDS = [
    Kind(
        "result of `__exit__` that hides exceptions",
        """
        class Store(Protocol):
            def __exit__(self, *error: object) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def __aexit__(self, *error: object) -> None: ...
        """,
        drift=(
            "async def __aexit__(self, *error: object) -> None",
            "async def __aexit__(self, *error: object) -> bool",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "result of `__enter__`",
        """
        class Store(Protocol):
            def __enter__(self) -> Self: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def __aenter__(self) -> Self: ...
        """,
        drift=("async def __aenter__(self) -> Self", "async def __aenter__(self) -> int"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "item of `__iter__`",
        """
        class Store(Protocol):
            def __iter__(self) -> Iterator[int]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            def __aiter__(self) -> AsyncIterator[int]: ...
        """,
        drift=("-> AsyncIterator[int]", "-> AsyncIterator[str]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "default value of `__call__`",
        """
        class Store(Protocol):
            def __call__(self, limit: int = 10) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def __call__(self, limit: int = 10) -> int: ...
        """,
        drift=(
            "async def __call__(self, limit: int = 10)",
            "async def __call__(self, limit: int = 1000)",
        ),
    ),
    Kind(
        "`__len__` missing",
        """
        class Store(Protocol):
            def get(self) -> int: ...
            def __len__(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int: ...
            def __len__(self) -> int: ...
        """,
        drift=(
            "async def get(self) -> int: ...\n    def __len__(self) -> int: ...\n",
            "async def get(self) -> int: ...\n",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "parameter of `__getitem__`",
        """
        class Store(Protocol):
            def __getitem__(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def __getitem__(self, key: str) -> int: ...
        """,
        drift=(
            "async def __getitem__(self, key: str)",
            "async def __getitem__(self, key: str | bytes)",
        ),
    ),
    Kind(
        "default value of `__new__`",
        """
        class Store:
            def __new__(cls, limit: int = 10) -> Self:
                return super().__new__(cls)

        @mirrors(Store)
        class AsyncStore:
            def __new__(cls, limit: int = 10) -> Self:
                return super().__new__(cls)
        """,
        drift=(
            "class AsyncStore:\n    def __new__(cls, limit: int = 10)",
            "class AsyncStore:\n    def __new__(cls, limit: int = 1000)",
        ),
    ),
    Kind(
        "default value of `__init__`",
        """
        class Store:
            def __init__(self, limit: int = 10) -> None: ...

        @mirrors(Store)
        class AsyncStore:
            def __init__(self, limit: int = 10) -> None: ...
        """,
        drift=(
            "class AsyncStore:\n    def __init__(self, limit: int = 10)",
            "class AsyncStore:\n    def __init__(self, limit: int = 1000)",
        ),
    ),
    Kind(
        "result of `__getattr__`",
        """
        class Store(Protocol):
            def __getattr__(self, name: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            def __getattr__(self, name: str) -> int: ...
        """,
        drift=(
            "class AsyncStore(Protocol):\n    def __getattr__(self, name: str) -> int",
            "class AsyncStore(Protocol):\n    def __getattr__(self, name: str) -> str",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`__lt__` missing",
        """
        class Store(Protocol):
            def __lt__(self, other: object) -> bool: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            def __lt__(self, other: object) -> bool: ...
        """,
        drift=(
            "class AsyncStore(Protocol):\n    def __lt__(self, other: object) -> bool: ...",
            "class AsyncStore(Protocol): ...",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "special method only in the mirror",
        """
        class Store(Protocol):
            def get(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int: ...
        """,
        drift=(
            "    async def get(self) -> int: ...\n",
            "    async def get(self) -> int: ...\n    def __len__(self) -> int: ...\n",
        ),
    ),
    Kind(
        "special method only in the implementation",
        """
        class Store(Protocol):
            def get(self) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self) -> int:
                return 0
        """,
        drift=(
            "        return 0\n",
            "        return 0\n\n    def __len__(self) -> int:\n        return 0\n",
        ),
    ),
]
