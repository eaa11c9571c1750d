"""Read access to the environment variables, without a `repr` that shows their values."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from memsy._core.text import excerpt, printable
from memsy.exceptions import MemsyConfigurationError

_MAX_WORD = 20


class Environment:
    """
    The environment variables of a process.

    The class is not a mapping, and its `repr` does not show the values. A mapping would show every
    key and password in a traceback with local variables.
    """

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def get(self, name: str) -> str | None:
        """Return the value of a variable. An empty variable counts as unset."""
        return self._variables.get(name) or None

    def word(self, name: str, options: Collection[str]) -> str | None:
        """
        Return the word of a variable in lower case, or None if it is unset.

        Raises:
            MemsyConfigurationError: The word is not one of `options`.
        """
        value = self.get(name)
        if value is None:
            return None
        word = value.strip().lower()
        if word not in options:
            shown = excerpt(printable(value), _MAX_WORD)
            raise MemsyConfigurationError(
                f"{name} must be {' or '.join(map(repr, options))}, got {shown!r}"
            )
        return word

    def __contains__(self, name: object) -> bool:
        return name in self._variables
