"""Properties: types, setters, deleters, cached properties, descriptors."""

from tests._parity.kinds.kind import Kind

TITLE = "Properties"

KINDS = [
    Kind(
        "method made a property",
        """
        class Store(Protocol):
            def size(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def size(self) -> int: ...
        """,
        drift=("    async def size", "    @property\n    def size"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "type of a property",
        """
        class Store(Protocol):
            @property
            def limit(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def limit(self) -> int: ...
        """,
        drift=(
            "class AsyncStore(Protocol):\n    @property\n    def limit(self) -> int",
            "class AsyncStore(Protocol):\n    @property\n    def limit(self) -> bool",
        ),
    ),
    Kind(
        "property made a class attribute",
        """
        class Store(Protocol):
            @property
            def limit(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def limit(self) -> int: ...
        """,
        drift=(
            "class AsyncStore(Protocol):\n    @property\n    def limit(self) -> int: ...",
            "class AsyncStore(Protocol):\n    limit: ClassVar[int]",
        ),
        pyright=True,
    ),
    Kind(
        "type of a setter",
        """
        class Store(Protocol):
            @property
            def limit(self) -> int: ...
            @limit.setter
            def limit(self, value: int | str) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def limit(self) -> int: ...
            @limit.setter
            def limit(self, value: int | str) -> None: ...
        """,
        drift=(
            (
                "class AsyncStore(Protocol):\n"
                "    @property\n"
                "    def limit(self) -> int: ...\n"
                "    @limit.setter\n"
                "    def limit(self, value: int | str) -> None: ..."
            ),
            (
                "class AsyncStore(Protocol):\n"
                "    @property\n"
                "    def limit(self) -> int: ...\n"
                "    @limit.setter\n"
                "    def limit(self, value: int) -> None: ..."
            ),
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "setter missing",
        """
        class Store(Protocol):
            @property
            def limit(self) -> int: ...
            @limit.setter
            def limit(self, value: int) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def limit(self) -> int: ...
            @limit.setter
            def limit(self, value: int) -> None: ...
        """,
        drift=(
            (
                "class AsyncStore(Protocol):\n"
                "    @property\n"
                "    def limit(self) -> int: ...\n"
                "    @limit.setter\n"
                "    def limit(self, value: int) -> None: ..."
            ),
            "class AsyncStore(Protocol):\n    @property\n    def limit(self) -> int: ...",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "property for a cached property",
        """
        class Store:
            @cached_property
            def size(self) -> int:
                return 0

        @mirrors(Store)
        class AsyncStore:
            @cached_property
            def size(self) -> int:
                return 0
        """,
        drift=(
            "class AsyncStore:\n    @cached_property",
            "class AsyncStore:\n    @property",
        ),
    ),
    Kind(
        "type of a cached property",
        """
        class Store(Protocol):
            @property
            def size(self) -> float: ...

        @implements(Store)
        class MemoryStore:
            @cached_property
            def size(self) -> float:
                return 0
        """,
        drift=("def size(self) -> float:\n", "def size(self) -> int:\n"),
    ),
    Kind(
        "type of an attribute that implements a property",
        """
        class Store(Protocol):
            @property
            def size(self) -> float: ...

        @implements(Store)
        class MemoryStore:
            size: float = 0.0
        """,
        drift=("size: float = 0.0", "size: int = 0"),
    ),
    Kind(
        "type of a descriptor",
        """
        class Setting(Generic[T]):
            def __init__(self, value: T) -> None:
                self._value = value

            def __get__(self, instance: object, owner: type[object] | None = None) -> T:
                return self._value

        class Store(Protocol):
            @property
            def limit(self) -> int: ...

        @implements(Store)
        class MemoryStore:
            limit: Setting[int] = Setting(10)
        """,
        drift=("limit: Setting[int] = Setting(10)", "limit: Setting[bool] = Setting(True)"),
    ),
]
