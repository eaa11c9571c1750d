"""
Marks of classes that may not drift apart.

`@mirrors` and `@implements` change nothing about a class. They name what it is compared with, which
the mypy plugin `memsy.mypy_plugin` does, member by member. To hold a stand-in of your own to the
surface, mark it

    from memsy.parity import implements
    from memsy.protocols import AsyncMemsyClientProtocol

    @implements(AsyncMemsyClientProtocol, more=("calls",))
    class CountingClient: ...

and write `plugins = memsy.mypy_plugin` into your configuration of mypy. Every drift is then an
error, `[parity]`, on the line of the member that drifts. A mark stands above decorators that make a
new class, such as `attrs.define`.
"""

from __future__ import annotations

from typing import TypeVar

from attrs import field, frozen

__all__ = ["MARKED", "Mark", "implements", "mirrors"]

C = TypeVar("C", bound=type[object])


@frozen
class Mark:
    """What the marks have in common: the class *of* which the marked one is a likeness."""

    of: type[object]

    def __call__(self, cls: C) -> C:
        MARKED[cls] = (*MARKED.get(cls, ()), self)
        return cls


@frozen
class mirrors(Mark):  # noqa: N801 - reads as a sentence where it stands: "this class mirrors that one"
    """
    Marks the async twin of a class.

    It has the same public members, to the letter, except that what blocks there is awaited here:
    `Iterator` becomes `AsyncIterator`, `__enter__` `__aenter__`, and so on. `__init__` and the
    class methods, which do not block, are the same.
    """


@frozen
class implements(Mark):  # noqa: N801 - as above
    """
    Marks a class that has every public member of a surface, to the letter, and no others.

    `__init__`, class methods and static methods belong to the class and not to the surface. Where
    the surface has a read-only property, a plain attribute will do. *more* declares the public
    members that the class has beyond the surface.
    """

    more: tuple[str, ...] = field(default=(), kw_only=True)


MARKED: dict[type[object], tuple[Mark, ...]] = {}
"""Each marked class and its marks, for those who want to compare at run time."""
