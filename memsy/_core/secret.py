"""Secret text that no `repr`, log, pickle or traceback shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, final

if TYPE_CHECKING:
    from typing_extensions import Never, Self

_MASK = "'***'"


@final
class Secret:
    """Secret text. Only `reveal()` returns it; a secret does not pickle."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return f"Secret({_MASK})"

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> Never:
        raise TypeError(
            "a Secret does not pickle, so that no API key is written to a queue or a file: "
            "make one client in each process"
        )


class MaskedStr(str):
    """Text for code that needs a `str`: it can be sent, and its `repr` is masked."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _MASK


def wrap_secret(value: object) -> Secret | type | None:
    """Return a secret *value* in the form that a frame may hold: never as plain text."""
    if value is None:
        return None
    return Secret(value) if isinstance(value, str) else type(value)


def mask(text: str) -> str:
    """Return the `repr` of a secret *text*."""
    return _MASK
