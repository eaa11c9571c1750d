"""One difference between a class and its reference class."""

from __future__ import annotations

from attrs import frozen


@frozen(repr=False)
class Drift:
    """
    One difference between a class and its reference class.

    `str(drift)` is one line with the file, the line and the message.
    """

    member: str
    """Name of the member. It is the name of the class if the class itself differs."""
    expected: str
    """Form of the member in the reference class, such as `"a: int"`, or `absent`."""
    actual: str
    """Form of the member in the class."""
    message: str
    """Class, member, both forms and the fix: the words of the mypy plugin."""
    path: str
    """File of the class, relative to the working directory if the file is below it."""
    line: int
    """Line of the member, or of the class if the member is absent or in another file."""
    cls: type[object]
    """The class that differs."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"

    def __repr__(self) -> str:
        # Test runners show the `repr` of a list of drifts, and cut off long texts.
        return f"Drift({str(self)!r})"
