"""Results, and the async form of results."""

from tests._parity.kinds.kind import Kind

TITLE = "Results"

KINDS = [
    Kind(
        "another result",
        """
        class Store(Protocol):
            def get(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int: ...
        """,
        drift=("async def get(self) -> int", "async def get(self) -> str"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "wider result",
        """
        class Store(Protocol):
            def get(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int: ...
        """,
        drift=("async def get(self) -> int", "async def get(self) -> int | None"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "narrower result",
        """
        class Store(Protocol):
            def get(self) -> float: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> float: ...
        """,
        drift=("async def get(self) -> float", "async def get(self) -> int"),
    ),
    Kind(
        "list for a sequence",
        """
        class Store(Protocol):
            def rows(self) -> Sequence[int]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def rows(self) -> Sequence[int]: ...
        """,
        drift=("async def rows(self) -> Sequence[int]", "async def rows(self) -> list[int]"),
    ),
    Kind(
        "`NoReturn` for `None`",
        """
        class Store(Protocol):
            def close(self) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def close(self) -> None: ...
        """,
        drift=("async def close(self) -> None", "async def close(self) -> NoReturn"),
    ),
    Kind(
        "named tuple with another field",
        """
        class Row(NamedTuple):
            key: str

        class OtherRow(NamedTuple):
            name: str

        class Store(Protocol):
            def get(self) -> Row: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> Row: ...
        """,
        drift=("async def get(self) -> Row", "async def get(self) -> OtherRow"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`TypedDict` with a read-only key",
        """
        class Row(TypedDict):
            key: str

        class FrozenRow(TypedDict):
            key: ReadOnly[str]

        class Store(Protocol):
            def get(self) -> Row: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> Row: ...
        """,
        drift=("async def get(self) -> Row", "async def get(self) -> FrozenRow"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "method that stays sync",
        """
        class Store(Protocol):
            def get(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int: ...
        """,
        drift=("    async def get", "    def get"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "result that is awaited twice",
        """
        class Store(Protocol):
            def get(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int: ...
        """,
        drift=("async def get(self) -> int", "async def get(self) -> Awaitable[int]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "task in place of its result",
        """
        class Store(Protocol):
            def start(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            def start(self) -> Awaitable[int]: ...
        """,
        drift=("-> Awaitable[int]", "-> Awaitable[asyncio.Task[int]]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "send type of a coroutine",
        """
        class Store(Protocol):
            def start(self) -> Coroutine[Any, Any, int]: ...

        @implements(Store)
        class MemoryStore:
            def start(self) -> Coroutine[Any, Any, int]:
                raise NotImplementedError
        """,
        drift=("Coroutine[Any, Any, int]:\n", "Coroutine[int, str, int]:\n"),
    ),
    Kind(
        "iterator that stays sync",
        """
        class Store(Protocol):
            def pages(self) -> Iterator[int]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            def pages(self) -> AsyncIterator[int]: ...
        """,
        drift=("-> AsyncIterator[int]", "-> Iterator[int]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "async iterator that is awaited first",
        """
        class Store(Protocol):
            def pages(self) -> Iterator[int]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            def pages(self) -> AsyncIterator[int]: ...
        """,
        drift=(
            "    def pages(self) -> AsyncIterator",
            "    async def pages(self) -> AsyncIterator",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "item of a generator",
        """
        class Store:
            def pages(self) -> Generator[int, None, None]:
                yield 0

        @mirrors(Store)
        class AsyncStore:
            async def pages(self) -> AsyncGenerator[int, None]:
                yield 0
        """,
        drift=(
            "-> AsyncGenerator[int, None]:\n        yield 0",
            '-> AsyncGenerator[str, None]:\n        yield ""',
        ),
    ),
    Kind(
        "sent values of a generator",
        """
        class Store(Protocol):
            def pages(self) -> Generator[int, str, None]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            def pages(self) -> AsyncGenerator[int, str]: ...
        """,
        drift=("-> AsyncGenerator[int, str]", "-> AsyncGenerator[int, bytes]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "default value of an async generator",
        """
        class Store:
            def pages(self, size: int = 10) -> Iterator[int]:
                yield size

        @mirrors(Store)
        class AsyncStore:
            async def pages(self, size: int = 10) -> AsyncIterator[int]:
                yield size
        """,
        drift=("async def pages(self, size: int = 10)", "async def pages(self, size: int = 1000)"),
    ),
    Kind(
        "item of an iterator class",
        """
        class Pages:
            def __iter__(self) -> Iterator[int]:
                yield 0

        @mirrors(Pages)
        class AsyncPages:
            async def __aiter__(self) -> AsyncIterator[int]:
                yield 0

        class Store(Protocol):
            def pages(self) -> Pages: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def pages(self) -> AsyncPages: ...
        """,
        drift=(
            "-> AsyncIterator[int]:\n        yield 0",
            '-> AsyncIterator[str]:\n        yield ""',
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "value of a context manager in the annotation",
        """
        class Store(Protocol):
            def lock(self) -> AbstractContextManager[int]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            def lock(self) -> AbstractAsyncContextManager[int]: ...
        """,
        drift=("-> AbstractAsyncContextManager[int]", "-> AbstractAsyncContextManager[str]"),
        mypy=True,
        pyright=True,
    ),
]
