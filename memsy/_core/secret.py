"""A text that must not be seen: not in a `repr`, not in a log, not in a traceback's locals."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

from memsy._core.seal import seal, unseal
from memsy.exceptions import MemsyConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable

_MASK = "'***'"


@final
class Secret:
    """Holds a text; only `reveal()` gives it back. In a pickle it is sealed."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"Secret({_MASK})"

    def __reduce__(self) -> tuple[Callable[[bytes], Secret], tuple[bytes]]:
        return _unsealed, (seal(self._text),)


def _unsealed(sealed: bytes) -> Secret:
    try:
        return Secret(unseal(sealed))
    except ValueError:
        pass
    raise MemsyConfigurationError(
        "this pickle holds a secret that only processes which multiprocessing started from each "
        "other can read, and it comes from elsewhere: make the client where it is used"
    )


class Veiled(str):
    """A text for those who need a `str`: they can send it, and printing their locals hides it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _MASK


def hidden(value: object) -> Secret | type | None:
    """What a frame may hold of a *value* that is meant to be a secret text: never its text."""
    if value is None:
        return None
    return Secret(value) if isinstance(value, str) else type(value)


def masked(text: str) -> str:
    """What a `repr` shows in place of a secret *text*."""
    return _MASK
