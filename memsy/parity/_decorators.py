"""Class decorators `@mirrors` and `@implements`, and the registry of marked classes."""

from __future__ import annotations

from typing import TypeAlias, TypeVar

from attrs import define, field, frozen
from typing_extensions import final

ClassT = TypeVar("ClassT", bound=type[object])


@final
@frozen
class mirrors:  # noqa: N801 - a decorator
    """
    Mark the async form of a sync class.

    The marked class has exactly the same public members as the reference class, in their async
    form: methods are `async def`, `Iterator` becomes `AsyncIterator`, `__enter__` becomes
    `__aenter__`, and so on. `__init__` and class methods stay sync. `sync` names further methods
    that stay sync, such as `is_closed`.
    """

    reference: type[object]
    sync: tuple[str, ...] = field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        _require_class(self.reference, "reference of @mirrors")

    def __call__(self, cls: ClassT) -> ClassT:
        return _register(cls, self)

    def __init_subclass__(cls) -> None:
        raise TypeError(_SUBCLASS_TEXT.format(cls=cls.__name__, mark="mirrors"))


@final
@frozen
class implements:  # noqa: N801 - a decorator
    """
    Mark an implementation of a protocol or a class.

    The marked class has exactly the same public members as the reference class. `__init__`, class
    methods and static methods are not compared. A plain attribute may implement a read-only
    property. `more` names the public members that only the marked class has.
    """

    reference: type[object]
    more: tuple[str, ...] = field(default=(), kw_only=True)

    def __attrs_post_init__(self) -> None:
        _require_class(self.reference, "reference of @implements")

    def __call__(self, cls: ClassT) -> ClassT:
        return _register(cls, self)

    def __init_subclass__(cls) -> None:
        raise TypeError(_SUBCLASS_TEXT.format(cls=cls.__name__, mark="implements"))


Mark: TypeAlias = mirrors | implements
"""Either decorator."""

MARKED: dict[type[object], tuple[Mark, ...]] = {}
"""Marks by class, for comparisons at run time."""

_SUBCLASS_TEXT = (
    'class "{cls}" must not be a subclass of "{mark}", because mypy does not check its uses: '
    'write "@{mark}(...)" above each class'
)


_REGISTRATION = "__memsy_registration__"


@define(eq=False)
class _Registration:
    """
    Attribute of a marked class that registers a class with the same body in its place.

    A decorator such as `attrs.define` or `dataclass(slots=True)` creates a new class from the body
    of the marked class. Python then calls `__set_name__` of each attribute in it.
    """

    cls: type[object]

    def __set_name__(self, owner: type[object], name: str) -> None:
        MARKED[owner] = MARKED.pop(self.cls, ())
        self.cls = owner


def _register(cls: ClassT, mark: Mark) -> ClassT:
    _require_class(cls, f"target of @{type(mark).__name__}")
    MARKED[cls] = (*MARKED.get(cls, ()), mark)
    # Before Python 3.12, `isinstance` requires each attribute of a protocol.
    if not getattr(cls, "_is_protocol", False):
        setattr(cls, _REGISTRATION, _Registration(cls))
    return cls


def _require_class(value: object, name: str) -> None:
    if not isinstance(value, type):
        raise TypeError(f"the {name} must be a class, got {value!r}: pass the class itself")
