"""A text that must not be seen: not in a `repr`, not in a log, not in a traceback's locals."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from typing_extensions import Never


@final
class Secret:
    """Holds a text; only `reveal()` gives it back."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret('***')"

    def __reduce__(self) -> Never:
        raise TypeError("a secret is not pickled")


def masked(text: str) -> str:
    """What a `repr` shows in place of a secret *text*."""
    return "'***'"
