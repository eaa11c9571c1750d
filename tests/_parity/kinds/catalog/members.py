"""Kinds of members: methods, attributes, constants, nested classes."""

from tests._parity.kinds.kind import Kind

TITLE = "Kinds of members"

KINDS = [
    Kind(
        "attribute made a method",
        """
        class Store(Protocol):
            @property
            def size(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def size(self) -> int: ...
        """,
        drift=(
            "class AsyncStore(Protocol):\n    @property\n    def size",
            "class AsyncStore(Protocol):\n    def size",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "parameter of a static method",
        """
        class Store(Protocol):
            @staticmethod
            def parse(text: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @staticmethod
            def parse(text: str) -> int: ...
        """,
        drift=(
            "class AsyncStore(Protocol):\n    @staticmethod\n    def parse(text: str)",
            "class AsyncStore(Protocol):\n    @staticmethod\n    def parse(line: str)",
        ),
        pyright=True,
    ),
    Kind(
        "static method made async",
        """
        class Store(Protocol):
            @staticmethod
            def parse(text: str) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @staticmethod
            def parse(text: str) -> int: ...
        """,
        drift=(
            "class AsyncStore(Protocol):\n    @staticmethod\n    def parse",
            "class AsyncStore(Protocol):\n    @staticmethod\n    async def parse",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "default value of a class method",
        """
        class Store(Protocol):
            @classmethod
            def open(cls, path: str = "a") -> Self: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @classmethod
            def open(cls, path: str = "a") -> Self: ...
        """,
        drift=(
            'class AsyncStore(Protocol):\n    @classmethod\n    def open(cls, path: str = "a")',
            'class AsyncStore(Protocol):\n    @classmethod\n    def open(cls, path: str = "b")',
        ),
    ),
    Kind(
        "class method made a static method",
        """
        class Store(Protocol):
            @classmethod
            def count(cls) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @classmethod
            def count(cls) -> int: ...
        """,
        drift=(
            "class AsyncStore(Protocol):\n    @classmethod\n    def count(cls)",
            "class AsyncStore(Protocol):\n    @staticmethod\n    def count()",
        ),
    ),
    Kind(
        "method made a class method",
        """
        class Store(Protocol):
            def count(self) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def count(self) -> int: ...
        """,
        drift=("    async def count(self)", "    @classmethod\n    async def count(cls)"),
    ),
    Kind(
        "type of a class attribute",
        """
        class Store(Protocol):
            limit: ClassVar[int]

        @mirrors(Store)
        class AsyncStore(Protocol):
            limit: ClassVar[int]
        """,
        drift=(
            "class AsyncStore(Protocol):\n    limit: ClassVar[int]",
            "class AsyncStore(Protocol):\n    limit: ClassVar[str]",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "class attribute made an attribute of instances",
        """
        class Store(Protocol):
            limit: ClassVar[int]

        @mirrors(Store)
        class AsyncStore(Protocol):
            limit: ClassVar[int]
        """,
        drift=(
            "class AsyncStore(Protocol):\n    limit: ClassVar[int]",
            "class AsyncStore(Protocol):\n    limit: int",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "deleter missing",
        """
        class Store(Protocol):
            @property
            def limit(self) -> int: ...
            @limit.setter
            def limit(self, value: int) -> None: ...
            @limit.deleter
            def limit(self) -> None: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            @property
            def limit(self) -> int: ...
            @limit.setter
            def limit(self, value: int) -> None: ...
            @limit.deleter
            def limit(self) -> None: ...  # of the mirror
        """,
        drift=("    @limit.deleter\n    def limit(self) -> None: ...  # of the mirror\n", ""),
        pyright=True,
    ),
    Kind(
        "value of a class constant",
        """
        class Store:
            limit: ClassVar[int] = 10

        @mirrors(Store)
        class AsyncStore:
            limit: ClassVar[int] = 10
        """,
        drift=(
            "class AsyncStore:\n    limit: ClassVar[int] = 10",
            "class AsyncStore:\n    limit: ClassVar[int] = 1000",
        ),
    ),
    Kind(
        "value of a final constant",
        """
        class Store:
            limit: Final[int] = 10

        @mirrors(Store)
        class AsyncStore:
            limit: Final[int] = 10
        """,
        drift=(
            "class AsyncStore:\n    limit: Final[int] = 10",
            "class AsyncStore:\n    limit: Final[int] = 1000",
        ),
    ),
    Kind(
        "value of a final constant without annotation",
        """
        class Store:
            limit: Final = 10

        @mirrors(Store)
        class AsyncStore:
            limit: Final = 10
        """,
        drift=(
            "class AsyncStore:\n    limit: Final = 10",
            "class AsyncStore:\n    limit: Final = 1000",
        ),
    ),
    Kind(
        "parameter of a method of a nested class",
        """
        class Store:
            class Cursor:
                def fetch(self, limit: int) -> int:
                    return 0

        @mirrors(Store)
        class AsyncStore:
            class Cursor:
                async def fetch(self, limit: int) -> int:
                    return 0
        """,
        drift=("async def fetch(self, limit: int)", "async def fetch(self, size: int)"),
    ),
    Kind(
        "sync method in a nested class",
        """
        class Store:
            class Cursor:
                def fetch(self) -> int:
                    return 0

        @mirrors(Store)
        class AsyncStore:
            class Cursor:
                async def fetch(self) -> int:
                    return 0
        """,
        drift=("        async def fetch", "        def fetch"),
    ),
    Kind(
        "type of an attribute set in `__init__`",
        """
        class Store:
            __slots__ = ("limit",)

            def __init__(self) -> None:
                self.limit: int = 0

        @mirrors(Store)
        class AsyncStore:
            __slots__ = ("limit",)

            def __init__(self) -> None:
                self.limit: int = 10
        """,
        drift=("self.limit: int = 10", "self.limit: int | None = 10"),
    ),
    Kind(
        "member that only `__getattr__` provides",
        """
        class Store(Protocol):
            def get(self, key: str) -> int: ...

        @implements(Store)
        class MemoryStore:
            def get(self, key: str) -> int:
                return 0
        """,
        drift=(
            "    def get(self, key: str) -> int:\n        return 0",
            "    def __getattr__(self, name: str) -> Callable[[str], int]:\n        return len",
        ),
        pyright=True,
    ),
    Kind(
        "text of a format method",
        """
        class Store:
            line = "{0}: {1}".format

        @mirrors(Store)
        class AsyncStore:
            line = "{0}: {1}".format
        """,
        drift=(
            'class AsyncStore:\n    line = "{0}: {1}"',
            'class AsyncStore:\n    line = "{1}: {0}"',
        ),
    ),
]
