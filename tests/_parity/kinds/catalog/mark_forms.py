"""Marks in a form that guards nothing: the class below drifts, and the form itself is an error or works."""

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
            "implements_store = implements(Store)\n\n"
            "@implements_store\nclass MemoryStore:\n    def get(self, limit: int = 1000)",
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
            "class provides(implements): ...\n\n"
            "@provides(Store)\nclass MemoryStore:\n    def get(self, limit: int = 1000)",
        ),
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
            "@implements(Store)\nclass MemoryStore:\n    def get(self, limit: int = 10) -> int:\n        return 0",
            "class MemoryStore:\n    def get(self, limit: int = 1000) -> int:\n        return 0\n\n"
            "implements(Store)(MemoryStore)",
        ),
    ),
]
