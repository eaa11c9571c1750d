"""Equality of default values and constants: by value and type, not by `==` alone."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from functools import partial
from itertools import chain
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType

from attrs import frozen

_MAX_DEPTH = 8
_PLAIN_TYPES = (bool, int, str, bytes, type(None), type(...))
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@frozen
class ValueComparison:
    """
    Comparison of two values.

    `are_same_classes` states if a class corresponds to the class of the reference.
    """

    are_same_classes: Callable[[type[object], type[object]], bool]
    is_mirror: bool

    def are_same(self, our: object, their: object, depth: int = 0) -> bool:
        """Return True if two values have the same type and the same content."""
        if our is their:
            return True
        is_async = self.is_mirror and inspect.iscoroutinefunction(our)
        if is_async and callable(their) and not inspect.iscoroutinefunction(their):
            return True  # a named function may differ: `time.sleep`, `asyncio.sleep`
        if isinstance(our, type) and isinstance(their, type):
            return self.are_same_classes(our, their)
        if isinstance(our, FunctionType) and isinstance(their, FunctionType):
            return self._are_same_functions(our, their)
        if not self.are_same_classes(type(our), type(their)) or depth > _MAX_DEPTH:
            return False
        if isinstance(our, _PLAIN_TYPES):
            return our == their
        if isinstance(our, (float, complex)):
            return repr(our) == repr(their)  # NaN is not equal to itself, and -0.0 is equal to 0.0
        ours, theirs = _parts(our), _parts(their)
        if ours is not None and theirs is not None:
            return len(ours) == len(theirs) and all(
                self.are_same(*pair, depth + 1) for pair in zip(ours, theirs, strict=True)
            )
        return self._are_same_objects(our, their, depth)

    def _are_same_functions(self, our: FunctionType, their: FunctionType) -> bool:
        if _contents(our.__code__) != _contents(their.__code__):
            return False
        return self.are_same(our.__defaults__, their.__defaults__, 1) and self.are_same(
            _cells(our), _cells(their), 1
        )

    def _are_same_objects(self, our: object, their: object, depth: int) -> bool:
        if type(our) is object:
            return False  # a sentinel is only equal to itself
        states = _state(our), _state(their)
        if all(state is not None for state in states):
            return self.are_same(*states, depth + 1)
        if type(our).__eq__ is not object.__eq__:
            try:
                return bool(our == their)
            except (TypeError, ValueError):  # an array has no truth value
                return repr(our) == repr(their)
        return _ADDRESS.sub("", repr(our)) == _ADDRESS.sub("", repr(their))


def value_text(value: object) -> str:
    """Return a value for messages, without addresses."""
    owner = getattr(value, "__self__", None)
    if isinstance(value, BuiltinFunctionType) and not isinstance(owner, (ModuleType, type)):
        return f"{value_text(owner)}.{value.__name__}"
    if isinstance(value, (FunctionType, BuiltinFunctionType, type)):
        is_builtin = value.__module__ in ("builtins", None)
        return value.__qualname__ if is_builtin else f"{value.__module__}.{value.__qualname__}"
    text = repr(value)
    if not _ADDRESS.search(text):
        return text
    state = _state(value)
    if state is None:
        return _ADDRESS.sub("", text)
    return f"{type(value).__qualname__}({', '.join(f'{k}={value_text(state[k])}' for k in state)})"


def _parts(value: object) -> Collection[object] | None:
    """Return the parts of a container or a bound call, in an order that equal values share."""
    if isinstance(value, partial):
        return [value.func, value.args, value.keywords]
    if isinstance(value, (BuiltinFunctionType, MethodType)):
        return [value.__self__, value.__name__]
    if isinstance(value, (list, tuple)):
        return value
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=_sort_key)
    if isinstance(value, Mapping):
        items = sorted(value.items(), key=lambda item: _sort_key(item[0]))
        return list(chain.from_iterable(items))
    return None


def _sort_key(value: object) -> tuple[str, str]:
    return type(value).__name__, _ADDRESS.sub("", repr(value))


def _state(value: object) -> dict[str, object] | None:
    """Return the attributes of an object; None if Python code cannot see its state."""
    slots = [
        name
        for cls in type(value).__mro__
        for name in _slot_names(cls)
        if not name.startswith("__") and hasattr(value, name)
    ]
    attributes = getattr(value, "__dict__", None)
    if attributes is None and not slots:
        return None
    return {**(attributes or {}), **{name: getattr(value, name) for name in slots}}


def _slot_names(cls: type[object]) -> Collection[str]:
    slots: str | Collection[str] = vars(cls).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else slots


def _cells(function: FunctionType) -> list[object]:
    return [_cell_value(cell) for cell in function.__closure__ or ()]


def _cell_value(cell: object) -> object:
    return getattr(cell, "cell_contents", None)


def _contents(code: CodeType) -> tuple[object, ...]:
    """Return the instructions, names and constants of a function, without its place."""
    constants = (_contents(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts)
    return (code.co_code, code.co_names, code.co_varnames, code.co_freevars, *constants)
