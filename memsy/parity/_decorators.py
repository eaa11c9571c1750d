"""Decorators `@mirrors` and `@implements`, and the registry of marked classes and functions."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TypeAlias, TypeVar

from attrs import define, field, frozen
from typing_extensions import final

Target: TypeAlias = type[object] | Callable[..., object]
"""Class or function."""

ClassT = TypeVar("ClassT", bound=type[object])
TargetT = TypeVar("TargetT", bound=Target)


@final
@frozen
class mirrors:  # noqa: N801 - a decorator
    """
    Mark the async form of a sync class or function.

    The marked class has exactly the same public members as the reference class, in their async
    form: methods are `async def`, `Iterator` becomes `AsyncIterator`, `__enter__` becomes
    `__aenter__`, and so on. `__init__` and class methods stay sync. `sync` names further methods
    that stay sync, such as `is_closed`.

    A marked function has the parameters and the result of a method in its async form. Both
    functions belong to modules. The mark stands above all other decorators, and returns the
    function itself.

    Raises:
        TypeError: The reference or the target is neither a class nor a function of a module.
    """

    reference: Target
    """Sync class or function."""
    sync: tuple[str, ...] = field(default=(), kw_only=True)
    """Methods that stay sync in the marked class."""

    def __attrs_post_init__(self) -> None:
        if isinstance(self.reference, type):
            return
        require_function(self.reference, "the reference of @mirrors", or_class=True)
        if self.sync:
            raise TypeError(
                f"sync of @mirrors names methods of a class, got {self.sync!r} for a function: "
                "remove it"
            )

    def __call__(self, target: TargetT) -> TargetT:
        _register(target, self)
        return target

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

    Raises:
        TypeError: The reference or the target is not a class.
    """

    reference: type[object]
    """Protocol or class that the marked class implements."""
    more: tuple[str, ...] = field(default=(), kw_only=True)
    """Public members that only the marked class has."""

    def __attrs_post_init__(self) -> None:
        require_class(self.reference, "the reference of @implements")

    def __call__(self, cls: ClassT) -> ClassT:
        _register(cls, self)
        return cls

    def __init_subclass__(cls) -> None:
        raise TypeError(_SUBCLASS_TEXT.format(cls=cls.__name__, mark="implements"))


Mark: TypeAlias = mirrors | implements
"""Either decorator."""

MARKED: dict[Target, tuple[Mark, ...]] = {}
"""Marks by class or function, for comparisons at run time."""

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


def _register(target: Target, mark: Mark) -> None:
    name = f"the target of @{type(mark).__name__}"
    if isinstance(mark.reference, type):
        require_class(target, name)
    else:
        require_function(target, name)
    MARKED[target] = (*MARKED.get(target, ()), mark)
    # Before Python 3.12, `isinstance` requires each attribute of a protocol.
    if isinstance(target, type) and not getattr(target, "_is_protocol", False):
        setattr(target, _REGISTRATION, _Registration(target))


def require_class(value: object, name: str) -> None:
    """
    Refuse a value that is not a class.

    Raises:
        TypeError: The value is not a class.
    """
    if not isinstance(value, type):
        raise TypeError(f"{name} must be a class, got {value!r}: pass the class itself")


def require_function(value: object, name: str, *, or_class: bool = False) -> None:
    """
    Refuse a value that is not a function of a module.

    Raises:
        TypeError: The value is a lambda, a nested function, a method or no function in Python.
    """
    is_function = isinstance(value, FunctionType) or hasattr(value, "__wrapped__")
    # The qualified name of a lambda, a nested function and a method has "<" or ".".
    place = str(getattr(value, "__qualname__", ""))
    if isinstance(value, type) or not is_function or not place.isidentifier():
        kind = "a class or a function of a module" if or_class else "a function of a module"
        raise TypeError(f"{name} must be {kind}, got {value!r}: pass it by its name")
