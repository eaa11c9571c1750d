"""Class decorators `@mirrors` and `@implements`, and the registry of marked classes."""

from __future__ import annotations

from typing import TypeVar

from attrs import field, frozen

ClassT = TypeVar("ClassT", bound=type[object])


@frozen
class Mark:
    """Base class of the decorators, with the reference class of the comparison."""

    reference: type[object]

    def __call__(self, cls: ClassT) -> ClassT:
        MARKED[cls] = (*MARKED.get(cls, ()), self)
        return cls


@frozen
class mirrors(Mark):  # noqa: N801 - a decorator
    """
    Mark the async form of a sync class.

    The marked class has exactly the same public members as the reference class, in their async
    form: methods are `async def`, `Iterator` becomes `AsyncIterator`, `__enter__` becomes
    `__aenter__`, and so on. `__init__` and class methods stay sync.
    """


@frozen
class implements(Mark):  # noqa: N801 - a decorator
    """
    Mark an implementation of a protocol or a class.

    The marked class has exactly the same public members as the reference class. `__init__`, class
    methods and static methods are not compared. A plain attribute may implement a read-only
    property. `more` names the public members that only the marked class has.
    """

    more: tuple[str, ...] = field(default=(), kw_only=True)


MARKED: dict[type[object], tuple[Mark, ...]] = {}
"""Marks by class, for comparisons at run time."""
