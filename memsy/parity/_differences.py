"""Differences of two members, in the words of the mypy plugin."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from memsy.parity._annotations import Form, format_form
from memsy.parity._rules import MAKE_METHOD_ASYNC


@frozen
class Difference:
    """One difference: both forms, and the message without the name of the member."""

    actual: str
    expected: str
    text: str
    line: int = 0
    """Line of the definition; 0 for the line of the member."""


@frozen
class Wording:
    """Texts of differences. `reference` is the name of the reference class or function."""

    reference: str
    is_mirror: bool
    make_async: str = MAKE_METHOD_ASYNC
    """Fix of a sync method or function."""

    def difference(self, prefix: str, our: str, their: str, fix: str, line: int = 0) -> Difference:
        """Return the difference of two forms. `prefix` is the start of the text."""
        text = f'{prefix}{our}, but {their} in "{self.reference}": {fix}'
        if our == their and self.is_mirror:  # a mirror uses the sync form of a class
            text = f'{prefix}{our} as in "{self.reference}", which is sync: use its async form'
        return Difference(our, their, text, line)

    def type_difference(
        self, prefix: str, our: Form | None, their: Form | None, line: int = 0
    ) -> Difference:
        """Return the difference of two types."""
        ours, theirs = format_distinctly(our, their)
        fix = "use the same type or its async form" if self.is_mirror else "use the same type"
        fix = "annotate it" if our is None else fix
        return self.difference(prefix, _quoted(ours), _quoted(theirs), fix, line)

    def async_form_difference(
        self, prefix: str, our: Form | None, their: Form | None, fix: str, line: int = 0
    ) -> Difference:
        """Return the difference of a sync result, where a mirror needs the async form."""
        ours, theirs = map(_quoted, format_distinctly(our, their))
        reason = f'which is not the async form of {theirs} in "{self.reference}"'
        return Difference(ours, theirs, f"{prefix}{ours}, {reason}: {fix}", line)


def format_distinctly(our: Form | None, their: Form | None) -> tuple[str, str]:
    """Return both types as text, with the modules of classes if the texts are equal otherwise."""
    short = _format(our), _format(their)
    long = _format(our, _qualified_name), _format(their, _qualified_name)
    return long if short[0] == short[1] and long[0] != long[1] else short


def _format(tree: Form | None, name: Callable[[type[object]], str] | None = None) -> str:
    if tree is None:
        return ""
    return format_form(tree, name) if name else format_form(tree)


def _quoted(text: str) -> str:
    return f'"{text}"' if text else "an unannotated type"


def _qualified_name(cls: type[object]) -> str:
    return cls.__name__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
