"""
Marks that mypy could overlook, above a class with another default value.

The mark works, or the plugin reports that it does not.
"""

from tests._parity.kinds.kind import Kind

TITLE = "Marks"

KINDS = [
    Kind(
        "mark kept in a variable",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self, limit: int = 10) -> int:
                return 0
        """,
        drift=(
            "@implements(Store)\nclass MemoryStore:\n    def get(self, limit: int = 10)",
            (
                "implements_store = implements(Store)\n\n"
                "@implements_store\nclass MemoryStore:\n    def get(self, limit: int = 1000)"
            ),
        ),
    ),
    Kind(
        "subclass of a mark",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self, limit: int = 10) -> int:
                return 0
        """,
        drift=(
            "@implements(Store)\nclass MemoryStore:\n    def get(self, limit: int = 10)",
            (
                "class provides(implements): ...\n\n"
                "@provides(Store)\nclass MemoryStore:\n    def get(self, limit: int = 1000)"
            ),
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "mark called as a function",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self, limit: int = 10) -> int:
                return 0
        """,
        drift=(
            """
@implements(Store)
class MemoryStore:
    def get(self, limit: int = 10) -> int:
        return 0
""",
            """
class MemoryStore:
    def get(self, limit: int = 1000) -> int:
        return 0

implements(Store)(MemoryStore)
""",
        ),
    ),
    Kind(
        "`follow_imports = skip` for all modules",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, limit: int = 10) -> int: ...
        """,
        drift=("async def get(self, limit: int = 10)", "async def get(self, limit: int = 1000)"),
        configuration="follow_imports = skip",
    ),
    Kind(
        "`follow_imports = skip` for the modules of memsy",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, limit: int = 10) -> int: ...
        """,
        drift=("async def get(self, limit: int = 10)", "async def get(self, limit: int = 1000)"),
        configuration="[mypy-memsy.*]\nfollow_imports = skip",
    ),
    Kind(
        "method that stays sync made async",
        """
        class Store(Protocol):
            def is_closed(self) -> bool: ...
            def get(self) -> int: ...

        @mirrors(Store, sync=("is_closed",))
        class AsyncStore(Protocol):
            def is_closed(self) -> bool: ...
            async def get(self) -> int: ...
        """,
        drift=(
            "    def is_closed(self) -> bool: ...\n    async def",
            "    async def is_closed(self) -> bool: ...\n    async def",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "parameter of a method that stays sync",
        """
        class Store(Protocol):
            def with_options(self, *, timeout: float = 1.0) -> Self: ...
            def get(self) -> int: ...

        @mirrors(Store, sync=("with_options",))
        class AsyncStore(Protocol):
            def with_options(self, *, timeout: float = 1.0) -> Self: ...
            async def get(self) -> int: ...
        """,
        drift=(
            "timeout: float = 1.0) -> Self: ...\n    async def",
            "timeout: float = 2.0) -> Self: ...\n    async def",
        ),
    ),
    Kind(
        "`sync` with a name that is not a method of both classes",
        """
        class Store(Protocol):
            def is_closed(self) -> bool: ...
            def get(self) -> int: ...

        @mirrors(Store, sync=("is_closed",))
        class AsyncStore(Protocol):
            def is_closed(self) -> bool: ...
            async def get(self) -> int: ...
        """,
        drift=('sync=("is_closed",)', 'sync=("is_closed", "closed")'),
    ),
    Kind(
        "mark below `attrs.define`",
        """
        class Store(Protocol):
            def get(self, limit: int = 10) -> int: ...

        @attrs.define
        @implements(Store)
        class MemoryStore:
            def get(self, limit: int = 10) -> int:
                return 0
        """,
        drift=(
            "class MemoryStore:\n    def get(self, limit: int = 10)",
            "class MemoryStore:\n    def get(self, limit: int = 1000)",
        ),
    ),
]
