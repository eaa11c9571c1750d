"""Secret text, kept out of every `repr`, log, pickle and traceback."""

from __future__ import annotations

from typing import final

from typing_extensions import Never, Self

from memsy._core.text import plain

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
            "a Secret does not pickle, to keep API keys out of queues and files: "
            "make one client in each process"
        )


class MaskedStr(str):
    """Secret text for code that requires a `str`, with a masked `repr`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _MASK


def wrap_secret(value: object) -> Secret | type | None:
    """
    Return `value` in a form that a traceback may show: as a `Secret`, or only the type.

    None stays None. A value that is not a `str` becomes its type, for an error message.
    """
    if value is None:
        return None
    return Secret(plain(value)) if isinstance(value, str) else type(value)


def mask(text: str) -> str:
    """Return the masked `repr` of a secret `text`."""
    return _MASK
