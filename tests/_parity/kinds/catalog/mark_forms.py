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
]
