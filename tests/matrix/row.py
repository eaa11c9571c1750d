"""A row of the fault matrix, or one of its variants."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from tests.matrix.calls import Call, search
from tests.matrix.expecting import Expectation
from tests.matrix.stage import Replies, Stage


def _as_many(calls: Call | Sequence[Call]) -> Sequence[Call]:
    return [calls] if callable(calls) else calls


@frozen
class Row:
    """A fault, and what a caller is to see of it, in every colour alike."""

    id: str
    """Several variants of a fault share it."""
    fault: str
    stage: Stage
    expects: Expectation
    calls: Sequence[Call] = field(default=search, converter=_as_many)
    options: Mapping[str, Any] = field(factory=dict[str, Any], kw_only=True)
    """Of the client."""
    environment: Mapping[str, str] = field(factory=dict[str, str], kw_only=True)
    """Variables that are set when the client is made, and when it calls."""
    why: str = field(default="", kw_only=True)
    """What justifies an expectation that is not what one would expect."""
    luck: Collection[str] = field(default=(), kw_only=True)
    """Facts of the error, its `text`, or `connections`: what no client decides. See *why*."""
    is_fresh: bool = field(default=False, kw_only=True)
    """Whether it takes a process of its own to see it."""

    @property
    def name(self) -> str:
        return f"{self.id} {self.fault}"

    @property
    def is_for_fakes(self) -> bool:
        """Whether a client without a network can meet this fault."""
        return isinstance(self.stage, Replies)
