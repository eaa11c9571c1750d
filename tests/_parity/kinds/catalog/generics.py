"""Generics: type variables of classes and methods, type parameters, aliases."""

from tests._parity.kinds.kind import Kind

TITLE = "Generics"

KINDS = [
    Kind(
        "bound of a class variable",
        """
        Number = TypeVar("Number", bound=int)
        Flag = TypeVar("Flag", bound=bool)

        class Store(Generic[Number]):
            def get(self, key: Number) -> Number:
                return key

        @mirrors(Store)
        class AsyncStore(Generic[Number]):
            async def get(self, key: Number) -> Number:
                return key
        """,
        drift=(
            "class AsyncStore(Generic[Number]):\n    async def get(self, key: Number) -> Number:",
            "class AsyncStore(Generic[Flag]):\n    async def get(self, key: Flag) -> Flag:",
        ),
    ),
    Kind(
        "default type of a class variable",
        """
        Number = TypeVar("Number", default=int)
        Text = TypeVar("Text", default=str)

        class Store(Generic[Number]):
            def get(self, key: Number) -> Number:
                return key

        @mirrors(Store)
        class AsyncStore(Generic[Number]):
            async def get(self, key: Number) -> Number:
                return key
        """,
        drift=(
            "class AsyncStore(Generic[Number]):\n    async def get(self, key: Number) -> Number:",
            "class AsyncStore(Generic[Text]):\n    async def get(self, key: Text) -> Text:",
        ),
    ),
    Kind(
        "variance of a class variable",
        """
        T_co = TypeVar("T_co", covariant=True)

        class Store(Generic[T_co]):
            def get(self) -> T_co:
                raise NotImplementedError

        @mirrors(Store)
        class AsyncStore(Generic[T_co]):
            async def get(self) -> T_co:
                raise NotImplementedError
        """,
        drift=(
            "class AsyncStore(Generic[T_co]):\n    async def get(self) -> T_co:",
            "class AsyncStore(Generic[T]):\n    async def get(self) -> T:",
        ),
    ),
    Kind(
        "constraints of a class variable",
        """
        Text = TypeVar("Text", str, bytes)
        Key = TypeVar("Key", str, int)

        class Store(Generic[Text]):
            def get(self, key: Text) -> Text:
                return key

        @mirrors(Store)
        class AsyncStore(Generic[Text]):
            async def get(self, key: Text) -> Text:
                return key
        """,
        drift=(
            "class AsyncStore(Generic[Text]):\n    async def get(self, key: Text) -> Text:",
            "class AsyncStore(Generic[Key]):\n    async def get(self, key: Key) -> Key:",
        ),
    ),
    Kind(
        "order of class variables",
        """
        class Store(Generic[S, T]):
            def get(self, key: S, row: T) -> S:
                return key

        @mirrors(Store)
        class AsyncStore(Generic[S, T]):
            async def get(self, key: S, row: T) -> S:
                return key
        """,
        drift=("class AsyncStore(Generic[S, T])", "class AsyncStore(Generic[T, S])"),
    ),
    Kind(
        "number of class variables",
        """
        class Store(Generic[T]):
            def get(self, key: T) -> T:
                return key

        @mirrors(Store)
        class AsyncStore(Generic[T]):
            async def get(self, key: T) -> T:
                return key
        """,
        drift=("class AsyncStore(Generic[T])", "class AsyncStore(Generic[T, S])"),
    ),
    Kind(
        "bound of a method variable",
        """
        Number = TypeVar("Number", bound=int)
        Flag = TypeVar("Flag", bound=bool)

        class Store(Protocol):
            def get(self, key: Number) -> Number: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: Number) -> Number: ...
        """,
        drift=(
            "async def get(self, key: Number) -> Number",
            "async def get(self, key: Flag) -> Flag",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "default type of a method variable",
        """
        Number = TypeVar("Number", default=int)
        Text = TypeVar("Text", default=str)

        class Store(Protocol):
            def get(self, key: Number) -> Number: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: Number) -> Number: ...
        """,
        drift=(
            "async def get(self, key: Number) -> Number",
            "async def get(self, key: Text) -> Text",
        ),
    ),
    Kind(
        "constraints of a method variable",
        """
        Text = TypeVar("Text", str, bytes)
        Key = TypeVar("Key", str, int)

        class Store(Protocol):
            def get(self, key: Text) -> Text: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: Text) -> Text: ...
        """,
        drift=("async def get(self, key: Text) -> Text", "async def get(self, key: Key) -> Key"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "parameters of a callback with `ParamSpec`",
        """
        class Store(Protocol):
            def call(self, method: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def call(
                self, method: Callable[P, R], *args: P.args, **kwargs: P.kwargs
            ) -> R: ...
        """,
        drift=(
            "self, method: Callable[P, R], *args: P.args, **kwargs: P.kwargs\n",
            "self, method: Callable[Concatenate[int, P], R], *args: P.args, **kwargs: P.kwargs\n",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "`TypeVarTuple`",
        """
        Ts = TypeVarTuple("Ts")

        class Store(Protocol):
            def put(self, *rows: Unpack[Ts]) -> tuple[Unpack[Ts]]: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def put(self, *rows: Unpack[Ts]) -> tuple[Unpack[Ts]]: ...
        """,
        drift=(
            "async def put(self, *rows: Unpack[Ts]) -> tuple[Unpack[Ts]]",
            "async def put(self, *rows: Unpack[Ts]) -> tuple[int, Unpack[Ts]]",
        ),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "argument of a generic base class",
        """
        T_co = TypeVar("T_co", covariant=True)

        class Base(Protocol[T_co]):
            def get(self) -> T_co: ...

        class AsyncBase(Protocol[T_co]):
            async def get(self) -> T_co: ...

        class Store(Base[int], Protocol): ...

        @mirrors(Store)
        class AsyncStore(AsyncBase[int], Protocol): ...
        """,
        drift=("class AsyncStore(AsyncBase[int]", "class AsyncStore(AsyncBase[str]"),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "bound of a type parameter",
        """
        class Store[Key: int]:
            def get(self, key: Key) -> Key:
                return key

        @mirrors(Store)
        class AsyncStore[Key: int]:
            async def get(self, key: Key) -> Key:
                return key
        """,
        drift=("class AsyncStore[Key: int]", "class AsyncStore[Key: str]"),
        python=(3, 12),
    ),
    Kind(
        "default type of a type parameter",
        """
        class Store[Key = int]:
            def get(self, key: Key) -> Key:
                return key

        @mirrors(Store)
        class AsyncStore[Key = int]:
            async def get(self, key: Key) -> Key:
                return key
        """,
        drift=("class AsyncStore[Key = int]", "class AsyncStore[Key = str]"),
        python=(3, 13),
    ),
    Kind(
        "bound of a type parameter of a method",
        """
        class Store(Protocol):
            def get[Key: int](self, key: Key) -> Key: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get[Key: int](self, key: Key) -> Key: ...
        """,
        drift=("async def get[Key: int]", "async def get[Key: str]"),
        python=(3, 12),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "alias with `type`",
        """
        type Key = str
        type Number = int

        class Store(Protocol):
            def get(self, key: Key) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, key: Key) -> int: ...
        """,
        drift=("async def get(self, key: Key)", "async def get(self, key: Number)"),
        python=(3, 12),
        mypy=True,
        pyright=True,
    ),
    Kind(
        "recursive alias with `type`",
        """
        type Tree = int | list[Tree]
        type Forest = str | list[Forest]

        class Store(Protocol):
            def get(self, tree: Tree) -> int: ...

        @mirrors(Store)
        class AsyncStore(Protocol):
            async def get(self, tree: Tree) -> int: ...
        """,
        drift=("async def get(self, tree: Tree)", "async def get(self, tree: Forest)"),
        python=(3, 12),
        mypy=True,
        pyright=True,
    ),
]
