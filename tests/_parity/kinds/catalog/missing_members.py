"""Members that only one of the classes has, and parts of members that are not compared."""

from tests._parity.kinds.kind import Kind

TITLE = "Members"

KINDS = [
    Kind(
        "member missing in the mirror",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...
            def drop(self) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
            async def drop(self) -> None: ...
        """,
        drift=("    async def drop(self) -> None: ...\n", ""),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "member missing in the implementation",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...
            def drop(self) -> None: ...

        @implements(Store)
        class MemoryStore:
            def get(self, key: str) -> int:
                return 0

            def drop(self) -> None:
                pass
        """,
        drift=("\n    def drop(self) -> None:\n        pass\n", ""),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "member only in the mirror",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: str) -> int: ...
        """,
        drift=(
            "    async def get(self, key: str) -> int: ...\n",
            (
                "    async def get(self, key: str) -> int: ...\n"
                "    async def load(self) -> None: ...\n"
            ),
        ),
    ),
    Kind(
        "member only in the implementation",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self, key: str) -> int:
                return 0
        """,
        drift=(
            "        return 0\n",
            "        return 0\n\n    def load(self) -> None:\n        pass\n",
        ),
    ),
    Kind(
        "docstring",
        '''
        class Store(Protocol):
            def get(self) -> int:
                """Return the first row."""
                ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self) -> int:
                """Return the first row, read ahead."""
                ...
        ''',
        drift=("row, read ahead", "row, or the last one"),
        plugin=False,
        runtime=False,
        reason="a docstring may tell the two sides apart",
    ),
    Kind(
        "exceptions raised",
        """
        class Store:
            def get(self, key: str) -> int:
                raise KeyError(key)

        @mirrors(Store)
        class AsyncStore:
            async def get(self, key: str) -> int:
                raise KeyError(key)
        """,
        drift=(
            "async def get(self, key: str) -> int:\n        raise KeyError(key)",
            "async def get(self, key: str) -> int:\n        raise ValueError(key)",
        ),
        plugin=False,
        runtime=False,
        reason="exceptions are no part of a signature, and bodies are not compared",
    ),
    Kind(
        "method that the mirror inherits from the reference class",
        """
        class Store:
            def get(self) -> int:
                return 0

            def size(self) -> int:
                return 0

        @mirrors(Store, sync=("size",))
        class AsyncStore(Store):
            async def get(self) -> int:  # type: ignore[override]
                return 0
        """,
        drift=('@mirrors(Store, sync=("size",))', "@mirrors(Store)"),
    ),
    Kind(
        "method that a nested class inherits from the reference class",
        """
        class Store:
            class Page:
                size = 10

                def load(self) -> int:
                    return 0

        @mirrors(Store)
        class AsyncStore:
            class Page(Store.Page):
                async def load(self) -> int:  # type: ignore[override]
                    return 0
        """,
        drift=(
            "        async def load(self) -> int:  # type: ignore[override]\n            return 0",
            "        pass",
        ),
    ),
]
