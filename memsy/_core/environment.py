"""What the environment says, to be read and not to be seen: keys and passwords stand in it."""

from __future__ import annotations

from collections.abc import Mapping


class Environment:
    """
    Variables of a process.

    No mapping, and with no `repr` of its contents: a traceback that shows the locals of a frame
    would print them all.
    """

    __slots__ = ("_variables",)

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables

    def get(self, name: str) -> str | None:
        """The value of a variable; None also where it is empty, which users take for unset."""
        return self._variables.get(name) or None

    def __contains__(self, name: object) -> bool:
        return name in self._variables
