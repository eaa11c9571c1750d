"""Read access to the environment variables, without a `repr` that shows their values."""

from __future__ import annotations

from collections.abc import Mapping


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

    def __contains__(self, name: object) -> bool:
        return name in self._variables
