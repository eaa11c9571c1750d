"""Findings: inputs that violate a property, one for each kind of violation."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from attrs import define, field, frozen

from tests.fuzz.shrinking import shrunk
from tests.fuzz.target import BOTH_VALID, PropertyViolated, Target


@frozen
class Finding:
    """A kind of violation, with an input that causes it."""

    summary: str
    data: bytes
    detail: str
    count: int = 1
    """Number of inputs with this violation."""

    @property
    def is_difference(self) -> bool:
        """The finding is a difference between two valid outcomes, see `BOTH_VALID`."""
        return self.summary.endswith(BOTH_VALID)


@define
class FindingCollector:
    """Checks inputs and keeps one finding of each kind."""

    target: Target
    on_new: Callable[[Finding], object] = lambda finding: None
    """Called with the first finding of each kind."""
    inputs: int = 0
    _first: dict[str, Finding] = field(factory=dict)
    _counts: dict[str, int] = field(factory=dict)

    def check(self, data: bytes) -> None:
        """Check `data`, and keep the violation if there is one."""
        self.inputs += 1
        finding = check(self.target, data)
        if finding is None:
            return
        self._counts[finding.summary] = self._counts.get(finding.summary, 0) + 1
        if finding.summary not in self._first:
            self._first[finding.summary] = finding
            self.on_new(finding)

    def findings(self) -> list[Finding]:
        """Return the first finding of each kind, with the count of all."""
        return [
            Finding(summary, finding.data, finding.detail, self._counts[summary])
            for summary, finding in self._first.items()
        ]


def check(target: Target, data: bytes) -> Finding | None:
    """Return the violation that `data` causes, if any."""
    try:
        target.check(data)
    except PropertyViolated as violation:
        return Finding(violation.summary, data, str(violation))
    except Exception as error:  # noqa: BLE001 - any other exception is a finding, too
        (*_, frame) = traceback.extract_tb(error.__traceback__)
        summary = f"{type(error).__name__} from {frame.name}, line {frame.lineno}"
        return Finding(summary, data, f"{summary}: {error}")
    return None


def minimized(finding: Finding, target: Target) -> Finding | None:
    """Return the finding with a shrunk input, or None if it cannot be reproduced."""

    def is_same(data: bytes) -> bool:
        found = check(target, data)
        return found is not None and found.summary == finding.summary

    if not (is_same(finding.data) or is_same(finding.data)):
        return None
    data = shrunk(finding.data, is_same)
    again = check(target, data) or finding
    return Finding(finding.summary, data, again.detail, finding.count)
