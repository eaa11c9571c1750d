"""Methods with a decorator."""

from tests._parity.kinds.kind import Kind

TITLE = "Decorators"

KINDS = [
    Kind(
        "default value below a decorator with `ParamSpec`",
        """
        def traced(method: Callable[P, R]) -> Callable[P, R]:
            @wraps(method)
            def call(*args: P.args, **kwargs: P.kwargs) -> R:
                return method(*args, **kwargs)

            return call

        class Store:
            @traced
            def get(self, limit: int = 10) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            @traced
            async def get(self, limit: int = 10) -> int:
                return 0
        """,
        drift=("async def get(self, limit: int = 10)", "async def get(self, limit: int = 1000)"),
    ),
    Kind(
        "default value below a decorator factory",
        """
        def retry(tries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
            def decorate(method: Callable[P, R]) -> Callable[P, R]:
                @wraps(method)
                def call(*args: P.args, **kwargs: P.kwargs) -> R:
                    return method(*args, **kwargs)

                return call

            return decorate

        class Store:
            @retry(3)
            def get(self, limit: int = 10) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            @retry(3)
            async def get(self, limit: int = 10) -> int:
                return 0
        """,
        drift=("async def get(self, limit: int = 10)", "async def get(self, limit: int = 1000)"),
    ),
    Kind(
        "argument of a decorator",
        """
        def retry(tries: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
            def decorate(method: Callable[P, R]) -> Callable[P, R]:
                @wraps(method)
                def call(*args: P.args, **kwargs: P.kwargs) -> R:
                    return method(*args, **kwargs)

                return call

            return decorate

        class Store:
            @retry(tries=3)
            def get(self, limit: int = 10) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            @retry(tries=3)
            async def get(self, limit: int = 10) -> int:
                return 0
        """,
        drift=("@retry(tries=3)\n    async", "@retry(tries=5)\n    async"),
        runtime=False,
    ),
    Kind(
        "parameter below a decorator that erases the signature",
        """
        def traced(method: Callable[..., R]) -> Callable[..., R]:
            @wraps(method)
            def call(*args: Any, **kwargs: Any) -> R:
                return method(*args, **kwargs)

            return call

        class Store:
            @traced
            def get(self, key: str) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            @traced
            async def get(self, key: str) -> int:
                return 0
        """,
        drift=("async def get(self, key: str)", "async def get(self, name: str)"),
    ),
    Kind(
        "decorator that erases the signature on one side",
        """
        def traced(method: Callable[..., R]) -> Callable[..., R]:
            def call(*args: Any, **kwargs: Any) -> R:
                return method(*args, **kwargs)

            return call

        def unchanged(method: Callable[P, R]) -> Callable[P, R]:
            return method

        class Store:
            @unchanged
            def get(self, key: str) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            @unchanged
            async def get(self, key: str) -> int:
                return 0
        """,
        drift=("@unchanged\n    async", "@traced\n    async"),
    ),
    Kind(
        "parameter of a cached method",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @implements(Store)
        class MemoryStore:
            @cache
            def get(self, key: str) -> int:
                return 0
        """,
        drift=("@cache\n    def get(self, key: str)", "@cache\n    def get(self, name: str)"),
    ),
    Kind(
        "parameter of a method that both classes cache",
        """
        class Store:
            @cache
            def get(self, key: str) -> int:
                return 0

        @implements(Store)
        class MemoryStore:
            @cache
            def get(self, key: str) -> int:
                return 1
        """,
        drift=(
            "def get(self, key: str) -> int:\n        return 1",
            "def get(self, name: str) -> int:\n        return 1",
        ),
    ),
    Kind(
        "default value of a context manager",
        """
        class Store:
            @contextmanager
            def lock(self, timeout: float = 1.0) -> Iterator[int]:
                yield 0

        @mirrors(Store)
        class AsyncStore:
            @asynccontextmanager
            async def lock(self, timeout: float = 1.0) -> AsyncIterator[int]:
                yield 0
        """,
        drift=(
            "async def lock(self, timeout: float = 1.0)",
            "async def lock(self, timeout: float = 9.0)",
        ),
    ),
    Kind(
        "value of a context manager",
        """
        class Store:
            @contextmanager
            def lock(self) -> Generator[int, None, None]:
                yield 0

        @mirrors(Store)
        class AsyncStore:
            @asynccontextmanager
            async def lock(self) -> AsyncGenerator[int, None]:
                yield 0
        """,
        drift=(
            "AsyncGenerator[int, None]:\n        yield 0",
            'AsyncGenerator[str, None]:\n        yield ""',
        ),
    ),
    Kind(
        "`@deprecated` on one side",
        """
        class Store(Protocol):
            @deprecated("use find")
            def get(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @deprecated("use find")
            async def get(self) -> int: ...
        """,
        drift=('    @deprecated("use find")\n    async', "    async"),
    ),
    Kind(
        "text of `@deprecated`",
        """
        class Store(Protocol):
            @deprecated("use find")
            def get(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @deprecated("use find")
            async def get(self) -> int: ...
        """,
        drift=('@deprecated("use find")\n    async', '@deprecated("use search")\n    async'),
    ),
    Kind(
        "method with `@override`",
        """
        class Base(Protocol):
            async def get(self, limit: int = 10) -> int: ...

        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @mirrors(Store)
        class AsyncStore(Base, Protocol):
            @override
            async def get(self, limit: int = 10) -> int: ...
        """,
        drift=(
            "@override\n    async def get(self, limit: int = 10)",
            "@override\n    async def get(self, limit: int = 1000)",
        ),
    ),
    Kind(
        "parameter of `singledispatchmethod`",
        """
        class Store(Protocol):
            def put(self, row: object, limit: int = 10) -> int: ...

        @implements(Store)
        class MemoryStore:
            @singledispatchmethod
            def put(self, row: object, limit: int = 10) -> int:
                return 0
        """,
        drift=(
            "def put(self, row: object, limit: int = 10) -> int:\n        return",
            "def put(self, row: object, limit: int = 1000) -> int:\n        return",
        ),
    ),
    Kind(
        "parameter of `singledispatchmethod` in both classes",
        """
        class Store:
            @singledispatchmethod
            def put(self, row: object, limit: int = 10) -> int:
                return 0

        @implements(Store)
        class MemoryStore:
            @singledispatchmethod
            def put(self, row: object, limit: int = 10) -> int:
                return 1
        """,
        drift=(
            "limit: int = 10) -> int:\n        return 1",
            "limit: int = 1000) -> int:\n        return 1",
        ),
    ),
]
