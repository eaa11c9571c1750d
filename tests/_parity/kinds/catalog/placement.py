"""Methods in base classes and below statements of the class body."""

from tests._parity.kinds.kind import Kind

TITLE = "Base classes and nested statements"

KINDS = [
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
]
