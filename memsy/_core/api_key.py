"""API key of a client: a fixed one, or a function that returns the current one."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import final

from typing_extensions import Never, Self

from memsy._core.interrupts import is_interrupt
from memsy._core.secret import Secret, wrap_secret
from memsy._core.text import is_printable
from memsy.exceptions import MemsyConfigurationError


@final
class ApiKeyFunction:
    """
    Function of a user that returns the current API key. The client calls it before each attempt.

    The `repr` does not show the function: the arguments of a `functools.partial` may be secret.
    """

    __slots__ = ("_function",)

    def __init__(self, function: Callable[[], object]) -> None:
        self._function = function

    @property
    def is_coroutine_function(self) -> bool:
        """True for an `async def`, also as `__call__` of an object. A client cannot call it."""
        functions = (self._function, type(self._function).__call__)
        return any(map(inspect.iscoroutinefunction, functions))

    def current_key(self) -> Secret:
        """
        Return the key that the function returns now.

        Raises:
            MemsyConfigurationError: The function raised an exception, or its result is not a key.
                The message has the type of the exception, not its text, which may contain a key.
        """
        try:
            key = wrap_secret(_close_coroutine(self._function()))
        except Exception as error:
            if is_interrupt(error):
                raise
            kind = type(error).__name__
        else:
            return check_api_key(key, "the result of api_key()")
        raise MemsyConfigurationError(f"api_key() raised {kind}")

    def __repr__(self) -> str:
        return "<API key function>"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> Never:
        raise TypeError("an API key function does not pickle: make one client in each process")


def _close_coroutine(result: object) -> object:
    """Return `result`. Close a coroutine: the error of its type is enough, without a warning."""
    if inspect.iscoroutine(result):
        result.close()
    return result


def wrap_api_key(key: object) -> Secret | ApiKeyFunction | type | None:
    """
    Return `key` in a form that a traceback may show.

    None stays None. A value that is not a `str` and not a function becomes its type.
    """
    if isinstance(key, str) or not callable(key):
        return wrap_secret(key)
    return ApiKeyFunction(key)


def check_api_key(key: Secret | type | None, source: str) -> Secret:
    """
    Return a key that can be sent.

    Raises:
        MemsyConfigurationError: The key is missing or not printable. The message does not show it.
    """
    if isinstance(key, type):
        raise MemsyConfigurationError(f"{source} must be a str, got {key.__name__}")
    if key is None or not key.reveal():
        raise MemsyConfigurationError(f"{source} is empty")
    if not is_printable(key.reveal()):
        raise MemsyConfigurationError(
            f"{source} must consist of printable ASCII without spaces "
            "(is there a line break at its end?)"
        )
    return key
