"""Hooks of users: the methods that they may have, their check, and their use as observers."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeAlias, Union, runtime_checkable

from memsy._core.events import AttemptEnd, AttemptStart, CallEnd, CallStart
from memsy._core.hooks import CallObserver, ObservedCall
from memsy.exceptions import MemsyConfigurationError


@runtime_checkable
class CallStartHook(Protocol):
    """Hook that observes the start of a call."""

    def on_call_start(self, event: CallStart, /) -> None: ...


@runtime_checkable
class AttemptStartHook(Protocol):
    """Hook that observes the start of an attempt."""

    def on_attempt_start(self, event: AttemptStart, /) -> None: ...


@runtime_checkable
class AttemptEndHook(Protocol):
    """Hook that observes the end of an attempt."""

    def on_attempt_end(self, event: AttemptEnd, /) -> None: ...


@runtime_checkable
class CallEndHook(Protocol):
    """Hook that observes the end of a call."""

    def on_call_end(self, event: CallEnd, /) -> None: ...


Hook: TypeAlias = Union[  # noqa: UP007 - a union of protocols for `isinstance` and annotations
    CallStartHook, AttemptStartHook, AttemptEndHook, CallEndHook, CallObserver
]
"""An object with at least one of the four methods, or a hook of this package."""

_METHODS = ("on_call_start", "on_attempt_start", "on_attempt_end", "on_call_end")


def observers_of(hooks: Iterable[Hook]) -> tuple[CallObserver, ...]:
    """
    Return the observers for the hooks of a client.

    Raises:
        MemsyConfigurationError: `hooks` is not a list, or an item is not a hook. The message names
            the item.
    """
    if isinstance(hooks, (str, bytes, dict)) or not isinstance(hooks, Iterable):
        raise MemsyConfigurationError(
            f"hooks must be a list of objects with methods such as on_call_end, "
            f"got {type(hooks).__name__}"
        )
    return tuple(_observer_of(hook, f"hooks[{index}]") for index, hook in enumerate(hooks))


def _observer_of(hook: object, place: str) -> CallObserver:
    if isinstance(hook, CallObserver):
        return hook
    if isinstance(hook, type):
        raise MemsyConfigurationError(
            f"{place} must be an object, got the class {hook.__name__}: pass {hook.__name__}()"
        )
    methods = {name: getattr(hook, name) for name in _METHODS if hasattr(hook, name)}
    if not methods:
        raise MemsyConfigurationError(
            f"{place} must have at least one of the methods {', '.join(_METHODS)}, "
            f"got an object of the class {type(hook).__name__}"
        )
    for name, method in methods.items():
        if not callable(method):
            raise MemsyConfigurationError(
                f"{place}.{name} must be a method, got {type(method).__name__}"
            )
        if _is_async(method) or _is_async(getattr(method, "__call__", None)):  # noqa: B004
            raise MemsyConfigurationError(
                f"{place}.{name} must be a plain method, got an async one: hooks are sync in both "
                "kinds of client"
            )
    return _UserHook(type(hook).__name__, methods)


def _is_async(function: object) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


class _UserHook(CallObserver):
    """Observer that passes the events, and nothing else, to the hook of a user."""

    def __init__(self, name: str, methods: dict[str, Callable[[Any], object]]) -> None:
        self._name = name
        self._on_call_start = methods.get("on_call_start", _ignore)
        self._on_attempt_start = methods.get("on_attempt_start", _ignore)
        self._on_attempt_end = methods.get("on_attempt_end", _ignore)
        self._on_call_end = methods.get("on_call_end", _ignore)

    @property
    def name(self) -> str:
        return self._name

    def on_call_start(self, event: CallStart, call: ObservedCall) -> None:
        self._on_call_start(event)

    def on_attempt_start(self, event: AttemptStart, call: ObservedCall) -> None:
        self._on_attempt_start(event)

    def on_attempt_end(self, event: AttemptEnd, call: ObservedCall) -> None:
        self._on_attempt_end(event)

    def on_call_end(self, event: CallEnd, call: ObservedCall) -> None:
        self._on_call_end(event)


def _ignore(event: object) -> None:
    """Do nothing, in place of a method that a hook does not have."""
