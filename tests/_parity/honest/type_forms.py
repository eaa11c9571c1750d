"""Forms of types: literals, aliases, new types, annotations with metadata, unions."""
# ruff: noqa: ANN401, PYI030, PYI063, UP006, UP007, UP035, UP045 - older spellings

from __future__ import annotations

import builtins
from collections.abc import Callable, Mapping, Sequence
from os import PathLike
from typing import (
    Annotated,
    Any,
    Dict,
    List,
    Literal,
    NewType,
    NoReturn,
    Optional,
    Protocol,
    Tuple,
    Type,
    TypeAlias,
    TypeGuard,
    Union,
)

from typing_extensions import LiteralString, Never

from memsy.parity import implements, mirrors

UserId = NewType("UserId", str)
Json: TypeAlias = "Mapping[str, Json] | Sequence[Json] | str | int | float | bool | None"
Path: TypeAlias = str | PathLike[str]
Mode = Literal["r", "w"]
Size = Annotated[int, "bytes"]


class Files:
    """Aliases on one side, written out on the other."""

    def open(self, path: Path, mode: Mode = "r") -> Optional[bytes]:
        return str(path).encode() if mode == "r" else None

    def load(self, path: Path) -> Json:
        return {"path": str(path)}

    def size(self, path: Path, unit: Size = 1) -> Size:
        return len(str(path)) * unit


@mirrors(Files)
class AsyncFiles:
    async def open(self, path: str | PathLike[str], mode: Literal["r", "w"] = "r") -> bytes | None:
        return str(path).encode() if mode == "r" else None

    async def load(self, path: Path) -> Json:
        return {"path": str(path)}

    async def size(self, path: Path, unit: Annotated[int, "bytes"] = 1) -> Size:
        return len(str(path)) * unit


class Users(Protocol):
    """New types, and a method `list` that hides the builtin."""

    def get(self, user: UserId, *, fields: Sequence[str] = ()) -> Mapping[str, Any]: ...
    def list(self, *, role: Literal["admin", "member"] | None = None) -> list[UserId]: ...
    def ids(self) -> builtins.list[UserId]: ...


@mirrors(Users)
class AsyncUsers(Protocol):
    async def get(self, user: UserId, *, fields: Sequence[str] = ()) -> Mapping[str, Any]: ...
    async def list(self, *, role: Literal["member", "admin"] | None = None) -> list[UserId]: ...
    async def ids(self) -> builtins.list[UserId]: ...


@implements(Users)
class StoredUsers:
    def get(self, user: UserId, *, fields: Sequence[str] = ()) -> Mapping[str, Any]:
        return dict.fromkeys(fields, user)

    def list(self, *, role: Literal["admin", "member"] | None = None) -> list[UserId]:
        return [UserId(role or "")]

    def ids(self) -> builtins.list[UserId]:
        return []


class Checks:
    """Type guards, `NoReturn`, `Never` and literal strings."""

    def is_text(self, value: object) -> TypeGuard[str]:
        return isinstance(value, str)

    def fail(self, message: str = "failed") -> NoReturn:
        raise ValueError(message)

    def query(self, sql: LiteralString) -> Never:
        raise ValueError(sql)


@implements(Checks)
class StrictChecks:
    def is_text(self, value: object) -> TypeGuard[str]:
        return isinstance(value, str) and bool(value)

    def fail(self, message: str = "failed") -> NoReturn:
        raise TypeError(message)

    def query(self, sql: LiteralString) -> Never:
        raise TypeError(sql)


class Frames:
    """Older spellings on one side."""

    def shape(self, names: List[str]) -> Tuple[int, ...]:
        return (len(names),)

    def cells(self, by: Union[str, int]) -> Dict[str, float]:
        return {str(by): 0.0}

    def kind(self, of: Type[Exception] = OSError) -> Type[Exception]:
        return of

    def apply(self, function: Callable[[float], float], times: int = 1) -> list[float]:
        return [function(time) for time in range(times)]


@mirrors(Frames)
class AsyncFrames:
    async def shape(self, names: list[str]) -> tuple[int, ...]:
        return (len(names),)

    async def cells(self, by: int | str) -> dict[str, float]:
        return {str(by): 0.0}

    async def kind(self, of: type[Exception] = OSError) -> type[Exception]:
        return of

    async def apply(self, function: Callable[[float], float], times: int = 1) -> list[float]:
        return [function(time) for time in range(times)]


Text: TypeAlias = str
Headers = Union[Mapping[str, str], Sequence[Tuple[str, str]]]


class Requests:
    """The same types in other words."""

    def send(self, method: Literal["GET", "PUT"], headers: Headers | None = None) -> int:
        return len(method)

    def text(self, encoding: Text = "utf-8", *, size: Optional[int] = None) -> Text:
        return encoding

    def any(self, *args: Any, **kwargs: Any) -> Any:
        return args or kwargs

    def old(self, __key: str, *, from_: int = 0) -> object:
        return __key[from_:]


@mirrors(Requests)
class AsyncRequests:
    async def send(
        self,
        method: Literal["GET"] | Literal["PUT"],
        headers: Sequence[tuple[str, str]] | Mapping[str, str] | None = None,
    ) -> int:
        return len(method)

    async def text(self, encoding: str = "utf-8", *, size: int | None = None) -> str:
        return encoding

    async def any(self, *args: Any, **kwargs: Any) -> Any:
        return args or kwargs

    async def old(self, key: str, /, *, from_: int = 0) -> object:
        return key[from_:]
