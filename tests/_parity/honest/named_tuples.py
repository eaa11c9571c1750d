"""Named tuples: as results, as parameters, as marked classes, as defaults."""

from __future__ import annotations

from collections import namedtuple
from typing import NamedTuple, Protocol

from memsy.parity import implements, mirrors


class Point(NamedTuple):
    """Plain value that both modes use."""

    x: float
    y: float = 0.0


Size = namedtuple("Size", ["width", "height"])  # noqa: PYI024 - the untyped form

ORIGIN = Point(0.0)


class Canvas:
    """Named tuples as parameters, defaults and results."""

    def move(self, to: Point = ORIGIN, by: tuple[float, float] = (0.0, 0.0)) -> Point:
        return Point(to.x + by[0], to.y + by[1])

    def corners(self, start: Point = Point(1.0, 2.0)) -> list[Point]:  # noqa: B008
        return [start]

    def size(self) -> Size:
        return Size(1, 2)


@mirrors(Canvas)
class AsyncCanvas:
    async def move(self, to: Point = ORIGIN, by: tuple[float, float] = (0.0, 0.0)) -> Point:
        return Point(to.x + by[0], to.y + by[1])

    async def corners(self, start: Point = Point(1.0, 2.0)) -> list[Point]:  # noqa: B008
        return [start]

    async def size(self) -> Size:
        return Size(1, 2)


class Job(NamedTuple):
    """Marked named tuple with a method."""

    name: str
    priority: int = 5
    tags: tuple[str, ...] = ()

    def run(self, times: int = 1) -> str:
        return self.name * times


@mirrors(Job)
class AsyncJob(NamedTuple):
    name: str
    priority: int = 5
    tags: tuple[str, ...] = ()

    async def run(self, times: int = 1) -> str:
        return self.name * times


class Entry(NamedTuple):
    """Tuple of a sync class, and its mirror with the async form of the class."""

    key: str
    canvas: Canvas

    def load(self) -> Canvas:
        return self.canvas


@mirrors(Entry)
class AsyncEntry(NamedTuple):
    key: str
    canvas: AsyncCanvas

    async def load(self) -> AsyncCanvas:
        return self.canvas


class Measured(Protocol):
    """Read-only properties, implemented by the fields of a named tuple."""

    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...
    def area(self) -> int: ...


class _Rectangle(NamedTuple):
    width: int
    height: int


@implements(Measured, more=("count", "index"))
class Rectangle(_Rectangle):
    """`tuple` has public methods of its own."""

    __slots__ = ()

    def area(self) -> int:
        return self.width * self.height


class Source(Protocol):
    @property
    def url(self) -> str: ...
    def resolve(self, name: str, *, strict: bool = True) -> str: ...


@implements(Source)
class FileSource(NamedTuple):
    """The methods of `tuple` need no mention in `more`."""

    url: str = "file:"

    def resolve(self, name: str, *, strict: bool = True) -> str:
        return self.url + name
