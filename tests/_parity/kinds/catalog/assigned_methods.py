"""Methods that are assigned in the class body."""

from tests._parity.kinds.kind import Kind

TITLE = "Assigned methods"

KINDS = [
    Kind(
        "default value of an alias",
        """
        class Store(Protocol):
            def find(self, limit: int = 10) -> int: ...

        @implements(Store)
        class MemoryStore:
            def _find(self, limit: int = 10) -> int:
                return 0

            find = _find
        """,
        drift=("def _find(self, limit: int = 10)", "def _find(self, limit: int = 1000)"),
    ),
    Kind(
        "parameter of an alias",
        """
        class Store(Protocol):
            def find(self, key: str) -> int: ...

        @implements(Store)
        class MemoryStore:
            def _find(self, key: str) -> int:
                return 0

            find = _find
        """,
        drift=("def _find(self, key: str)", "def _find(self, name: str)"),
        pyright=True,
    ),
    Kind(
        "`def` with another default value for an alias",
        """
        class Store:
            def search(self, limit: int = 10) -> int:
                return 0

            find = search

        @mirrors(Store)
        class AsyncStore:
            async def search(self, limit: int = 10) -> int:
                return 0

            async def find(self, limit: int = 10) -> int:
                return 0
        """,
        drift=("async def find(self, limit: int = 10)", "async def find(self, limit: int = 1000)"),
    ),
    Kind(
        "alias of another method",
        """
        class Store:
            def search(self, limit: int = 10) -> int:
                return 0

            def scan(self, limit: int = 1000) -> int:
                return 0

            find = search

        @mirrors(Store)
        class AsyncStore:
            async def scan(self, limit: int = 1000) -> int:
                return 0

            async def search(self, limit: int = 10) -> int:
                return 0

            find = search
        """,
        drift=(
            "limit: int = 10) -> int:\n        return 0\n\n    find = search",
            "limit: int = 10) -> int:\n        return 0\n\n    find = scan",
        ),
    ),
    Kind(
        "value of `partialmethod`",
        """
        class Store(Protocol):
            def first(self, *, limit: int = 1) -> int: ...

        @implements(Store)
        class MemoryStore:
            def _get(self, *, limit: int) -> int:
                return limit

            first = partialmethod(_get, limit=1)
        """,
        drift=("partialmethod(_get, limit=1)", "partialmethod(_get, limit=2)"),
    ),
    Kind(
        "default value of an assigned, decorated method",
        """
        def retry(method: Callable[P, R]) -> Callable[P, R]:
            @wraps(method)
            def call(*args: P.args, **kwargs: P.kwargs) -> R:
                return method(*args, **kwargs)

            return call

        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @implements(Store)
        class MemoryStore:
            def _get(self, limit: int = 10) -> int:
                return 0

            get = retry(_get)
        """,
        drift=("def _get(self, limit: int = 10)", "def _get(self, limit: int = 1000)"),
    ),
    Kind(
        "value of `partialmethod` in both classes",
        """
        class Store:
            def _get(self, *, limit: int) -> int:
                return limit

            first = partialmethod(_get, limit=1)

        @implements(Store)
        class MemoryStore:
            def _get(self, *, limit: int) -> int:
                return limit + 1

            first = partialmethod(_get, limit=1)
        """,
        drift=(
            "return limit + 1\n\n    first = partialmethod(_get, limit=1)",
            "return limit + 1\n\n    first = partialmethod(_get, limit=2)",
        ),
    ),
    Kind(
        "default value of a lambda in both classes",
        """
        class Store:
            get = lambda self, limit=10: limit

        @implements(Store)
        class MemoryStore:
            get = lambda self, limit=10: limit + 1
        """,
        drift=("limit=10: limit + 1", "limit=1000: limit + 1"),
    ),
    Kind(
        "default value of an assigned lambda",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @implements(Store)
        class MemoryStore:
            get = lambda self, limit=10: limit
        """,
        drift=("lambda self, limit=10", "lambda self, limit=1000"),
    ),
    Kind(
        "default value of a function of the module",
        """
        async def find_rows(store: object, limit: int = 10) -> int:
            return 0

        class Store:
            def find(self, limit: int = 10) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            find = find_rows
        """,
        drift=("store: object, limit: int = 10", "store: object, limit: int = 1000"),
    ),
]
