"""Fault case: one variant of a row of the fault matrix."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from tests.faults.calls import ClientCall, search
from tests.faults.expectations import Expectation
from tests.faults.scenario import Responses, Scenario


def _as_sequence(calls: ClientCall | Sequence[ClientCall]) -> Sequence[ClientCall]:
    return [calls] if callable(calls) else calls


@frozen
class Case:
    """A fault, and the behaviour that every kind of client must show."""

    matrix_id: str
    """Row of the fault matrix, such as `C01`; several cases share a row."""
    id: str
    """Unique name in field terms, such as `connection-refused`."""
    scenario: Scenario
    expects: Expectation
    calls: Sequence[ClientCall] = field(default=search, converter=_as_sequence)
    options: Mapping[str, Any] = field(factory=dict[str, Any], kw_only=True)
    """Options of the client."""
    environment: Mapping[str, str] = field(factory=dict[str, str], kw_only=True)
    """Environment variables of the client and its calls."""
    reason: str = field(default="", kw_only=True)
    """Reason for an expectation that is not obvious."""
    nondeterministic: Collection[str] = field(default=(), kw_only=True)
    """Error attributes, `text` or `connections` that may differ between runs; see `reason`."""
    in_subprocess: bool = field(default=False, kw_only=True)
    """The case needs a process of its own, for its environment or its memory."""

    @property
    def runs_on_fakes(self) -> bool:
        """A client without a network can run the case."""
        return isinstance(self.scenario, Responses)
