"""One difference between a class or function and its reference."""

from __future__ import annotations

from attrs import frozen

from memsy.parity._decorators import Target


@frozen(repr=False)
class Drift:
    """
    One difference between a class or function and its reference.

    `str(drift)` is one line with the file, the line and the message.
    """

    member: str
    """Name of the member. It is the name of the class or function if that itself differs."""
    expected: str
    """Form in the reference, such as `"a: int"`, or `absent`."""
    actual: str
    """Form in the class or function."""
    message: str
    """Class, member, both forms and the fix: the words of the mypy plugin."""
    path: str
    """File of the class or function, relative to the working directory if it is below it."""
    line: int
    """Line of the member, or of the class if the member is absent or in another file."""
    target: Target
    """The class or function that differs."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"

    def __repr__(self) -> str:
        # Test runners show the `repr` of a list of drifts, and cut off long texts.
        return f"Drift({str(self)!r})"
