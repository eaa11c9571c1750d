"""What was found: the inputs that broke a promise, one for each way in which it broke."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from attrs import define, field, frozen

from fuzz.shrinking import shrunk
from fuzz.target import UNLIKE, Broken, Target


@frozen
class Finding:
    """A way in which a promise breaks, and an input with which it does."""

    what: str
    data: bytes
    detail: str
    times: int = 1
    """How many inputs did so."""

    @property
    def is_difference(self) -> bool:
        """Whether it is only that: see `UNLIKE`."""
        return self.what.endswith(UNLIKE)


@define
class Findings:
    """Tries inputs, and keeps what goes wrong."""

    target: Target
    is_new: Callable[[Finding], object] = lambda finding: None
    """Called with each finding that is of a new kind."""
    tried: int = 0
    _first: dict[str, Finding] = field(factory=dict)
    _times: dict[str, int] = field(factory=dict)

    def try_(self, data: bytes) -> None:
        """Try *data*, which may break a promise in a way already known."""
        self.tried += 1
        found = broken_by(self.target, data)
        if found is None:
            return
        self._times[found.what] = self._times.get(found.what, 0) + 1
        if found.what not in self._first:
            self._first[found.what] = found
            self.is_new(found)

    def all(self) -> list[Finding]:
        """One of each kind, as it was found."""
        return [
            Finding(what, found.data, found.detail, self._times[what])
            for what, found in self._first.items()
        ]


def broken_by(target: Target, data: bytes) -> Finding | None:
    """What is wrong with *data*, if anything is."""
    try:
        target.check(data)
    except Broken as broken:
        return Finding(broken.what, data, str(broken))
    except Exception as error:  # noqa: BLE001 - none may come out, so each one is a finding
        (*_, place) = traceback.extract_tb(error.__traceback__)
        what = f"{type(error).__name__} from {place.name}, line {place.lineno}"
        return Finding(what, data, f"{what}: {error}")
    return None


def smaller(finding: Finding, target: Target) -> Finding | None:
    """The same with as few bytes as can easily be had; None if it does not happen again."""

    def is_alike(data: bytes) -> bool:
        found = broken_by(target, data)
        return found is not None and found.what == finding.what

    if not (is_alike(finding.data) or is_alike(finding.data)):
        return None
    data = shrunk(finding.data, is_alike)
    again = broken_by(target, data) or finding
    return Finding(finding.what, data, again.detail, finding.times)
